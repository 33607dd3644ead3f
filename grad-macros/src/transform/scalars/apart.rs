//! The elements of arrays as values: what a branch or a loop writes to is among its results.

use std::collections::{BTreeSet, HashMap};

use super::{Found, Part, Shape};
use crate::ir::{
    Block, Body, Branch, Carried, Head, Init, Loop, M, Op, Output, Place, Prim, Projection, Stmt, StoreHow,
    Ty, V, Var, VarKind,
};

/// Takes the arrays apart that were found.
pub fn take_apart(body: &mut Body, literals: HashMap<V, usize>, found: Found) {
    let empty = body.new_block();
    let mut block = std::mem::replace(&mut body.block, empty);
    let mut result = std::mem::replace(&mut body.result, Output::Unit);
    let mut apart =
        Apart { body, literals, found, elements: HashMap::new(), arrays: HashMap::new(), out: Vec::new() };
    apart.block(&mut block);
    apart.output(&mut result, &mut block);
    body.block = block;
    body.result = result;
}

/// An element of an array.
type Element = (M, usize);

struct Apart<'a> {
    body: &'a mut Body,
    literals: HashMap<V, usize>,
    found: Found,
    /// What is in the arrays here and now.
    elements: HashMap<M, Vec<V>>,
    /// The elements of arrays that are values.
    arrays: HashMap<V, Vec<V>>,
    /// The statements of the block being rewritten.
    out: Vec<Stmt>,
}

