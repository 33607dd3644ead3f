//! Branches and loops.

use proc_macro2::{Ident, Span, TokenStream};

use super::{Block, LoopId, M, Opaque, V};

/// A choice between blocks.
#[derive(Clone, Debug)]
pub struct Branch {
    pub kind: BranchKind,
    pub arms: Vec<Block>,
    pub results: Vec<V>,
    pub span: Span,
}

/// What chooses the arm.
#[derive(Clone, Debug)]
pub enum BranchKind {
    /// Two arms: `if cond { .. } else { .. }`.
    If(V),
    /// `match` on constant data: the user's scrutinee and one pattern (with guard) per arm. What a pattern binds is a
    /// value or variable that is constant, under the user's name.
    Match {
        scrutinee: Opaque,
        arms: Vec<MatchArm>,
        /** the number of the arm that ran, defined by the branch */
        selector: V,
    },
    /// Arms by number: `match selector { 0 => .., 1 => .., _ => .. }`; how adjoint code replays a `Match`.
    Switch(V),
}

/// The pattern of one arm.
#[derive(Clone, Debug)]
pub struct MatchArm {
    pub pat: Box<syn::Pat>,
    pub guard: Option<Opaque>,
    /// What the pattern binds, in the user's (unique) names.
    pub binds: Vec<(Ident, V)>,
}

/// A repetition.
#[derive(Clone, Debug)]
pub struct Loop {
    pub id: LoopId,
    pub head: Head,
    pub carried: Vec<Carried>,
    /// Its results are the next values of `carried`.
    pub body: Block,
    /// A boolean of the body: the loop ends after an iteration in which it's true.
    pub exit: Option<V>,
    /// The number of iterations that began, as a `usize`; a value of the enclosing block.
    pub count: V,
    /// `#[checkpoint]`.
    pub checkpoint: Option<Checkpoint>,
    pub span: Span,
}

/// `#[checkpoint(every = k)]`.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub every: Option<Opaque>,
    /// For a segment that is to be repeated: the memory that it changes, and copies of it from before.
    pub copies: Vec<(M, V)>,
}

/// What repeats a loop.
#[derive(Clone, Debug)]
pub enum Head {
    /// `for index in range`.
    Range { index: V, range: Range },
    /// `while cond`: the block is run before each iteration, its one result decides. It changes nothing.
    While(Block),
    /// `loop`: ends by `exit` alone.
    Forever,
    /// In adjoint code: the iterations of another loop, last first.
    Replay(Replay),
}

/// A range of integers, with adapters.
#[derive(Clone, Debug)]
pub struct Range {
    pub start: V,
    pub end: V,
    pub inclusive: bool,
    pub adapters: Vec<Adapter>,
    /// The trip count where it's a constant expression (literals, consts, const generics).
    pub trip: Option<TokenStream>,
}

/// An adapter of a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Adapter {
    Rev,
    StepBy(V),
    Skip(V),
    Take(V),
}

/// The iterations of a primal loop, last first.
#[derive(Clone, Debug)]
pub struct Replay {
    pub of: LoopId,
    /// First to last, as the order doesn't matter.
    pub forwards: bool,
    /// The range to walk backwards, where the primal loop has one and runs to its end; with the index in this loop.
    pub range: Option<(V, Range)>,
    /// Otherwise the number of iterations.
    pub count: V,
    /// The tape to read, and the names of a record's fields.
    pub tape: Option<(M, Vec<V>)>,
}

/// A value that one iteration hands to the next.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    /// What the body sees.
    pub param: V,
    /// What the first iteration sees.
    pub init: V,
    /// What the code after the loop sees.
    pub result: V,
}
