//! `forward`: the primal sweep, and a closure that is the adjoint sweep.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::face::Face;
use super::{Reverse, item, one_or_tuple};
use crate::emit::emitter::{Emitter, Spelling};
use crate::emit::expr::Expr;
use crate::ir::{Binding, Body, Claim, Output, V, VarKind};
use crate::parse;
use crate::transform::reverse::{Backward, Cotangent};

/// The forward half of the pair, which returns the backward half.
pub fn forward<'a>(face: &Face, pair: &Reverse<'a>, boxed: bool) -> TokenStream {
    let (body, backward): (&'a Body, &'a Backward) = (pair.body, pair.backward);
    let mut emitter = Emitter::new(body, &[&body.block, &backward.block], face.runtime.clone());
    let code = emitter.scoped(|emitter| {
        emitter.imports();
        emitter.claims();
        emitter.stmts(&body.block);
        let value = emitter.value_of(&body.result, &body.block.results);
        let closure = closure(face, emitter, backward);
        let name = emitter.names.fresh("backward", Span::call_site());
        let ty = boxed.then(|| {
            let (half, runtime) = (signature(face), &face.runtime);
            let kept = face.kept.as_ref().map_or_else(|| quote!('_), |kept| quote!(#kept));
            quote!(: #runtime::Box<dyn #half + #kept>)
        });
        let closure = if boxed {
            let runtime = &face.runtime;
            quote!(#runtime::Box::new(#closure))
        } else {
            closure
        };
        let success = face.success(&quote!((#value, #name)));
        emitter.push(quote!(let #name #ty = #closure; #success));
    });
    let (result, half) = (&face.result, half(face));
    let of = face.link();
    let doc = format!("The value of {of} and the backward half of its derivative.");
    item(face, "forward", &doc, &face.declared(true), &quote!((#result, #half)), &code)
}

/// `__both(args…, seed, buffers…) -> (value, cotangents)`: both sweeps in one function.
pub fn both<'a>(face: &Face, both: &Reverse<'a>) -> TokenStream {
    let (body, backward): (&'a Body, &'a Backward) = (both.body, both.backward);
    let mut emitter = Emitter::new(body, &[&body.block, &backward.block], face.runtime.clone());
    let mut declared = face.declared(true);
    let names = half_names(face, &mut emitter, backward);
    declared.extend(names.iter().zip(inputs(face)).map(|(name, ty)| quote!(#name: #ty)));
    let code = emitter.scoped(|emitter| {
        emitter.imports();
        emitter.long_buffers(face, backward);
        emitter.stmts(&body.block);
        emitter.stmts(&backward.block);
        let value = emitter.value_of(&body.result, &body.block.results);
        let cotangents = emitter.cotangents(backward);
        let cotangents = if cotangents.is_empty() { quote!(()) } else { cotangents };
        emitter.push(quote!((#value, #cotangents)));
    });
    let (generics, clause, prefix) = (face.declared_generics(), face.where_clause(), face.prefix());
    let (result, returned) = (&face.result, returned(face));
    let answer = one_or_tuple(&returned);
    quote! {
        #[doc(hidden)]
        #[inline]
        #prefix fn __both #generics (#(#declared),*) -> (#result, #answer) #clause {
            #code
        }
    }
}

/// The type of the backward half.
pub fn half(face: &Face) -> TokenStream {
    let (signature, captures) = (signature(face), &face.captures);
    quote!(impl #signature #captures)
}

/// `Fn(seed, buffers..) -> cotangents`
fn signature(face: &Face) -> TokenStream {
    let inputs = inputs(face);
    let outputs: Vec<TokenStream> = returned(face);
    let answer = if outputs.is_empty() { TokenStream::new() } else { one_or_tuple(&outputs) };
    let arrow = (!outputs.is_empty()).then(|| quote!(-> #answer));
    quote!(Fn(#(#inputs),*) #arrow)
}

/// What goes into the backward half: the seed, and the buffers.
pub fn inputs(face: &Face) -> Vec<TokenStream> {
    let seed = face.returns().then(|| face.seed());
    let buffers = face.active().filter(|param| param.passing != VarKind::Owned).map(|param| {
        let buffer = &param.buffer;
        quote!(&mut #buffer)
    });
    seed.into_iter().chain(buffers).collect()
}

/// What comes out of it: the cotangents of what the function takes by value.
pub fn returned(face: &Face) -> Vec<TokenStream> {
    face.active().filter(|param| param.passing == VarKind::Owned).map(|param| param.tangent.clone()).collect()
}

/// The names of what goes into the backward half.
fn half_names(face: &Face, emitter: &mut Emitter<'_>, backward: &Backward) -> Vec<TokenStream> {
    let mut names: Vec<TokenStream> = Vec::new();
    match backward.seeds.first().copied().flatten() {
        Some(Binding::Value(v)) => {
            let name = emitter.name(v);
            names.push(quote!(#name));
        }
        Some(Binding::Var(m)) => {
            let name = emitter.var(m);
            names.push(quote!(mut #name));
        }
        None if face.returns() => names.push(quote!(_)),
        None => {}
    }
    for cotangent in &backward.cotangents {
        if let Cotangent::Buffer(m) = cotangent {
            let name = emitter.var(*m);
            names.push(quote!(#name));
        }
    }
    names
}

pub fn closure<'a>(face: &Face, emitter: &mut Emitter<'a>, backward: &'a Backward) -> TokenStream {
    let names = half_names(face, emitter, backward);
    let inputs = inputs(face);
    let code = emitter.scoped(|emitter| {
        emitter.long_buffers(face, backward);
        emitter.stmts(&backward.block);
        let cotangents = emitter.cotangents(backward);
        emitter.push(cotangents);
    });
    quote!(move |#(#names: #inputs),*| { #code })
}

impl Emitter<'_> {
    /// What generated code calls by method syntax has to be in scope.
    pub fn imports(&mut self) {
        let runtime = self.runtime.clone();
        self.unwrap_variables();
        // Without `std` floats have their functions from the trait; with it they have them anyway.
        if self.facts.methods {
            self.push(quote!(#[allow(unused_imports)] use #runtime::Real as _;));
        }
        // A callee whose pair was written by hand has its `__pull` from the trait.
        if self.facts.pullbacks {
            self.push(quote!(#[allow(unused_imports)] use #runtime::HandWritten as _;));
        }
        // A callee without second derivatives says so.
        if self.facts.second_order {
            self.push(quote!(#[allow(unused_imports)] use #runtime::FirstOrder as _;));
        }
        // The methods of std and nalgebra on values whose type isn't known here.
        if self.facts.unknown_methods {
            self.push(quote! {
                #[allow(unused_imports)]
                use #runtime::methods::scope::*;
            });
            if self.facts.second_order {
                self.push(quote!(#[allow(unused_imports)] use #runtime::second::scope::*;));
            }
        }
    }

    /// What is believed of the fields of structs, for rustc to confirm; said once for all derivatives of a function.
    pub fn claims(&mut self) {
        let runtime = self.runtime.clone();
        let claims = &self.body.claims;
        let starts =
            (0..claims.len()).filter(|at| claims[..*at].iter().all(|claim| claim.of != claims[*at].of));
        for start in starts {
            let of = &claims[start].of;
            let own = claims.iter().filter(|claim| claim.of == *of);
            let parts = own.map(|Claim { part, ty, .. }| quote!(#runtime::is::<#ty>(&#part);));
            self.push(quote!(let _ = |it: &#of| { #(#parts)* };));
        }
    }

    /// The buffers, as long as what they belong to.
    fn long_buffers(&mut self, face: &Face, backward: &Backward) {
        for (cotangent, param) in backward.cotangents.iter().zip(face.active()) {
            if let Cotangent::Buffer(m) = cotangent {
                let name = self.var(*m);
                self.push(param.as_long(&name, true));
            }
        }
    }

    /// A variable is used by what it holds.
    fn unwrap_variables(&mut self) {
        for param in &self.body.params {
            if parse::types::is_variable(&param.written) && matches!(param.binding, Binding::Value(_)) {
                let name = &param.name;
                let value = if param.passing == VarKind::Owned { quote!(*#name) } else { quote!(**#name) };
                self.push(quote!(let #name = #value;));
            }
        }
    }

    /// What the function returns, by a name of its own where it isn't a plain number.
    pub fn value_of(&mut self, output: &Output, results: &[V]) -> TokenStream {
        let tokens = self.output(output, results);
        let is_name = syn::parse2::<Ident>(tokens.clone()).is_ok();
        if is_name || tokens.is_empty() {
            return if tokens.is_empty() { quote!(()) } else { tokens };
        }
        let name = self.names.fresh("value", Span::call_site());
        self.push(quote!(let #name = #tokens;));
        quote!(#name)
    }

    /// The results of a function in their shape.
    pub fn output(&mut self, output: &Output, results: &[V]) -> TokenStream {
        match output {
            Output::Unit => TokenStream::new(),
            Output::Value(index) => match results.get(*index) {
                Some(&v) => self.owned(v),
                None => quote!(()),
            },
            Output::Var(m) => {
                let name = self.var(*m);
                quote!(#name)
            }
            Output::Tuple(parts) => {
                let parts: Vec<TokenStream> =
                    parts
                        .iter()
                        .map(|part| {
                            if matches!(part, Output::Unit) { quote!(()) } else { self.output(part, results) }
                        })
                        .collect();
                quote!((#(#parts,)*))
            }
        }
    }

    /// `*d_x += x_bar;`
    pub fn add_into(&mut self, buffer: &Ident, cotangent: Cotangent, scalar: bool) -> TokenStream {
        let runtime = self.runtime.clone();
        match cotangent {
            Cotangent::Buffer(_) => TokenStream::new(),
            Cotangent::Value(v) if scalar && self.is_zero(v) => TokenStream::new(),
            Cotangent::Value(v) => {
                let value = self.expr(v);
                let tokens = &value.tokens;
                if scalar {
                    quote!(*#buffer += #tokens;)
                } else {
                    let tokens = value.at_least(crate::emit::expr::Prec::Prefix);
                    quote!(#runtime::accumulate(#buffer, &#tokens);)
                }
            }
            Cotangent::Var(m) => {
                let name = self.var(m);
                quote!(#runtime::accumulate(#buffer, &#name);)
            }
        }
    }

    /// The cotangents that the backward half returns.
    pub fn cotangents(&mut self, backward: &Backward) -> TokenStream {
        let mut parts: Vec<Expr> = Vec::new();
        for cotangent in &backward.cotangents {
            match cotangent {
                Cotangent::Value(v) => parts.push(self.expr(*v).typed()),
                Cotangent::Var(m) => {
                    let name = self.var(*m);
                    parts.push(Expr::atom(quote!(#name)));
                }
                Cotangent::Buffer(_) => {}
            }
        }
        crate::emit::stmt::tuple(parts.into_iter())
    }

    /// What a parameter of an item is in the body.
    pub fn bind_parameter(&mut self, binding: Binding, name: Ident, passing: VarKind) {
        match binding {
            Binding::Value(v) => {
                let by_reference = matches!(passing, VarKind::Ref | VarKind::RefMut);
                self.spellings
                    .insert(v, if by_reference { Spelling::Deref(name) } else { Spelling::Name(name) });
            }
            Binding::Var(m) => {
                self.places.insert(m, name);
            }
        }
    }
}
