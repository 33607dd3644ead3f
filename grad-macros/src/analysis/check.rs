//! The errors that need activity: constructs that are fine on constants and wrong on active values.

use quote::ToTokens;

use super::Activity;
use crate::diag::{Errors, Message};
use crate::ir::{Body, Head, Loop, Op, Stmt};

/// Reports where an active value meets something without a derivative.
pub fn check(body: &Body, activity: &Activity, errors: &Errors) {
    body.block.for_each_stmt(&mut |stmt| {
        if let Stmt::Loop(looped) = stmt
            && looped.checkpoint.is_some()
            && !has_known_iterations(looped)
        {
            errors.report(looped.span, &Message::checkpoint_on_open_loop());
        }
        if let Stmt::Let { value, op: Op::Cast(from, ty) } = stmt
            && activity.varied(*from)
            && body.value(*value).ty.is_constant()
        {
            errors.report(body.value(*value).span, &Message::cast_cuts(ty.to_token_stream()));
        }
    });
}

/// Whether a loop's iterations are known before it runs: only such a loop falls into segments.
pub fn has_known_iterations(looped: &Loop) -> bool {
    matches!(looped.head, Head::Range { .. }) && looped.exit.is_none()
}
