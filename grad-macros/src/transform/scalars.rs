//! Arrays that are only indexed by literals fall apart into their elements, as tuples do: each has an adjoint of its own then, and
//! those that nothing uses have none.

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Arg, Block, Body, Init, M, Op, Output, Place, Prim, Projection, Stmt, StoreHow, Ty, V, VarKind, visit,
};

/// How many elements an array may have that falls apart.
const MOST_ELEMENTS: usize = 64;

/// Makes values of the elements of arrays that are declared here and known by number everywhere.
pub fn scalars(body: &mut Body) {
    let mut arrays = Arrays { literals: HashMap::new(), sizes: HashMap::new(), kept: HashSet::new() };
    arrays.output(&body.result);
    arrays.learn(&body.block);
    arrays.block(body, &body.block);
    let Arrays { literals, mut sizes, kept } = arrays;
    sizes.retain(|m, _| !kept.contains(m));
    if sizes.is_empty() {
        return;
    }
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    let mut apart = Apart { body, literals, sizes, elements: HashMap::new() };
    apart.block(&mut block);
    body.block = block;
}

/// Which arrays fall apart.
struct Arrays {
    literals: HashMap<V, usize>,
    /// The number of elements of the candidates.
    sizes: HashMap<M, usize>,
    /// The variables that stay as they are.
    kept: HashSet<M>,
}

impl Arrays {
    fn output(&mut self, output: &Output) {
        match output {
            Output::Unit | Output::Value(_) => {}
            Output::Var(m) => {
                self.kept.insert(*m);
            }
            Output::Tuple(parts) => parts.iter().for_each(|part| self.output(part)),
        }
    }

    fn learn(&mut self, block: &Block) {
        block.for_each_stmt(&mut |stmt| {
            if let Stmt::Let { value, op: Op::Literal(expr) } = stmt {
                self.literals.extend(number(expr).map(|number| (*value, number)));
            }
        });
    }

    /// What a block doesn't declare itself, it may only read.
    fn block(&mut self, body: &Body, block: &Block) {
        let mut own = HashSet::new();
        for stmt in &block.stmts {
            self.stmt(body, stmt, &mut own);
            stmt.blocks().into_iter().for_each(|inner| self.block(body, inner));
        }
    }

    fn stmt(&mut self, body: &Body, stmt: &Stmt, own: &mut HashSet<M>) {
        match stmt {
            Stmt::Declare { var, init } => self.declare(body, *var, init, own),
            Stmt::Let { op: Op::Load(place), value } => {
                if !body.value(*value).ty.is_scalar() || self.element(place).is_none() {
                    self.kept.insert(place.base);
                }
            }
            Stmt::Let { op, .. } => self.kept.extend(op.reads()),
            Stmt::Store { place, value, .. } => {
                let plain = body.value(*value).ty.is_scalar() && self.element(place).is_some();
                if !(plain && own.contains(&place.base)) {
                    self.kept.insert(place.base);
                }
            }
            Stmt::Effect(effect) => self.kept.extend(visit::vars(&effect.uses)),
            Stmt::Call(call) => {
                for arg in &call.args {
                    match arg {
                        Arg::Ref { place, .. } => {
                            self.kept.insert(place.base);
                        }
                        Arg::Opaque(opaque) => self.kept.extend(visit::vars(&opaque.uses)),
                        Arg::Value(_) => {}
                    }
                }
            }
            Stmt::Branch(branch) => {
                if let crate::ir::BranchKind::Match { scrutinee, arms, .. } = &branch.kind {
                    let guards = arms.iter().filter_map(|arm| arm.guard.as_ref());
                    guards.chain([scrutinee]).for_each(|opaque| self.kept.extend(visit::vars(&opaque.uses)));
                }
            }
            Stmt::Loop(looped) => {
                let every = looped.checkpoint.iter().filter_map(|checkpoint| checkpoint.every.as_ref());
                every.for_each(|opaque| self.kept.extend(visit::vars(&opaque.uses)));
            }
            Stmt::Pullback(_)
            | Stmt::Second(_)
            | Stmt::Record { .. }
            | Stmt::Swap { .. }
            | Stmt::Clear { .. } => {
                self.kept.extend(stmt.writes());
            }
        }
    }

    fn declare(&mut self, body: &Body, var: M, init: &Init, own: &mut HashSet<M>) {
        own.insert(var);
        let scalar = |v: &V| body.value(*v).ty.is_scalar();
        let array = matches!(body.var(var).ty, Ty::Array(..)) && body.var(var).kind == VarKind::Local;
        let size = match init {
            Init::Elements(values) if values.iter().all(scalar) => Some(values.len()),
            Init::Fill { value, len, vec: false } if scalar(value) => number(&len.expr),
            Init::Copy { from, .. } => {
                self.kept.insert(from.base);
                None
            }
            Init::Opaque(opaque) => {
                self.kept.extend(visit::vars(&opaque.uses));
                None
            }
            _ => None,
        };
        match size.filter(|size| array && *size <= MOST_ELEMENTS) {
            Some(size) => {
                self.sizes.insert(var, size);
            }
            None => {
                self.kept.insert(var);
            }
        }
    }

    /// The number of the element that a place is.
    fn element(&self, place: &Place) -> Option<usize> {
        let [Projection::Index(v)] = place.projections[..] else { return None };
        let number = *self.literals.get(&v)?;
        (number < *self.sizes.get(&place.base)?).then_some(number)
    }
}

/// The value of a literal.
fn number(expr: &syn::Expr) -> Option<usize> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => int.base10_parse().ok(),
        syn::Expr::Group(group) => number(&group.expr),
        syn::Expr::Paren(group) => number(&group.expr),
        _ => None,
    }
}

/// The work itself.
struct Apart<'a> {
    body: &'a mut Body,
    literals: HashMap<V, usize>,
    sizes: HashMap<M, usize>,
    /// What is in the arrays here and now.
    elements: HashMap<M, Vec<V>>,
}

impl Apart<'_> {
    fn block(&mut self, block: &mut Block) {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        for mut stmt in block.stmts.drain(..) {
            stmt.blocks_mut().into_iter().for_each(|inner| self.block(inner));
            stmts.extend(self.stmt(stmt));
        }
        block.stmts = stmts;
    }

    fn stmt(&mut self, stmt: Stmt) -> Option<Stmt> {
        match stmt {
            Stmt::Declare { var, init } if self.sizes.contains_key(&var) => {
                let elements = match init {
                    Init::Elements(values) => values,
                    Init::Fill { value, .. } => vec![value; self.sizes[&var]],
                    _ => Vec::new(),
                };
                self.elements.insert(var, elements);
                None
            }
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
                if let Some(elements) = self.elements.get_mut(&m) {
                    elements[number] = next;
                }
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
