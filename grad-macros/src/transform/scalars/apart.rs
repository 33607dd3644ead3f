//! The work itself: elements by name.

use std::collections::HashMap;

use crate::ir::{Block, Body, Branch, Init, M, Op, Place, Prim, Projection, Stmt, StoreHow, V};

/// Makes values of the elements of these arrays, of which the number of elements is known.
pub fn apart(body: &mut Body, literals: HashMap<V, usize>, sizes: HashMap<M, usize>) {
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    let (elements, wholes) = (HashMap::new(), HashMap::new());
    Apart { body, literals, sizes, elements, wholes }.block(&mut block);
    body.block = block;
}

struct Apart<'a> {
    body: &'a mut Body,
    literals: HashMap<V, usize>,
    sizes: HashMap<M, usize>,
    /// What is in the arrays here and now.
    elements: HashMap<M, Vec<V>>,
    /// What was in arrays that were read whole.
    wholes: HashMap<V, Vec<V>>,
}

impl Apart<'_> {
    fn block(&mut self, block: &mut Block) {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        for mut stmt in block.stmts.drain(..) {
            if let Stmt::Branch(branch) = &mut stmt {
                self.branch(branch);
            } else {
                stmt.blocks_mut().into_iter().for_each(|inner| self.block(inner));
            }
            self.stmt(stmt, &mut stmts);
        }
        block.stmts = stmts;
    }

    /// The elements that an arm changes are further results.
    fn branch(&mut self, branch: &mut Branch) {
        let before = self.elements.clone();
        let mut after = Vec::new();
        for arm in &mut branch.arms {
            self.elements.clone_from(&before);
            self.block(arm);
            after.push(std::mem::take(&mut self.elements));
        }
        self.elements = before;
        let mut arrays: Vec<M> = self.elements.keys().copied().collect();
        arrays.sort_unstable();
        for m in arrays {
            for number in 0..self.elements[&m].len() {
                let old = self.elements[&m][number];
                let arms: Vec<V> = after.iter().map(|elements| elements[&m][number]).collect();
                if arms.iter().any(|v| *v != old) {
                    self.join(branch, (m, number), &arms);
                }
            }
        }
    }

    fn join(&mut self, branch: &mut Branch, (m, number): (M, usize), arms: &[V]) {
        let (ty, name) = (self.body.value(arms[0]).ty.clone(), self.body.var(m).name.clone());
        let joined = self.body.new_value(name, ty, branch.span);
        branch.results.push(joined);
        branch.arms.iter_mut().zip(arms).for_each(|(arm, v)| arm.results.push(*v));
        self.set(m, number, joined);
    }

    fn set(&mut self, m: M, number: usize, v: V) {
        if let Some(elements) = self.elements.get_mut(&m) {
            elements[number] = v;
        }
    }

    fn declare(&mut self, var: M, init: Init, out: &mut Vec<Stmt>) {
        let size = self.sizes[&var];
        let elements = match init {
            Init::Elements(values) => values,
            Init::Fill { value, .. } => vec![value; size],
            _ => {
                let (name, span) = (self.body.var(var).name.clone(), self.body.var(var).span);
                let nothing = self.body.new_value(name, self.body.var(var).ty.element(), span);
                out.push(Stmt::Let { value: nothing, op: Op::Undef });
                vec![nothing; size]
            }
        };
        self.elements.insert(var, elements);
    }

    fn stmt(&mut self, stmt: Stmt, out: &mut Vec<Stmt>) {
        match stmt {
            Stmt::Declare { var, init } if self.sizes.contains_key(&var) => self.declare(var, init, out),
            Stmt::Let { value, op: Op::Load(place) }
                if place.projections.is_empty() && self.sizes.contains_key(&place.base) =>
            {
                self.wholes.insert(value, self.elements[&place.base].clone());
            }
            Stmt::Store { place, value, .. }
                if place.projections.is_empty() && self.sizes.contains_key(&place.base) =>
            {
                self.elements.insert(place.base, self.wholes[&value].clone());
            }
            other => out.extend(self.element(other)),
        }
    }

    fn element(&mut self, stmt: Stmt) -> Option<Stmt> {
        match stmt {
            Stmt::Let { value, op: Op::Load(place) } => Some(match self.at(&place) {
                Some((m, number)) => Stmt::Let { value, op: Op::Copy(self.elements[&m][number]) },
                None => Stmt::Let { value, op: Op::Load(place) },
            }),
            Stmt::Store { place, how, value } => {
                let Some((m, number)) = self.at(&place) else {
                    return Some(Stmt::Store { place, how, value });
                };
                let prim = match how {
                    StoreHow::Set => None,
                    StoreHow::Add => Some(Prim::Add),
                    StoreHow::Sub => Some(Prim::Sub),
                };
                let before = self.elements[&m][number];
                let (next, stmt) = match prim {
                    None => (value, None),
                    Some(prim) => {
                        let like = self.body.value(before).clone();
                        let name = self.body.var(m).name.clone();
                        let next = self.body.new_value(name, like.ty, like.span);
                        let op = Op::Prim(prim, vec![before, value]);
                        (next, Some(Stmt::Let { value: next, op }))
                    }
                };
                self.set(m, number, next);
                stmt
            }
            other => Some(other),
        }
    }

    /// The element of an array that falls apart.
    fn at(&self, place: &Place) -> Option<(M, usize)> {
        let [Projection::Index(v)] = place.projections[..] else { return None };
        let number = *self.literals.get(&v)?;
        self.sizes.contains_key(&place.base).then_some((place.base, number))
    }
}
