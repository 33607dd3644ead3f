//! From expressions to chains.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, ExprRange, RangeLimits};

use super::super::stmt::strip;
use super::super::{Lower, Term, scan};
use super::generate::is_generator;
use super::{By, Chain, Source};
use crate::ir::{Bound, Place, Projection, Ty, V};

impl Lower<'_> {
    /// A range as a term.
    pub fn range_expr(&mut self, range: &ExprRange) -> Term {
        let expr = Expr::Range(range.clone());
        match self.chain(&expr) {
            Some(chain) => Term::Chain(std::rc::Rc::new(chain)),
            None => self.opaque(&expr),
        }
    }

    /// An expression as an iterator, if it is one that can be taken apart.
    pub fn chain(&mut self, expr: &Expr) -> Option<Chain> {
        match strip(expr) {
            Expr::Range(range) => {
                let source = self.range(range)?;
                Some(Chain { written: expr.clone(), source, stages: Vec::new() })
            }
            Expr::MethodCall(call) if is_source(&call.method.to_string(), call.args.len()) => {
                if let Some(parts) = self.parts_of_matrix(call) {
                    return self.chain(&parts).map(|chain| Chain { written: expr.clone(), ..chain });
                }
                let receiver = self.receiver_chain(call);
                let chain = match receiver {
                    Ok(chain) => self.adapted(chain, call),
                    Err(term) => self.source_of(&term, call),
                };
                chain.map(|chain| Chain { written: expr.clone(), ..chain })
            }
            Expr::Call(call) if is_generator(call) => self.generated(call),
            Expr::Reference(reference)
                if reference.mutability.is_some() && self.progress(&reference.expr).is_some() =>
            {
                self.taken_from(&reference.expr)
            }
            _ => {
                let term = self.expr(expr);
                self.iterated(&term, expr)
            }
        }
    }

    /// `m.column_iter()` as `(0..m.ncols()).map(|j| m.column(j))`, for a matrix that has a name.
    fn parts_of_matrix(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let (part, count) = match call.method.to_string().as_str() {
            "column_iter" => ("column", "ncols"),
            "row_iter" => ("row", "nrows"),
            _ => return None,
        };
        let matrix = &call.receiver;
        is_named(matrix).then_some(())?;
        self.counter += 1;
        let [part, count] = [part, count].map(|name| syn::Ident::new(name, call.method.span()));
        let at = quote::format_ident!("{part}_at_{}", self.counter, span = call.method.span());
        Some(syn::parse_quote!((0..#matrix.#count()).map(|#at| #matrix.#part(#at))))
    }

    /// What a method of an iterator is called on: a chain, or something else.
    pub fn receiver_chain(&mut self, call: &ExprMethodCall) -> Result<Chain, Term> {
        let is_chain = match strip(&call.receiver) {
            Expr::Range(_) => true,
            Expr::MethodCall(inner) => is_source(&inner.method.to_string(), inner.args.len()),
            Expr::Call(inner) => is_generator(inner),
            _ => false,
        };
        if is_chain {
            return self.chain(&call.receiver).ok_or(Term::Poison);
        }
        if call.method == "by_ref" && self.progress(&call.receiver).is_some() {
            return self.taken_from(&call.receiver).ok_or(Term::Poison);
        }
        match self.expr(&call.receiver) {
            Term::Chain(chain) => Ok(self.rest_of(&chain)),
            other => Err(other),
        }
    }

    /// `for x in term`, `zip(term)`.
    pub fn iterated(&mut self, term: &Term, written: &Expr) -> Option<Chain> {
        let by = match term {
            Term::Chain(chain) => return Some(self.rest_of(chain)),
            Term::Place(_) => By::Value,
            Term::Ref { mutable: true, .. } => By::RefMut,
            Term::Ref { mutable: false, .. } => By::Ref,
            Term::Value(_) | Term::Tuple(_) => {
                let place = self.spill(term.clone(), "t", written.span());
                return Some(elements(place, By::Value, written));
            }
            // `&TABLE`
            Term::ValueRef(v) if !self.ty(*v).is_scalar() => {
                let place = self.spill(Term::Value(*v), "t", written.span());
                return Some(elements(place, By::Ref, written));
            }
            _ => return None,
        };
        self.sequence_place(term).map(|place| elements(place, by, written))
    }

    /// The place of an array, a slice, a vector, or of something that may be one.
    fn sequence_place(&self, term: &Term) -> Option<Place> {
        let place = term.place()?;
        let indexable = !matches!(self.place_ty(place), Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Tuple(_));
        indexable.then(|| place.clone())
    }

    /// `x.iter()`, `x.windows(n)` …
    fn source_of(&mut self, term: &Term, call: &ExprMethodCall) -> Option<Chain> {
        let term = match term {
            Term::Value(_) => Term::Place(self.spill(term.clone(), "t", call.span())),
            other => other.clone(),
        };
        let place = self.sequence_place(&term)?;
        let written = Expr::MethodCall(call.clone());
        let name = call.method.to_string();
        let source = match (name.as_str(), call.args.first()) {
            ("iter", None) => Source::Elements { place, by: By::Ref },
            ("iter_mut", None) => Source::Elements { place, by: By::RefMut },
            ("into_iter", None) => {
                let by = match term {
                    Term::Ref { mutable: true, .. } => By::RefMut,
                    Term::Ref { .. } => By::Ref,
                    _ => By::Value,
                };
                Source::Elements { place, by }
            }
            ("windows", Some(size)) => Source::Windows { place, size: self.count(size) },
            (
                "chunks" | "chunks_mut" | "chunks_exact" | "chunks_exact_mut" | "rchunks" | "rchunks_mut"
                | "rchunks_exact" | "rchunks_exact_mut",
                Some(size),
            ) => Source::Chunks {
                place,
                size: self.count(size),
                exact: name.contains("exact"),
                mutable: name.ends_with("mut"),
                from_end: name.starts_with('r'),
            },
            _ => return None,
        };
        Some(Chain { written, source, stages: Vec::new() })
    }

    pub fn count(&mut self, expr: &Expr) -> V {
        let term = self.expr(expr);
        let v = self.value(term, expr.span());
        self.learn(v, &Ty::Int);
        v
    }

    /// A range of integers.
    fn range(&mut self, range: &ExprRange) -> Option<Source> {
        let start = range.start.as_ref()?;
        let inclusive = matches!(range.limits, RangeLimits::Closed(_));
        let trip = range.end.as_ref().and_then(|end| self.trip(start, end, inclusive));
        let first = self.count(start);
        let end = range.end.as_ref().map(|end| self.count(end));
        Some(Source::Range { start: first, end, inclusive, trip })
    }

    /// The trip count of a range, where the compiler can know it: from `0` to a literal or a constant.
    fn trip(&self, start: &Expr, end: &Expr, inclusive: bool) -> Option<proc_macro2::TokenStream> {
        match (literal(start), literal(end)) {
            (Some(first), Some(last)) => {
                let count = last.saturating_sub(first) + usize::from(inclusive && last >= first);
                Some(proc_macro2::Literal::usize_unsuffixed(count).to_token_stream())
            }
            (Some(0), None) if !inclusive && self.is_constant_name(end) => Some(end.to_token_stream()),
            _ => None,
        }
    }

    /// Whether an expression is the name of a constant or of a const parameter.
    fn is_constant_name(&self, expr: &Expr) -> bool {
        let Expr::Path(path) = strip(expr) else { return false };
        let upper = path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase));
        upper && scan::name(expr).is_none_or(|name| !self.env.contains_key(&name))
    }
}

