//! What happens, and what values are computed from.

use proc_macro2::{Ident, Span, TokenStream};

use super::{Binding, BlockId, Branch, Call, Loop, M, Place, Prim, Pullback, Range, Second, Ty, V};

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
    /// `tape.extend_from_slice(&place);`
    Keep {
        tape: M,
        place: Place,
    },
    /// `mem::swap(&mut a, &mut b)`, of whole vectors or arrays.
    Swap {
        a: M,
        b: M,
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
    /// The sum of the products of the elements of two slices of floats, equally many, in an order of its own.
    Dot(Box<(Place, Place)>),
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
    /// A part of memory that the loop after it walks over.
    Row(Box<Row>),
    /// The last elements of a tape of [`Stmt::Keep`]s that haven't been taken before.
    Kept { tape: M, count: V },
    /// An empty tape: fixed (trip counts, outermost first) or growing.
    Tape(TapeShape),
}

/// A part of memory that a loop walks over, borrowed before the loop so that bounds are checked once. Until the loop ends, only
/// this variable uses what it's a part of, if it's mutable.
#[derive(Clone, Debug)]
pub struct Row {
    /// The slice, array or vector.
    pub of: Place,
    pub mutable: bool,
    /// The number of elements; the first of them is number `first.results[0]`, which is computed only if there is one.
    pub count: V,
    pub first: Block,
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
    /// A `Vec`; the capacity is the number of records, where it's known before the loop. In a loop the memory of `buffer` is
    /// used again and again.
    Growing { capacity: Option<V>, buffer: Option<M>, span: Span },
    /// As many records as a loop has iterations, by number.
    Sized { count: V, buffer: Option<M>, span: Span },
    /// Memory for tapes inside loops, one after the other.
    Buffer { span: Span },
}
