//! Calls of methods on receivers in memory, whose type isn't known here: macros of the runtime find out what was written beside
//! the method.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::call::{is_reference, sibling};
use super::emitter::Emitter;
use crate::ir::{Arg, Call, Callee, Prim, Pushforward, TangentArg, Ty};

/// The names that the macros are given.
struct Names<'a> {
    method: &'a Ident,
    mask: Ident,
    generics: Option<&'a syn::AngleBracketedGenericArguments>,
}

/// The method of a call that goes through the macros.
fn method<'a>(callee: &'a Callee, receiver: Option<&Arg>) -> Option<Names<'a>> {
    let Callee::Method(name, generics) = callee else { return None };
    // The rules of nalgebra and std take values, a view among them, and some consume what the backward half reads again.
    let in_memory = matches!(receiver, Some(Arg::Ref { place, .. }) if !place.is_view());
    if !in_memory || super::call::consumes(name) {
        return None;
    }
    Some(Names { method: name, mask: named(name, "mask"), generics: generics.as_ref() })
}

/// Whether a call is of a method on a receiver in memory, about which the macros find out more.
pub fn goes_through_macros(call: &Call) -> bool {
    method(&call.callee, call.args.first()).is_some()
}

fn named(method: &Ident, item: &str) -> Ident {
    format_ident!("{method}_{item}", span = method.span())
}

/// Whether the pullback of a call is one of these.
pub fn is_kept(callee: &Callee, receiver_in_memory: bool) -> bool {
    match callee {
        Callee::Method(name, _) => !super::call::consumes(name) && receiver_in_memory,
        Callee::OfTrait(_) => true,
        _ => false,
    }
}

