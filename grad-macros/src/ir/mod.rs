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
//! * No two variables of a body overlap: a reference is not a variable, it is a [`Place`] of what it refers to.
//! * The blocks of a branch have as many results as the branch; the body of a loop as many as the loop carries.
//! * `Ty::Float` values alone, and values of unknown type, can carry a derivative.

mod build;
mod leave;
mod named;
mod place;
mod prim;
#[cfg(test)]
pub mod print;
mod rename;
mod ty;
pub mod visit;

pub use build::Builder;
pub use leave::{diverge, diverges};
pub use named::has_rule;
pub use place::{Bound, Payload, Place, Projection, View};
pub use prim::{Form, Prim};
pub use ty::{Algebra, Float, Ty};

use proc_macro2::{Ident, Span, TokenStream};

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

/// What is known of a value, besides where it is defined.
#[derive(Clone, Debug)]
pub struct Value {
    /// The name that it would like to have: the user's, or the prefix of a temporary (`t`).
    pub name: String,
    pub ty: Ty,
    /// Where the user wrote it.
    pub span: Span,
}

/// What is known of a variable.
#[derive(Clone, Debug)]
pub struct Var {
    pub name: String,
    pub ty: Ty,
    pub kind: VarKind,
    /// Whether anything is stored to it after its declaration (so that it needs `let mut`).
    pub mutable: bool,
    pub span: Span,
}

/// Where a variable comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarKind {
    /// A parameter by value: owned by the function.
    Owned,
    /// A parameter by `&`: can't change, outlives the function.
    Ref,
    /// A parameter by `&mut`: the caller's, who may change it between the two halves.
    RefMut,
    /// Declared by a [`Stmt::Declare`].
    Local,
    /// The adjoint or tangent of another variable, a buffer of the caller's (`&mut`).
    Buffer,
    /// A tape: what the adjoint sweep reads of each iteration.
    Tape,
}

/// How a parameter arrives in the body.
#[derive(Clone, Debug)]
pub struct Param {
    /// The name in the signature (unique in the function).
    pub name: Ident,
    /// Its type as the user wrote it.
    pub written: Box<syn::Type>,
    pub ty: Ty,
    /// `Owned`, `Ref` or `RefMut`.
    pub passing: VarKind,
    /// Whether a derivative is taken with respect to it.
    pub active: bool,
    pub binding: Binding,
}

/// What a parameter is in the body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A scalar (also one behind `&`, which the body reads as `*x`).
    Value(V),
    Var(M),
}

/// A function's body with its arenas.
#[derive(Clone, Debug)]
pub struct Body {
    pub values: Vec<Value>,
    pub vars: Vec<Var>,
    pub params: Vec<Param>,
    /// The statements; the block's results are the leaves of `result`, in order.
    pub block: Block,
    pub result: Output,
    pub next_block: u32,
    pub next_loop: u32,
}

/// The shape of what a function returns, over the results of its block.
#[derive(Clone, Debug)]
pub enum Output {
    Unit,
    /// The result of the block with this index.
    Value(usize),
    /// A whole variable (an array, a `Vec`, a struct), moved out.
    Var(M),
    Tuple(Vec<Output>),
}

/// A sequence of statements with results.
#[derive(Clone, Debug)]
pub struct Block {
    pub id: BlockId,
    pub stmts: Vec<Stmt>,
    pub results: Vec<V>,
    /// In adjoint code: the primal block whose statements this one reverses.
    pub mirrors: Option<BlockId>,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// `let value = op;`
    Let {
        value: V,
        op: Op,
    },
    /// `let var = init;`
    Declare {
        var: M,
        init: Init,
    },
    /// `place = value;`, `place += value;` …
    Store {
        place: Place,
        how: StoreHow,
        value: V,
    },
    /// User code that the derivative doesn't see: an assertion, a print, a computation on constants.
    Effect(Effect),
    Branch(Branch),
    Loop(Box<Loop>),
    Call(Box<Call>),
    /// The backward half of a [`Call`], in adjoint code.
    Pullback(Box<Pullback>),
    /// Both halves of the derivative of a [`Call`] with tangents, in adjoint code.
    Second(Box<Second>),
    /// `tape.push((values…));` or `tape[index] = (values…);`
    Record {
        tape: M,
        values: Vec<V>,
    },
    /// Sets an adjoint place to zero, whatever its type.
    Clear {
        place: Place,
        ty: Ty,
    },
}

/// How a [`Stmt::Store`] combines with what is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreHow {
    Set,
    Add,
    Sub,
}

