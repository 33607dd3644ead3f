//! Iterators that are made of nothing but a function or a value: `repeat`, `once`, `from_fn`, `successors`, `iter::zip`.

use syn::{Expr, ExprCall};

use super::super::Lower;
use super::super::stmt::strip;
use super::{Chain, Source, Stage};
use crate::ir::{Effect, Stmt};

impl Lower<'_> {
    /// A call of one of these functions.
    pub fn generated(&mut self, call: &ExprCall) -> Option<Chain> {
        let written = Expr::Call(call.clone());
        self.is_std(call);
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let source = |source| Some(Chain { written: written.clone(), source, stages: Vec::new() });
        match (generator(call)?.as_str(), &arguments[..]) {
            ("repeat", [value]) => {
                let term = self.argument_term(value);
                source(Source::Repeat(Box::new(term)))
            }
            ("repeat_n", [value, count]) => {
                let term = self.argument_term(value);
                let count = self.count(count);
                source(Source::Take(Box::new(Source::Repeat(Box::new(term))), count))
            }
            ("once", [value]) => {
                let term = self.expr(&syn::parse_quote!([#value]));
                self.iterated(&term, &written)
            }
            ("empty", []) => {
                let term = self.expr(&syn::parse_quote!([0.0; 0]));
                self.iterated(&term, &written)
            }
            ("zip", [a, b]) => {
                let (a, b) = (by_iterator(a), by_iterator(b));
                self.chain(&syn::parse_quote!(#a.zip(#b)))
            }
            ("from_fn", [function]) => {
                let stages = vec![Stage::Made((*function).clone())];
                Some(Chain { written, source: Source::Index, stages })
            }
            ("successors", [first, function]) => {
                let state = self.pseudo("successor");
                let stages = vec![Stage::Successors(state, (*first).clone(), (*function).clone())];
                Some(Chain { written, source: Source::Index, stages })
            }
            _ => None,
        }
    }
}

impl Lower<'_> {
    /// A bare name may be a function of the user's: rustc is asked what it makes.
    fn is_std(&mut self, call: &ExprCall) {
        let (Some(name), function) = (super::super::scan::name(&call.func), &call.func) else { return };
        let made: syn::Stmt = match name.as_str() {
            "repeat" => syn::parse_quote!(let _ = || -> ::core::iter::Repeat<()> { #function(()) };),
            "once" => syn::parse_quote!(let _ = || -> ::core::iter::Once<()> { #function(()) };),
            "empty" => syn::parse_quote!(let _ = || -> ::core::iter::Empty<()> { #function() };),
            "repeat_n" => syn::parse_quote!(let _ = || -> ::core::iter::RepeatN<()> { #function((), 0) };),
            "zip" => syn::parse_quote!(let _ = || -> ::core::iter::Zip<_, _> { #function([()], [()]) };),
            "from_fn" => {
                syn::parse_quote!(let _ = || -> ::core::iter::FromFn<_> { #function(|| ::core::option::Option::None::<()>) };)
            }
            _ => {
                syn::parse_quote!(let _ = || -> ::core::iter::Successors<(), _> { #function(::core::option::Option::None, |_| ::core::option::Option::None) };)
            }
        };
        self.stmts.push(Stmt::Effect(Effect { stmt: Box::new(made), uses: Vec::new(), writes: Vec::new() }));
    }
}

/// `x` as `x.into_iter()`, where it isn't an iterator by its looks.
fn by_iterator(expr: &Expr) -> Expr {
    if super::chain_like(expr) { expr.clone() } else { syn::parse_quote!((#expr).into_iter()) }
}

/// Whether a call makes an iterator.
pub fn is_generator(call: &ExprCall) -> bool {
    generator(call).is_some()
}

/// The function of `std::iter` that is called: by its path, or by a name that no type has before it.
fn generator(call: &ExprCall) -> Option<String> {
    let Expr::Path(path) = strip(&call.func) else { return None };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let name = names.next()?;
    let wanted = match name.as_str() {
        "repeat" | "once" | "from_fn" => 1,
        "repeat_n" | "successors" | "zip" => 2,
        "empty" => 0,
        _ => return None,
    };
    let of_iterators = names.next().is_none_or(|module| module == "iter");
    (of_iterators && call.args.len() == wanted).then_some(name)
}
