//! The second derivative of an operator's `impl`: an `impl` of the runtime's trait.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::super::face::{Face, FaceParam};
use super::super::operator::{declared, dot, given_or_zero, implement, lent, operands, result, sides};
use super::super::{Reverse, one_or_tuple, stubs};
use super::call::{Swept, swept};
use crate::ir::VarKind;
use crate::parse::{Home, Operator};

/// `impl MulSecond<Vec3> for Vec3`
pub fn rule(home: &Home, operator: &Operator, face: &Face, along: &Face, both: &Reverse<'_>) -> TokenStream {
    let Swept { seeds, buffers, code } = swept(face, along, both);
    let mut names = along.names();
    let directions: Vec<&FaceParam> = along.params.iter().skip(face.params.len()).collect();
    let lent_dots = face.active().zip(&directions).map(|(param, direction)| {
        let (name, given) = (&direction.name, given_or_zero(operator, param, &face.runtime));
        match param.passing {
            VarKind::Owned => quote!(let mut #name = #given;),
            VarKind::Ref => quote!(let #name = &#given;),
            _ => quote!(let #name = &mut #given;),
        }
    });
    let lent_dots = quote!(#(#lent_dots)*);
    let [seed, dot_seed] = ["seed", "dot_seed"].map(|name| names.fresh(name, Span::call_site()));
    let seeds = (seeds.len() == 2).then(|| quote!(let (#(#seeds),*) = (#seed, #dot_seed);));
    let cotangents = Cotangents::of(operator, face, [&seed, &dot_seed]);
    let Cotangents { zeros, own, returned, answers } = &cotangents;
    let lent_buffers = buffers.iter().zip(own).map(|((name, _), own)| quote!(let #name = &mut #own;));
    let pattern = one_or_tuple(returned);
    let (dots, lent, declared) = (operands(face).map(dot), lent(operator, face), declared(operator, face));
    let (sides, result, runtime) = (sides(operator), result(operator), &face.runtime);
    let seed_type = quote!(<#result as #runtime::Differentiable>::Tangent);
    let [answers, dot_answers] = answers;
    let items = quote! {
        #[inline]
        fn second(
            #(#declared,)*
            (#(#dots,)*): (#(::core::option::Option<Self::#sides>,)*),
            (#seed, #dot_seed): (#seed_type, #seed_type),
        ) -> ((#(Self::#sides,)*), (#(Self::#sides,)*)) {
            #lent_dots
            #seeds
            #(#zeros)*
            let #pattern = {
                #lent
                #(#lent_buffers)*
                #code
            };
            ((#(#answers,)*), (#(#dot_answers,)*))
        }
    };
    let name = operator.rule.to_string();
    let name = format_ident!("{}Second", name.strip_suffix("Rule").unwrap_or(&name));
    implement(home, operator, face, &quote!(second::#name), &items)
}

/// Where the cotangents of the operands and of their tangents are.
struct Cotangents {
    /// The buffers, made.
    zeros: Vec<TokenStream>,
    /// Their names, in the order of the sweep's.
    own: Vec<Ident>,
    /// The names of those that the sweep returns.
    returned: Vec<TokenStream>,
    /// One per operand, and one per operand's tangent.
    answers: [Vec<TokenStream>; 2],
}

impl Cotangents {
    fn of(operator: &Operator, face: &Face, seeds: [&Ident; 2]) -> Self {
        let mut all =
            Self { zeros: Vec::new(), own: Vec::new(), returned: Vec::new(), answers: Default::default() };
        for (which, seed) in seeds.into_iter().enumerate() {
            for (index, param) in operands(face).enumerate() {
                if !param.active {
                    all.answers[which].push(quote!(()));
                    continue;
                }
                let name = format_ident!("__bar{which}_{index}");
                all.answers[which].push(quote!(#name));
                if param.passing == VarKind::Owned {
                    all.returned.push(quote!(#name));
                    continue;
                }
                // What an operator changes is given back as its result.
                let is_changed = operator.assigns && param.passing == VarKind::RefMut;
                let start = if is_changed { quote!(#seed) } else { stubs::zero(param, &face.runtime) };
                all.zeros.push(quote!(let mut #name = #start;));
                all.own.push(name);
            }
        }
        all
    }
}
