//! `__second`: what a caller with second derivatives uses. The function is run once more, forward and backward, along the tangents of
//! the arguments, and its cotangents and those of the tangents come back.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::face::{Face, FaceParam};
use super::super::slots::{self, is_generic, names_and_types, numbered};
use super::super::{Reverse, one_or_tuple};
use crate::emit::emitter::Emitter;
use crate::ir::{Binding, Block, VarKind};
use crate::transform::reverse::Cotangent;

/// Both sweeps of a function along the directions, and what goes in.
pub struct Swept {
    /// The names of the two seeds, where the function returns something.
    pub seeds: Vec<TokenStream>,
    /// The buffers of the cotangents, with their types.
    pub buffers: Vec<(Ident, TokenStream)>,
    pub code: TokenStream,
}

pub fn swept(face: &Face, along: &Face, second: &Reverse<'_>) -> Swept {
    let Reverse { body, backward } = second;
    let mut block = Block { mirrors: None, ..body.block.clone() };
    block.stmts.extend(backward.block.stmts.iter().cloned());
    block.results.extend(&backward.block.results);
    let mut emitter = Emitter::new(body, &[&block], face.runtime.clone());
    let mut seeds = Vec::new();
    for seed in &backward.seeds {
        seeds.push(match seed {
            Some(Binding::Value(v)) => {
                let name = emitter.name(*v);
                quote!(#name)
            }
            Some(Binding::Var(m)) => {
                let name = emitter.var(*m);
                quote!(mut #name)
            }
            None => quote!(_),
        });
    }
    let (mut buffers, mut lengths) = (Vec::new(), Vec::new());
    for (param, cotangent) in along.active().zip(&backward.cotangents) {
        if let Cotangent::Buffer(m) = cotangent {
            let name = emitter.var(*m);
            lengths.push(param.as_long(&name, true));
            buffers.push((name, param.buffer.clone()));
        }
    }
    let code = emitter.scoped(|emitter| {
        emitter.imports();
        for direction in along.params.iter().filter(|param| param.like != param.name) {
            emitter.push(direction.as_long(&direction.name, false));
        }
        lengths.into_iter().for_each(|length| emitter.push(length));
        emitter.stmts(&block);
        let cotangents = emitter.cotangents(backward);
        emitter.push(cotangents);
    });
    Swept { seeds, buffers, code }
}

/// `__second_sweep(args…, tangents…, seeds, buffers…) -> cotangents`, or an item like it: both sweeps in one.
pub fn sweep(face: &Face, along: &Face, second: &Reverse<'_>, item: &str) -> TokenStream {
    let Swept { seeds, buffers, code } = swept(face, along, second);
    let (mut declared, seed) = (along.declared(true), face.seed());
    if let [_, _] = seeds[..] {
        declared.push(quote!((#(#seeds),*): (#seed, #seed)));
    }
    declared.extend(buffers.iter().map(|(name, ty)| quote!(#name: &mut #ty)));
    let returned = one_or_tuple(&returned(along));
    let (generics, clause) = (along.declared_generics(), face.where_clause());
    let (prefix, name) = (face.prefix(), face.item(item));
    quote! {
        #[doc(hidden)]
        #[inline]
        #prefix fn #name #generics (#(#declared),*) -> #returned #clause { #code }
    }
}

fn returned(along: &Face) -> Vec<TokenStream> {
    along
        .active()
        .filter(|param| param.passing == VarKind::Owned)
        .map(|param| param.tangent.clone())
        .collect()
}

/// `__second((args…), (tangents…), seeds, (slots…), (tangent slots…)) -> ((cotangents…), (tangents' cotangents…))`
pub fn second(face: &Face) -> TokenStream {
    let slots = Slots::of(face);
    let args = face.params.iter().map(|param| &param.name);
    let sweep = face.sibling("__second_sweep");
    let (tangents, buffers) = (slots.active(face, &slots.dots), slots.buffers(face));
    let innermost = slots.answered(face, &quote!(#sweep(#(#args,)* #(#tangents,)* seeds, #(#buffers),*)));
    let body = slots.scopes(face, innermost);
    let signature = slots.signature(face, false);
    quote!(#signature { #body })
}

/// The same beside a method: `energy_second(&self, args…, (tangents…), …)`, with the sweeps in it, as a trait's `impl` has no room for others.
pub fn second_of_method(face: &Face, along: &Face, both: &Reverse<'_>) -> TokenStream {
    let slots = Slots::of(face);
    let Swept { seeds, buffers, code } = swept(face, along, both);
    let seeds = (seeds.len() == 2).then(|| quote!(let (#(#seeds),*) = seeds;));
    let directions = along.params.iter().skip(face.params.len());
    let directions = directions.zip(slots.active(face, &slots.dots)).map(|(param, dot)| {
        let (name, mutability) = (&param.name, is_mutable(param).then(|| quote!(mut)));
        quote!(let #mutability #name = #dot;)
    });
    let lent = buffers.iter().zip(slots.buffers(face)).map(|((name, _), slot)| quote!(let #name = #slot;));
    let innermost = slots.answered(face, &quote!({ #seeds #(#directions)* #(#lent)* #code }));
    let body = slots.scopes(face, innermost);
    let signature = slots.signature(face, true);
    quote!(#signature { #body })
}

/// The declaration of the same, where a trait requires it.
pub fn required(face: &Face) -> TokenStream {
    let slots = Slots::of(face);
    let signature = slots.declaration(face);
    quote!(#signature;)
}

/// What stands in for it after an error.
pub fn stub(face: &Face) -> TokenStream {
    let signature = Slots::of(face).declaration(face);
    quote!(#signature { ::core::unreachable!() })
}

fn is_mutable(param: &FaceParam) -> bool {
    param.mutable && param.passing == VarKind::Owned
}

fn is_value(param: &FaceParam) -> bool {
    param.active && param.passing == VarKind::Owned
}

/// What goes along with the arguments of a call, and what comes back: names and types.
struct Slots {
    dots: Vec<Ident>,
    bars: Vec<Ident>,
    dot_bars: Vec<Ident>,
    dot_types: Vec<Ident>,
    bar_types: Vec<Ident>,
    dot_bar_types: Vec<Ident>,
    bounds: Vec<TokenStream>,
}

impl Slots {
    fn of(face: &Face) -> Self {
        let count = face.params.len();
        let [dots, bars, dot_bars] = ["dot", "bar", "dot_bar"].map(|stem| numbered(stem, count));
        let [dot_types, bar_types, dot_bar_types] =
            ["__Dot", "__Bar", "__DotBar"].map(|stem| numbered(stem, count));
        let mut bounds = Vec::new();
        for (((param, dot), bar), dot_bar) in
            face.params.iter().zip(&dot_types).zip(&bar_types).zip(&dot_bar_types)
        {
            bounds.push(slots::tangent_bound(face, param, dot));
            bounds.push(bound(face, param, bar));
            bounds.push(bound(face, param, dot_bar));
        }
        Self { dots, bars, dot_bars, dot_types, bar_types, dot_bar_types, bounds }
    }

    /// The head of the function, with patterns for what goes in.
    fn signature(&self, face: &Face, mutable: bool) -> TokenStream {
        let Self { dots, bars, dot_bars, .. } = self;
        let args = if face.style.suffix {
            let declared = face.declared(mutable);
            quote!(#(#declared,)*)
        } else {
            let (names, tys) = names_and_types(face);
            quote!((#(#names,)*): (#(#tys,)*),)
        };
        self.head(face, &args, &[quote!((#(#dots,)*)), quote!((#(#bars,)*)), quote!((#(#dot_bars,)*))])
    }

    /// The head of a function without a body, which has no patterns.
    fn declaration(&self, face: &Face) -> TokenStream {
        let declared = face.declared(false);
        self.head(face, &quote!(#(#declared,)*), &[quote!(dots), quote!(slots), quote!(dot_slots)])
    }

    fn head(&self, face: &Face, args: &TokenStream, patterns: &[TokenStream; 3]) -> TokenStream {
        let Self { dot_types, bar_types, dot_bar_types, bounds, .. } = self;
        let [dots, bars, dot_bars] = patterns;
        let (answers, dot_answers) = (answer_types(face, bar_types), answer_types(face, dot_bar_types));
        let (generics, clause, seed) = (face.generics_with(bounds), face.where_clause(), face.seed());
        let (prefix, name) = (face.prefix(), face.item("__second"));
        quote! {
            #[doc(hidden)]
            #[inline]
            #prefix fn #name #generics (
                #args
                #dots: (#(#dot_types,)*),
                seeds: (#seed, #seed),
                #bars: (#(#bar_types,)*),
                #dot_bars: (#(#dot_bar_types,)*),
            ) -> ((#(#answers,)*), (#(#dot_answers,)*)) #clause
        }
    }

    /// Those of the active parameters.
    fn active(&self, face: &Face, names: &[Ident]) -> Vec<Ident> {
        let pairs = face.params.iter().zip(names).filter(|(param, _)| param.active);
        pairs.map(|(_, name)| name.clone()).collect()
    }

    /// The slots that are buffers, in the order of the sweep's.
    fn buffers(&self, face: &Face) -> Vec<Ident> {
        let is_buffer = |(param, _): &(&FaceParam, &Ident)| param.active && !is_value(param);
        let buffers = |names: &[Ident]| -> Vec<Ident> {
            face.params.iter().zip(names).filter(is_buffer).map(|(_, name)| name.clone()).collect()
        };
        [buffers(&self.bars), buffers(&self.dot_bars)].concat()
    }

    /// The cotangents that the sweep returns, to whom they belong.
    fn answered(&self, face: &Face, sweep: &TokenStream) -> TokenStream {
        let cotangents = numbered("cotangent", 2 * face.params.len());
        let (own, of_dots) = cotangents.split_at(face.params.len());
        let mut values = Vec::new();
        let mut answers = |names: &[Ident], slots: &[Ident]| -> Vec<TokenStream> {
            let each = face.params.iter().zip(names).zip(slots);
            each.map(|((param, name), slot)| {
                if !is_value(param) {
                    return quote!(());
                }
                values.push(quote!(#name));
                if face.style.suffix {
                    let runtime = &face.runtime;
                    quote!(#runtime::Slot::receive(#slot, #name))
                } else {
                    quote!(#name)
                }
            })
            .collect()
        };
        let (answers, dot_answers) = (answers(own, &self.bars), answers(of_dots, &self.dot_bars));
        let values = one_or_tuple(&values);
        quote!({ let #values = #sweep; ((#(#answers,)*), (#(#dot_answers,)*)) })
    }

    /// The code where every slot is a tangent or a buffer.
    fn scopes(&self, face: &Face, innermost: TokenStream) -> TokenStream {
        let buffers = self.buffers(face);
        let lent = buffers.iter().rev().fold(innermost, |inner, name| quote!(#name.with(|#name| #inner)));
        let tangents: Vec<_> = face.active().zip(self.active(face, &self.dots)).collect();
        tangents.into_iter().rev().fold(lent, |inner, (param, dot)| {
            let name = &param.name;
            match param.passing {
                VarKind::Ref => quote!(#dot.read(#name, |#dot| #inner)),
                VarKind::RefMut => quote!(#dot.with(|#dot| #inner)),
                _ if is_generic(param) => quote!({ let #dot = #dot.number(); #inner }),
                _ => quote!({ let #dot = #dot.tangent(&#name); #inner }),
            }
        })
    }
}

/// What a slot has to be. Beside a method a value's may be a buffer, for a receiver in memory that the method takes by value.
fn bound(face: &Face, param: &FaceParam, slot: &Ident) -> TokenStream {
    if face.style.suffix && is_value(param) {
        let (runtime, tangent) = (&face.runtime, &param.tangent);
        return quote!(#slot: #runtime::Slot<#tangent>);
    }
    slots::bound(face, param, slot)
}

/// What comes back for each parameter.
fn answer_types(face: &Face, slots: &[Ident]) -> Vec<TokenStream> {
    let answer = |(param, slot): (&FaceParam, &Ident)| {
        let (runtime, tangent) = (&face.runtime, &param.tangent);
        match is_value(param) {
            true if face.style.suffix => quote!(<#slot as #runtime::Slot<#tangent>>::Answer),
            true => tangent.clone(),
            false => quote!(()),
        }
    };
    face.params.iter().zip(slots).map(answer).collect()
}
