//! The derivative of an operator's `impl`: an `impl` of the runtime's trait of its rule, which is how `a * b` finds it by type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::face::{Face, FaceParam};
use super::{Reverse, allowed, one_or_tuple, pair, stubs};
use crate::emit::emitter::Emitter;
use crate::ir::{Output, VarKind};
use crate::parse::{Home, Operator};
use crate::transform::forward::Tangent;

/// `impl MulRule<Vec3> for Vec3`
pub fn rule(
    home: &Home,
    operator: &Operator,
    face: &Face,
    pair: &Reverse<'_>,
    tangent: &Tangent,
) -> TokenStream {
    around(home, operator, face, &forward(operator, face, pair), &jvp(operator, face, tangent))
}

/// The same without bodies.
pub fn stub(home: &Home, operator: &Operator, face: &Face) -> TokenStream {
    let nothing = quote!(::core::unreachable!());
    let answers = operands(face).map(|_| quote!(#nothing));
    around(home, operator, face, &quote!((#nothing, |_| (#(#answers,)*))), &nothing)
}

/// The `impl` around the bodies of its two functions.
fn around(
    home: &Home,
    operator: &Operator,
    face: &Face,
    forward: &TokenStream,
    jvp: &TokenStream,
) -> TokenStream {
    let (runtime, rule) = (&face.runtime, &operator.rule);
    let (sides, declared, result) = (sides(operator), declared(operator, face), result(operator));
    let tangents = operands(face).map(|param| if param.active { param.tangent.clone() } else { quote!(()) });
    let seed = quote!(<#result as #runtime::Differentiable>::Tangent);
    let dots = sides.iter().zip(operands(face)).map(|(side, param)| {
        let name = dot(param);
        quote!(#name: ::core::option::Option<Self::#side>)
    });
    let items = quote! {
        #(type #sides = #tangents;)*
        #[inline]
        fn forward(#(#declared),*) -> (#result, impl Fn(#seed) -> (#(Self::#sides,)*)) {
            #forward
        }
        #[inline]
        fn jvp(#(#declared,)* #(#dots),*) -> (#result, #seed) {
            #jvp
        }
    };
    implement(home, operator, face, &quote!(ops::#rule), &items)
}

/// The `impl` of a trait of the runtime's for the operands.
pub fn implement(
    home: &Home,
    operator: &Operator,
    face: &Face,
    name: &TokenStream,
    items: &TokenStream,
) -> TokenStream {
    let (runtime, Operator { right, conditions, .. }) = (&face.runtime, operator);
    let (generics, _, _) = home.generics.split_for_impl();
    let (own, clause, allowed) = (&home.own, face.bounds(home), allowed());
    let arguments = right.as_ref().map(|right| quote!(<#right>));
    quote! {
        #(#conditions)*
        #allowed
        impl #generics #runtime::#name #arguments for #own #clause {
            #items
        }
    }
}

/// The names of the operands' tangents in the rule.
pub fn sides(operator: &Operator) -> Vec<Ident> {
    let sides: &[&str] = if operator.right.is_some() { &["Left", "Right"] } else { &["Operand"] };
    sides.iter().map(|side| Ident::new(side, Span::call_site())).collect()
}

/// The operands as they are declared.
pub fn declared(operator: &Operator, face: &Face) -> Vec<TokenStream> {
    let is_mutable = operator.assigns || face.params.first().is_some_and(|own| own.mutable);
    let mut declared = vec![if is_mutable { quote!(mut self) } else { quote!(self) }];
    declared.extend(operator.right.as_ref().zip(face.params.get(1)).map(|(right, param)| {
        let (name, mutability) = (&param.name, param.mutable.then(|| quote!(mut)));
        quote!(#mutability #name: #right)
    }));
    declared
}

/// What the operator gives.
pub fn result(operator: &Operator) -> TokenStream {
    if operator.assigns { quote!(Self) } else { quote!(Self::Output) }
}

/// The operands, the left one first.
pub fn operands(face: &Face) -> impl Iterator<Item = &FaceParam> {
    face.params.iter()
}

/// The name of an operand's tangent.
pub fn dot(param: &FaceParam) -> Ident {
    format_ident!("{}_dot", param.name)
}

/// The name of an operand's cotangent.
fn bar(param: &FaceParam) -> Ident {
    format_ident!("{}_bar", param.name)
}

/// `let this = &mut self;`: what is changed is an operand by value here.
pub fn lent(operator: &Operator, face: &Face) -> Option<TokenStream> {
    let this = &face.params.first().filter(|_| operator.assigns)?.name;
    Some(quote!(let #this = &mut self;))
}

/// The primal sweep, and the backward half with a cotangent for each operand.
fn forward(operator: &Operator, face: &Face, pair: &Reverse<'_>) -> TokenStream {
    let mut emitter =
        Emitter::new(pair.body, &[&pair.body.block, &pair.backward.block], face.runtime.clone());
    emitter.scoped(|emitter| {
        emitter.imports();
        emitter.claims();
        emitter.push(lent(operator, face).unwrap_or_default());
        emitter.stmts(&pair.body.block);
        let value = match &pair.body.result {
            Output::Unit => quote!(self),
            result => emitter.value_of(result, &pair.body.block.results),
        };
        let closure = pair::closure(face, emitter, pair.backward);
        let closure = if returns_all(face) { closure } else { answering(operator, face, emitter, &closure) };
        let pullback = emitter.names.fresh("backward", Span::call_site());
        emitter.push(quote!(let #pullback = #closure; (#value, #pullback)));
    })
}

/// Whether the backward half returns the cotangents of both operands as it is.
fn returns_all(face: &Face) -> bool {
    face.params.len() > 1 && operands(face).all(|param| param.active && param.passing == VarKind::Owned)
}

/// A closure around the backward half that owns the buffers.
fn answering(
    operator: &Operator,
    face: &Face,
    emitter: &mut Emitter<'_>,
    closure: &TokenStream,
) -> TokenStream {
    let half = emitter.names.fresh("half", Span::call_site());
    let seed = emitter.names.fresh("seed", Span::call_site());
    emitter.push(quote!(let #half = #closure;));
    let mut zeros = Vec::new();
    let (mut given, mut returned) = (Vec::new(), Vec::new());
    if face.returns() {
        given.push(quote!(#seed));
    }
    for param in face.active() {
        let bar = bar(param);
        match param.passing {
            VarKind::Owned => returned.push(quote!(#bar)),
            VarKind::RefMut if operator.assigns => zeros.push(quote!(let mut #bar = #seed;)),
            _ => {
                let zero = stubs::zero(param, &face.runtime);
                zeros.push(quote!(let mut #bar = #zero;));
            }
        }
        if param.passing != VarKind::Owned {
            given.push(quote!(&mut #bar));
        }
    }
    let cotangents = operands(face).map(|param| {
        let bar = bar(param);
        if param.active { quote!(#bar) } else { quote!(()) }
    });
    let pattern = one_or_tuple(&returned);
    let ty = face.runtime.clone();
    let result = result(operator);
    quote! {
        move |#seed: <#result as #ty::Differentiable>::Tangent| {
            #(#zeros)*
            let #pattern = #half(#(#given),*);
            (#(#cotangents,)*)
        }
    }
}

/// The value and its tangent.
fn jvp(operator: &Operator, face: &Face, tangent: &Tangent) -> TokenStream {
    let mut emitter = Emitter::new(&tangent.body, &[&tangent.body.block], face.runtime.clone());
    emitter.scoped(|emitter| {
        emitter.imports();
        let mut changed = None;
        for (param, binding) in face.active().zip(&tangent.dots) {
            let (given, zero) = (dot(param), given_or_zero(operator, param, &face.runtime));
            let name = emitter.names.fresh(&given.to_string(), Span::call_site());
            let bound = match param.passing {
                VarKind::Ref => quote!(let #name = &#zero;),
                VarKind::RefMut => {
                    let owned = emitter.names.fresh("changed", Span::call_site());
                    let lend = quote!(let mut #owned = #zero; let #name = &mut #owned;);
                    changed = Some(owned);
                    lend
                }
                _ => quote!(let mut #name = #zero;),
            };
            emitter.push(bound);
            emitter.bind_parameter(*binding, name, param.passing);
        }
        emitter.push(lent(operator, face).unwrap_or_default());
        emitter.stmts(&tangent.body.block);
        let results = &tangent.body.block.results;
        let (value, derivative) = match changed {
            Some(changed) => (quote!(self), quote!(#changed)),
            None => (emitter.output(&tangent.body.result, results), emitter.output(&tangent.result, results)),
        };
        emitter.push(quote!((#value, #derivative)));
    })
}

/// The tangent of an operand; zero where it is constant.
pub fn given_or_zero(operator: &Operator, param: &FaceParam, runtime: &TokenStream) -> TokenStream {
    let dot = dot(param);
    let is_changed = operator.assigns && param.passing == VarKind::RefMut;
    let zero = if is_changed { quote!(#runtime::zero_tangent(&self)) } else { stubs::zero(param, runtime) };
    quote!(#dot.unwrap_or_else(|| #zero))
}
