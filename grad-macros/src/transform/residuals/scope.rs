//! Where each primal value is defined, and from what.

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Adapter, Block, BlockId, Body, BranchKind, Head, Loop, M, Op, Output, Range, Stmt, TapeShape, V, VarKind,
};

/// The largest number of records for which a tape is an array on the stack, where the trip counts are literals.
const MOST_ON_STACK: u64 = 4096;

/// The blocks and definitions of the primal code.
pub struct Scope {
    home: HashMap<V, BlockId>,
    ops: HashMap<V, Op>,
    parents: HashMap<BlockId, BlockId>,
    /// For the body of a loop: its index, and what is known of its trip count.
    loops: HashMap<BlockId, (Option<V>, Trip)>,
    binds: HashMap<BlockId, Vec<V>>,
    /// For the arm of a branch: its results, and their names outside.
    handed: HashMap<BlockId, Vec<(V, V)>>,
    /// Variables that live as long as the function.
    global: HashSet<M>,
    results: HashSet<M>,
    /// The block that declares a variable.
    declared: HashMap<M, BlockId>,
    top: BlockId,
}

#[derive(Clone)]
struct Trip {
    constant: Option<proc_macro2::TokenStream>,
    /// The end of a range that starts at 0: its length.
    capacity: Option<V>,
    span: proc_macro2::Span,
}

