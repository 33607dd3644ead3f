use crate::diag::Errors;
use crate::ir::*;
use proc_macro2::TokenStream;
use quote::quote;

fn leaves(out: &Output, body: &mut Body, results: &mut Vec<V>) -> TokenStream {
    match out {
        Output::Unit => quote!(()),
        Output::Value(i) => {
            let v = body.block.results[*i];
            results.push(v);
            let n = quote::format_ident!("r{}", results.len() - 1);
            quote!(#n)
        }
        Output::Var(m) => {
            let ty = body.var(*m).ty.clone();
            let v = body.new_value("out", ty, proc_macro2::Span::call_site());
            body.block.stmts.push(Stmt::Let { value: v, op: Op::Load(Place::whole(*m)) });
            results.push(v);
            let n = quote::format_ident!("r{}", results.len() - 1);
            quote!(#n)
        }
        Output::Tuple(parts) => {
            let parts: Vec<_> = parts.clone().iter().map(|p| leaves(p, body, results)).collect();
            quote!((#(#parts,)*))
        }
        #[allow(unreachable_patterns)]
        _ => quote!(todo!()),
    }
}

#[test]
fn scratch() {
    let Ok(path) = std::env::var("LOWER_PROGS") else { return };
    let source = std::fs::read_to_string(&path).unwrap();
    let file = syn::parse_file(&source).unwrap();
    let mut orig = TokenStream::new();
    let mut prim = TokenStream::new();
    let mut main = TokenStream::new();
    let verbose = std::env::var("V").is_ok();
    for item in file.items {
        let syn::Item::Fn(mut f) = item else {
            let i = item;
            orig.extend(quote!(#i));
            prim.extend(quote!(
                use super::orig::*;
            ));
            continue;
        };
        let calls: Vec<String> = f
            .attrs
            .iter()
            .filter_map(|a| {
                if let syn::Meta::NameValue(nv) = &a.meta {
                    if let syn::Expr::Lit(l) = &nv.value {
                        if let syn::Lit::Str(s) = &l.lit {
                            return Some(s.value());
                        }
                    }
                    None
                } else {
                    None
                }
            })
            .collect();
        f.attrs.clear();
        let mut plain = f.clone();
        for input in &mut plain.sig.inputs {
            if let syn::FnArg::Typed(t) = input {
                t.attrs.clear();
            }
        }
        plain.vis = syn::parse_quote!(pub);
        for s in 0..1 {
            let _ = s;
        }
        struct Strip;
        impl syn::visit_mut::VisitMut for Strip {
            fn visit_attributes_mut(&mut self, a: &mut Vec<syn::Attribute>) {
                a.retain(|a| !a.path().is_ident("checkpoint"));
            }
            fn visit_expr_for_loop_mut(&mut self, e: &mut syn::ExprForLoop) {
                e.attrs.clear();
                syn::visit_mut::visit_expr_for_loop_mut(self, e);
            }
        }
        syn::visit_mut::VisitMut::visit_item_fn_mut(&mut Strip, &mut plain);
        orig.extend(quote!(#plain));
        if calls.is_empty() {
            prim.extend(quote!(#plain));
            continue;
        }
        let errors = Errors::default();
        let name = f.sig.ident.clone();
        let function = crate::parse::item(TokenStream::new(), f, &errors);
        let body = super::super::function(&function, &errors);
        let Some(mut body) = body else {
            println!("REFUSED {name}: {}", errors.finish().unwrap_or_default());
            continue;
        };
        if verbose {
            println!("{}", crate::ir::print::body(&body));
        }
        let mut results = Vec::new();
        let out = body.result.clone();
        let shape = leaves(&out, &mut body, &mut results);
        body.block.results = results;
        let names: Vec<_> = (0..body.block.results.len()).map(|i| quote::format_ident!("r{i}")).collect();
        let emitted = crate::emit::block(&body, &body.block, &quote!(::grad_runtime::__private));
        let mut sig = plain.sig.clone();
        for (input, p) in sig.inputs.iter_mut().zip(&function.parameters) {
            if let syn::FnArg::Typed(t) = input {
                let n = &p.name;
                t.pat = syn::parse_quote!(#n);
            }
        }
        let bindings = match &names[..] {
            [] => quote!(let _ = { #emitted };),
            [one] => quote!(let #one = { #emitted };),
            many => quote!(let (#(#many),*) = { #emitted };),
        };
        prim.extend(quote!(pub #sig { #bindings #shape }));
        for call in calls {
            let call = call.trim().to_string();
            // setup; call
            let toks: TokenStream = call.parse().unwrap();
            main.extend(quote!({
                let a = {
                    use orig::*;
                    format!("{:?}", { #toks })
                };
                let b = {
                    use prim::*;
                    format!("{:?}", { #toks })
                };
                if a != b {
                    println!("DIFF {}: {} vs {}", stringify!(#toks), a, b);
                } else {
                    ok += 1;
                }
            }));
        }
    }
    let all = quote!(#![allow(warnings)] extern crate self as grad_runtime; pub mod __private { pub use std::vec; pub use core; } mod orig { #orig } mod prim { #prim } fn main() { let mut ok = 0; #main println!("{} ok", ok); });
    let text = match syn::parse2(all.clone()) {
        Ok(f) => prettyplease::unparse(&f),
        Err(e) => {
            println!("UNPARSABLE {e}");
            all.to_string()
        }
    };
    std::fs::write("/tmp/primals.rs", text).unwrap();
}
