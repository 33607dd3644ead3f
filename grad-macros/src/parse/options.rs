//! The options of the attribute: `#[differentiable(wrt(w, b), aux, order = 2, crate = path, forward = f, jvp = g)]`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{LitInt, Path, Token, parenthesized};

use crate::diag::{Errors, Message};

/// What the attribute says.
#[derive(Clone, Default)]
pub struct Options {
    /// `wrt(a, b)`: the parameters to differentiate.
    pub wrt: Option<Vec<Ident>>,
    /// `aux`: only the first component of the result is differentiated.
    pub aux: bool,
    /// `order = 2`.
    pub second_order: bool,
    /// `crate = path`: where the runtime is.
    pub runtime: Option<Path>,
    /// `forward = path`: the user's own pair.
    pub forward: Option<Path>,
    /// `jvp = path`: the user's own forward mode.
    pub jvp: Option<Path>,
    /// `recursive`: the pair is boxed, as another function calls this one back.
    pub recursive: bool,
    pub passes: Passes,
    /// Where each option stands.
    spans: Vec<(String, Span)>,
}

/// Which passes run; all of them, except in tests of the compiler: `passes(no_simplify, no_residuals, no_fuse)`.
#[derive(Clone, Copy)]
pub struct Passes {
    pub simplify: bool,
    pub residuals: bool,
    pub fuse: bool,
}

impl Default for Passes {
    fn default() -> Self {
        Self { simplify: true, residuals: true, fuse: true }
    }
}

/// One option with its place.
struct Entry {
    name: Ident,
    argument: Argument,
}

enum Argument {
    None,
    List(Vec<Ident>),
    Path(Path),
    Number(LitInt),
}

impl Parse for Entry {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = input.call(<Ident as syn::ext::IdentExt>::parse_any)?;
        let argument = if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            // `self` is a parameter as well.
            let name = <Ident as syn::ext::IdentExt>::parse_any;
            Argument::List(
                Punctuated::<Ident, Token![,]>::parse_terminated_with(&list, name)?.into_iter().collect(),
            )
        } else if input.parse::<Option<Token![=]>>()?.is_none() {
            Argument::None
        } else if input.peek(LitInt) {
            Argument::Number(input.parse()?)
        } else {
            Argument::Path(input.call(Path::parse_mod_style)?)
        };
        Ok(Self { name, argument })
    }
}

/// Reads the attribute's tokens; what it doesn't understand it reports.
pub fn parse(tokens: TokenStream, errors: &Errors) -> Options {
    let mut options = Options::default();
    let entries = match syn::parse::Parser::parse2(Punctuated::<Entry, Token![,]>::parse_terminated, tokens) {
        Ok(entries) => entries,
        Err(error) => {
            errors.report(error.span(), &Message::malformed_attribute(error));
            return options;
        }
    };
    let mut seen: Vec<String> = Vec::new();
    for Entry { name, argument } in entries {
        let text = name.to_string();
        if seen.contains(&text) {
            errors.report(name.span(), &Message::repeated_option(&text));
        } else if !options.set(&text, argument, errors, name.span()) {
            errors.report(name.span(), &Message::unknown_option(&text));
        }
        seen.push(text.clone());
        options.spans.push((text, name.span()));
    }
    options
}

impl Options {
    /// These options of a method in a block whose attribute has others: what they don't say, the block's do.
    pub fn within(self, block: &Self) -> Self {
        let says = |name: &str| self.spans.iter().any(|(said, _)| said == name);
        Self {
            passes: if says("passes") { self.passes } else { block.passes },
            second_order: if says("order") { self.second_order } else { block.second_order },
            runtime: self.runtime.clone().or_else(|| block.runtime.clone()),
            ..self
        }
    }

    /// The options that say something of one function.
    pub fn of_one_function(&self) -> impl Iterator<Item = (&str, Span)> {
        let of_several = |name: &str| matches!(name, "crate" | "order" | "passes" | "recursive");
        let options = self.spans.iter().map(|(name, span)| (name.as_str(), *span));
        options.filter(move |(name, _)| !of_several(name))
    }

    /// Sets one option; `false` if there is no such option, or not with such an argument.
    fn set(&mut self, name: &str, argument: Argument, errors: &Errors, span: Span) -> bool {
        match (name, argument) {
            ("wrt", Argument::List(names)) => self.wrt = Some(names),
            ("aux", Argument::None) => self.aux = true,
            ("recursive", Argument::None) => self.recursive = true,
            ("crate", Argument::Path(path)) => self.runtime = Some(path),
            ("forward", Argument::Path(path)) => self.forward = Some(path),
            ("jvp", Argument::Path(path)) => self.jvp = Some(path),
            ("passes", Argument::List(names)) => {
                return names.iter().all(|name| self.passes.switch_off(name));
            }
            ("order", Argument::Number(number)) => match number.base10_digits() {
                "1" => self.second_order = false,
                "2" => self.second_order = true,
                other => errors.report(span, &Message::unsupported_order(other)),
            },
            _ => return false,
        }
        true
    }
}

impl Passes {
    fn switch_off(&mut self, name: &Ident) -> bool {
        match name.to_string().as_str() {
            "no_simplify" => self.simplify = false,
            "no_residuals" => self.residuals = false,
            "no_fuse" => self.fuse = false,
            _ => return false,
        }
        true
    }
}
