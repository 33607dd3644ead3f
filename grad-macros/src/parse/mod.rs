//! From tokens to what the compiler works on: the attribute's options, the signature, unique names.

mod aliases;
mod calls;
pub mod conditional;
pub mod constants;
mod declared;
pub mod derived;
pub mod discrete;
pub mod elsewhere;
pub mod expected;
pub mod fallible;
pub mod fields;
pub mod hidden;
pub mod higher;
mod home;
mod hygiene;
mod inline;
pub mod methods;
mod options;
mod outline;
pub mod payloads;
pub mod plain;
mod qualified;
mod rename;
mod scoped;
mod signature;
pub mod tokens;
pub mod types;
mod words;

pub use calls::is_recursive;
pub use fallible::Failing;
pub use home::{Home, Kind, Operator};
pub use inline::{Helper, helpers, methods_of};
pub use options::{Options, Passes, parse as options};
pub use outline::Outline;
pub use rename::at;
pub use signature::{Parameter, take_constant};
pub use tokens::each_ident;

use syn::ItemFn;

use crate::diag::{Errors, Message};

/// An annotated function, ready to be lowered.
#[derive(Clone)]
pub struct Function {
    pub options: Options,
    pub home: Home,
    /// The function as the user wrote it, less the compiler's attributes.
    pub primal: ItemFn,
    /// The same, with the aliases of numbers written out.
    pub original: ItemFn,
    pub parameters: Vec<Parameter>,
    /// The body, in which every binding has a name of its own: no shadowing is left.
    pub block: syn::Block,
    /// How it says that it failed, where it returns an `Option` or a `Result`.
    pub failing: Option<Failing>,
}

impl Function {
    /// The same, with all its calls left as calls.
    pub fn without_helpers(&self) -> Self {
        let mut function = self.clone();
        // What takes functions is no call.
        function.home.helpers.retain(|helper| helper.higher);
        function
    }
}

/// Learns from the sources around a file what they declare.
pub fn learn_from(file: &std::path::Path) {
    scoped::enter(file);
    let around = declared::around(file);
    discrete::declare(around.iter().map(|(_, declared)| declared));
    plain::declare(around.iter().map(|(_, declared)| declared));
    for (file, declared) in around {
        declared.fields.iter().for_each(|field| expected::declare_field(&file, field));
        declared.fields.into_iter().filter(|field| field.derives).for_each(fields::declare);
        declared.payloads.into_iter().for_each(payloads::declare);
        declared.methods.iter().filter(|method| method.annotated).for_each(methods::declare);
        derived::declare(&declared.types, &declared.implementations);
        hidden::declare(declared.methods, declared.implementations);
        declared.signatures.into_iter().for_each(|signature| expected::declare(&file, signature));
        declared.aliases.into_iter().for_each(|(name, ty)| aliases::declare(&file, name, ty));
        // Of a name that is a struct's elsewhere nothing is known.
        declared.types.into_iter().for_each(|(name, _)| aliases::declare(&file, name.clone(), name));
    }
}

/// Reads an annotated function. What is wrong with it is reported; the function is read all the same.
pub fn item(options: Options, mut function: ItemFn, mut home: Home, errors: &Errors) -> Function {
    let written = function.clone();
    aliases::write_out(&mut function, &home.generics);
    let (parameters, mut unpacking) = signature::parameters(&mut function, &home, &options, errors);
    let mut block = (*function.block).clone();
    unpacking.append(&mut block.stmts);
    block.stmts = unpacking;
    let types = parameters.iter().filter_map(|parameter| {
        let ty = constants::name_of(&home.resolved(&parameter.written))?;
        Some((parameter.name.to_string(), ty)).filter(|(_, ty)| ty != "Self")
    });
    constants::by_accessors(&mut block, types.collect());
    let names = parameters.iter().map(|parameter| parameter.name.clone());
    for name in rename::unique_names(&mut block, &mut home.helpers, names) {
        errors.report(name.span(), &Message::confused_name(&name));
    }
    let failing = match &function.sig.output {
        syn::ReturnType::Type(_, ty) => fallible::fallible(ty).map(|(failing, _)| failing),
        syn::ReturnType::Default => None,
    };
    if failing.is_some() {
        fallible::mark(&mut block);
    }
    strip_checkpoints(&mut function);
    if let Some(own) = parameters.first().filter(|parameter| parameter.name == "self") {
        methods::register(&function.sig.ident.to_string(), own.passing);
    }
    Function {
        options,
        home,
        primal: as_written(&function, written),
        original: function,
        parameters,
        block,
        failing,
    }
}

/// A function without derivatives of its own, less the compiler's attributes.
pub fn primal_alone(mut function: ItemFn) -> proc_macro2::TokenStream {
    strip_checkpoints(&mut function);
    for input in &mut function.sig.inputs {
        if let syn::FnArg::Typed(input) = input {
            take_constant(&mut input.attrs);
        }
    }
    quote::quote!(#[allow(dead_code)] #function)
}

/// The function with the types and the body that the user wrote.
fn as_written(function: &ItemFn, mut written: ItemFn) -> ItemFn {
    strip_checkpoints(&mut written);
    for (own, clean) in written.sig.inputs.iter_mut().zip(&function.sig.inputs) {
        match (own, clean) {
            (syn::FnArg::Typed(own), syn::FnArg::Typed(clean)) => own.attrs.clone_from(&clean.attrs),
            (syn::FnArg::Receiver(own), syn::FnArg::Receiver(clean)) => own.attrs.clone_from(&clean.attrs),
            _ => {}
        }
    }
    ItemFn { attrs: function.attrs.clone(), ..written }
}

/// The function itself has no use for `#[checkpoint]`, and rustc no patience.
fn strip_checkpoints(function: &mut ItemFn) {
    struct Strip;
    impl syn::visit_mut::VisitMut for Strip {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("checkpoint"));
        }
    }
    syn::visit_mut::VisitMut::visit_block_mut(&mut Strip, &mut function.block);
}
