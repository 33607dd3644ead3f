//! What the derive says when it can't go on: what is wrong, why, how to fix it.

use quote::ToTokens;

/// Declares the messages: `name(parameters) = "what", note "…", help "…";`.
macro_rules! messages {
    ($($name:ident($($parameter:ident),*) = $what:literal $(, note $note:literal)* $(, help $help:literal)*;)*) => {
        $(pub fn $name(place: &impl ToTokens, $($parameter: impl std::fmt::Display),*) -> syn::Error {
            error(place, format!($what), &[$(("note", format!($note)),)* $(("help", format!($help))),*])
        })*

        /// The names of all messages: each has a test of its own.
        #[cfg(test)]
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

messages! {
    union_type(name) = "the union `{name}` can't be differentiated",
        note "which of its fields holds a value is not known", help "write an enum";
    constant_on_type(name) = "`#[constant]` is for the fields of `{name}`",
        note "a type without a derivative doesn't need `#[derive(Differentiable)]`",
        help "mark the fields that carry no derivative, or the field or parameter of the type `{name}` where it is used";
    constant_on_variant(name) = "`#[constant]` is for fields, not for the variant `{name}`", help "mark the variant's fields";
    constant_with_arguments() = "`#[constant]` takes no arguments", help "write `#[constant]`";
    repeated_constant(name) = "`#[constant]` is given twice for {name}", help "remove one of them";
    no_derivative(name, ty) = "{name} has the type `{ty}`, which has no derivative",
        note "every field that isn't constant needs a type that is `Differentiable`", help "mark the field `#[constant]`";
    trait_object(name) = "{name} is a trait object, and its derivative has no known type",
        help "mark the field `#[constant]`", help "or make its type a parameter of this type";
    unknown_option(option) = "unknown option `{option}`", help "the options for a type are `crate = path` and `recursive`";
    repeated_option(option) = "`{option}` is given twice", help "remove one of them";
}

/// An error that underlines `place`.
fn error(place: &impl ToTokens, what: String, more: &[(&str, String)]) -> syn::Error {
    let text = more.iter().fold(what, |text, (kind, line)| text + "\n" + kind + ": " + line);
    syn::Error::new_spanned(place, text)
}
