//! The state of writing tokens: what has a name, and which expressions wait for the place of their one use.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::expr::{Expr, Prec};
use super::facts::Facts;
use super::names::Names;
use super::user::{self, Renamer};
use crate::ir::{Binding, Block, Body, LoopId, M, Op, Opaque, Place, Stmt, Ty, V, VarKind};

/// How many operations an expression may have before its parts get names.
const MAX_OPERATIONS: usize = 10;

/// How a value is written.
#[derive(Clone)]
pub enum Spelling {
    Name(Ident),
    /// A scalar behind a reference: `*x`.
    Deref(Ident),
}

/// An operation that isn't written yet: it will stand where its value is used.
struct Pending<'a> {
    op: &'a Op,
    operations: usize,
    reads: Vec<M>,
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
    aliases: HashMap<V, Expr>,
    pub places: HashMap<M, Ident>,
    pending: HashMap<V, Pending<'a>>,
    atoms: HashMap<V, (&'a Op, V)>,
    readers: HashMap<M, Vec<V>>,
    out: Vec<Vec<TokenStream>>,
    /// The numbers of the iterations of the loops around, for fixed tapes.
    pub iterations: Vec<(LoopId, TokenStream)>,
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
            iterations: Vec::new(),
            cursors: HashMap::new(),
        };
        emitter.name_parameters();
        emitter.name_as_the_user_does();
        for block in blocks {
            emitter.reserve_paths(block);
        }
        emitter
    }

    fn name_parameters(&mut self) {
        for param in &self.body.params {
            self.names.reserve(&param.name.to_string());
            match param.binding {
                Binding::Value(v) => {
                    let name = param.name.clone();
                    let by_reference = matches!(param.passing, VarKind::Ref | VarKind::RefMut);
                    let spelling = if by_reference { Spelling::Deref(name) } else { Spelling::Name(name) };
                    self.spellings.insert(v, spelling);
                }
                Binding::Var(m) => {
                    self.places.insert(m, param.name.clone());
                }
            }
        }
    }

    /// What user code names keeps its name, so that it can stand as it is.
    fn name_as_the_user_does(&mut self) {
        for (ident, v) in std::mem::take(&mut self.facts.user_names) {
            let named = self.spellings.contains_key(&v) || self.wishes.contains_key(&v);
            if !named && self.names.reserve(&ident.to_string()) {
                self.wishes.insert(v, ident);
            }
        }
    }

    /// Names that user code means to be something else must not be hidden by ours.
    fn reserve_paths(&mut self, block: &Block) {
        let names = &mut self.names;
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Let { op: Op::Literal(expr), .. } => names.reserve_all(expr.to_token_stream()),
            Stmt::Let { op: Op::Opaque(opaque), .. } => names.reserve_all(opaque.expr.to_token_stream()),
            Stmt::Effect(effect) => names.reserve_all(effect.stmt.to_token_stream()),
            Stmt::Let { .. }
            | Stmt::Declare { .. }
            | Stmt::Store { .. }
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Pullback(_)
            | Stmt::Record { .. }
            | Stmt::Clear { .. } => {}
        });
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
        write(self);
        self.out.pop().unwrap_or_default().into_iter().collect()
    }

    /// Whether nothing was written in this scope so far.
    pub fn nothing_written(&self) -> bool {
        self.out.last().is_none_or(Vec::is_empty)
    }

    /// Gives a value a name.
    pub fn name(&mut self, v: V) -> Ident {
        if let Some(Spelling::Name(name) | Spelling::Deref(name)) = self.spellings.get(&v) {
            return name.clone();
        }
        let value = self.body.value(v);
        let wish = self.wishes.get(&v).cloned();
        let name = wish.unwrap_or_else(|| self.names.fresh(&value.name, value.span));
        self.spellings.insert(v, Spelling::Name(name.clone()));
        name
    }

    /// The name of a value, or `_` where nothing uses it.
    pub fn pattern(&mut self, v: V) -> TokenStream {
        if self.facts.uses(v) == 0 {
            return quote!(_);
        }
        let name = self.name(v);
        quote!(#name)
    }

    /// The name of a variable.
    pub fn var(&mut self, m: M) -> Ident {
        if let Some(name) = self.places.get(&m) {
            return name.clone();
        }
        let var = self.body.var(m);
        let name = self.names.fresh(&var.name, var.span);
        self.places.insert(m, name.clone());
        name
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
            return self.unwrap(v, *of);
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
    fn unwrap(&mut self, v: V, of: V) {
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

    fn may_wait(&self, v: V, op: &Op) -> bool {
        let temporary = |name: &str| name == "t" || name.ends_with("_bar") || name.ends_with("_dot");
        let cheap = !matches!(op, Op::Opaque(opaque) if !opaque.cheap);
        cheap
            && self.facts.used_once_at_home(v)
            && (temporary(&self.body.value(v).name) || self.facts.is_handed_on(v))
            && self.operations(op) <= MAX_OPERATIONS
    }

    fn operations(&self, op: &Op) -> usize {
        let inner = op.operands().into_iter().filter_map(|v| self.pending.get(&v));
        1 + inner.map(|pending| pending.operations).sum::<usize>()
    }

    fn wait(&mut self, v: V, op: &'a Op) {
        let mut reads = op.reads();
        for operand in op.operands() {
            reads.extend(self.pending.get(&operand).iter().flat_map(|pending| pending.reads.iter().copied()));
        }
        for &m in &reads {
            self.readers.entry(m).or_default().push(v);
        }
        let operations = self.operations(op);
        self.pending.insert(v, Pending { op, operations, reads });
    }

    /// Writes what waits and reads one of these variables, which are about to change.
    pub fn flush(&mut self, written: &[M]) {
        let waiting = written.iter().flat_map(|m| self.readers.remove(m).unwrap_or_default());
        let mut waiting: Vec<V> = waiting.collect();
        waiting.retain(|v| self.pending.contains_key(v));
        // What another one of them is computed from stands inside that one.
        let parts: HashSet<V> = waiting.iter().flat_map(|v| self.pending[v].op.operands()).collect();
        waiting.sort_unstable();
        waiting.into_iter().filter(|v| !parts.contains(v)).for_each(|v| self.write_out(v));
    }

    /// Writes what waits and reads memory, whatever it is.
    pub fn flush_reads(&mut self) {
        let mut written: Vec<M> = self.readers.keys().copied().collect();
        written.sort_unstable();
        self.flush(&written);
    }

    /// Writes what waits and isn't plain arithmetic or a read of memory: it may see what a call does.
    pub fn flush_reads_of_user_code(&mut self) {
        let mut waiting: Vec<V> =
            self.pending.iter().filter(|(_, p)| matches!(p.op, Op::Opaque(_))).map(|(v, _)| *v).collect();
        waiting.sort_unstable();
        waiting.into_iter().for_each(|v| self.write_out(v));
    }

    /// Whether the value is computed, or can be.
    pub fn is_available(&self, v: V) -> bool {
        self.pending.contains_key(&v)
            || self.atoms.contains_key(&v)
            || self.aliases.contains_key(&v)
            || self.spellings.contains_key(&v)
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

    /// Gives a value that waits a name.
    pub fn write_out(&mut self, v: V) {
        if let Some(pending) = self.pending.remove(&v) {
            let tokens = self.op(v, pending.op).typed().tokens;
            let name = self.name(v);
            self.push(quote!(let #name = #tokens;));
        }
    }

    /// The renaming for user code over these names.
    pub fn renamer(&mut self, uses: &[(Ident, Binding)]) -> Renamer {
        let pairs: Vec<(Ident, TokenStream)> = uses
            .iter()
            .map(|(ident, binding)| {
                let name = match binding {
                    Binding::Value(v) => match self.aliases.get(v) {
                        Some(alias) => return (ident.clone(), alias.tokens.clone()),
                        None => self.name(*v),
                    },
                    Binding::Var(m) => self.var(*m),
                };
                (ident.clone(), quote!(#name))
            })
            .collect();
        Renamer::new(pairs)
    }

    /// A constant expression of the user's.
    pub fn opaque(&mut self, opaque: &Opaque) -> Expr {
        let expr = self.renamer(&opaque.uses).expr(user::without_parentheses(&opaque.expr));
        let mut out = Expr::new(expr.to_token_stream(), user::precedence(&expr)).reading(opaque.values());
        out.braced = user::shows_a_brace(&expr);
        out
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