impl Scope {
    /// Reads off a body's primal code.
    pub fn of<'b>(body: &Body, adjoints: impl Iterator<Item = &'b Block>) -> Self {
        let mut scope = Self {
            home: HashMap::new(),
            ops: HashMap::new(),
            parents: HashMap::new(),
            loops: HashMap::new(),
            binds: HashMap::new(),
            handed: HashMap::new(),
            global: HashSet::new(),
            results: HashSet::new(),
            declared: HashMap::new(),
            top: body.block.id,
        };
        for (index, var) in body.vars.iter().enumerate() {
            if matches!(var.kind, VarKind::Owned | VarKind::Ref | VarKind::RefMut) {
                scope.global.insert(M(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        for stmt in &body.block.stmts {
            if let Stmt::Declare { var, .. } = stmt {
                scope.global.insert(*var);
            }
        }
        moved(&body.result, &mut scope.results);
        scope.block(&body.block);
        adjoints.for_each(|block| scope.repeated(block));
        scope
    }

    /// The primal loops that run once more in adjoint code.
    fn repeated(&mut self, adjoint: &Block) {
        for stmt in &adjoint.stmts {
            let primal = matches!(stmt, Stmt::Loop(looped) if !matches!(looped.head, Head::Replay(_)));
            for inner in stmt.blocks() {
                if primal {
                    self.parents.insert(inner.id, adjoint.id);
                    self.block(inner);
                } else {
                    self.repeated(inner);
                }
            }
            if let Stmt::Loop(looped) = stmt
                && primal
            {
                self.looped(looped);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            for v in stmt.defines() {
                self.define(v, block.id);
            }
            match stmt {
                Stmt::Declare { var, .. } => {
                    self.declared.insert(*var, block.id);
                }
                Stmt::Let { value, op } => {
                    self.ops.insert(*value, op.clone());
                }
                Stmt::Loop(looped) => self.looped(looped),
                Stmt::Branch(branch) => {
                    for arm in &branch.arms {
                        let pairs = arm.results.iter().copied().zip(branch.results.iter().copied());
                        self.handed.insert(arm.id, pairs.collect());
                    }
                    if let BranchKind::Match { arms, .. } = &branch.kind {
                        for (arm, inner) in arms.iter().zip(&branch.arms) {
                            let binds: Vec<V> = arm.binds.iter().map(|(_, v)| *v).collect();
                            binds.iter().for_each(|v| self.define(*v, inner.id));
                            self.binds.insert(inner.id, binds);
                        }
                    }
                }
                _ => {}
            }
            for inner in stmt.blocks() {
                self.parents.insert(inner.id, block.id);
                self.block(inner);
            }
        }
    }

    fn looped(&mut self, looped: &Loop) {
        for v in looped.params() {
            self.define(v, looped.body.id);
        }
        let (index, trip) = match &looped.head {
            Head::Range { index, range } => (
                Some(*index),
                Trip {
                    constant: range.trip.clone(),
                    capacity: self.capacity(looped, range),
                    span: looped.span,
                },
            ),
            _ => (None, Trip { constant: None, capacity: None, span: looped.span }),
        };
        self.loops.insert(looped.body.id, (index, trip));
    }

    /// How many iterations there are, or at most are: the end of a range that starts at a literal 0, or the loop's own count.
    fn capacity(&self, looped: &Loop, range: &Range) -> Option<V> {
        let from_zero = matches!(self.op(range.start), Some(Op::Literal(expr)) if is_zero(expr));
        let plain = range.adapters.iter().all(|adapter| *adapter == Adapter::Rev) && !range.inclusive;
        if from_zero && plain {
            return Some(range.end);
        }
        (looped.exit.is_none() && range.adapters.is_empty()).then_some(looped.count)
    }

    /// Says where a value is defined.
    pub fn define(&mut self, v: V, block: BlockId) {
        self.home.insert(v, block);
    }

    /// The block that defines a primal value.
    pub fn home(&self, v: V) -> Option<BlockId> {
        self.home.get(&v).copied()
    }

    /// The operation behind a `let`.
    pub fn op(&self, v: V) -> Option<&Op> {
        self.ops.get(&v)
    }

    /// The block around a block.
    pub fn parent(&self, block: BlockId) -> BlockId {
        self.parents.get(&block).copied().unwrap_or(self.top)
    }

    /// The index of the loop with this body.
    pub fn index(&self, body: BlockId) -> Option<V> {
        self.loops.get(&body).and_then(|(index, _)| *index)
    }

    /// The function's own block.
    pub fn top(&self) -> BlockId {
        self.top
    }

    /// Whether the block declares the variable.
    pub fn is_declared_in(&self, m: M, block: BlockId) -> bool {
        self.declared.get(&m) == Some(&block)
    }

    /// Whether the block is the body of a loop.
    pub fn is_loop(&self, block: BlockId) -> bool {
        self.loops.contains_key(&block)
    }

    /// Whether a value is one of the function's own block, or a parameter.
    pub fn is_top(&self, v: V) -> bool {
        self.home(v).is_none_or(|home| home == self.top)
    }

    /// What the pattern of this arm binds.
    pub fn binds(&self, arm: BlockId) -> &[V] {
        self.binds.get(&arm).map_or(&[], Vec::as_slice)
    }

    /// The name outside of a value that the arm has for a result anyway.
    pub fn handed(&self, arm: BlockId, v: V) -> Option<V> {
        self.handed.get(&arm)?.iter().find(|(inside, _)| *inside == v).map(|(_, outside)| *outside)
    }

    /// Whether a variable lives as long as the function.
    pub fn is_global(&self, m: M) -> bool {
        self.global.contains(&m)
    }

    /// Whether a variable is (part of) the result.
    pub fn is_result(&self, m: M) -> bool {
        self.results.contains(&m)
    }

    /// The tape for the records of the loop with this body, living in the block `inside` (or the function): fixed if the trip
    /// counts of all loops around are constants.
    pub fn shape(&self, home: BlockId, inside: Option<BlockId>) -> TapeShape {
        let mut trips = Vec::new();
        let mut block = Some(home);
        let mut innermost = None;
        let mut depth = 0;
        while let Some(current) = block.filter(|current| Some(*current) != inside) {
            if let Some((_, trip)) = self.loops.get(&current) {
                innermost.get_or_insert_with(|| trip.clone());
                trips.push(trip.constant.clone());
                depth += 1;
            }
            block = self.parents.get(&current).copied();
        }
        let fixed: Option<Vec<_>> = trips.into_iter().rev().collect();
        match (fixed, innermost) {
            (Some(trips), _) if fits(&trips) => TapeShape::Fixed(trips),
            (_, Some(trip)) => {
                let capacity = trip.capacity.filter(|_| depth == 1);
                TapeShape::Growing { capacity, buffer: None, span: trip.span }
            }
            (_, None) => {
                TapeShape::Growing { capacity: None, buffer: None, span: proc_macro2::Span::call_site() }
            }
        }
    }
}

fn is_zero(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::Lit(lit) if matches!(&lit.lit, syn::Lit::Int(int) if int.base10_digits() == "0"))
}

/// Whether the records fit on the stack, as far as the trip counts are literals.
fn fits(trips: &[proc_macro2::TokenStream]) -> bool {
    let count = trips.iter().try_fold(1_u64, |count, trip| match syn::parse2::<syn::LitInt>(trip.clone()) {
        Ok(literal) => count.checked_mul(literal.base10_parse().ok()?),
        Err(_) => Some(count),
    });
    count.is_some_and(|count| count <= MOST_ON_STACK)
}

fn moved(output: &Output, results: &mut HashSet<M>) {
    match output {
        Output::Unit | Output::Value(_) => {}
        Output::Var(m) => {
            results.insert(*m);
        }
        Output::Tuple(components) => components.iter().for_each(|component| moved(component, results)),
    }
}
