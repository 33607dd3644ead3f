//! The intermediate representation: structured, in SSA form, with explicit memory.
//!
//! # What a program is
//!
//! A [`Body`] owns two arenas, [`Value`]s and [`Var`]s, and a tree of [`Block`]s.
//!
//! * A **value** is defined exactly once (a parameter, a [`Stmt::Let`], a result of a branch or loop, the
//!   parameter or index of a loop, a call) and never changes. Floats, integers and booleans are values.
//! * A **variable** is memory: arrays, slices, vectors, structs, anything that is indexed, has fields or is
//!   mutated through a reference. It is read by [`Op::Load`] and written by [`Stmt::Store`], at a [`Place`].
//! * **Control flow** is a tree: [`Stmt::Branch`] and [`Stmt::Loop`] own blocks. There is no `break`, `continue`
//!   or `return`: the lowering turned them into booleans (`exit`), placeholders ([`Op::Undef`]) and branches.
//! * Names carry no meaning: every value and variable has a unique identity, its name is a wish.
//!
//! # Invariants
//!
//! * Every operand is defined before its use, in the same block or in one that encloses it. (Adjoint code breaks
//!   this rule between `transform::reverse` and `transform::residuals`, and only there.)
//! * No two variables of a body overlap: a reference is not a variable, it is a [`Place`] of what it refers to. (The last pass
//!   breaks this rule: a [`Row`] is a part of another variable, which has that part for itself while it's written to.)
//! * The blocks of a branch have as many results as the branch; the body of a loop as many as the loop carries.
//! * `Ty::Float` values alone, and values of unknown type, can carry a derivative.

mod body;
mod build;
mod call;
mod flow;
mod leave;
mod named;
mod place;
mod prim;
#[cfg(test)]
pub mod print;
mod rename;
mod stmt;
mod ty;
pub mod visit;

pub use body::{Binding, Body, Claim, Output, Param, Value, Var, VarKind};
pub use build::Builder;
pub use call::{Adaptor, Arg, Call, Callee, Fails, Pullback, Pushforward, Second, Slot, TangentArg};
pub use flow::{Adapter, Branch, BranchKind, Carried, Checkpoint, Head, Loop, MatchArm, Range, Replay};
pub use leave::{diverge, diverges};
pub use named::{has_first_rule_alone, has_rule, is_name_of_rule, is_turning};
pub use place::{Bound, Payload, Place, Projection, View};
pub use prim::{Form, Prim};
pub use stmt::{Block, CopyHow, Effect, Init, Op, Opaque, Row, Stmt, StoreHow, TapeShape};
pub use ty::{Algebra, Float, Ty};

/// The identity of a value: an index into [`Body::values`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct V(pub u32);

/// The identity of a variable: an index into [`Body::vars`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct M(pub u32);

/// The identity of a block: unique in a [`Body`], kept by the passes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BlockId(pub u32);

/// The identity of a loop: unique in a [`Body`]; an adjoint loop names the primal loop that it reverses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LoopId(pub u32);
