//! Calls with tangents in adjoint code: both halves of the second derivative of the callee.

use quote::{format_ident, quote};

use super::call::{operator, sibling};
use super::emitter::Emitter;
use crate::ir::{Callee, Second, Slot};

impl<'a> Emitter<'a> {
    /// `let ((a_bar, …), (a_dot_bar, …)) = g::__second((args…), (tangents…), seeds, (slots…), (tangent slots…));`
    pub fn second(&mut self, second: &'a Second) {
        self.flush_reads();
        let args: Vec<_> = second.call.args.iter().map(|arg| self.arg(arg, false)).collect();
        let tangents =
            second.call.tangent.as_ref().map(|tangent| self.tangent_slots(tangent)).unwrap_or_default();
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
        let runtime = &self.runtime;
        let callee = match &second.call.callee {
            Callee::Path(path) => {
                let path = sibling(path, "__second");
                quote!(#path)
            }
            Callee::OfTrait(_) | Callee::Qualified(_) => return,
            Callee::Method(name, _) => {
                let name = format_ident!("{name}_second", span = name.span());
                quote!(#runtime::second::#name)
            }
            Callee::Operator(_) | Callee::Assignment(_) => {
                let name = operator(&second.call);
                quote!(#runtime::second::#name)
            }
        };
        let named = second.all_slots().any(|slot| matches!(slot, Slot::Value(_)));
        let pattern = named.then(|| quote!(let ((#(#answers,)*), (#(#dot_answers,)*)) =));
        self.push(quote! {
            #pattern #callee((#(#args,)*), (#(#tangents,)*), #seeds, (#(#slots,)*), (#(#dot_slots,)*));
        });
    }
}
