//! Calls and their backward halves.

use proc_macro2::{Ident, Span};

use super::{Opaque, Place, Prim, V};

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
    /// `<T as Trait>::m(args)`
    Qualified(Box<syn::ExprPath>),
    /// `Trait::m(args)`, where rustc finds out the type by the first argument.
    OfTrait(Box<syn::Path>),
    /// `args[0].name(args[1..])`.
    Method(Ident, Option<syn::AngleBracketedGenericArguments>),
    /// `args[0] op args[1]` on operands whose type isn't known: `Mul`, `Neg`, …
    Operator(Prim),
    /// What `args[0]` is after `args[0] op= args[1]`, which a type may define on its own.
    Assignment(Prim),
}

impl Callee {
    /// Whether it's an operator.
    pub fn is_operator(&self) -> bool {
        matches!(self, Self::Operator(_) | Self::Assignment(_))
    }
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
    /// The call itself, where both run in one; then the handle means nothing.
    pub call: Option<Box<Call>>,
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
