//! Arrays that are only indexed by literals fall apart into their elements, as tuples do: each has an adjoint of its own then, and
//! those that nothing uses have none.

mod apart;

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Arg, Block, Body, BranchKind, Init, M, Op, Output, Place, Projection, Stmt, StoreHow, Ty, V, VarKind,
    visit,
};

/// How many elements an array may have that falls apart.
const MOST_ELEMENTS: usize = 64;

/// Makes values of the elements of arrays that are declared here and known by number everywhere.
pub fn scalars(body: &mut Body) {
    let mut arrays = Arrays::default();
    arrays.output(&body.result);
    arrays.learn(&body.block);
    arrays.block(body, &body.block, &HashSet::new());
    arrays.keep_what_meets_kept();
    let Arrays { literals, mut sizes, kept, .. } = arrays;
    sizes.retain(|m, _| !kept.contains(m));
    if !sizes.is_empty() {
        apart::apart(body, literals, sizes);
    }
}

/// Which arrays fall apart.
#[derive(Default)]
struct Arrays {
    literals: HashMap<V, usize>,
    /// The values that are whole arrays.
    wholes: HashMap<V, M>,
    /// The number of elements of the candidates.
    sizes: HashMap<M, usize>,
    /// The variables that stay as they are.
    kept: HashSet<M>,
    /// Of which one is a copy of the other: both fall apart, or none.
    copies: Vec<(M, M)>,
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
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Let { value, op: Op::Literal(expr) } => {
                self.literals.extend(number(expr).map(|number| (*value, number)));
            }
            Stmt::Let { value, op: Op::Load(place) } if place.projections.is_empty() => {
                self.wholes.insert(*value, place.base);
            }
            _ => {}
        });
    }

    /// A loop may only read what it doesn't declare itself; an arm of a branch may change what is declared before (`outer`).
    fn block(&mut self, body: &Body, block: &Block, outer: &HashSet<M>) {
        let mut own = outer.clone();
        for stmt in &block.stmts {
            self.stmt(body, stmt, &mut own);
            let visible = if matches!(stmt, Stmt::Branch(_)) { own.clone() } else { HashSet::new() };
            stmt.blocks().into_iter().for_each(|inner| self.block(body, inner, &visible));
        }
        block.results.iter().for_each(|v| self.keep_whole(*v));
    }

    /// A whole array is used as a value.
    fn keep_whole(&mut self, v: V) {
        self.kept.extend(self.wholes.get(&v));
    }

    /// What is copied from or to what stays stays as well.
    fn keep_what_meets_kept(&mut self) {
        loop {
            let before = self.kept.len();
            for (a, b) in &self.copies {
                let stays = |m: &M| self.kept.contains(m) || !self.sizes.contains_key(m);
                if stays(a) || stays(b) || self.sizes[a] != self.sizes[b] {
                    self.kept.extend([*a, *b]);
                }
            }
            if self.kept.len() == before {
                return;
            }
        }
    }

    fn stmt(&mut self, body: &Body, stmt: &Stmt, own: &mut HashSet<M>) {
        let whole = self.copied(stmt);
        if whole.is_none() {
            stmt.own_operands().into_iter().for_each(|v| self.keep_whole(v));
        }
        match stmt {
            Stmt::Declare { var, init } => self.declare(body, *var, init, own),
            Stmt::Let { op: Op::Load(place), value } => {
                let element = body.value(*value).ty.is_scalar() && self.element(place).is_some();
                if !(element || self.wholes.contains_key(value)) {
                    self.kept.insert(place.base);
                }
            }
            Stmt::Let { op, .. } => self.kept.extend(op.reads()),
            Stmt::Store { place, value, .. } => {
                let plain = body.value(*value).ty.is_scalar() && self.element(place).is_some();
                if !((plain || whole.is_some()) && own.contains(&place.base)) {
                    self.kept.insert(place.base);
                }
                self.copies.extend(whole.map(|from| (from, place.base)));
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
                if let BranchKind::Match { scrutinee, arms, .. } = &branch.kind {
                    let guards = arms.iter().filter_map(|arm| arm.guard.as_ref());
                    guards.chain([scrutinee]).for_each(|opaque| self.kept.extend(visit::vars(&opaque.uses)));
                }
            }
            Stmt::Loop(looped) => {
                let every = looped.checkpoint.iter().filter_map(|checkpoint| checkpoint.every.as_ref());
                every.for_each(|opaque| self.kept.extend(visit::vars(&opaque.uses)));
                looped.exit.into_iter().for_each(|v| self.keep_whole(v));
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

    /// The array that a store copies whole over another one.
    fn copied(&self, stmt: &Stmt) -> Option<M> {
        match stmt {
            Stmt::Store { place, how: StoreHow::Set, value } if place.projections.is_empty() => {
                self.wholes.get(value).copied()
            }
            _ => None,
        }
    }

    fn declare(&mut self, body: &Body, var: M, init: &Init, own: &mut HashSet<M>) {
        own.insert(var);
        let scalar = |v: &V| body.value(*v).ty.is_scalar();
        let array = matches!(body.var(var).ty, Ty::Array(..)) && body.var(var).kind == VarKind::Local;
        let size = match init {
            Init::Uninit if body.var(var).ty.element().is_scalar() => length(&body.var(var).ty),
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

/// The number of elements of an array, if its type says it by a literal.
pub fn length(ty: &Ty) -> Option<usize> {
    match ty {
        Ty::Array(_, len) => number(&syn::parse2(len.clone()).ok()?),
        _ => None,
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
