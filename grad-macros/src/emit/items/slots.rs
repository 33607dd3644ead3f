//! `__pull` and `__push`: the derivative as a caller uses it who doesn't know which parameters are differentiable.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::face::{Face, FaceParam};
use super::open::Open;
use super::{Reverse, pair};
use crate::ir::{Float, Ty, VarKind};

/// The slots of a function: their names, their types with bounds, and what is made of them.
struct Slots {
    names: Vec<Ident>,
    types: Vec<Ident>,
    bounds: Vec<TokenStream>,
    /// Per parameter, the cotangent (`()` where there is none), and its type.
    answers: Vec<TokenStream>,
    answer_types: Vec<TokenStream>,
    /// The pattern of the cotangents of what is taken by value.
    returned: TokenStream,
    /// The slots that are buffers.
    buffers: Vec<Ident>,
}

impl Slots {
    fn of(face: &Face) -> Self {
        let runtime = &face.runtime;
        let names = numbered("slot", face.params.len());
        let types = numbered("__Slot", face.params.len());
        let cotangents = numbered("cotangent", face.params.len());
        let is_value = |param: &FaceParam| param.active && param.passing == VarKind::Owned;
        let bound = |param: &FaceParam| match (param.active, param.passing) {
            (false, _) => quote!(#runtime::ConstantSlot),
            (true, VarKind::Owned) => quote!(#runtime::ValueSlot),
            (true, _) => {
                let buffer = &param.buffer;
                quote!(#runtime::BufferSlot<#buffer>)
            }
        };
        let pairs = || face.params.iter().zip(&cotangents);
        let returned: Vec<&Ident> =
            pairs().filter(|(param, _)| is_value(param)).map(|(_, name)| name).collect();
        let is_buffer = |param: &FaceParam| param.active && param.passing != VarKind::Owned;
        Self {
            bounds: face
                .params
                .iter()
                .zip(&types)
                .map(|(param, ty)| (bound(param), ty))
                .map(|(bound, ty)| quote!(#ty: #bound))
                .collect(),
            answers: pairs()
                .map(|(param, name)| if is_value(param) { quote!(#name) } else { quote!(()) })
                .collect(),
            answer_types: face
                .params
                .iter()
                .map(|param| if is_value(param) { param.tangent.clone() } else { quote!(()) })
                .collect(),
            returned: match returned[..] {
                [one] => quote!(#one),
                ref names => quote!((#(#names),*)),
            },
            buffers: face
                .params
                .iter()
                .zip(&names)
                .filter(|(param, _)| is_buffer(param))
                .map(|(_, slot)| slot.clone())
                .collect(),
            names,
            types,
        }
    }

    /// The code with the slots that are buffers turned into buffers.
    fn with_buffers(&self, code: TokenStream) -> TokenStream {
        self.buffers.iter().rev().fold(code, |inner, slot| quote!(#slot.with(|#slot| #inner)))
    }
}

/// `__pull(&pullback, seed, (slots)) -> (cotangents)`: one slot and one cotangent per parameter.
pub fn pull(face: &Face, item: &str) -> TokenStream {
    let slots = Slots::of(face);
    let Slots { names, types, answers, answer_types, returned, buffers, bounds } = &slots;
    let seed = face.returns().then(|| quote!(seed,));
    let body = slots.with_buffers(quote!({ let #returned = pullback(#seed #(#buffers),*); (#(#answers,)*) }));
    let (inputs, outputs) = (pair::inputs(face), pair::returned(face));
    let arrow = (!outputs.is_empty()).then(|| {
        let outputs = super::one_or_tuple(&outputs);
        quote!(-> #outputs)
    });
    let seed_type = seed_type(face);
    let (prefix, name) = (face.prefix(), face.item(item));
    let parameters = quote! {
        pullback: &impl Fn(#(#inputs),*) #arrow,
        seed: #seed_type,
        (#(#names,)*): (#(#types,)*),
    };
    let answer = quote!((#(#answer_types,)*));
    // Those of a derivative's derivative are made of each other.
    let open = if item == "__pull" { Open::of(face) } else { Open::default() };
    let [bounds, parameters, answer] =
        [quote!(#(#bounds,)*), parameters, answer].map(|tokens| open.written(tokens));
    let (generics, clause) = open.generics(face, &bounds);
    quote! {
        #[doc(hidden)]
        #[inline]
        #prefix fn #name #generics (#parameters) -> #answer #clause {
            #body
        }
    }
}

fn seed_type(face: &Face) -> TokenStream {
    if face.returns() { face.seed() } else { quote!(()) }
}

/// `__joint(forward, (args…), seed, (slots…)) -> (value, (cotangents…))`: the call and its pullback, for a caller that knows the
/// seed before. `forward` is for the rules of others, whose `__joint` is the runtime's.
pub fn joint(face: &Face, both: Option<&Reverse<'_>>) -> Option<TokenStream> {
    if face.style.suffix || face.failing.is_some() {
        return None;
    }
    let slots = Slots::of(face);
    let Slots { names, types, answers, answer_types, returned, buffers, .. } = &slots;
    let mut bounds = slots.bounds.clone();
    bounds.push(quote!(__Pair));
    let (generics, clause) = (face.generics_with(&bounds), face.where_clause());
    let args = numbered("arg", face.params.len());
    let arg_types: Vec<&syn::Type> = face.params.iter().map(|param| &param.ty).collect();
    let seed = face.returns().then(|| quote!(seed,));
    let body = if both.is_some() {
        let sweeps = face.sibling("__both");
        let code = quote!({
            let (value, #returned) = #sweeps(#(#args,)* #seed #(#buffers),*);
            (value, (#(#answers,)*))
        });
        slots.with_buffers(code)
    } else {
        let told = Open::of(face).is_empty().then(|| face.turbofish_with(names.len()));
        let (forward, turbofish) = (face.sibling("forward"), told);
        let seed = if face.returns() { quote!(seed) } else { quote!(()) };
        quote! {
            let (value, pullback) = #forward(#(#args),*);
            (value, Self::__pull #turbofish(&pullback, #seed, (#(#names,)*)))
        }
    };
    let (result, seed_type, prefix) = (&face.result, seed_type(face), face.prefix());
    let sweeps = both.map(|both| pair::both(face, both));
    Some(quote! {
        #[doc(hidden)]
        #[inline]
        #prefix fn __joint #generics (
            _forward: impl FnOnce((#(#arg_types,)*)) -> __Pair,
            (#(#args,)*): (#(#arg_types,)*),
            seed: #seed_type,
            (#(#names,)*): (#(#types,)*),
        ) -> (#result, (#(#answer_types,)*)) #clause {
            #body
        }
        #sweeps
    })
}

/// `__push(args…, (slots)) -> (value, tangent)`: one slot per parameter.
pub fn push(face: &Face) -> TokenStream {
    let declared = face.declared(false);
    pushing(face, "__push", &quote!(#(#declared,)*), "jvp")
}

/// The same for a function that is itself a derivative: `__grad_push((args…), (slots))`, where `jvp` has another name.
pub fn push_derivative(face: &Face, item: &str, jvp: &str) -> TokenStream {
    let (names, types) = names_and_types(face);
    pushing(face, item, &quote!((#(#names,)*): (#(#types,)*),), jvp)
}

/// The parameters, apart from each other.
pub fn names_and_types(face: &Face) -> (Vec<&Ident>, Vec<&syn::Type>) {
    face.params.iter().map(|param| (&param.name, &param.ty)).unzip()
}

fn pushing(face: &Face, item: &str, declared: &TokenStream, jvp: &str) -> TokenStream {
    let slots = numbered("slot", face.params.len());
    let types = numbered("__Slot", face.params.len());
    let bounds = face.params.iter().zip(&types).map(|(param, slot)| tangent_bound(face, param, slot));
    let generics = face.generics_with(&bounds.collect::<Vec<_>>());
    let pairs = || face.params.iter().zip(&slots).filter(|(param, _)| param.active);
    let primals = face.params.iter().map(|param| param.name.to_token_stream());
    let innermost = face.call(jvp, primals.chain(pairs().map(|(_, slot)| slot.to_token_stream())));
    let body = pairs().rev().fold(innermost, |inner, (param, slot)| {
        let name = &param.name;
        match param.passing {
            VarKind::Ref => quote!(#slot.read(#name, |#slot| #inner)),
            VarKind::RefMut => quote!(#slot.with(|#slot| #inner)),
            _ if is_generic(param) => quote!({ let #slot = #slot.number(); #inner }),
            _ => quote!({ let #slot = #slot.tangent(&#name); #inner }),
        }
    });
    let (prefix, item, clause) = (face.prefix(), face.item(item), face.where_clause());
    let (result, seed) = (&face.result, face.seed());
    let output = face.answers(&quote!((#result, #seed)));
    quote! {
        #[doc(hidden)]
        #[inline]
        #prefix fn #item #generics (#declared (#(#slots,)*): (#(#types,)*)) -> #output #clause {
            #body
        }
    }
}

/// What a slot for the cotangent of a parameter has to be.
pub fn bound(face: &Face, param: &FaceParam, slot: &Ident) -> TokenStream {
    let (runtime, buffer) = (&face.runtime, &param.buffer);
    match (param.active, param.passing) {
        (false, _) => quote!(#slot: #runtime::ConstantSlot),
        (true, VarKind::Owned) => quote!(#slot: #runtime::ValueSlot),
        (true, _) => quote!(#slot: #runtime::BufferSlot<#buffer>),
    }
}

/// What a slot for the tangent of a parameter has to be.
pub fn tangent_bound(face: &Face, param: &FaceParam, slot: &Ident) -> TokenStream {
    let (runtime, ty, buffer) = (&face.runtime, super::types::strip(&param.ty), &param.buffer);
    match (param.active, param.passing) {
        (false, _) => quote!(#slot: #runtime::ConstantSlot),
        (true, VarKind::Ref) => quote!(#slot: #runtime::TangentBuffer<#ty, #buffer>),
        (true, VarKind::RefMut) => quote!(#slot: #runtime::BufferSlot<#buffer>),
        // A generic number needn't be a type of the runtime's.
        (true, _) if is_generic(param) => quote!(#slot: #runtime::NumberSlot<#ty>),
        (true, _) => quote!(#slot: #runtime::TangentSlot<#ty>),
    }
}

/// Whether a parameter is a number of a generic type.
pub fn is_generic(param: &FaceParam) -> bool {
    matches!(param.known, Ty::Float(Float::Generic(_)))
}

/// `stem0`, `stem1`, …
pub fn numbered(stem: &str, count: usize) -> Vec<Ident> {
    (0..count).map(|k| format_ident!("{stem}{k}", span = Span::call_site())).collect()
}

/// `energy_mask(&self)`: how the method takes its operands, for callers who don't know its type.
pub fn mask(face: &Face) -> Option<TokenStream> {
    let receiver = face.params.first().filter(|param| param.name == "self")?;
    let runtime = &face.runtime;
    let passing = match receiver.passing {
        VarKind::Ref => quote!(ByRef),
        VarKind::RefMut => quote!(ByMut),
        _ => quote!(ByValue),
    };
    let kinds = face.params.iter().map(|param| match (param.active, param.passing) {
        (false, _) => quote!(#runtime::method::Constant),
        (true, VarKind::Ref | VarKind::RefMut) => {
            let buffer = &param.buffer;
            quote!(#runtime::method::Added<#buffer>)
        }
        (true, _) => quote!(#runtime::method::Returned),
    });
    let kinds = quote!((#(#kinds,)*));
    let kinds = if face.returns() { kinds } else { quote!(#runtime::method::Silent<#kinds>) };
    let (generics, clause) = face.generics_of(&kinds);
    let (prefix, name) = (face.prefix(), face.item("__mask"));
    Some(quote! {
        #[doc(hidden)]
        #[inline]
        #prefix fn #name #generics (&self) -> #runtime::method::Mask<#runtime::method::#passing, #kinds> #clause {
            #runtime::method::Mask::new()
        }
    })
}
