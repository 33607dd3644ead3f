//! Functions of other modules that take functions: there is no other way to call them than to lower them in place of the call, so their text is
//! looked up in the sources of the crate. That a name at the call means the very function that was found is left to rustc: the function
//! says beside it which text it has, and the caller's derivative asks for it.

use std::path::Path as FilePath;

use quote::quote;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprClosure, Ident, ItemFn, Path};

use super::outline::{Outline, signature_and_body};
use super::tokens::each_ident;
use super::{declared, higher, scoped};

/// What std's prelude and the language call by a bare name.
const KNOWN: [&str; 36] = [
    "std",
    "core",
    "alloc",
    "f32",
    "f64",
    "usize",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "bool",
    "char",
    "str",
    "Some",
    "None",
    "Ok",
    "Err",
    "Option",
    "Result",
    "Vec",
    "Box",
    "String",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "Default",
    "stop_gradient",
];

/// The function that a call means, if there is one of that name in the sources, and it's the same wherever its text stands.
pub fn find(path: &Path) -> Option<ItemFn> {
    let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let name = names.next()?;
    let module = names.next().filter(|name| !["self", "super", "crate"].contains(&name.as_str()));
    let file = scoped::current()?;
    let mut found: Option<ItemFn> = None;
    let outlines =
        declared::files(&file).into_iter().filter_map(|file| Some((Outline::of_file(&file)?, file)));
    for (outline, file) in outlines {
        for (inside, function) in outline.functions(&name) {
            let inside = inside.cloned().or_else(|| module_of(&file));
            if module.is_some() && inside != module {
                continue;
            }
            if found.as_ref().is_some_and(|other| text_of(other) != text_of(&function)) {
                return None;
            }
            found = Some(function);
        }
    }
    found.filter(|function| higher::takes_functions(&function.sig))
}

/// The module that a file is.
fn module_of(file: &FilePath) -> Option<String> {
    let name = |path: &FilePath| Some(path.file_stem()?.to_string_lossy().into_owned());
    name(file).and_then(|own| if own == "mod" { name(file.parent()?) } else { Some(own) })
}

/// The calls in a function whose callee isn't one of its variables, with a closure or a function among the arguments.
pub fn calls(function: &ItemFn) -> Vec<Path> {
    struct Calls(Vec<Path>);
    impl<'ast> Visit<'ast> for Calls {
        fn visit_expr_call(&mut self, call: &'ast ExprCall) {
            let may_be = |argument: &Expr| match argument {
                Expr::Closure(_) | Expr::Path(_) => true,
                Expr::Reference(reference) => matches!(*reference.expr, Expr::Closure(_) | Expr::Path(_)),
                _ => false,
            };
            if let Expr::Path(path) = &*call.func
                && path.qself.is_none()
                && call.args.iter().any(may_be)
            {
                self.0.push(path.path.clone());
            }
            visit::visit_expr_call(self, call);
        }
    }
    let mut calls = Calls(Vec::new());
    calls.visit_block(&function.block);
    calls.0
}

/// One name for a path, as closures have them.
pub fn joined(path: &Path) -> String {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    names.join("__")
}

/// Whether a closure names nothing but what it binds and what every module knows.
pub fn is_self_contained(closure: &ExprClosure) -> bool {
    let free = super::rename::free(closure);
    let mut foreign = Foreign { free, found: false };
    foreign.visit_expr_closure(closure);
    !foreign.found
}

struct Foreign {
    free: std::collections::HashSet<String>,
    found: bool,
}

impl<'ast> Visit<'ast> for Foreign {
    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(first) = path.segments.first() {
            let name = first.ident.to_string();
            let is_bound = path.segments.len() == 1
                && !self.free.contains(&name)
                && !name.starts_with(char::is_uppercase);
            self.found |= !is_bound && !KNOWN.contains(&name.as_str());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let known = ["assert", "debug_assert", "assert_eq", "panic", "vec", "unreachable", "matches"];
        self.found |= !known.iter().any(|name| mac.path.is_ident(name));
        each_ident(mac.tokens.clone(), &mut |ident| self.found |= self.free.contains(&ident.to_string()));
    }
}

/// The constant that says which text a function has.
pub fn stamp(function: &ItemFn) -> proc_macro2::TokenStream {
    let (name, visibility, text) = (&function.sig.ident, &function.vis, text_of(function));
    let conditions: Vec<_> =
        function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #visibility struct #name {}
        #(#conditions)*
        #[doc(hidden)]
        #[allow(dead_code)]
        impl #name {
            #[doc(hidden)]
            pub const TEXT: u64 = #text;
        }
    }
}

/// The question whether a path means the function with this text.
pub fn question(path: &Path, function: &ItemFn) -> syn::Item {
    let text = text_of(function);
    let mut path = path.clone();
    path.segments.push(Ident::new("TEXT", proc_macro2::Span::call_site()).into());
    syn::parse_quote! {
        const _: () = ::core::assert!(#path == #text, "the function that is called isn't the one of the crate's sources");
    }
}

/// A number for what is written (FNV-1a).
fn text_of(function: &ItemFn) -> u64 {
    let function = ItemFn { attrs: Vec::new(), ..function.clone() };
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    signature_and_body(&function).bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// The name of a method's closure that is lowered in place of `self.method(..)`.
pub fn of_self(method: &Ident) -> String {
    format!("{method}_of_self")
}
