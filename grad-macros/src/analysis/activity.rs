//! Which values and variables depend on an active parameter through differentiable operations.

use super::Useful;
use crate::ir::{
    Arg, Binding, Block, Body, Branch, Call, Init, Loop, M, Op, Place, Prim, Pushforward, Stmt, TangentArg, V,
};
use crate::rules;

/// Why something is varied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is an active parameter: this one.
    Parameter(usize),
    /// It is computed from this value.
    Value(V),
    /// It is read from this variable.
    Var(M),
}

/// The varied values and variables, each with what made it so.
#[derive(Clone)]
pub struct Activity {
    values: Vec<Option<Reason>>,
    vars: Vec<Option<Reason>>,
    changed: bool,
}

/// Computes what is varied, to a fixpoint (loops and memory).
pub fn activity(body: &Body) -> Activity {
    let mut activity =
        Activity { values: vec![None; body.values.len()], vars: vec![None; body.vars.len()], changed: true };
    for (index, param) in body.params.iter().enumerate().filter(|(_, param)| param.active) {
        match param.binding {
            Binding::Value(v) => activity.values[v.0 as usize] = Some(Reason::Parameter(index)),
            Binding::Var(m) => activity.vars[m.0 as usize] = Some(Reason::Parameter(index)),
        }
    }
    while activity.changed {
        activity.changed = false;
        activity.block(body, &body.block);
    }
    activity
}

/// Whether an active value goes into a call.
pub fn is_active_call(activity: &Activity, call: &Call) -> bool {
    call.args.iter().any(|arg| match arg {
        Arg::Value(v) => activity.varied(*v),
        Arg::Ref { place, .. } => activity.var_varied(place.base),
        Arg::Opaque(_) => false,
    })
}

impl Activity {
    /// Whether the body has no other values than those that were looked at.
    pub fn covers(&self, body: &Body) -> bool {
        self.values.len() == body.values.len()
    }

    /// Whether a value carries a derivative.
    pub fn varied(&self, v: V) -> bool {
        self.values.get(v.0 as usize).is_some_and(Option::is_some)
    }

    /// Whether a variable carries a derivative.
    pub fn var_varied(&self, m: M) -> bool {
        self.vars.get(m.0 as usize).is_some_and(Option::is_some)
    }

    /// What is varied and useful.
    pub fn restricted(mut self, useful: &Useful) -> Self {
        for (index, reason) in (0..).zip(&mut self.values) {
            *reason = reason.filter(|_| useful.value(V(index)));
        }
        for (index, reason) in (0..).zip(&mut self.vars) {
            *reason = reason.filter(|_| useful.var(M(index)));
        }
        self
    }

    /// Why a value is varied, in names that the user wrote: from the parameter to the value.
    pub fn path(&self, body: &Body, v: V) -> String {
        let mut names = vec![body.value(v).name.clone()];
        let mut reason = self.values.get(v.0 as usize).copied().flatten();
        for _ in 0..body.values.len() + body.vars.len() {
            let (name, next) = match reason {
                Some(Reason::Value(v)) => (body.value(v).name.clone(), self.values[v.0 as usize]),
                Some(Reason::Var(m)) => (body.var(m).name.clone(), self.vars[m.0 as usize]),
                Some(Reason::Parameter(_)) | None => break,
            };
            names.push(name);
            reason = next;
        }
        names.retain(|name| name != "t" && !name.is_empty());
        names.dedup();
        names.reverse();
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
    }

    /// Makes a copy of a value as varied as the value.
    pub fn inherit(&mut self, copy: V, of: V) {
        let reason = self.values.get(of.0 as usize).copied().flatten();
        let index = copy.0 as usize;
        if self.values.len() <= index {
            self.values.resize(index + 1, None);
        }
        self.values[index] = reason;
    }

    /// Makes a copy of a variable as varied as the variable.
    pub fn inherit_var(&mut self, copy: M, of: M) {
        let reason = self.vars.get(of.0 as usize).copied().flatten();
        let index = copy.0 as usize;
        if self.vars.len() <= index {
            self.vars.resize(index + 1, None);
        }
        self.vars[index] = reason;
    }

    fn set(&mut self, body: &Body, v: V, reason: Option<Reason>) {
        let slot = &mut self.values[v.0 as usize];
        if slot.is_none() && reason.is_some() && !body.value(v).ty.is_constant() {
            *slot = reason;
            self.changed = true;
        }
    }

    /// What comes out of a branch or a loop is varied if one way there is, whatever was concluded from the others.
    fn join(&mut self, body: &Body, v: V, reason: Option<Reason>) {
        let slot = &mut self.values[v.0 as usize];
        if slot.is_none() && reason.is_some() && !body.value(v).ty.is_discrete() {
            *slot = reason;
            self.changed = true;
        }
    }

    fn set_var(&mut self, body: &Body, m: M, reason: Option<Reason>) {
        let slot = &mut self.vars[m.0 as usize];
        let never = body.var(m).ty.is_discrete();
        if slot.is_none() && reason.is_some() && !never {
            *slot = reason;
            self.changed = true;
        }
    }

    fn of(&self, v: V) -> Option<Reason> {
        self.varied(v).then_some(Reason::Value(v))
    }

