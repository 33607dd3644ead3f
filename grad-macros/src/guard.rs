//! The macro never panics: whatever goes wrong inside becomes an error message, and the user's item stays.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::{Errors, Message};

/// Runs an expansion; a panic inside it is reported as a bug of ours.
pub fn expand(
    expansion: impl FnOnce(TokenStream, &TokenStream) -> TokenStream,
    attribute: TokenStream,
    item: &TokenStream,
) -> TokenStream {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(|| expansion(attribute, item)));
    std::panic::set_hook(hook);
    outcome.unwrap_or_else(|panic| {
        let errors = Errors::default();
        let reason = panic
            .downcast_ref::<&str>()
            .map(|reason| (*reason).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic".to_owned());
        errors.report(proc_macro2::Span::call_site(), &Message::internal(reason));
        let errors = errors.finish();
        quote!(#item #errors)
    })
}
