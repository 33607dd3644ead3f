//! Programs and the IR that they become.

use crate::diag::Errors;

mod basic;
mod jumps;
mod memory;
mod programs;
mod robust;

/// Lowers a function; the IR as text, or the messages.
fn lowered(source: &str) -> Result<String, String> {
    let errors = Errors::default();
    let function = syn::parse_str(source).map_err(|error| error.to_string())?;
    let function = crate::parse::item(
        crate::parse::Options::default(),
        function,
        crate::parse::Home::default(),
        &errors,
    );
    let body = super::function(&function, &errors);
    match (body, errors.finish()) {
        (Some(body), None) => Ok(crate::ir::print::body(&body)),
        (_, messages) => Err(messages.unwrap_or_default().to_string()),
    }
}

/// Lowers a function that can be lowered.
fn body(source: &str) -> String {
    match lowered(source) {
        Ok(text) => text,
        Err(messages) => panic!("{messages}"),
    }
}
