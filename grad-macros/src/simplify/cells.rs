//! What is in memory at places that are known by name: `a[0]`, `s.x`, `t.1`. Reading it again is reading the value.

use std::collections::HashMap;

use quote::ToTokens;

use super::walk::Walk;
use crate::ir::{Init, M, Op, Place, Projection, Stmt, StoreHow, Ty, V};

/// How many places of a variable are followed.
const MOST_CELLS: usize = 64;

/// A place by its literal indices and fields.
type Path = Vec<String>;

/// What is known of a variable, as long as its version is this one.
#[derive(Clone, Default)]
struct Known {
    version: u32,
    cells: Vec<(Path, V)>,
    /// Whether every other place holds a zero.
    zero_elsewhere: bool,
    /// Whether the memory is ours, a tangent: it started as zeros, or with values of ours.
    ours: bool,
}

/// What is known of all variables.
#[derive(Default)]
pub struct Cells {
    known: HashMap<M, Known>,
}

impl Walk<'_> {
    /// The place, if it is one by name, of a scalar.
    fn path(&self, place: &Place) -> Option<Path> {
        let step = |projection: &Projection| match projection {
            Projection::Index(v) => match self.ops.get(v) {
                Some(Op::Literal(expr)) => whole_number(expr),
                _ => None,
            },
            Projection::Field(member) => Some(member.to_token_stream().to_string()),
            _ => None,
        };
        let path: Option<Path> = place.projections.iter().map(step).collect();
        path.filter(|path| !path.is_empty())
    }

    /// What is known of a variable now.
    fn known(&self, m: M) -> Option<&Known> {
        self.cells.known.get(&m).filter(|known| known.version == self.table.version(m))
    }

    /// The value in memory at the place, if it's known.
    pub fn in_memory(&mut self, v: V, place: &Place, out: &mut Vec<Stmt>) -> Option<V> {
        if !self.body.value(v).ty.is_float() {
            return None;
        }
        let path = self.path(place)?;
        let known = self.known(place.base)?;
        if let Some(&(_, value)) = known.cells.iter().find(|(other, _)| *other == path) {
            let same = format!("{:?}", self.body.value(v).ty) == format!("{:?}", self.body.value(value).ty);
            return (same && (known.ours || self.is_ours(v) || !self.is_ours(value))).then_some(value);
        }
        let untouched = !known.cells.iter().any(|(other, _)| related(other, &path));
        if !(known.zero_elsewhere && untouched) {
            return None;
        }
        let ty = self.body.value(v).ty.clone();
        Some(self.bound(super::rewrite::Simpler::Number(0.0), &ty, out, 0))
    }

    /// A variable starts.
    pub fn starts(&mut self, var: M, init: &Init) {
        self.table.changes(var);
        let ty = &self.body.var(var).ty;
        let known = match init {
            Init::Elements(values)
                if matches!(ty, Ty::Array(..) | Ty::Tuple(_)) && values.len() <= MOST_CELLS =>
            {
                Known {
                    cells: values.iter().enumerate().map(|(k, v)| (vec![k.to_string()], *v)).collect(),
                    ours: values.iter().all(|v| self.is_ours(*v)),
                    ..Known::default()
                }
            }
            Init::Zeros { .. } if is_static(ty) => {
                Known { zero_elsewhere: true, ours: true, ..Known::default() }
            }
            _ => return,
        };
        self.remember_cells(var, known);
    }

    fn remember_cells(&mut self, var: M, known: Known) {
        let version = self.table.version(var);
        self.cells.known.insert(var, Known { version, ..known });
    }

    /// `place = value` or `place = 0`, after which the rest of the variable is what it was.
    pub fn writes(&mut self, place: &Place, value: Option<V>) {
        let before = self.known(place.base).cloned();
        self.table.changes(place.base);
        let (Some(path), Some(mut known)) = (self.path(place), before.or_else(|| Some(Known::default())))
        else {
            return;
        };
        if known.cells.iter().any(|(other, _)| *other != path && related(other, &path)) {
            return;
        }
        known.cells.retain(|(other, _)| *other != path);
        match value {
            Some(value) if self.body.value(value).ty.is_float() && known.cells.len() < MOST_CELLS => {
                known.cells.push((path, value));
            }
            _ => known.zero_elsewhere = false,
        }
        self.remember_cells(place.base, known);
    }

    /// `place += value` where what is there is known: the sum, to be set.
    pub fn known_sum(&mut self, place: &Place, how: StoreHow, value: V, out: &mut Vec<Stmt>) -> Option<V> {
        use super::rewrite::Simpler;
        use crate::ir::Prim;
        let prim = match how {
            StoreHow::Set => return None,
            StoreHow::Add => Prim::Add,
            StoreHow::Sub => Prim::Sub,
        };
        if !self.known(place.base)?.ours {
            return None;
        }
        let before = self.in_memory(value, place, out)?;
        let ty = self.body.value(value).ty.clone();
        let sum = Simpler::Prim(prim, Box::new(Simpler::Value(before)), Box::new(Simpler::Value(value)));
        Some(self.bound(sum, &ty, out, 0))
    }
}

/// The digits of an index; a constant by name may be any number.
fn whole_number(expr: &syn::Expr) -> Option<String> {
    match expr {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Int(int) => Some(int.base10_digits().to_owned()),
            _ => None,
        },
        syn::Expr::Group(group) => whole_number(&group.expr),
        syn::Expr::Paren(group) => whole_number(&group.expr),
        _ => None,
    }
}

/// Whether one of the places is a part of the other.
fn related(a: &Path, b: &Path) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

/// Whether the type's zero consists of float zeros alone, at places of the type's own.
fn is_static(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(element, _) => is_static(element),
        Ty::Tuple(elements) => elements.iter().all(is_static),
        _ => false,
    }
}