impl Apart<'_> {
    fn block(&mut self, block: &mut Block) {
        let outer = std::mem::take(&mut self.out);
        for stmt in std::mem::take(&mut block.stmts) {
            self.stmt(stmt);
        }
        block.stmts = std::mem::replace(&mut self.out, outer);
    }

    fn stmt(&mut self, stmt: Stmt) {
        match stmt {
            Stmt::Declare { var, init } if self.found.shapes.contains_key(&var) => self.declare(var, init),
            Stmt::Declare { var, init: Init::Copy { from, how } } => {
                let ty = self.body.var(var).ty.clone();
                let init = match self.at(&from) {
                    Some((m, part)) => self.literal_array(&ty, m, part),
                    None => Init::Copy { from, how },
                };
                self.out.push(Stmt::Declare { var, init });
            }
            Stmt::Let { value, op: Op::Load(place) } => self.load(value, place),
            Stmt::Let { value, op: Op::Len(place) } if self.found.shapes.contains_key(&place.base) => {
                let shape = &self.found.shapes[&place.base];
                let length = shape.lengths.get(place.projections.len()).copied().unwrap_or(0);
                let length = proc_macro2::Literal::usize_suffixed(length);
                self.out.push(Stmt::Let { value, op: Op::Literal(syn::parse_quote!(#length)) });
            }
            Stmt::Store { place, how, value } => self.store(place, how, value),
            Stmt::Swap { a, b } if self.elements.contains_key(&a) && self.elements.contains_key(&b) => {
                let of_a = self.elements.remove(&a).unwrap_or_default();
                let of_b = self.elements.insert(b, of_a).unwrap_or_default();
                self.elements.insert(a, of_b);
            }
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(looped) => self.repetition(looped),
            other => self.out.push(other),
        }
    }

    fn declare(&mut self, var: M, init: Init) {
        let count = self.found.shapes[&var].count();
        let flat = |apart: &Self, v: V| apart.arrays.get(&v).cloned().unwrap_or_else(|| vec![v]);
        let elements = match init {
            Init::Elements(values) => values.iter().flat_map(|v| flat(self, *v)).collect(),
            Init::Fill { value, .. } => {
                let once = flat(self, value);
                (0..count).map(|element| once[element % once.len()]).collect()
            }
            Init::Copy { from, .. } => match self.at(&from) {
                Some((m, part)) => self.elements[&m][part.first..part.first + part.len].to_vec(),
                None => {
                    let (shape, name) = (self.found.shapes[&var].clone(), self.body.var(var).name.clone());
                    self.loads(&from, &shape, &name)
                }
            },
            _ => self.undefined(var),
        };
        self.elements.insert(var, elements);
    }

    /// The elements of an array that is declared before it's there.
    fn undefined(&mut self, var: M) -> Vec<V> {
        let Var { name, span, .. } = self.body.var(var).clone();
        let Shape { scalar, .. } = self.found.shapes[&var].clone();
        let element = |_| {
            let value = self.body.new_value(name.clone(), scalar.clone(), span);
            self.out.push(Stmt::Let { value, op: Op::Undef });
            value
        };
        (0..self.found.shapes[&var].count()).map(element).collect()
    }

    fn load(&mut self, value: V, place: Place) {
        if let Some((m, part)) = self.at(&place) {
            let elements = self.elements[&m][part.first..part.first + part.len].to_vec();
            match elements[..] {
                [element] if self.body.value(value).ty.is_scalar() => {
                    self.out.push(Stmt::Let { value, op: Op::Copy(element) });
                }
                _ => {
                    self.arrays.insert(value, elements);
                }
            }
            return;
        }
        if let Some(shape) = self.found.wanted.get(&value).cloned() {
            let name = self.body.value(value).name.clone();
            let elements = self.loads(&place, &shape, &name);
            self.arrays.insert(value, elements);
        }
        self.out.push(Stmt::Let { value, op: Op::Load(place) });
    }

    fn store(&mut self, place: Place, how: StoreHow, value: V) {
        match (self.at(&place), self.arrays.get(&value).cloned()) {
            (Some((m, part)), Some(elements)) => {
                for (element, value) in elements.into_iter().enumerate() {
                    self.set((m, part.first + element), value);
                }
            }
            (Some((m, part)), None) => {
                let next = self.combined((m, part.first), how, value);
                self.set((m, part.first), next);
            }
            (None, Some(elements)) => {
                let Some(shape) = Shape::of(&self.body.value(value).ty) else { return };
                for (element, value) in elements.into_iter().enumerate() {
                    let place = self.element_of(&place, &shape, element);
                    self.out.push(Stmt::Store { place, how, value });
                }
            }
            (None, None) => self.out.push(Stmt::Store { place, how, value }),
        }
    }

    /// What an element is after a store.
    fn combined(&mut self, element: Element, how: StoreHow, value: V) -> V {
        let prim = match how {
            StoreHow::Set => return value,
            StoreHow::Add => Prim::Add,
            StoreHow::Sub => Prim::Sub,
        };
        let before = self.get(element);
        let next = self.named(element);
        self.out.push(Stmt::Let { value: next, op: Op::Prim(prim, vec![before, value]) });
        next
    }

    fn branch(&mut self, mut branch: Branch) {
        let mut written = BTreeSet::new();
        branch.arms.iter().for_each(|arm| self.written(arm, &mut written));
        let before = self.elements.clone();
        for arm in &mut branch.arms {
            self.elements.clone_from(&before);
            self.block(arm);
            arm.results.extend(written.iter().map(|element| self.get(*element)));
        }
        self.elements = before;
        for element in written {
            let result = self.named(element);
            branch.results.push(result);
            self.set(element, result);
        }
        self.out.push(Stmt::Branch(branch));
    }

    fn repetition(&mut self, mut looped: Box<Loop>) {
        let mut written = BTreeSet::new();
        self.written(&looped.body, &mut written);
        let carried = |apart: &mut Self, element: &Element| {
            let init = apart.get(*element);
            Carried { param: apart.named(*element), init, result: apart.named(*element) }
        };
        let new: Vec<Carried> = written.iter().map(|element| carried(self, element)).collect();
        let enter = |apart: &mut Self| {
            written.iter().zip(&new).for_each(|(element, carried)| apart.set(*element, carried.param));
        };
        enter(self);
        if let Head::While(condition) = &mut looped.head {
            self.block(condition);
        }
        self.block(&mut looped.body);
        looped.body.results.extend(written.iter().map(|element| self.get(*element)));
        written.iter().zip(&new).for_each(|(element, carried)| self.set(*element, carried.result));
        looped.carried.extend(new);
        self.out.push(Stmt::Loop(looped));
    }

    /// The elements of arrays from outside that a block writes to.
    fn written(&self, block: &Block, out: &mut BTreeSet<Element>) {
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Store { place, .. } if self.elements.contains_key(&place.base) => {
                let part = self.at(place).map(|(_, part)| part);
                let elements = part.into_iter().flat_map(|part| part.first..part.first + part.len);
                out.extend(elements.map(|element| (place.base, element)));
            }
            Stmt::Swap { a, b } => {
                for m in [*a, *b] {
                    let count = self.elements.get(&m).map_or(0, Vec::len);
                    out.extend((0..count).map(|element| (m, element)));
                }
            }
            _ => {}
        });
    }

    /// The function gives an array away as a whole.
    fn output(&mut self, output: &mut Output, block: &mut Block) {
        match output {
            Output::Var(m) if self.elements.contains_key(m) => {
                let known = self.body.var(*m).clone();
                let part = Part { first: 0, len: self.elements[m].len() };
                let init = self.literal_array(&known.ty, *m, part);
                let whole = self.body.new_var(known.name, known.ty, VarKind::Local, known.span);
                block.stmts.append(&mut self.out);
                block.stmts.push(Stmt::Declare { var: whole, init });
                *m = whole;
            }
            Output::Tuple(parts) => parts.iter_mut().for_each(|part| self.output(part, block)),
            Output::Unit | Output::Value(_) | Output::Var(_) => {}
        }
    }

    /// `[a, b]`, and `[[a, b], [c, d]]` with its rows in memory of their own.
    fn literal_array(&mut self, ty: &Ty, m: M, part: Part) -> Init {
        let Ty::Array(row, _) = ty else { return Init::Uninit };
        let values = self.elements[&m][part.first..part.first + part.len].to_vec();
        let Some(shape) = Shape::of(row) else { return Init::Elements(values) };
        let name = self.body.var(m).name.clone();
        let span = self.body.var(m).span;
        let rows = (part.first..part.first + part.len).step_by(shape.count()).map(|first| {
            let init = self.literal_array(row, m, Part { first, len: shape.count() });
            let var = self.body.new_var(name.clone(), (**row).clone(), VarKind::Local, span);
            self.out.push(Stmt::Declare { var, init });
            let value = self.body.new_value(name.clone(), (**row).clone(), span);
            self.out.push(Stmt::Let { value, op: Op::Load(Place::whole(var)) });
            value
        });
        Init::Elements(rows.collect())
    }

    /// The elements of an array that stays as it is.
    fn loads(&mut self, place: &Place, shape: &Shape, name: &str) -> Vec<V> {
        let span = self.body.var(place.base).span;
        let load = |apart: &mut Self, element| {
            let place = apart.element_of(place, shape, element);
            let ty = shape.scalar.clone();
            let value = apart.body.new_value(name, ty, span);
            apart.out.push(Stmt::Let { value, op: Op::Load(place) });
            value
        };
        (0..shape.count()).map(|element| load(self, element)).collect()
    }

    fn element_of(&mut self, place: &Place, shape: &Shape, element: usize) -> Place {
        let mut place = place.clone();
        for index in shape.indices(element) {
            let span = self.body.var(place.base).span;
            let value = self.body.new_value("index", Ty::Int, span);
            let number = proc_macro2::Literal::usize_unsuffixed(index);
            self.out.push(Stmt::Let { value, op: Op::Literal(syn::parse_quote!(#number)) });
            self.literals.insert(value, index);
            place.projections.push(Projection::Index(value));
        }
        place
    }

    /// The part of an array that falls apart.
    fn at(&self, place: &Place) -> Option<(M, Part)> {
        self.elements.get(&place.base)?;
        let part = self.found.shapes.get(&place.base)?.part(place, &self.literals)?;
        Some((place.base, part))
    }

    fn get(&self, (m, element): Element) -> V {
        self.elements[&m][element]
    }

    fn set(&mut self, (m, element): Element, value: V) {
        if let Some(place) = self.elements.get_mut(&m).and_then(|elements| elements.get_mut(element)) {
            *place = value;
        }
    }

    /// A new value for an element, under the name of the array and its number.
    fn named(&mut self, element: Element) -> V {
        let like = self.body.value(self.get(element)).clone();
        // A name of ours has a mark in front, which keeps it apart from those of the user's.
        let array = self.body.var(element.0).name.trim_start_matches('$');
        let name = format!("{array}_{}", element.1);
        self.body.new_value(name, like.ty, like.span)
    }
}
