//! A function's body with its arenas.

use proc_macro2::{Ident, Span, TokenStream};

use super::{Block, BlockId, LoopId, M, Ty, V};

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
    /// An [`Init::Row`].
    Row,
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
    /// What rustc has to confirm.
    pub claims: Vec<Claim>,
}

/// That a part of each value of some type is of a type that the sources say.
#[derive(Clone, Debug)]
pub struct Claim {
    pub of: syn::Type,
    /// The part of a value `it`: `it.joints[0].length`.
    pub part: TokenStream,
    pub ty: TokenStream,
}

impl PartialEq for Claim {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of && self.part.to_string() == other.part.to_string()
    }
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

impl Body {
    /// A body without parameters and statements.
    pub fn new() -> Self {
        Self {
            values: Vec::new(),
            vars: Vec::new(),
            params: Vec::new(),
            block: Block { id: BlockId(0), stmts: Vec::new(), results: Vec::new(), mirrors: None },
            result: Output::Unit,
            next_block: 0,
            next_loop: 0,
            claims: Vec::new(),
        }
    }

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