    fn of_place(&self, place: &Place) -> Option<Reason> {
        self.var_varied(place.base).then_some(Reason::Var(place.base))
    }

    fn any(&self, values: &[V]) -> Option<Reason> {
        values.iter().find_map(|v| self.of(*v))
    }

    fn block(&mut self, body: &Body, block: &Block) {
        block.stmts.iter().for_each(|stmt| self.stmt(body, stmt));
    }

    fn stmt(&mut self, body: &Body, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => {
                let reason = self.op(op);
                self.set(body, *value, reason);
            }
            Stmt::Declare { var, init } => {
                let reason = self.init(init);
                self.set_var(body, *var, reason);
            }
            Stmt::Store { place, value, .. } => {
                let reason = self.of(*value);
                self.set_var(body, place.base, reason);
            }
            Stmt::Swap { a, b } => {
                for (to, from) in [(*a, *b), (*b, *a)] {
                    let reason = self.of_place(&Place::whole(from));
                    self.set_var(body, to, reason);
                }
            }
            Stmt::Branch(branch) => self.branch(body, branch),
            Stmt::Loop(looped) => self.looped(body, looped),
            Stmt::Call(call) => self.call(body, call),
            Stmt::Effect(_)
            | Stmt::Pullback(_)
            | Stmt::Second(_)
            | Stmt::Record { .. }
            | Stmt::Keep { .. }
            | Stmt::Clear { .. } => {}
        }
    }

    fn op(&self, op: &Op) -> Option<Reason> {
        match op {
            Op::Prim(prim, operands) => self.prim(*prim, operands),
            Op::Cast(v, _) | Op::Copy(v) => self.of(*v),
            Op::Load(place) => self.of_place(place),
            Op::TangentSum(a, b) => self.any(&[*a, *b]),
            Op::Number(_)
            | Op::Literal(_)
            | Op::Len(_)
            | Op::Opaque(_)
            | Op::Undef
            | Op::Stop(_)
            | Op::Snapshot(_)
            | Op::Wrap(_)
            | Op::Unwrap(_)
            | Op::TripCount(_) => None,
            Op::SumOver(place) => self.of_place(place),
            Op::Dot(places) => self.of_place(&places.0).or_else(|| self.of_place(&places.1)),
            Op::ZeroTangent(_) | Op::ZeroTangentAt(_) => None,
        }
    }

    fn prim(&self, prim: Prim, operands: &[V]) -> Option<Reason> {
        let through = |(which, v): (usize, &V)| if rules::is_zero(prim, which) { None } else { self.of(*v) };
        operands.iter().enumerate().find_map(through)
    }

    fn init(&self, init: &Init) -> Option<Reason> {
        match init {
            Init::Elements(values) => self.any(values),
            Init::Fill { value, .. } | Init::Value(value) => self.of(*value),
            Init::Copy { from, .. } => self.of_place(from),
            Init::Struct { fields, .. } => fields.iter().find_map(|(_, v)| self.of(*v)),
            Init::Uninit
            | Init::Opaque(_)
            | Init::Zeros { .. }
            | Init::Row(_)
            | Init::Kept { .. }
            | Init::Tape(_) => None,
        }
    }

    fn branch(&mut self, body: &Body, branch: &Branch) {
        for arm in &branch.arms {
            self.block(body, arm);
            for (result, v) in branch.results.iter().zip(&arm.results) {
                let reason = self.of(*v);
                self.join(body, *result, reason);
            }
        }
    }

    fn looped(&mut self, body: &Body, looped: &Loop) {
        for carried in &looped.carried {
            let reason = self.of(carried.init);
            self.join(body, carried.param, reason);
            self.join(body, carried.result, reason);
        }
        self.block(body, &looped.body);
        for (carried, next) in looped.carried.iter().zip(&looped.body.results) {
            let reason = self.of(*next);
            self.join(body, carried.param, reason);
            self.join(body, carried.result, reason);
        }
    }

    fn call(&mut self, body: &Body, call: &Call) {
        let reason = call.args.iter().find_map(|arg| match arg {
            Arg::Value(v) => self.of(*v),
            Arg::Ref { place, .. } => self.of_place(place),
            Arg::Opaque(_) => None,
        });
        if let Some(result) = call.result {
            self.set(body, result, reason);
        }
        for arg in &call.args {
            if let Arg::Ref { place, mutable: true } = arg {
                self.set_var(body, place.base, reason);
            }
        }
        if let Some(tangent) = &call.tangent {
            self.pushforward(body, tangent, reason);
        }
    }

    /// The tangents of a call depend on its arguments and on their tangents.
    fn pushforward(&mut self, body: &Body, tangent: &Pushforward, reason: Option<Reason>) {
        let reason = reason.or_else(|| {
            tangent.args.iter().find_map(|arg| match arg {
                TangentArg::Value(v) => self.of(*v),
                TangentArg::Ref { place, .. } => self.of_place(place),
                TangentArg::Constant => None,
            })
        });
        if let Some(result) = tangent.result {
            self.set(body, result, reason);
        }
        for arg in &tangent.args {
            if let TangentArg::Ref { place, mutable: true } = arg {
                self.set_var(body, place.base, reason);
            }
        }
    }
}
