//! One walk over the code, operands before uses: copies are seen through, the compiler's values rewritten, what was computed
//! before is used again.

use std::collections::{HashMap, HashSet};

use crate::ir::{
    Binding, Block, BlockId, Body, Branch, Float, Head, Loop, M, Op, Prim, Stmt, Ty, V, VarKind,
};

use super::common::{self, Table};
use super::rewrite::{self, Operand, Simpler, Term};

/// How often an equation may be followed by another one.
const MAX_STEPS: usize = 16;

/// The state of the walk.
pub struct Walk<'a> {
    body: &'a mut Body,
    /// Values from here on are the compiler's own.
    first: usize,
    renamed: HashMap<V, V>,
    /// The operations of values that the equations look at.
    ops: HashMap<V, Op>,
    uses: HashMap<V, u32>,
    table: Table,
    /// The primal blocks that the blocks around mirror.
    mirrors: Vec<BlockId>,
    /// Scalars behind a reference: their name in user code is that of the reference, so they have no copies.
    behind_references: HashSet<V>,
}

impl<'a> Walk<'a> {
    /// Over all the code there is.
    pub fn new(body: &'a mut Body, blocks: &[&Block], first: usize) -> Self {
        let behind_references = body.params.iter().filter_map(|param| match (param.binding, param.passing) {
            (Binding::Value(v), VarKind::Ref | VarKind::RefMut) => Some(v),
            _ => None,
        });
        let behind_references = behind_references.collect();
        let mut uses = HashMap::new();
        for block in blocks {
            count(block, &mut uses);
        }
        Self {
            body,
            first,
            renamed: HashMap::new(),
            ops: HashMap::new(),
            uses,
            table: Table::default(),
            mirrors: Vec::new(),
            behind_references,
        }
    }

    /// Over adjoint code, beside primal code whose values it may use.
    pub fn beside(body: &'a mut Body, block: &Block, first: usize) -> Self {
        let primal = std::mem::replace(
            &mut body.block,
            Block { id: BlockId(0), stmts: Vec::new(), results: Vec::new(), mirrors: None },
        );
        let mut walk = Self::new(body, &[block], first);
        walk.learn(&primal);
        walk.learn_operations(&primal);
        walk.body.block = primal;
        walk
    }

    fn learn(&mut self, block: &Block) {
        block.for_each_stmt(&mut |stmt| {
            if let Stmt::Let { value, op } = stmt {
                match op {
                    Op::Copy(of) | Op::Stop(of) => {
                        let of = self.resolve(*of);
                        if !self.behind_references.contains(&of) {
                            self.renamed.insert(*value, of);
                        }
                    }
                    op => self.remember(*value, op),
                }
            }
        });
    }