/// What a value is computed from. Pure: the same operands (and memory) give the same value.
#[derive(Clone, Debug)]
pub enum Op {
    /// A float that the compiler made; the type is the value's.
    Number(f64),
    /// A literal or path constant in the user's words (`1e-3`, `PI`, `T::from_f64(2.0)`, `true`, `3`).
    Literal(Box<syn::Expr>),
    /// An operator, comparison or function of std with a rule.
    Prim(Prim, Vec<V>),
    /// `value as ty`.
    Cast(V, Box<syn::Type>),
    /// What is in memory here and now; for arrays and structs a copy.
    Load(Place),
    /// The number of elements of a slice, array or vector.
    Len(Place),
    /// A constant expression in the user's words, over the values that it names.
    Opaque(Opaque),
    /// How many elements a range has, as a `usize`.
    TripCount(Box<Range>),
    /// An owned copy of memory, whatever its type, to be used as memory again.
    Snapshot(Place),
    /// No value: the other arm of the branch decides. Emitted as some number of the type.
    Undef,
    /// The same value (the lowering's copies; the simplifier removes them).
    Copy(V),
    /// `Some(v)`
    Wrap(V),
    /// What is in the `Some` that the same arm of the primal branch made.
    Unwrap(V),
    /// The same value as a constant: `stop_gradient(v)`.
    Stop(V),
    /// A zero in the tangent space of an operand (its type isn't known here).
    ZeroTangent(V),
    /// A zero in the tangent space of what is in memory (its type isn't known here).
    ZeroTangentAt(Place),
    /// The sum of all the elements of an array, slice or vector of tangents.
    SumOver(Place),
    /// The sum of two tangents whose type isn't a known float.
    TangentSum(V, V),
}

/// A constant expression in the user's words.
#[derive(Clone, Debug)]
pub struct Opaque {
    pub expr: Box<syn::Expr>,
    /// The identifiers in `expr` that are values or variables of the body.
    pub uses: Vec<(Ident, Binding)>,
    /// Whether it may be computed once more in the adjoint sweep: no effects, and cheap.
    pub cheap: bool,
}

/// User code for its effect.
#[derive(Clone, Debug)]
pub struct Effect {
    pub stmt: Box<syn::Stmt>,
    pub uses: Vec<(Ident, Binding)>,
    /// The variables that it may write.
    pub writes: Vec<M>,
}

/// How a variable starts.
#[derive(Clone, Debug)]
pub enum Init {
    /// `let x;`: every element is stored before it is read.
    Uninit,
    /// `[a, b, c]`, or the elements of a tuple.
    Elements(Vec<V>),
    /// `[value; len]` (`vec = false`) or `vec![value; len]`; `len` in the user's words.
    Fill { value: V, len: Opaque, vec: bool },
    /// An owned copy of another place (`b = a`, `a.clone()`, `to_vec()`); `method` in the user's words.
    Copy { from: Place, how: CopyHow },
    /// A whole value of the user's making, constant.
    Opaque(Opaque),
    /// The result of a call, an opaque value.
    Value(V),
    /// The adjoint or tangent of this variable, all zeros, in its shape; for a `Vec` of floats with its length.
    Zeros { like: M, len: Option<V> },
    /// A struct literal: the path, and the fields with their values (constant rest: in the user's words).
    Struct { path: Box<syn::Path>, fields: Vec<(syn::Member, V)> },
    /// An empty tape: fixed (trip counts, outermost first) or growing.
    Tape(TapeShape),
}

/// How [`Init::Copy`] copies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyHow {
    /// Moved or `Copy`: `let b = a;`
    Plain,
    /// `a.clone()`
    Clone,
    /// `a.to_vec()`
    ToVec,
}

/// How long a tape is.
#[derive(Clone, Debug)]
pub enum TapeShape {
    /// Constant trip counts of the loops around the record, outermost first: arrays of arrays.
    Fixed(Vec<TokenStream>),
    /// A `Vec`; the value is the number of records, where it's known before the loop.
    Growing { capacity: Option<V>, span: Span },
}

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
    /// The range to walk backwards, where the primal loop has one and runs to its end; with the index in this loop.
    pub range: Option<(V, Range)>,
    /// Otherwise the number of iterations.
    pub count: V,
    /// The tape to read backwards, and the names of a record's fields.
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

/// A call of a function that may have a derivative.
#[derive(Clone, Debug)]
pub struct Call {
    pub callee: Callee,
    pub args: Vec<Arg>,
    /// The result: none for `()`.
    pub result: Option<V>,
    /// In code with a derivative: the pullback that the forward half returns.
    pub pullback: Option<V>,
    /// Where the pullback can't be kept, as it would borrow what doesn't live that long or is overwritten: the adjoint sweep
    /// calls the forward half itself, with copies of the arguments by reference that are gone by then.
    pub repeat: Option<Vec<Option<V>>>,
    /// In forward mode: what goes along with the arguments, and the tangent of the result.
    pub tangent: Option<Pushforward>,
    /// What becomes of a failure.
    pub fails: Fails,
    pub span: Span,
}

