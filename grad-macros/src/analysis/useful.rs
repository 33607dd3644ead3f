//! What the results depend on. What they don't depend on has no adjoint, though an active parameter may reach it.

use crate::ir::{Arg, Block, Body, Call, Init, Loop, M, Op, Output, Stmt, TangentArg, V, VarKind, visit};
use crate::rules;

/// The useful values and variables.
pub struct Useful {
    values: Vec<bool>,
    vars: Vec<bool>,
    changed: bool,
}

/// Computes what `output`, a result of the body, depends on, to a fixpoint (loops and memory).
pub fn useful(body: &Body, output: &Output) -> Useful {
    let parameter = |kind: VarKind| matches!(kind, VarKind::Owned | VarKind::Ref | VarKind::RefMut);
    let mut useful = Useful {
        values: vec![false; body.values.len()],
        vars: body.vars.iter().map(|var| parameter(var.kind)).collect(),
        changed: true,
    };
    useful.output(output, &body.block.results);
    while useful.changed {
        useful.changed = false;
        useful.block(&body.block);
    }
    useful
}

impl Useful {
    /// Whether a result depends on the value through differentiable operations.
    pub fn value(&self, v: V) -> bool {
        self.values.get(v.0 as usize).is_some_and(|useful| *useful)
    }

    /// Whether a result depends on what is stored in the variable.
    pub fn var(&self, m: M) -> bool {
        self.vars.get(m.0 as usize).is_some_and(|useful| *useful)
    }

    fn mark(&mut self, v: V) {
        let known = &mut self.values[v.0 as usize];
        self.changed |= !*known;
        *known = true;
    }

    fn mark_var(&mut self, m: M) {
        let known = &mut self.vars[m.0 as usize];
        self.changed |= !*known;
        *known = true;
    }

    fn output(&mut self, output: &Output, results: &[V]) {
        match output {
            Output::Unit => {}
            Output::Value(index) => self.mark(results[*index]),
            Output::Var(m) => self.mark_var(*m),
            Output::Tuple(parts) => parts.iter().for_each(|part| self.output(part, results)),
        }
    }

    fn block(&mut self, block: &Block) {
        block.stmts.iter().rev().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } if self.value(*value) => self.op(op),
            Stmt::Declare { var, init } if self.var(*var) => self.init(stmt, init),
            Stmt::Store { place, value, .. } if self.var(place.base) => self.mark(*value),
            Stmt::Branch(branch) => {
                for arm in &branch.arms {
                    for (result, v) in branch.results.iter().zip(&arm.results) {
                        if self.value(*result) {
                            self.mark(*v);
                        }
                    }
                    self.block(arm);
                }
            }
            Stmt::Swap { a, b } if self.var(*a) || self.var(*b) => {
                self.mark_var(*a);
                self.mark_var(*b);
            }
            Stmt::Loop(looped) => self.looped(looped),
            Stmt::Call(call) => self.call(call),
            _ => {}
        }
    }

    fn op(&mut self, op: &Op) {
        match op {
            Op::Prim(prim, operands) => {
                for (which, operand) in operands.iter().enumerate() {
                    if !rules::is_zero(*prim, which) {
                        self.mark(*operand);
                    }
                }
            }
            Op::Number(_)
            | Op::Literal(_)
            | Op::Len(_)
            | Op::TripCount(_)
            | Op::Undef
            | Op::Stop(_)
            | Op::ZeroTangent(_)
            | Op::ZeroTangentAt(_) => {}
            op => {
                op.operands().into_iter().for_each(|v| self.mark(v));
                op.reads().into_iter().for_each(|m| self.mark_var(m));
            }
        }
    }

    fn init(&mut self, declare: &Stmt, init: &Init) {
        declare.own_operands().into_iter().for_each(|v| self.mark(v));
        match init {
            Init::Copy { from, .. } => self.mark_var(from.base),
            Init::Opaque(opaque) => visit::vars(&opaque.uses).for_each(|m| self.mark_var(m)),
            _ => {}
        }
    }

    fn looped(&mut self, looped: &Loop) {
        self.carried(looped);
        self.block(&looped.body);
        self.carried(looped);
    }

    fn carried(&mut self, looped: &Loop) {
        for (carried, next) in looped.carried.iter().zip(&looped.body.results) {
            if self.value(carried.result) || self.value(carried.param) {
                self.mark(carried.init);
                self.mark(*next);
            }
        }
    }

    fn call(&mut self, call: &Call) {
        let tangent = call.tangent.as_ref();
        let results = call.result.into_iter().chain(tangent.and_then(|tangent| tangent.result));
        let mut useful = results.into_iter().any(|v| self.value(v));
        useful |= Stmt::Call(Box::new(call.clone())).writes().into_iter().any(|m| self.var(m));
        if !useful {
            return;
        }
        for arg in &call.args {
            match arg {
                Arg::Value(v) => self.mark(*v),
                Arg::Ref { place, .. } => self.mark_var(place.base),
                Arg::Opaque(_) => {}
            }
        }
        for arg in tangent.iter().flat_map(|tangent| &tangent.args) {
            match arg {
                TangentArg::Value(v) => self.mark(*v),
                TangentArg::Ref { place, .. } => self.mark_var(place.base),
                TangentArg::Constant => {}
            }
        }
    }
}
