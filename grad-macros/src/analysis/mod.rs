//! What is true of a program: side tables that keep their reasons. Nothing here changes the IR.

mod activity;
mod check;
mod effects;
mod sizes;
mod useful;

pub use activity::{Activity, activity, is_active_call};
pub use check::{check, falls_into_segments};
pub use effects::{Effects, effects, moved};
pub use sizes::{Polynomial, Sizes};
pub use useful::{Useful, useful};