fn elements(place: Place, by: By, written: &Expr) -> Chain {
    Chain { written: written.clone(), source: Source::Elements { place, by }, stages: Vec::new() }
}

/// The number that a literal is.
pub fn literal(expr: &Expr) -> Option<usize> {
    match strip(expr) {
        Expr::Lit(lit) => match &lit.lit {
            syn::Lit::Int(lit) => lit.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression is a variable or a field of one.
fn is_named(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Path(path) => path.path.get_ident().is_some(),
        Expr::Field(field) => is_named(&field.base),
        Expr::Reference(reference) => is_named(&reference.expr),
        _ => false,
    }
}

/// Whether a method makes or adapts a lazy iterator.
pub fn is_source(name: &str, arguments: usize) -> bool {
    match arguments {
        0 => matches!(
            name,
            "iter"
                | "iter_mut"
                | "into_iter"
                | "column_iter"
                | "row_iter"
                | "rev"
                | "enumerate"
                | "copied"
                | "cloned"
                | "flatten"
                | "by_ref"
                | "cycle"
                | "peekable"
                | "fuse"
        ),
        1 => matches!(
            name,
            "windows"
                | "chunks"
                | "chunks_mut"
                | "chunks_exact"
                | "chunks_exact_mut"
                | "rchunks"
                | "rchunks_mut"
                | "rchunks_exact"
                | "rchunks_exact_mut"
                | "zip"
                | "skip"
                | "take"
                | "step_by"
                | "map"
                | "filter"
                | "take_while"
                | "skip_while"
                | "flat_map"
                | "filter_map"
                | "map_while"
                | "chain"
                | "inspect"
        ),
        2 => name == "scan",
        _ => false,
    }
}

/// A part of a place, from one index up to another.
pub fn sub_slice(place: &Place, start: V, end: V) -> Place {
    place.then(Projection::Slice { start: Bound::At(start), end: Bound::At(end) })
}