    fn learn_operations(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if let Stmt::Let { value, op: op @ Op::Prim(..) } = stmt {
                if let Some(key) = self.table.key(op, &|v| self.operand_key(self.resolve(v))) {
                    self.table.primal.entry(key).or_default().push((*value, block.id));
                }
            }
            for inner in stmt.blocks() {
                self.learn_operations(inner);
            }
        }
    }

    fn remember(&mut self, value: V, op: &Op) {
        if matches!(op, Op::Prim(..) | Op::Number(_) | Op::Literal(_) | Op::ZeroTangent(_)) {
            self.ops.insert(value, op.clone());
        }
    }

    fn resolve(&self, v: V) -> V {
        self.renamed.get(&v).copied().unwrap_or(v)
    }

    fn is_ours(&self, v: V) -> bool {
        v.0 as usize >= self.first
    }

    /// A block, and one that follows it and sees its values.
    pub fn block_and_then(&mut self, block: &mut Block, next: &mut Block) {
        let mark = self.table.mark();
        self.statements(block);
        self.block(next);
        self.table.rollback(mark);
    }

    /// A block of its own.
    pub fn block(&mut self, block: &mut Block) {
        let mark = self.table.mark();
        let mirrors = self.mirrors.len();
        self.mirrors.extend(block.mirrors);
        self.statements(block);
        self.mirrors.truncate(mirrors);
        self.table.rollback(mark);
    }

    fn statements(&mut self, block: &mut Block) {
        let mut out = Vec::with_capacity(block.stmts.len());
        for mut stmt in std::mem::take(&mut block.stmts) {
            stmt.map_own_operands(&mut |v| self.resolve(v));
            match stmt {
                Stmt::Let { value, op } => self.binding(value, op, &mut out),
                Stmt::Branch(branch) => self.branch(branch, &mut out),
                Stmt::Loop(looped) => self.looped(looped, &mut out),
                stmt => {
                    for m in stmt.writes() {
                        self.table.changes(m);
                    }
                    out.push(stmt);
                }
            }
        }
        for v in &mut block.results {
            *v = self.renamed.get(v).copied().unwrap_or(*v);
        }
        block.stmts = out;
    }

    fn binding(&mut self, value: V, op: Op, out: &mut Vec<Stmt>) {
        if let Op::Copy(of) | Op::Stop(of) = op
            && !self.behind_references.contains(&of)
        {
            self.renamed.insert(value, of);
            return;
        }
        let op = match self.simpler(value, &op) {
            None => op,
            Some(simpler) => {
                let ty = self.body.value(value).ty.clone();
                match self.built(simpler, &ty, out, 0) {
                    Ok(same) => {
                        self.renamed.insert(value, same);
                        return;
                    }
                    Err(op) => op,
                }
            }
        };
        if let Some(known) = self.computed_before(value, &op) {
            self.renamed.insert(value, known);
            return;
        }
        self.remember(value, &op);
        out.push(Stmt::Let { value, op });
    }

    /// A value that says the same; if there is none, `value` does from now on.
    fn computed_before(&mut self, value: V, op: &Op) -> Option<V> {
        let key = self.table.key(op, &|v| self.operand_key(v))?;
        if let Some(primal) = self.table.primal.get(&key)
            && let Some((v, _)) = primal.iter().find(|(_, home)| self.mirrors.contains(home))
        {
            return Some(*v);
        }
        self.table.find_or_insert(key, value)
    }

    fn operand_key(&self, v: V) -> common::Operand {
        match (self.number(v), self.ops.get(&v)) {
            (Some(number), _) => common::Operand::Number(number.to_bits()),
            (None, Some(Op::Literal(expr))) => {
                common::Operand::Literal(quote::ToTokens::to_token_stream(expr).to_string())
            }
            _ => common::Operand::Value(v),
        }
    }

    /// A number of ours, or a literal of the user's, of a float type.
    fn number(&self, v: V) -> Option<f64> {
        match self.ops.get(&v)? {
            Op::Number(number) => Some(*number),
            Op::Literal(expr) if self.body.value(v).ty.is_float() => literal(expr),
            _ => None,
        }
    }

    /// The integer that a literal exponent is.
    fn integer(&self, v: V) -> Option<f64> {
        match self.ops.get(&v)? {
            Op::Literal(expr) => integer(expr),
            _ => None,
        }
    }

    fn operand(&self, v: V) -> Operand {
        let ours = self.is_ours(v);
        let term = match (self.number(v), self.ops.get(&v)) {
            (Some(number), _) => Term::Number(number),
            (None, Some(Op::Prim(prim, operands))) if ours => match (prim, &operands[..]) {
                (Prim::Neg, [x]) => Term::Neg(*x),
                (Prim::Mul, [p, x]) => self.number(*p).map_or(Term::Other, |p| Term::Scaled(p, *x)),
                (Prim::Sub, [x, y]) => Term::Difference(*x, *y),
                _ => Term::Other,
            },
            _ => Term::Other,
        };
        Operand { v, term, once: self.uses.get(&v).copied().unwrap_or(0) <= 1 }
    }

    /// What one of the equations makes of an operation of ours.
    fn simpler(&self, value: V, op: &Op) -> Option<Simpler> {
        if !self.is_ours(value) {
            return None;
        }
        match op {
            Op::Prim(prim, operands) if self.body.value(value).ty.is_float() => {
                self.equation(*prim, operands)
            }
            Op::TangentSum(a, b) => match (self.ops.get(a), self.ops.get(b)) {
                (Some(Op::ZeroTangent(_)), _) => Some(Simpler::Value(*b)),
                (_, Some(Op::ZeroTangent(_))) => Some(Simpler::Value(*a)),
                _ => None,
            },
            _ => None,
        }
    }

    fn equation(&self, prim: Prim, operands: &[V]) -> Option<Simpler> {
        match *operands {
            [a] => rewrite::unary(prim, self.operand(a)),
            [x, n] if prim == Prim::PowiPartial => {
                let term = Term::Number(self.integer(n)?);
                rewrite::binary(
                    prim,
                    Operand { v: x, term: Term::Other, once: false },
                    Operand { v: n, term, once: false },
                )
            }
            [a, b] => rewrite::binary(prim, self.operand(a), self.operand(b)),
            [_, a, b] if prim == Prim::Select && a == b => Some(Simpler::Value(a)),
            _ => None,
        }
    }

    /// Writes the right side of an equation: a value that is there already, or the operation that is left to be bound.
    fn built(&mut self, simpler: Simpler, ty: &Ty, out: &mut Vec<Stmt>, steps: usize) -> Result<V, Op> {
        let (prim, operands) = match simpler {
            Simpler::Value(v) => return Ok(v),
            Simpler::Number(number) => return Err(Op::Number(rounded(number, ty))),
            Simpler::Power(x, exponent) => (Prim::Powi, vec![x, self.exponent(exponent, out)]),
            Simpler::Neg(a) => (Prim::Neg, vec![self.bound(*a, ty, out, steps)]),
            Simpler::Prim(prim, a, b) => {
                (prim, vec![self.bound(*a, ty, out, steps), self.bound(*b, ty, out, steps)])
            }
        };
        if steps < MAX_STEPS
            && let Some(simpler) = self.equation(prim, &operands)
        {
            return self.built(simpler, ty, out, steps + 1);
        }
        Err(Op::Prim(prim, operands))
    }

    fn bound(&mut self, simpler: Simpler, ty: &Ty, out: &mut Vec<Stmt>, steps: usize) -> V {
        let op = match self.built(simpler, ty, out, steps + 1) {
            Ok(v) => return v,
            Err(op) => op,
        };
        let value = self.body.new_value("t", ty.clone(), proc_macro2::Span::call_site());
        if let Some(known) = self.computed_before(value, &op) {
            return known;
        }
        self.remember(value, &op);
        out.push(Stmt::Let { value, op });
        value
    }

    fn exponent(&mut self, exponent: i32, out: &mut Vec<Stmt>) -> V {
        let value = self.body.new_value("t", Ty::Int, proc_macro2::Span::call_site());
        let literal = proc_macro2::Literal::i32_unsuffixed(exponent.abs());
        let expr: syn::Expr =
            if exponent < 0 { syn::parse_quote!(-#literal) } else { syn::parse_quote!(#literal) };
        let op = Op::Literal(Box::new(expr));
        self.remember(value, &op);
        out.push(Stmt::Let { value, op });
        value
    }

    fn branch(&mut self, mut branch: Branch, out: &mut Vec<Stmt>) {
        for arm in &mut branch.arms {
            self.block(arm);
        }
        for index in (0..branch.results.len()).rev() {
            let result = branch.results[index];
            let mut values = branch.arms.iter().map(|arm| arm.results[index]);
            let Some(value) = values.next() else { continue };
            if branch.arms.len() < 2 || !values.all(|other| other == value) {
                continue;
            }
            // All arms say the same, so it comes from outside.
            self.renamed.insert(result, value);
            branch.results.remove(index);
            branch.arms.iter_mut().for_each(|arm| {
                arm.results.remove(index);
            });
        }
        out.push(Stmt::Branch(branch));
    }

    fn looped(&mut self, mut looped: Box<Loop>, out: &mut Vec<Stmt>) {
        self.drop_constants(&mut looped);
        for m in written(&looped) {
            self.table.changes(m);
        }
        if let Head::While(cond) = &mut looped.head {
            self.block(cond);
        }
        self.block(&mut looped.body);
        looped.exit = looped.exit.map(|exit| self.resolve(exit));
        let before = looped.carried.len();
        self.drop_constants(&mut looped);
        if looped.carried.len() < before {
            // The body has been walked over: what was carried is named there still.
            let renamed = &self.renamed;
            let mut resolve = |v: V| renamed.get(&v).copied().unwrap_or(v);
            looped.body.map_operands(&mut resolve);
            if let Head::While(cond) = &mut looped.head {
                cond.map_operands(&mut resolve);
            }
            looped.exit = looped.exit.map(resolve);
        }
        out.push(Stmt::Loop(looped));
    }

    /// What every iteration hands on as it is, isn't carried.
    fn drop_constants(&mut self, looped: &mut Loop) {
        for index in (0..looped.carried.len()).rev() {
            let carried = looped.carried[index];
            if looped.body.results[index] == carried.param {
                self.renamed.insert(carried.param, carried.init);
                self.renamed.insert(carried.result, carried.init);
                looped.carried.remove(index);
                looped.body.results.remove(index);
            }
        }
    }
}

/// The variables that a loop writes.
fn written(looped: &Loop) -> HashSet<M> {
    let mut written = HashSet::new();
    let cond = match &looped.head {
        Head::While(cond) => Some(cond),
        Head::Range { .. } | Head::Forever | Head::Replay(_) => None,
    };
    for block in cond.into_iter().chain([&looped.body]) {
        block.for_each_stmt(&mut |stmt| written.extend(stmt.writes()));
    }
    written
}

fn count(block: &Block, uses: &mut HashMap<V, u32>) {
    let mut used = |v: V| *uses.entry(v).or_default() += 1;
    block.for_each_stmt(&mut |stmt| {
        stmt.own_operands().into_iter().for_each(&mut used);
        for inner in stmt.blocks() {
            inner.results.iter().copied().for_each(&mut used);
        }
        if let Stmt::Loop(looped) = stmt {
            looped.exit.into_iter().for_each(&mut used);
        }
    });
    block.results.iter().copied().for_each(used);
}

/// A number in the precision of the type.
fn rounded(number: f64, ty: &Ty) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "rounding is what is meant")]
    let single = number as f32;
    if matches!(ty, Ty::Float(Float::F32)) { f64::from(single) } else { number }
}

/// The number that a float literal is.
fn literal(expr: &syn::Expr) -> Option<f64> {
    match expr {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Float(float) => float.base10_parse().ok(),
            _ => None,
        },
        syn::Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            literal(&unary.expr).map(|number| -number)
        }
        syn::Expr::Group(group) => literal(&group.expr),
        syn::Expr::Paren(group) => literal(&group.expr),
        _ => None,
    }
}

fn integer(expr: &syn::Expr) -> Option<f64> {
    match expr {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Int(int) => int.base10_parse::<i32>().ok().map(f64::from),
            _ => None,
        },
        syn::Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            integer(&unary.expr).map(|number| -number)
        }
        syn::Expr::Group(group) => integer(&group.expr),
        syn::Expr::Paren(group) => integer(&group.expr),
        _ => None,
    }
}
