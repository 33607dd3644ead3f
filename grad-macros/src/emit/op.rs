//! Operations, places and zeros as expressions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::emitter::Emitter;
use super::expr::{Expr, Prec};
use crate::ir::{Bound, Float, Form, M, Op, Payload, Place, Prim, Projection, Ty, V, VarKind};

impl<'a> Emitter<'a> {
    /// What a value is computed from.
    pub fn op(&mut self, v: V, op: &'a Op) -> Expr {
        let ty = &self.body.value(v).ty;
        match op {
            Op::Number(number) => Expr::number(*number, ty, &self.runtime),
            Op::Literal(expr) => Expr::literal(expr, ty),
            Op::Prim(prim, operands) => self.prim(*prim, operands),
            Op::Cast(operand, target) => {
                let operand = self.expr(*operand);
                let tokens = operand.at_least(Prec::Prefix);
                Expr::new(quote!(#tokens as #target), Prec::Cast).reading(operand.reads)
            }
            Op::Load(place) => self.place(place),
            Op::Len(place) => {
                let place = self.object(place);
                Expr::method(place, "len", Vec::new())
            }
            Op::Opaque(opaque) => self.opaque(opaque),
            Op::Undef => Expr::new(self.default(ty), Prec::Postfix),
            Op::Copy(operand) | Op::Stop(operand) => self.expr(*operand),
            Op::ZeroTangent(operand) if matches!(self.body.value(*operand).ty, Ty::Int | Ty::Bool) => {
                Expr::atom(quote!(()))
            }
            Op::ZeroTangent(operand) => {
                let operand = self.expr(*operand);
                let (runtime, tokens) = (&self.runtime, operand.at_least(Prec::Prefix));
                Expr::atom(quote!(#runtime::zero_tangent(&#tokens))).reading(operand.reads)
            }
            Op::ZeroTangentAt(place) => {
                let place = self.reference(place, false);
                let (runtime, tokens) = (&self.runtime, &place.tokens);
                Expr::atom(quote!(#runtime::zero_tangent(#tokens))).reading(place.reads)
            }
            Op::Wrap(v) => {
                let value = self.owned(*v);
                Expr::atom(quote!(::core::option::Option::Some(#value)))
            }
            // Written by `let_op`, as a statement.
            Op::Unwrap(v) => self.expr(*v),
            Op::TripCount(range) => {
                let range = self.range(range);
                Expr::new(quote!((#range).count()), Prec::Postfix)
            }
            Op::Snapshot(place) if place.is_view() => self.place(place),
            Op::Snapshot(place) => {
                let place = self.reference(place, false);
                let (runtime, tokens) = (&self.runtime, &place.tokens);
                Expr::atom(quote!(#runtime::snapshot(#tokens))).reading(place.reads)
            }
            Op::SumOver(place) => {
                let place = self.reference(place, false);
                let (runtime, tokens) = (&self.runtime, &place.tokens);
                Expr::atom(quote!(#runtime::sum_over(#tokens))).reading(place.reads)
            }
            Op::Dot(places) => {
                let (a, b) = (self.reference(&places.0, false), self.reference(&places.1, false));
                let reads: Vec<V> = a.reads.iter().chain(&b.reads).copied().collect();
                let (runtime, a, b) = (&self.runtime, &a.tokens, &b.tokens);
                Expr::atom(quote!(#runtime::dot(#a, #b))).reading(reads)
            }
            Op::TangentSum(a, b) => {
                let args = self.exprs(&[*a, *b]);
                let runtime = &self.runtime;
                Expr::call(&quote!(#runtime::tangent_sum), args)
            }
        }
    }

    fn prim(&mut self, prim: Prim, operands: &[V]) -> Expr {
        let generic = |v: &V| matches!(self.body.value(*v).ty, Ty::Float(Float::Generic(_)));
        if prim == Prim::IsNan && operands.iter().all(generic) {
            let (runtime, operands) = (self.runtime.clone(), self.exprs(operands));
            return Expr::call(&quote!(#runtime::is_nan), operands);
        }
        let mut operands = self.exprs(operands).into_iter();
        match (prim.form(), operands.next(), operands.next(), operands.next()) {
            (Form::Infix, Some(a), Some(b), None) => Expr::infix(prim, a, b),
            (Form::Prefix, Some(a), None, None) => Expr::prefix(prim, a),
            (Form::Select, Some(cond), Some(a), Some(b)) => {
                let head = cond.before_brace();
                let (then, otherwise) = (&a.tokens, &b.tokens);
                let choice = quote!(if #head { #then } else { #otherwise });
                Expr::new(choice, Prec::Loose).reading(cond.reads).reading(a.reads).reading(b.reads)
            }
            (Form::Helper, a, b, c) => {
                let (runtime, name) = (&self.runtime, Ident::new(prim.text(), Span::call_site()));
                Expr::call(&quote!(#runtime::#name), [a, b, c].into_iter().flatten().collect())
            }
            (_, Some(a), b, c) => Expr::method(a, prim.text(), [b, c].into_iter().flatten().collect()),
            (_, None, _, _) => Expr::atom(quote!(())),
        }
    }

    /// What the base of a place is: the variable, or what its reference points to.
    fn is_reference(&self, m: M) -> bool {
        matches!(self.body.var(m).kind, VarKind::Ref | VarKind::RefMut | VarKind::Buffer)
    }

    /// A place to read from.
    pub fn place(&mut self, place: &Place) -> Expr {
        let expr = self.place_for(place, false);
        // A view is read into a matrix of its own.
        if place.is_view() { Expr::method(expr, "clone_owned", Vec::new()) } else { expr }
    }

    /// A place to write to.
    pub fn target(&mut self, place: &Place) -> Expr {
        self.place_for(place, true)
    }

    fn place_for(&mut self, place: &Place, write: bool) -> Expr {
        if place.projections.is_empty() && self.is_reference(place.base) {
            let name = self.var(place.base);
            return Expr::new(quote!(*#name), Prec::Prefix);
        }
        self.object_for(place, write)
    }

    /// A place before `.` or `[`, where references are followed without saying so.
    pub fn object(&mut self, place: &Place) -> Expr {
        self.object_for(place, false)
    }

    fn object_for(&mut self, place: &Place, write: bool) -> Expr {
        let name = self.var(place.base);
        let mut tokens = quote!(#name);
        let mut reads = Vec::new();
        for (number, projection) in place.projections.iter().enumerate() {
            match projection {
                Projection::Payload(payload) => {
                    let behind = number == 0 && self.is_reference(place.base);
                    tokens = in_variant(&tokens, payload, behind, write, &self.runtime);
                }
                Projection::Index(v) => {
                    let index = self.expr(*v);
                    let inner = index.tokens;
                    tokens = quote!(#tokens[#inner]);
                    reads.extend(index.reads);
                }
                Projection::Field(member) => tokens = quote!(#tokens.#member),
                Projection::View(view) => {
                    let args = self.exprs(&view.args);
                    let mutable = if write { "_mut" } else { "" };
                    let method = quote::format_ident!("{}{mutable}", view.method, span = view.method.span());
                    let (turbofish, inner) = (&view.turbofish, args.iter().map(|arg| &arg.tokens));
                    tokens = quote!(#tokens.#method #turbofish(#(#inner),*));
                    reads.extend(args.into_iter().flat_map(|arg| arg.reads));
                }
                Projection::Coordinates => tokens = quote!(#tokens.coords),
                Projection::Slice { start, end } => {
                    let range = self.sub_slice(*start, *end, &mut reads);
                    tokens = quote!(#tokens[#range]);
                }
            }
        }
        Expr::atom(tokens).reading(reads)
    }

    fn sub_slice(&mut self, start: Bound, end: Bound, reads: &mut Vec<V>) -> TokenStream {
        let mut bound = |bound: Bound| {
            bound.operand().map(|v| {
                let expr = self.expr(v);
                reads.extend(&expr.reads);
                expr.at_least(Prec::Or)
            })
        };
        let (from, to) = (bound(start), bound(end));
        if matches!(end, Bound::Through(_)) { quote!(#from..=#to) } else { quote!(#from..#to) }
    }

    /// `&place` or `&mut place`.
    pub fn reference(&mut self, place: &Place, mutable: bool) -> Expr {
        let kind = self.body.var(place.base).kind;
        let inner = self.place_for(place, mutable);
        let tokens = &inner.tokens;
        if mutable && place.is_view() {
            let runtime = &self.runtime;
            return Expr::new(quote!(&mut #runtime::Part(#tokens)), Prec::Prefix).reading(inner.reads);
        }
        if mutable {
            return Expr::new(quote!(&mut #tokens), Prec::Prefix).reading(inner.reads);
        }
        if place.projections.is_empty() && matches!(kind, VarKind::Ref | VarKind::Row) {
            let name = self.var(place.base);
            return Expr::atom(quote!(#name));
        }
        Expr::new(quote!(&#tokens), Prec::Prefix).reading(inner.reads)
    }

    /// Some value of a type: what stands where no value is needed.
    pub fn default(&self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Bool => quote!(false),
            Ty::Int => quote!(0),
            Ty::Float(Float::F64 | Float::F32) => Expr::number(0.0, ty, &self.runtime).typed().tokens,
            Ty::Float(Float::Generic(_)) => Expr::number(0.0, ty, &self.runtime).tokens,
            Ty::Array(element, len) => {
                let element = self.default(element);
                quote!([#element; #len])
            }
            Ty::Tuple(elements) => {
                let elements = elements.iter().map(|element| self.default(element));
                quote!((#(#elements,)*))
            }
            Ty::Vec(_) => {
                let runtime = &self.runtime;
                quote!(#runtime::Vec::new())
            }
            Ty::Option(_) => quote!(::core::option::Option::None),
            Ty::Slice(_) | Ty::Constant | Ty::Unknown | Ty::Named(_) | Ty::Algebra(..) => {
                quote!(::core::default::Default::default())
            }
        }
    }

    /// A zero whose type is known; `None` where it isn't.
    pub fn zero(&self, ty: &Ty) -> Option<TokenStream> {
        zero(ty, &self.runtime)
    }
}

/// A zero whose type is known; `None` where it isn't.
pub fn zero(ty: &Ty, runtime: &TokenStream) -> Option<TokenStream> {
    match ty {
        Ty::Float(_) => Some(Expr::number(0.0, ty, runtime).typed().tokens),
        Ty::Array(element, len) => zero(element, runtime).map(|element| quote!([#element; #len])),
        Ty::Tuple(elements) => {
            let elements: Option<Vec<_>> = elements.iter().map(|element| zero(element, runtime)).collect();
            elements.map(|elements| quote!((#(#elements,)*)))
        }
        _ => None,
    }
}

/// The number one of a float type.
pub fn one(ty: &Ty, runtime: &TokenStream) -> TokenStream {
    match ty {
        Ty::Float(Float::Generic(_)) => Expr::number(1.0, ty, runtime).tokens,
        _ => Expr::number(1.0, ty, runtime).typed().tokens,
    }
}

/// `(*match &shape { Shape::Circle { radius: payload, .. } => payload, _ => unreachable!() })`: a part of a variant as a place.
///
/// What is believed to be constant goes through a function that takes nothing else.
fn in_variant(
    whole: &TokenStream,
    payload: &Payload,
    behind: bool,
    write: bool,
    runtime: &TokenStream,
) -> TokenStream {
    let (variant, member) = (payload.path(), &payload.member);
    let whole = match (behind, write) {
        (true, true) => quote!(&mut *#whole),
        (true, false) => quote!(&*#whole),
        (false, true) => quote!(&mut #whole),
        (false, false) => quote!(&#whole),
    };
    let part = if payload.constant.is_some() { quote!(#runtime::constant(payload)) } else { quote!(payload) };
    quote! {
        (*match #whole {
            #variant { #member: payload, .. } => #part,
            #[allow(unreachable_patterns)]
            _ => ::core::unreachable!(),
        })
    }
}
