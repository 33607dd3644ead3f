//! The errors of `Result`s: an `Option` of the error, which is constant.

use proc_macro2::Span;
use syn::Expr;

use super::{Lower, Term};
use crate::ir::{Binding, Op, Opaque, Ty, V};

impl Lower<'_> {
    /// The error of a `Result` that has none.
    pub fn no_error(&mut self, span: Span) -> Term {
        let expr: Expr = syn::parse_quote!(::core::option::Option::None);
        let opaque = Opaque { expr: Box::new(expr), uses: Vec::new(), cheap: true };
        Term::Value(self.bind("error", Ty::Constant, Op::Opaque(opaque), span))
    }

    /// The error of a `Result` that has this one.
    pub fn error_value(&mut self, error: V, span: Span) -> Term {
        let name = syn::Ident::new("error", span);
        let expr: Expr = syn::parse_quote!(::core::option::Option::Some(#name));
        let uses = vec![(name, Binding::Value(error))];
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: true };
        Term::Value(self.bind("error", Ty::Constant, Op::Opaque(opaque), span))
    }

    /// A `Result` whose type is written: what `?` converts its error to has to be known.
    pub fn with_error_type(&mut self, term: Term, ty: &syn::Type, span: Span) -> Term {
        let (Term::Maybe(parts), Some(error)) = (&term, crate::parse::fallible::error_type(ty)) else {
            return term;
        };
        let Term::Value(v) = parts.2 else { return term };
        let name = syn::Ident::new("error_before", span);
        let expr: Expr =
            syn::parse_quote!(::core::convert::identity::<::core::option::Option<#error>>(#name));
        let opaque = Opaque { expr: Box::new(expr), uses: vec![(name, Binding::Value(v))], cheap: true };
        let error = self.bind("error", Ty::Constant, Op::Opaque(opaque), span);
        Term::outcome(parts.0.clone(), parts.1.clone(), Term::Value(error))
    }

    /// The error of a `Result` as `?` converts it.
    pub fn converted(&mut self, error: Term, span: Span) -> Term {
        if matches!(error, Term::Unit) {
            return error;
        }
        self.mapped_error_by(error, &syn::parse_quote!(::core::convert::From::from), true, span)
    }

    pub fn mapped_error(&mut self, error: Term, function: &Expr, span: Span) -> Term {
        self.mapped_error_by(error, function, false, span)
    }

    /// `needless` says that it doesn't matter whether it happens, where the error isn't used.
    fn mapped_error_by(&mut self, error: Term, function: &Expr, needless: bool, span: Span) -> Term {
        let name = syn::Ident::new("error_before", span);
        let Opaque { expr: function, mut uses, .. } = self.opaque_of(function);
        let v = self.value(error, span);
        uses.push((name.clone(), Binding::Value(v)));
        let expr: Expr = syn::parse_quote!(#name.map(#function));
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: needless };
        Term::Value(self.bind("error", Ty::Constant, Op::Opaque(opaque), span))
    }

    /// The error that is there.
    pub fn error_of(&mut self, error: &Term, span: Span) -> Term {
        let name = syn::Ident::new("error_before", span);
        let v = self.value(error.clone(), span);
        let runtime = self.runtime.clone();
        let expr: Expr = syn::parse_quote!(#runtime::__private::succeeded(#name));
        let uses = vec![(name, Binding::Value(v))];
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: false };
        Term::Value(self.bind("error", Ty::Constant, Op::Opaque(opaque), span))
    }
}