/// `Law::energy_forward(&a, x)` with what is known of its operands; the receiver says whose it is.
pub fn of_trait(path: &syn::Path, call: &Call, args: &[TokenStream]) -> TokenStream {
    let (mask, forward) = (sibling(path, "__mask"), sibling(path, "forward"));
    let Some((receiver, arguments)) = args.split_first() else { return quote!(#forward()) };
    let by_reference = matches!(call.args.first(), Some(Arg::Ref { .. })) || is_reference(receiver);
    let lent = if by_reference { quote!(&*receiver) } else { quote!(&receiver) };
    quote! {{
        let receiver = #receiver;
        let known = #mask(#lent);
        known.keep(#forward(receiver #(, #arguments)*))
    }}
}

impl Emitter<'_> {
    /// The value with the pullback, or the value alone, of a call with a derivative.
    pub fn method_call(&self, call: &Call, args: &[TokenStream], forward: bool) -> Option<TokenStream> {
        let Names { method, mask, generics } = method(&call.callee, call.args.first())?;
        let runtime = &self.runtime;
        let looks = call.args.iter().enumerate().map(|(index, arg)| self.looks(index, arg));
        let ([receiver], arguments) = args.split_at_checked(1)? else { return None };
        let known = quote!([#receiver] #mask [#(#looks),*]);
        Some(if forward {
            let forward = named(method, "forward");
            quote!(#runtime::method!(#known #forward [#generics] (#(#arguments),*)))
        } else {
            quote!(#runtime::method!(@value #known #method [#generics] (#(#arguments),*)))
        })
    }

    /// The value with its tangent.
    pub fn method_push(
        &self,
        call: &Call,
        args: &[TokenStream],
        tangent: &Pushforward,
        slots: &[TokenStream],
    ) -> Option<TokenStream> {
        let Names { method, mask, generics } = method(&call.callee, call.args.first())?;
        let runtime = &self.runtime;
        let (push, jvp) = (named(method, "push"), named(method, "jvp"));
        let looks: Vec<TokenStream> =
            call.args.iter().enumerate().map(|(index, arg)| self.looks(index, arg)).collect();
        let ([receiver], arguments) = args.split_at_checked(1)? else { return None };
        let operands = numbered("operand", args.len());
        let tangents = numbered("slot", args.len());
        let bindings = operands.iter().skip(1).zip(arguments).map(|(name, value)| quote!(, #name = #value));
        let own = &operands[0];
        let slots = tangents
            .iter()
            .zip(self.of_receiver(tangent, slots.to_vec()))
            .map(|(name, slot)| quote!(#name = #slot));
        let by_rule = Prim::method(&method.to_string()).is_some();
        let mut dots = Vec::new();
        for (index, (arg, operand)) in tangent.args.iter().zip(&operands).enumerate() {
            let slot = &tangents[index];
            let by_reference =
                matches!(call.args[index], Arg::Ref { .. }) || looks[index].to_string() == "Borrowed";
            let dot = match arg {
                TangentArg::Constant if by_rule => quote!(#slot),
                // What is written by hand has no tangents of integers; rules do.
                TangentArg::Constant
                    if looks[index].to_string() == "Still" && !crate::ir::has_rule(method) =>
                {
                    continue;
                }
                TangentArg::Constant if index == 0 => quote!(&#operand.still_receiver()),
                TangentArg::Constant if by_reference => quote!(&#operand.still_reference()),
                TangentArg::Constant => quote!(#runtime::operand_zero(&#operand)),
                _ if index == 0 => quote!(#slot.dot()),
                _ => quote!(#slot),
            };
            let name = format_ident!("dot{index}", span = Span::call_site());
            dots.push(quote!(#name = #dot));
        }
        let count = proc_macro2::Literal::usize_unsuffixed(args.len());
        Some(quote! {
            #runtime::push_method!(
                [#receiver] #mask [#(#looks),*] #push #jvp [#generics] [#count]
                (#own #(#bindings)*) (#(#slots),*) (#(#dots),*)
            )
        })
    }

    /// The tangents, of which the receiver's says how it's lent: how the method takes it isn't seen here.
    pub fn of_receiver(&self, tangent: &Pushforward, mut slots: Vec<TokenStream>) -> Vec<TokenStream> {
        let runtime = &self.runtime;
        if let (Some(slot), Some(TangentArg::Ref { mutable, .. })) = (slots.first_mut(), tangent.args.first())
        {
            *slot = if *mutable {
                quote!(#runtime::method::InPlace(#slot))
            } else {
                quote!(#runtime::method::Shared(#slot))
            };
        }
        slots
    }

    /// Both halves of the second derivative of a method; `rest` follows on the arguments.
    pub fn method_second(&self, call: &Call, args: &[TokenStream], rest: &TokenStream) -> TokenStream {
        let (Callee::Method(name, generics), [receiver, arguments @ ..]) = (&call.callee, args) else {
            return TokenStream::new();
        };
        let (runtime, second) = (&self.runtime, named(name, "second"));
        if !goes_through_macros(call) {
            return quote!((#receiver).#second #generics(#(#arguments,)* #rest));
        }
        let mask = named(name, "mask");
        let looks = call.args.iter().enumerate().map(|(index, arg)| self.looks(index, arg));
        quote! {
            #runtime::second_method!([#receiver] #mask [#(#looks),*] #second [#generics] (#(#arguments,)* #rest))
        }
    }

    /// How an operand looks at the call.
    fn looks(&self, index: usize, arg: &Arg) -> TokenStream {
        match arg {
            _ if index == 0 => quote!(Receiver),
            Arg::Ref { .. } => quote!(Borrowed),
            Arg::Value(v) => match self.body.value(*v).ty {
                Ty::Int | Ty::Bool => quote!(Still),
                Ty::Constant => quote!(Unknown),
                _ => quote!(Owned),
            },
            Arg::Opaque(opaque) => {
                let expr = &opaque.expr;
                match quote!(#expr).into_iter().next() {
                    Some(TokenTree::Punct(punct)) if punct.as_char() == '&' => quote!(Borrowed),
                    _ => quote!(Unknown),
                }
            }
        }
    }
}

fn numbered(stem: &str, count: usize) -> Vec<Ident> {
    (0..count).map(|number| format_ident!("{stem}{number}", span = Span::call_site())).collect()
}
