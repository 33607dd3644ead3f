//! What the macro says when it can't go on: collected, so that a user sees every error of a function at once.

mod catalogue;

pub use catalogue::Message;

use std::cell::RefCell;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The errors of one expansion. It has to be read with [`Errors::finish`].
#[derive(Default)]
pub struct Errors {
    found: RefCell<Vec<(Span, String)>>,
}

impl Errors {
    /// Reports a message of the catalogue at a span.
    pub fn report(&self, span: Span, message: &Message) {
        let text = message.to_string();
        let mut found = self.found.borrow_mut();
        let place = format!("{span:?}");
        if !found.iter().any(|(other, known)| *known == text && format!("{other:?}") == place) {
            found.push((span, text));
        }
    }

    /// How many there are: a moment to come back to.
    pub fn mark(&self) -> usize {
        self.found.borrow().len()
    }

    /// Forgets what was reported since: it was only tried.
    pub fn forget(&self, mark: usize) {
        self.found.borrow_mut().truncate(mark);
    }

    /// Whether nothing was reported so far.
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// `compile_error!`s, one per message; `None` if there was nothing to say.
    pub fn finish(self) -> Option<TokenStream> {
        let found = self.found.into_inner();
        if found.is_empty() {
            return None;
        }
        Some(
            found
                .into_iter()
                .map(|(span, text)| quote_spanned!(span=> ::core::compile_error! { #text }))
                .collect(),
        )
    }
}
