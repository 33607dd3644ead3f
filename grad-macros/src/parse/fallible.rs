//! Functions that may fail: those that return an `Option` or a `Result`. A failure leaves the derivative as it leaves the
//! function, so a jump that brings one stays a jump; it is marked here, where it's known whose jump it is.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, ExprTry, GenericArgument, PathArguments, Stmt, Type};

use crate::ir::diverges;

/// How a function says that it failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failing {
    Option,
    Result,
}

/// How a function with this result fails, and what it returns otherwise.
pub fn fallible(result: &Type) -> Option<(Failing, &Type)> {
    let Type::Path(path) = result else { return None };
    let last = path.path.segments.last()?;
    let failing = match last.ident.to_string().as_str() {
        "Option" => Failing::Option,
        "Result" => Failing::Result,
        _ => return None,
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some((failing, ty)),
        _ => None,
    })
}

/// The type of the error in `Result<T, E>`.
pub fn error_type(result: &Type) -> Option<&Type> {
    fallible(result).filter(|(failing, _)| *failing == Failing::Result)?;
    let Type::Path(path) = result else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.nth(1)
}

/// The same result around something else: `Result<f64, E>` around `g` is `Result<g, E>`.
pub fn around(result: &Type, inner: &Type) -> Type {
    let mut result = result.clone();
    if let Type::Path(path) = &mut result
        && let Some(last) = path.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
        && let Some(GenericArgument::Type(ty)) =
            arguments.args.iter_mut().find(|argument| matches!(argument, GenericArgument::Type(_)))
    {
        ty.clone_from(inner);
    }
    result
}

/// Marks every `?` of the function itself, and writes what it returns as `#[returned] value?`: the value, unless it's a failure.
pub fn mark(block: &mut Block) {
    Mark.visit_block_mut(block);
    returned_block(block);
}

/// Whether a `?` leads out of the function, not out of a closure in it.
pub fn leaves(attempt: &ExprTry) -> bool {
    attempt.attrs.iter().any(|attribute| attribute.path().is_ident("own")) || is_returned(attempt)
}

/// Whether a failure is returned as it is; `?` may convert it.
pub fn is_returned(attempt: &ExprTry) -> bool {
    attempt.attrs.iter().any(|attribute| attribute.path().is_ident("returned"))
}

/// Takes the marks away: `#[returned] value?` is `return value`.
pub struct Restore;

impl VisitMut for Restore {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Try(attempt) = expr {
            if is_returned(attempt) {
                let value = &attempt.expr;
                *expr = syn::parse_quote!(return #value);
            } else {
                attempt.attrs.clear();
            }
        }
    }
}

struct Mark;

impl VisitMut for Mark {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Try(attempt) => attempt.attrs = vec![named("own")],
            Expr::Return(jump) => {
                if let Some(value) = &mut jump.expr {
                    returned(value);
                    if let Expr::Try(attempt) = &**value
                        && always_fails(&attempt.expr)
                    {
                        *expr = (**value).clone();
                    }
                }
            }
            _ => {}
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

fn named(name: &str) -> Attribute {
    let name = syn::Ident::new(name, proc_macro2::Span::call_site());
    syn::parse_quote!(#[#name])
}

/// Whether a value is a failure by the look of it.
pub fn always_fails(value: &Expr) -> bool {
    match value {
        Expr::Paren(inner) => always_fails(&inner.expr),
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "None"),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Err"),
            _ => false,
        },
        _ => false,
    }
}

/// Marks what an expression returns, in each of its arms.
fn returned(expr: &mut Expr) {
    each_end(expr, &mut |end| {
        *end = marked(end.clone(), false);
    });
}

/// `value?`, where the failure is converted, or `value` as it's returned.
pub fn marked(value: Expr, convert: bool) -> Expr {
    Expr::Try(ExprTry {
        attrs: vec![named(if convert { "own" } else { "returned" })],
        expr: Box::new(value),
        question_token: syn::token::Question::default(),
    })
}

fn returned_block(block: &mut Block) {
    if let Some(Stmt::Expr(expr, None)) = block.stmts.last_mut() {
        returned(expr);
    }
}

/// Calls `f` on every expression that may be what a larger one gives: the ends of its arms.
pub fn each_end(expr: &mut Expr, f: &mut impl FnMut(&mut Expr)) {
    match expr {
        Expr::Paren(inner) => each_end(&mut inner.expr, f),
        Expr::Group(inner) => each_end(&mut inner.expr, f),
        Expr::Block(block) if block.label.is_none() => block_end(&mut block.block, f),
        Expr::If(branch) => {
            block_end(&mut branch.then_branch, f);
            if let Some((_, otherwise)) = &mut branch.else_branch {
                each_end(otherwise, f);
            }
        }
        Expr::Match(choice) => choice.arms.iter_mut().for_each(|arm| each_end(&mut arm.body, f)),
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {}
        Expr::While(_) | Expr::ForLoop(_) | Expr::Assign(_) => {}
        Expr::Macro(mac) if diverges(&mac.mac) => {}
        Expr::Try(attempt) if is_returned(attempt) => {}
        other => f(other),
    }
}

fn block_end(block: &mut Block, f: &mut impl FnMut(&mut Expr)) {
    match block.stmts.last_mut() {
        Some(Stmt::Expr(expr, None)) => each_end(expr, f),
        Some(Stmt::Macro(mac)) if mac.semi_token.is_none() && !diverges(&mac.mac) => {
            let mut expr =
                Expr::Macro(syn::ExprMacro { attrs: std::mem::take(&mut mac.attrs), mac: mac.mac.clone() });
            each_end(&mut expr, f);
            if let Some(last) = block.stmts.last_mut() {
                *last = Stmt::Expr(expr, None);
            }
        }
        _ => {}
    }
}
