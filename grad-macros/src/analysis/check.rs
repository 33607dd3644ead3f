//! The errors that need activity: constructs that are fine on constants and wrong on active values.

use quote::ToTokens;
use syn::Path;

use super::Activity;
use crate::diag::{Errors, Message};
use crate::ir::{Arg, Body, Callee, Head, Loop, Op, Stmt};

/// Reports where an active value meets something without a derivative.
/// What is asked is whether a path names a function that surely has no derivative.
pub fn check(body: &Body, activity: &Activity, is_plain: impl Fn(&Path) -> bool, errors: &Errors) {
    check_calls(body, activity, is_plain, errors);
    body.block.for_each_stmt(&mut |stmt| {
        if let Stmt::Loop(looped) = stmt
            && looped.checkpoint.is_some()
            && !falls_into_segments(looped)
        {
            errors.report(looped.span, &Message::checkpoint_on_open_loop());
        }
        // Reads of it would count as constant.
        if let Stmt::Store { place, value, .. } = stmt
            && activity.varied(*value)
            && body.var(place.base).ty.is_constant()
            && !body.var(place.base).ty.is_discrete()
        {
            let name = &body.var(place.base).name;
            let what = format!("`{name}` was taken for a constant, and something active is stored to it");
            errors.report(body.value(*value).span, &Message::internal(what));
        }
        if let Stmt::Let { value, op: Op::Cast(from, ty) } = stmt
            && activity.varied(*from)
            && body.value(*value).ty.is_constant()
        {
            errors.report(
                body.value(*value).span,
                &Message::cast_cuts(ty.to_token_stream(), activity.path(body, *from)),
            );
        }
    });
}

/// Calls of functions that are written inside this one, or elsewhere in the sources, without a derivative: of them it's known that there is none.
fn check_calls(body: &Body, activity: &Activity, is_plain: impl Fn(&Path) -> bool, errors: &Errors) {
    let mut plain = Vec::new();
    body.block.for_each_stmt(&mut |stmt| {
        if let Stmt::Effect(effect) = stmt
            && let syn::Stmt::Item(syn::Item::Fn(item)) = &*effect.stmt
            && !item.attrs.iter().any(is_differentiable)
        {
            plain.push(item.sig.ident.clone());
        }
    });
    body.block.for_each_stmt(&mut |stmt| {
        let Stmt::Call(call) = stmt else { return };
        let Callee::Path(path) = &call.callee else { return };
        let active = call.args.iter().find_map(|arg| match arg {
            Arg::Value(v) => activity.varied(*v).then(|| format!("`{}`", body.value(*v).name)),
            Arg::Ref { place, .. } => {
                activity.var_varied(place.base).then(|| format!("`{}`", body.var(place.base).name))
            }
            Arg::Opaque(_) => None,
        });
        let is_nested = || path.get_ident().is_some_and(|name| plain.contains(name));
        if let (Some(argument), Some(last)) = (active, path.segments.last())
            && (is_nested() || is_plain(path))
        {
            let name = &last.ident;
            errors.report(name.span(), &Message::no_rule(name, argument));
        }
    });
}

fn is_differentiable(attribute: &syn::Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "differentiable")
}

/// Whether it's known how long the segments of a loop are.
pub fn falls_into_segments(looped: &Loop) -> bool {
    let every = looped.checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.every.is_some());
    matches!(looped.head, Head::Range { .. }) || every
}
