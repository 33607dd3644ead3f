//! Calls with tangents in adjoint code: both halves of the second derivative of the callee.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::call::{is_of_type, operator, qualified, sibling};
use super::emitter::Emitter;
use crate::ir::{Call, Callee, Second, Slot};

impl<'a> Emitter<'a> {
    /// `let ((a_bar, …), (a_dot_bar, …)) = g::__second((args…), (tangents…), seeds, (slots…), (tangent slots…));`
    pub fn second(&mut self, second: &'a Second) {
        self.flush_reads();
        let by_rule = !matches!(second.call.callee, Callee::Path(_));
        let args: Vec<_> = second.call.args.iter().map(|arg| self.arg(arg, by_rule)).collect();
        let tangents = second.call.tangent.as_ref().map(|tangent| {
            let slots = self.tangent_slots(tangent);
            if super::method::goes_through_macros(&second.call) {
                self.of_receiver(tangent, slots)
            } else {
                slots
            }
        });
        let tangents = tangents.unwrap_or_default();
        let seeds = match second.seeds {
            Some((value, tangent)) => {
                let (value, tangent) = (self.owned(value), self.owned(tangent));
                quote!((#value, #tangent))
            }
            None => quote!(((), ())),
        };
        let (slots, answers) = (self.slots(&second.slots), self.answers(&second.slots));
        let (dot_slots, dot_answers) =
            (self.slots(&second.tangent_slots), self.answers(&second.tangent_slots));
        let rest = quote!((#(#tangents,)*), #seeds, (#(#slots,)*), (#(#dot_slots,)*));
        let call = self.second_callee(&second.call, &args, &rest);
        let named = second.all_slots().any(|slot| matches!(slot, Slot::Value(_)));
        let pattern = named.then(|| quote!(let ((#(#answers,)*), (#(#dot_answers,)*)) =));
        self.push(quote!(#pattern #call;));
    }

    /// The call itself; `rest` follows on the arguments, which are a tuple for functions and operators.
    fn second_callee(&self, call: &Call, args: &[TokenStream], rest: &TokenStream) -> TokenStream {
        let runtime = &self.runtime;
        match &call.callee {
            Callee::Path(path) if !is_of_type(path) => {
                let second = sibling(path, "__second");
                quote!(#second((#(#args,)*), #rest))
            }
            Callee::Path(path) | Callee::OfTrait(path) => {
                let second = sibling(path, "__second");
                quote!(#second(#(#args,)* #rest))
            }
            Callee::Qualified(path) => {
                let second = qualified(path, "second");
                quote!(#second(#(#args,)* #rest))
            }
            Callee::Method(..) => self.method_second(call, args, rest),
            Callee::Operator(_) | Callee::Assignment(_) => {
                let name = operator(call);
                // What rustc has to say of the operands it says where the user wrote them.
                let args = quote_spanned!(name.span()=> (#(#args,)*));
                quote!(#runtime::second::#name(#args, #rest))
            }
        }
    }
}
