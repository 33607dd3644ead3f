//! The state of writing tokens: what has a name, and which expressions wait for the place of their one use.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::expr::{Expr, Prec};
use super::facts::Facts;
use super::names::Names;
use crate::ir::{Block, BlockId, Body, LoopId, M, Op, Opaque, Place, Ty, V, VarKind};

/// How a value is written.
#[derive(Clone)]
pub enum Spelling {
    Name(Ident),
    /// A scalar behind a reference: `*x`.
    Deref(Ident),
}

/// An operation that isn't written yet: it will stand where its value is used.
pub struct Pending<'a> {
    pub op: &'a Op,
    pub operations: usize,
    pub reads: Vec<M>,
}

/// Writes blocks of a body as tokens.
pub struct Emitter<'a> {
    pub body: &'a Body,
    pub facts: Facts,
    pub names: Names,
    /// `::grad_runtime::__private`, or where the user says it is.
    pub runtime: TokenStream,
    pub spellings: HashMap<V, Spelling>,
    /// The names that user code has for values which aren't defined yet.
    pub wishes: HashMap<V, Ident>,
    /// Constant memory that user code names as a value: it's written as the place that it is.
    pub aliases: HashMap<V, Expr>,
    pub places: HashMap<M, Ident>,
    pub pending: HashMap<V, Pending<'a>>,
    atoms: HashMap<V, (&'a Op, V)>,
    pub readers: HashMap<M, Vec<V>>,
    out: Vec<Vec<TokenStream>>,
    /// What began to wait in each of the scopes.
    pub waiting: Vec<Vec<V>>,
    /// The numbers of the iterations of the loops around, for fixed tapes.
    pub iterations: Vec<(LoopId, TokenStream)>,
    /// The blocks around.
    pub blocks: Vec<BlockId>,
    /// Values that are variables, as loops carry them.
    pub carried: HashSet<V>,
    /// The iterators that read growing tapes.
    pub cursors: HashMap<M, Ident>,
}

