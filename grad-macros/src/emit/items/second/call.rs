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

/// `__second_sweep(args…, tangents…, seeds, buffers…) -> cotangents`, or an item like it: both sweeps in one.
pub fn sweep(face: &Face, along: &Face, second: &Reverse<'_>, item: &str) -> TokenStream {
    let Reverse { body, backward } = second;
    let mut block = Block { mirrors: None, ..body.block.clone() };
    block.stmts.extend(backward.block.stmts.iter().cloned());
    block.results.extend(&backward.block.results);
    let mut emitter = Emitter::new(body, &[&block], face.runtime.clone());
    let mut declared = along.declared(true);
    let (seed, mut names) = (face.seed(), Vec::new());
    for seed in &backward.seeds {
        names.push(match seed {
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
    if let [_, _] = names[..] {
        declared.push(quote!((#(#names),*): (#seed, #seed)));
    }
    let mut lengths = Vec::new();
    for (param, cotangent) in along.active().zip(&backward.cotangents) {
        if let Cotangent::Buffer(m) = cotangent {
            let (name, ty) = (emitter.var(*m), &param.buffer);
            lengths.push(param.as_long(&name, true));
            declared.push(quote!(#name: &mut #ty));
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
    let count = face.params.len();
    let [dots, bars, dot_bars] = ["dot", "bar", "dot_bar"].map(|stem| numbered(stem, count));
    let [dot_types, bar_types, dot_bar_types] =
        ["__Dot", "__Bar", "__DotBar"].map(|stem| numbered(stem, count));
    let mut bounds = Vec::new();
    for (((param, dot), bar), dot_bar) in
        face.params.iter().zip(&dot_types).zip(&bar_types).zip(&dot_bar_types)
    {
        bounds.push(slots::tangent_bound(face, param, dot));
        bounds.push(slots::bound(face, param, bar));
        bounds.push(slots::bound(face, param, dot_bar));
    }
    let (names, tys) = names_and_types(face);
    let (answers, answer_types) = answers(face, &bars);
    let (dot_answers, _) = self::answers(face, &dot_bars);
    let generics = face.generics_with(&bounds);
    let body = scopes(face, &dots, &bars, &dot_bars, &answers, &dot_answers);
    let (prefix, name) = (face.prefix(), face.item("__second"));
    let (clause, seed) = (face.where_clause(), face.seed());
    quote! {
        #[doc(hidden)]
        #[inline]
        #prefix fn #name #generics (
            (#(#names,)*): (#(#tys,)*),
            (#(#dots,)*): (#(#dot_types,)*),
            seeds: (#seed, #seed),
            (#(#bars,)*): (#(#bar_types,)*),
            (#(#dot_bars,)*): (#(#dot_bar_types,)*),
        ) -> ((#(#answer_types,)*), (#(#answer_types,)*)) #clause {
            #body
        }
    }
}

fn is_value(param: &FaceParam) -> bool {
    param.active && param.passing == VarKind::Owned
}

/// What comes back for each parameter, and its type.
fn answers(face: &Face, names: &[Ident]) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let answer = |(param, name): (&FaceParam, &Ident)| {
        if is_value(param) { (quote!(#name), param.tangent.clone()) } else { (quote!(()), quote!(())) }
    };
    face.params.iter().zip(names).map(answer).unzip()
}

/// The sweep, where every slot is a tangent or a buffer.
fn scopes(
    face: &Face,
    dots: &[Ident],
    bars: &[Ident],
    dot_bars: &[Ident],
    answers: &[TokenStream],
    dot_answers: &[TokenStream],
) -> TokenStream {
    let active = |names: &[Ident]| -> Vec<Ident> {
        let pairs = face.params.iter().zip(names).filter(|(param, _)| param.active);
        pairs.map(|(_, name)| name.clone()).collect()
    };
    let (dots, bars, dot_bars) = (active(dots), active(bars), active(dot_bars));
    let (mut buffers, mut values) = (Vec::new(), Vec::new());
    for names in [&bars, &dot_bars] {
        for (param, name) in face.active().zip(names) {
            if param.passing == VarKind::Owned {
                values.push(quote!(#name));
            } else {
                buffers.push(name.clone());
            }
        }
    }
    let args = face.params.iter().map(|param| &param.name);
    let (sweep, values) = (face.sibling("__second_sweep"), one_or_tuple(&values));
    let innermost = quote!({
        let #values = #sweep(#(#args,)* #(#dots,)* seeds, #(#buffers),*);
        ((#(#answers,)*), (#(#dot_answers,)*))
    });
    let lent = buffers.iter().rev().fold(innermost, |inner, name| quote!(#name.with(|#name| #inner)));
    let tangents: Vec<_> = face.active().zip(&dots).collect();
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
