//! Constant code in the user's words, over the values and variables that it names.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Member};

use super::stmt::strip;
use super::{Lower, Term, scan};
use crate::ir::{Binding, Bound, Op, Opaque, Place, Prim, Projection, Ty, V};
use crate::parse::tokens::{assigns, each_ident};

impl Lower<'_> {
    /// A constant expression, as a term.
    pub fn opaque(&mut self, expr: &Expr) -> Term {
        let known = self.ty_of_constant_field(expr).or_else(|| self.discrete_ty(expr));
        let ty = known.unwrap_or_else(|| constant_ty(expr));
        let opaque = self.opaque_of(expr);
        let v = self.bind("t", ty.clone(), Op::Opaque(opaque), expr.span());
        match ty {
            Ty::Tuple(elements) => self.taken_apart(v, &elements, expr.span()),
            _ => Term::Value(v),
        }
    }

    /// The elements of a constant tuple whose types are known.
    fn taken_apart(&mut self, tuple: V, types: &[Ty], span: Span) -> Term {
        let element = |(index, ty): (usize, &Ty)| {
            let index = member(index, span);
            let uses = vec![(format_ident!("parts", span = span), Binding::Value(tuple))];
            let opaque = Opaque { expr: Box::new(parsed(quote::quote!(parts.#index))), uses, cheap: true };
            Term::Value(self.bind("t", ty.clone(), Op::Opaque(opaque), span))
        };
        Term::Tuple(types.iter().enumerate().map(element).collect())
    }

    /// A constant expression with what it names.
    pub fn opaque_of(&mut self, expr: &Expr) -> Opaque {
        let mut expr = expr.clone();
        crate::parse::fallible::Restore.visit_expr_mut(&mut expr);
        let uses = self.uses(expr.to_token_stream(), expr.span());
        let cheap = is_cheap(&expr);
        super::certain::confirm(self, &mut expr);
        References { lower: self }.visit_expr_mut(&mut expr);
        Opaque { expr: Box::new(expr), uses, cheap }
    }

    /// The names of the body in these tokens, with what they are.
    pub fn uses(&mut self, tokens: TokenStream, span: Span) -> Vec<(Ident, Binding)> {
        let mut names: Vec<Ident> = Vec::new();
        each_ident(tokens, &mut |ident| {
            if self.env.contains_key(&ident.to_string()) && !names.contains(ident) {
                names.push(ident.clone());
            }
        });
        names.into_iter().filter_map(|name| Some((name.clone(), self.binding(&name, span)?))).collect()
    }

    fn binding(&mut self, name: &Ident, span: Span) -> Option<Binding> {
        let text = name.to_string();
        let term = self.env.get(&text).cloned()?;
        Some(match term {
            Term::Closure(_) if self.helpers.contains(&text) => return None,
            Term::Value(v) | Term::ValueRef(v) => Binding::Value(v),
            Term::Place(place) | Term::Ref { place, .. } if place.projections.is_empty() => {
                Binding::Var(place.base)
            }
            Term::Ref { place, mutable } => Binding::Value(self.borrow(&place, mutable, span)),
            Term::Place(place) => {
                let place = self.borrow_or_load(&text, place, span);
                return Some(place);
            }
            Term::Tuple(_) => {
                self.gathered.insert(text.clone(), term.clone());
                let place = self.spill(term, &text, span);
                self.env.insert(text, Term::Place(place.clone()));
                Binding::Var(place.base)
            }
            Term::Closure(closure) => {
                let expr = Expr::Closure((*closure).clone());
                let opaque = self.opaque_of(&expr);
                Binding::Value(self.bind(&text, Ty::Constant, Op::Opaque(opaque), span))
            }
            Term::Chain(chain) => {
                let opaque = self.opaque_of(&chain.written.clone());
                Binding::Value(self.bind(&text, Ty::Constant, Op::Opaque(opaque), span))
            }
            Term::Maybe(parts) => Binding::Value(self.option_value(*parts, span)),
            Term::Known(_) | Term::Unit | Term::Uninit | Term::Never | Term::Poison => return None,
        })
    }

    fn borrow_or_load(&mut self, name: &str, place: Place, span: Span) -> Binding {
        match self.place_ty(&place) {
            Ty::Float(_) | Ty::Int | Ty::Bool => Binding::Value(self.load(place, span)),
            _ => {
                let copy = self.copy_of(place, name, span);
                self.env.insert(name.to_owned(), copy.clone());
                Binding::Var(copy.place().map_or(crate::ir::M(0), |place| place.base))
            }
        }
    }

    /// A reference to memory as a value that user code can name.
    pub fn borrow(&mut self, place: &Place, mutable: bool, span: Span) -> V {
        let (tokens, uses) = written(place, span);
        let expr = if mutable { quote::quote!(&mut #tokens) } else { quote::quote!(&#tokens) };
        let opaque = Opaque { expr: Box::new(parsed(expr)), uses, cheap: true };
        self.bind("t", Ty::Constant, Op::Opaque(opaque), span)
    }

    /// A tuple of values, as a value.
    pub fn tuple_of(&mut self, values: &[V], span: Span) -> V {
        let names: Vec<Ident> =
            (0..values.len()).map(|index| format_ident!("index_{index}", span = span)).collect();
        let expr = parsed(quote::quote!((#(#names),*)));
        let uses = names.into_iter().zip(values.iter().map(|v| Binding::Value(*v))).collect();
        self.bind("t", Ty::Constant, Op::Opaque(Opaque { expr: Box::new(expr), uses, cheap: true }), span)
    }
}

/// A place as an expression, over names for its variable and its indices.
pub fn written(place: &Place, span: Span) -> (TokenStream, Vec<(Ident, Binding)>) {
    let base = format_ident!("memory", span = span);
    let mut tokens = base.to_token_stream();
    let mut uses = vec![(base, Binding::Var(place.base))];
    let mut name = |v: V| {
        let name = format_ident!("index_{}", uses.len(), span = span);
        uses.push((name.clone(), Binding::Value(v)));
        name
    };
    for projection in &place.projections {
        match projection {
            Projection::Index(v) => {
                let at = name(*v);
                tokens = quote::quote!(#tokens[#at]);
            }
            Projection::Field(member) => tokens = quote::quote!(#tokens.#member),
            Projection::Payload(payload) => {
                let (variant, member) = (&payload.variant, &payload.member);
                tokens = quote::quote!((*match &#tokens {
                    #variant { #member: payload, .. } => payload,
                    #[allow(unreachable_patterns)]
                    _ => ::core::unreachable!(),
                }));
            }
            Projection::View(view) => {
                let (method, turbofish) = (&view.method, &view.turbofish);
                let args = view.args.iter().map(|v| name(*v));
                tokens = quote::quote!(#tokens.#method #turbofish(#(#args),*));
            }
            Projection::Coordinates => tokens = quote::quote!(#tokens.coords),
            Projection::Slice { start, end } => {
                let start = match start {
                    Bound::At(v) | Bound::Through(v) => name(*v).to_token_stream(),
                    Bound::Open => TokenStream::new(),
                };
                let end = match end {
                    Bound::Open => quote::quote!(..),
                    Bound::At(v) => {
                        let end = name(*v);
                        quote::quote!(..#end)
                    }
                    Bound::Through(v) => {
                        let end = name(*v);
                        quote::quote!(..=#end)
                    }
                };
                tokens = quote::quote!(#tokens[#start #end]);
            }
        }
    }
    (tokens, uses)
}

/// References to scalars are values here: `*x` becomes `x`, and a bare `x` becomes `&x`.
struct References<'a, 'b> {
    lower: &'a Lower<'b>,
}

impl References<'_, '_> {
    fn is_value_ref(&self, expr: &Expr) -> bool {
        match strip(expr) {
            Expr::Field(_) => matches!(self.component(expr), Some(Term::ValueRef(_) | Term::Ref { .. })),
            _ => matches!(self.component(expr), Some(Term::ValueRef(_))),
        }
    }

    /// A name, or a component of a tuple that fell apart: the tuple that user code sees has values in it.
    fn component(&self, expr: &Expr) -> Option<&Term> {
        match strip(expr) {
            Expr::Field(field) => match (self.component(&field.base)?, &field.member) {
                (Term::Tuple(elements), Member::Unnamed(index)) => elements.get(index.index as usize),
                _ => None,
            },
            _ => {
                let name = scan::name(expr)?;
                match self.lower.env.get(&name)? {
                    Term::Place(_) => self.lower.gathered.get(&name),
                    term => Some(term),
                }
            }
        }
    }
}

impl VisitMut for References<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Unary(unary) = expr
            && matches!(unary.op, syn::UnOp::Deref(_))
            && self.is_value_ref(&unary.expr)
        {
            *expr = (*unary.expr).clone();
            return;
        }
        if matches!(expr, Expr::Path(_) | Expr::Field(_)) && self.is_value_ref(expr) {
            let name = expr.clone();
            *expr = syn::parse_quote!((&#name));
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

/// Rewrites references to scalars in a statement that stays as it is.
pub fn dereference(lower: &Lower<'_>, stmt: &mut syn::Stmt) {
    References { lower }.visit_stmt_mut(stmt);
}

/// What the syntax alone tells of a constant's type.
fn constant_ty(expr: &Expr) -> Ty {
    match strip(expr) {
        Expr::Binary(binary) => match super::operator::primitive(&binary.op) {
            Some(prim) if prim.is_predicate() => Ty::Bool,
            _ => Ty::Constant,
        },
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "len" | "count" | "nrows" | "ncols" | "capacity" => Ty::Int,
            "any" | "all" | "contains" | "is_empty" | "is_some" | "is_none" | "is_ok" | "is_err" => Ty::Bool,
            _ => Ty::Constant,
        },
        _ => Ty::Constant,
    }
}

/// Whether computing an expression once more costs next to nothing.
fn is_cheap(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Unary(unary) => is_cheap(&unary.expr),
        Expr::Binary(binary) => is_cheap(&binary.left) && is_cheap(&binary.right) && !assigns(&binary.op),
        Expr::Cast(cast) => is_cheap(&cast.expr),
        Expr::Field(field) => is_cheap(&field.base),
        Expr::Index(index) => is_cheap(&index.expr) && is_cheap(&index.index),
        Expr::Reference(reference) => reference.mutability.is_none() && is_cheap(&reference.expr),
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let known = matches!(name.as_str(), "len" | "is_empty" | "nrows" | "ncols")
                || Prim::method(&name).is_some_and(Prim::is_cheap);
            known && is_cheap(&call.receiver) && call.args.iter().all(is_cheap)
        }
        _ => false,
    }
}

/// Tokens as an expression whose names can be found.
pub fn parsed(tokens: TokenStream) -> Expr {
    syn::parse2(tokens.clone()).unwrap_or(Expr::Verbatim(tokens))
}

/// A member with a number.
pub fn member(index: usize, span: Span) -> Member {
    Member::Unnamed(syn::Index { index: u32::try_from(index).unwrap_or(0), span })
}