impl<'a> Emitter<'a> {
    /// For these blocks, each a scope of its own in one function.
    pub fn new(body: &'a Body, blocks: &[&'a Block], runtime: TokenStream) -> Self {
        let mut emitter = Self {
            body,
            facts: Facts::new(body, blocks),
            names: Names::new(),
            runtime,
            spellings: HashMap::new(),
            wishes: HashMap::new(),
            aliases: HashMap::new(),
            places: HashMap::new(),
            pending: HashMap::new(),
            atoms: HashMap::new(),
            readers: HashMap::new(),
            out: Vec::new(),
            waiting: Vec::new(),
            iterations: Vec::new(),
            blocks: Vec::new(),
            carried: HashSet::new(),
            cursors: HashMap::new(),
        };
        emitter.name_parameters();
        emitter.name_as_the_user_does();
        for block in blocks {
            emitter.reserve_paths(block);
        }
        emitter
    }

    /// Adds tokens to the block being written.
    pub fn push(&mut self, tokens: TokenStream) {
        if let Some(block) = self.out.last_mut() {
            block.push(tokens);
        }
    }

    /// The tokens that `write` adds.
    pub fn scoped(&mut self, write: impl FnOnce(&mut Self)) -> TokenStream {
        self.out.push(Vec::new());
        self.waiting.push(Vec::new());
        write(self);
        // What still waits waits for a result that nobody wants: outside nothing that it names is in scope.
        for v in self.waiting.pop().unwrap_or_default() {
            self.pending.remove(&v);
        }
        self.out.pop().unwrap_or_default().into_iter().collect()
    }

    /// Whether nothing was written in this scope so far.
    pub fn nothing_written(&self) -> bool {
        self.out.last().is_none_or(Vec::is_empty)
    }

    /// The value as an expression, at its use.
    pub fn expr(&mut self, v: V) -> Expr {
        if let Some(pending) = self.pending.remove(&v) {
            return self.op(v, pending.op);
        }
        if let Some(&(op, origin)) = self.atoms.get(&v) {
            return self.op(origin, op);
        }
        if let Some(alias) = self.aliases.get(&v) {
            return alias.clone();
        }
        match self.spellings.get(&v) {
            Some(Spelling::Deref(name)) => Expr::new(quote!(*#name), Prec::Prefix).reading([v]),
            Some(Spelling::Name(name)) => Expr::atom(quote!(#name)).reading([v]),
            None => {
                let name = self.name(v);
                Expr::atom(quote!(#name)).reading([v])
            }
        }
    }

    /// Several values as expressions.
    pub fn exprs(&mut self, values: &[V]) -> Vec<Expr> {
        values.iter().map(|&v| self.expr(v)).collect()
    }

    /// The operation of a value that isn't written yet.
    pub fn pending_op(&self, v: V) -> Option<&'a Op> {
        self.pending.get(&v).map(|pending| pending.op)
    }

    /// `let value = op;`, now or where the value is used.
    pub fn let_op(&mut self, v: V, op: &'a Op) {
        if let Op::Unwrap(of) = op {
            return self.payload(v, *of);
        }
        if !self.facts.is_named(v) {
            if self.facts.uses(v) == 0 && !matches!(op, Op::Opaque(Opaque { cheap: false, .. })) {
                return;
            }
            if matches!(op, Op::Number(_) | Op::Undef) || matches!(op, Op::Literal(expr) if is_atom(expr)) {
                self.atoms.insert(v, (op, v));
                return;
            }
            if let Op::Copy(of) | Op::Stop(of) = op
                && self.alias(v, *of)
            {
                return;
            }
            if self.may_wait(v, op) {
                self.wait(v, op);
                return;
            }
        }
        self.moves(op).into_iter().for_each(|m| self.flush(&[m]));
        let expr = self.op(v, op).typed();
        if let Op::Load(place) = op
            && self.is_constant_part(v, place)
        {
            self.aliases.insert(v, expr);
            return;
        }
        let (pattern, tokens) = (self.pattern(v), expr.tokens);
        self.push(quote!(let #pattern = #tokens;));
    }

    /// Whether a value is a part of constant memory that may not be `Copy`: it stays where it is.
    fn is_constant_part(&self, v: V, place: &Place) -> bool {
        let copied = matches!(self.body.value(v).ty, Ty::Float(_) | Ty::Int | Ty::Bool);
        let borrowed = self.body.var(place.base).kind == VarKind::Ref;
        !copied && self.facts.is_named(v) && (borrowed || !self.facts.is_written(place.base))
    }

    /// `let Some(value) = of else { … };`
    fn payload(&mut self, v: V, of: V) {
        if self.facts.uses(v) == 0 {
            return;
        }
        let (of, name) = (self.borrowed(of), self.name(v));
        self.mark_borrowed(v);
        self.push(quote!(let ::core::option::Option::Some(#name) = #of else { ::core::unreachable!() };));
    }

    /// A copy of something that has a name is that name.
    fn alias(&mut self, v: V, of: V) -> bool {
        if let Some(&atom) = self.atoms.get(&of) {
            self.atoms.insert(v, atom);
            return true;
        }
        if let Some(alias) = self.aliases.get(&of).cloned() {
            self.aliases.insert(v, alias);
            return true;
        }
        match self.spellings.get(&of) {
            Some(spelling) if !self.pending.contains_key(&of) && !self.spellings.contains_key(&v) => {
                self.spellings.insert(v, spelling.clone());
                true
            }
            _ => false,
        }
    }

    /// Whether the value is computed, or can be.
    pub fn is_available(&self, v: V) -> bool {
        self.pending.contains_key(&v)
            || self.atoms.contains_key(&v)
            || self.aliases.contains_key(&v)
            || self.spellings.contains_key(&v)
    }

    /// What is written wherever it's used: a number or a literal.
    pub fn atom(&self, v: V) -> Option<&'a Op> {
        self.atoms.get(&v).map(|(op, _)| *op)
    }

    /// The text of a literal.
    pub fn literal(&self, v: V) -> Option<String> {
        match self.atoms.get(&v) {
            Some((Op::Literal(expr), _)) => Some(expr.to_token_stream().to_string()),
            _ => None,
        }
    }

    /// From now on the name of this value is that of a reference to it.
    pub fn mark_borrowed(&mut self, v: V) {
        let name = self.name(v);
        self.spellings.insert(v, Spelling::Deref(name));
    }
}

/// Literals and paths are written wherever they are used.
fn is_atom(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Lit(_) | syn::Expr::Path(_) => true,
        syn::Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_atom(&unary.expr),
        syn::Expr::Group(group) => is_atom(&group.expr),
        syn::Expr::Paren(group) => is_atom(&group.expr),
        _ => false,
    }
}