/// What becomes of a call that may fail: of a function that returns an `Option` or a `Result`.
#[derive(Clone, Debug)]
pub enum Fails {
    /// It can't.
    Never,
    /// The caller fails as well: `?`, after these methods of the result.
    Leaves(Vec<Adaptor>),
    /// The last of these methods of the result panics: `unwrap`, `expect`.
    Unwraps(Vec<Adaptor>),
    /// It decides which arm of the branch around it runs: the one that it's in (among whose statements it is the only such call),
    /// or the next one, which has the error.
    Decides,
    /// It didn't when it was called before.
    No,
}

/// A method of an `Option` or a `Result` in the user's words: `.map_err(f)`.
#[derive(Clone, Debug)]
pub struct Adaptor {
    pub method: Ident,
    pub args: Vec<Opaque>,
}

/// The tangents of a call in forward mode.
#[derive(Clone, Debug)]
pub struct Pushforward {
    /// One per argument.
    pub args: Vec<TangentArg>,
    pub result: Option<V>,
    /// Where the adjoint sweep makes the call again: copies of the tangents by reference that are gone by then.
    pub repeat: Vec<Option<V>>,
}

/// The tangent of an argument.
#[derive(Clone, Debug)]
pub enum TangentArg {
    Value(V),
    Ref {
        place: Place,
        mutable: bool,
    },
    /// The argument is constant here: a zero, if the callee asks for one.
    Constant,
}

/// What is called.
#[derive(Clone, Debug)]
pub enum Callee {
    /// `path(args)`: with the user's turbofish.
    Path(Box<syn::Path>),
    /// `args[0].name(args[1..])`.
    Method(Ident, Option<syn::AngleBracketedGenericArguments>),
    /// `args[0] op args[1]` on operands whose type isn't known: `Mul`, `Neg`, …
    Operator(Prim),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub enum Arg {
    Value(V),
    /// `&place` or `&mut place`.
    Ref {
        place: Place,
        mutable: bool,
    },
    /// A constant in the user's words.
    Opaque(Opaque),
}

/// The backward half of a call.
#[derive(Clone, Debug)]
pub struct Pullback {
    /// What the primal call returned beside its result.
    pub handle: V,
    pub callee: Callee,
    /// The cotangent of the result (none for `()`).
    pub seed: Option<V>,
    /// One per argument, in order.
    pub slots: Vec<Slot>,
    pub span: Span,
}

/// The derivative of a call with tangents: the call made once more, and its backward half.
#[derive(Clone, Debug)]
pub struct Second {
    /// The call with its tangents; it has no results here.
    pub call: Call,
    /// The cotangents of the result (none for `()`) and of its tangent.
    pub seeds: Option<(V, V)>,
    /// One per argument, in order.
    pub slots: Vec<Slot>,
    /// One per argument, for the cotangent of its tangent.
    pub tangent_slots: Vec<Slot>,
}

/// What becomes of an argument's cotangent.
#[derive(Clone, Debug)]
pub enum Slot {
    /// By value: the cotangent is this value.
    Value(V),
    /// By reference: added into (or, for `&mut`, transformed in) this adjoint place.
    Ref(Place),
    /// The argument is constant here.
    Constant,
    /// The argument is constant here, and passed by reference: the callee may want a buffer of its shape.
    Scratch(Place),
}

impl Second {
    /// The slots of the arguments, then those of their tangents.
    pub fn all_slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().chain(&self.tangent_slots)
    }

    /// The same, to be rewritten.
    pub fn all_slots_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.slots.iter_mut().chain(&mut self.tangent_slots)
    }
}

impl Body {
    /// What is known of a value.
    pub fn value(&self, v: V) -> &Value {
        &self.values[v.0 as usize]
    }

    /// What is known of a variable.
    pub fn var(&self, m: M) -> &Var {
        &self.vars[m.0 as usize]
    }

    /// A new value.
    pub fn new_value(&mut self, name: impl Into<String>, ty: Ty, span: Span) -> V {
        self.values.push(Value { name: name.into(), ty, span });
        V(u32::try_from(self.values.len() - 1).unwrap_or(u32::MAX))
    }

    /// A new variable.
    pub fn new_var(&mut self, name: impl Into<String>, ty: Ty, kind: VarKind, span: Span) -> M {
        self.vars.push(Var { name: name.into(), ty, kind, mutable: false, span });
        M(u32::try_from(self.vars.len() - 1).unwrap_or(u32::MAX))
    }

    /// An empty block.
    pub fn new_block(&mut self) -> Block {
        self.next_block += 1;
        Block { id: BlockId(self.next_block), stmts: Vec::new(), results: Vec::new(), mirrors: None }
    }

    /// A fresh identity for a loop.
    pub fn new_loop(&mut self) -> LoopId {
        self.next_loop += 1;
        LoopId(self.next_loop)
    }
}
