//! `#[differentiable]` on an operator's `impl`: `a * b` is found by type, so its derivative is an `impl` of the runtime's.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, ImplItem, ItemFn, ItemImpl, PatType, PathArguments, Receiver, ReceiverKind, Type,
    TypePath,
};

use super::block::{self, Said};
use super::header;
use crate::diag::{Errors, Message};
use crate::parse::{self, Home, Kind, Operator, Options};

/// The `impl` with that of the rule; `None` if the block isn't an operator's.
pub fn with_rule(options: &Options, block: &ItemImpl, errors: &Errors) -> Option<TokenStream> {
    let mut block = block.clone();
    header::name_lifetimes(&mut block);
    let operator = operator(&block)?;
    let method = block.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    })?;
    let said = block::said(&mut method.attrs, errors);
    let function = block::function_of(method.clone());
    for input in &mut method.sig.inputs {
        let (FnArg::Receiver(Receiver { attrs, .. }) | FnArg::Typed(PatType { attrs, .. })) = input;
        parse::take_constant(attrs);
    }
    let options = match said {
        Said::Constant => return Some(block.into_token_stream()),
        Said::Nothing => options.clone(),
        Said::Options(own) => own.within(options),
    };
    let rule = rule(options, operator, function, &block, errors);
    Some(quote!(#block #rule))
}

fn rule(
    options: Options,
    operator: Operator,
    mut function: ItemFn,
    block: &ItemImpl,
    errors: &Errors,
) -> TokenStream {
    Output(output(block)).visit_signature_mut(&mut function.sig);
    if operator.assigns {
        function = by_reference(function, &block.self_ty);
    }
    let home = Home {
        kind: Kind::Operator(Box::new(operator)),
        generics: block.generics.clone(),
        own: Some((*block.self_ty).clone()),
        ..Home::default()
    };
    if options.forward.is_some() || options.jvp.is_some() {
        errors.report(
            function.sig.ident.span(),
            &Message::not_supported_yet("a hand-written pair of an operator"),
        );
    }
    super::items(&parse::item(options, function, home, errors), errors)
}

/// What the header says, if it is that of an operator: the trait's name and an item of it tell.
fn operator(block: &ItemImpl) -> Option<Operator> {
    let (path, _) = block.trait_.as_ref()?;
    let last = path.segments.last()?;
    let name = last.ident.to_string();
    let stem = name.strip_suffix("Assign").unwrap_or(&name);
    let assigns = stem != name;
    let is_unary = name == "Neg";
    if !["Add", "Sub", "Mul", "Div", "Rem"].contains(&stem) && !is_unary {
        return None;
    }
    // A trait of the user's own may have the same name.
    let is_method = |item: &ImplItem| match item {
        ImplItem::Fn(method) if assigns => {
            method.sig.ident == format!("{}_assign", stem.to_lowercase()) && method.sig.inputs.len() == 2
        }
        ImplItem::Type(item) => !assigns && item.ident == "Output",
        _ => false,
    };
    block.items.iter().find(|item| is_method(item))?;
    let right = (!is_unary).then(|| right(&last.arguments, &block.self_ty));
    let conditions =
        block.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect();
    Some(Operator { rule: format_ident!("{name}Rule"), right, assigns, conditions })
}

/// The right operand: the trait's argument, which is `Self` where there is none.
fn right(arguments: &PathArguments, own: &Type) -> Type {
    let PathArguments::AngleBracketed(arguments) = arguments else { return own.clone() };
    let written = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    written.unwrap_or_else(|| own.clone())
}

/// What the block says that `Output` is.
fn output(block: &ItemImpl) -> Option<Type> {
    block.items.iter().find_map(|item| match item {
        ImplItem::Type(item) if item.ident == "Output" => Some(item.ty.clone()),
        _ => None,
    })
}

/// Writes out `Self::Output`.
struct Output(Option<Type>);

impl VisitMut for Output {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let is_output = matches!(ty, Type::Path(TypePath { qself: None, path, .. })
            if path.segments.len() == 2 && path.segments[0].ident == "Self" && path.segments[1].ident == "Output");
        match &self.0 {
            Some(output) if is_output => *ty = output.clone(),
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }
}

/// The method as a function of `this: &mut Self`: its derivative has the operand by value, under the name `self`.
fn by_reference(mut function: ItemFn, own: &Type) -> ItemFn {
    let this = unused(&function);
    if let Some(FnArg::Receiver(Receiver { kind: ReceiverKind::Reference(..), .. })) =
        function.sig.inputs.first()
    {
        function.sig.inputs[0] = syn::parse_quote!(#this: &mut #own);
        let block = renamed(function.block.to_token_stream(), &this);
        if let Ok(block) = syn::parse2(block) {
            function.block = Box::new(block);
        }
    }
    function
}

/// A name that the function doesn't have.
fn unused(function: &ItemFn) -> Ident {
    let mut taken = std::collections::HashSet::new();
    parse::each_ident(function.to_token_stream(), &mut |ident| {
        taken.insert(ident.to_string());
    });
    let names = std::iter::once("this".to_owned()).chain((0..).map(|number| format!("this{number}")));
    let name = names.into_iter().find(|name| !taken.contains(name)).unwrap_or_default();
    Ident::new(&name, Span::call_site())
}

/// The tokens with `self` renamed; in `self::item` it is a module.
fn renamed(tokens: TokenStream, this: &Ident) -> TokenStream {
    let mut renamed = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let before_path = matches!(tokens.peek(), Some(TokenTree::Punct(punct))
            if punct.as_char() == ':' && punct.spacing() == proc_macro2::Spacing::Joint);
        renamed.push(match token {
            TokenTree::Ident(ident) if ident == "self" && !before_path => {
                TokenTree::Ident(Ident::new(&this.to_string(), ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self::renamed(group.stream(), this));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        });
    }
    quote!(#(#renamed)*)
}
