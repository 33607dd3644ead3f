//! Forward mode: beside each primal statement, the statement of its tangent.

use std::collections::HashMap;

use proc_macro2::Span;

use super::reverse::{first, is_static};
use crate::analysis::Activity;
use crate::ir::{
    Arg, Binding, Block, BlockId, Body, Branch, Builder, Call, Carried, Init, Loop, M, Op, Output, Place,
    Prim, Projection, Pushforward, Stmt, StoreHow, TangentArg, Ty, V,
};
use crate::rules;

/// A body with tangents.
pub struct Tangent {
    /// The primal body, whose block now computes tangents as well.
    pub body: Body,
    /// The tangent of each active parameter: a value or a variable.
    pub dots: Vec<Binding>,
    /// The tangent of the result, over the results of the block.
    pub result: Output,
}

/// Writes the tangents of `body`.
pub fn forward(body: &Body, activity: &Activity, aux: bool) -> Tangent {
    let mut body = body.clone();
    let empty = Block { id: BlockId(0), stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let primal = std::mem::replace(&mut body.block, empty);
    let params = body.params.clone();
    let mut forward = Forward { activity, dots: HashMap::new(), vars: HashMap::new() };
    let mut builder = Builder::new(&mut body, Span::call_site());
    let dots = params
        .iter()
        .filter(|param| param.active)
        .map(|param| match param.binding {
            Binding::Value(v) => Binding::Value(forward.new_dot(&mut builder, v)),
            Binding::Var(m) => Binding::Var(forward.new_var_dot(&mut builder, m)),
        })
        .collect();
    forward.statements(&mut builder, primal.stmts);
    builder.block.id = primal.id;
    builder.block.results = primal.results;
    let output = builder.body.result.clone();
    let result = forward.result(&mut builder, if aux { first(&output) } else { &output });
    let block = builder.block;
    body.block = block;
    Tangent { body, dots, result }
}

struct Forward<'a> {
    activity: &'a Activity,
    dots: HashMap<V, V>,
    vars: HashMap<M, M>,
}

impl Forward<'_> {
    fn new_dot(&mut self, builder: &mut Builder<'_>, v: V) -> V {
        let value = builder.body.value(v).clone();
        let dot = builder.body.new_value(format!("{}_dot", value.name), value.ty, value.span);
        self.dots.insert(v, dot);
        dot
    }

    fn new_var_dot(&mut self, builder: &mut Builder<'_>, m: M) -> M {
        let var = builder.body.var(m).clone();
        let dot = builder.body.new_var(format!("{}_dot", var.name), var.ty, var.kind, var.span);
        builder.body.vars[dot.0 as usize].mutable = var.mutable;
        self.vars.insert(m, dot);
        dot
    }

    /// The tangents of a result, appended to the block's results.
    fn result(&mut self, builder: &mut Builder<'_>, output: &Output) -> Output {
        match output {
            Output::Unit => Output::Unit,
            Output::Value(index) if builder.ty(builder.block.results[*index]).is_discrete() => Output::Unit,
            Output::Var(m) if builder.body.var(*m).ty.is_discrete() => Output::Unit,
            Output::Value(index) => {
                let of = builder.block.results[*index];
                let dot = self.dot_or_zero(builder, of);
                builder.block.results.push(dot);
                Output::Value(builder.block.results.len() - 1)
            }
            Output::Var(m) => Output::Var(self.vars.get(m).copied().unwrap_or_else(|| {
                let dot = self.new_var_dot(builder, *m);
                builder
                    .block
                    .stmts
                    .push(Stmt::Declare { var: dot, init: Init::Zeros { like: *m, len: None } });
                dot
            })),
            Output::Tuple(parts) => {
                Output::Tuple(parts.iter().map(|part| self.result(builder, part)).collect())
            }
        }
    }

    fn place(&self, place: &Place) -> Option<Place> {
        self.vars.get(&place.base).map(|dot| place.rebased(*dot))
    }

    fn zero(builder: &mut Builder<'_>, v: V) -> V {
        match builder.ty(v) {
            Ty::Float(_) => builder.number(0.0, v),
            ty => builder.bind("t", ty, Op::ZeroTangent(v)),
        }
    }

    fn dot_or_zero(&self, builder: &mut Builder<'_>, v: V) -> V {
        self.dots.get(&v).copied().unwrap_or_else(|| Self::zero(builder, v))
    }

    fn statements(&mut self, builder: &mut Builder<'_>, stmts: Vec<Stmt>) {
        for stmt in stmts {
            self.statement(builder, stmt);
        }
    }

    fn statement(&mut self, builder: &mut Builder<'_>, stmt: Stmt) {
        match stmt {
            Stmt::Let { value, op } => {
                builder.block.stmts.push(Stmt::Let { value, op: op.clone() });
                if self.activity.varied(value) {
                    builder.span = builder.body.value(value).span;
                    self.binding(builder, value, &op);
                }
            }
            Stmt::Swap { a, b } => {
                builder.block.stmts.push(Stmt::Swap { a, b });
                if let (Some(a), Some(b)) = (self.vars.get(&a), self.vars.get(&b)) {
                    builder.block.stmts.push(Stmt::Swap { a: *a, b: *b });
                }
            }
            Stmt::Declare { var, init } => {
                builder.block.stmts.push(Stmt::Declare { var, init: init.clone() });
                if self.activity.var_varied(var) {
                    self.declare(builder, var, &init);
                }
            }
            Stmt::Store { place, how, value } => {
                builder.block.stmts.push(Stmt::Store { place: place.clone(), how, value });
                self.store(builder, &place, how, value);
            }
            Stmt::Branch(branch) => self.branch(builder, branch),
            Stmt::Loop(looped) => self.looped(builder, *looped),
            Stmt::Call(call) => self.call(builder, *call),
            other => builder.block.stmts.push(other),
        }
    }

    fn name(&mut self, builder: &mut Builder<'_>, v: V, dot: V) {
        let name = format!("{}_dot", builder.body.value(v).name);
        let known = &mut builder.body.values[dot.0 as usize];
        if known.name == "t" && name != "t_dot" {
            known.name = name;
        }
        self.dots.insert(v, dot);
    }

    fn binding(&mut self, builder: &mut Builder<'_>, value: V, op: &Op) {
        let ty = builder.ty(value);
        let dot = match op {
            Op::Prim(prim, operands) => self.prim(builder, *prim, operands, value),
            Op::Cast(from, to) => {
                let dot = self.dots.get(from).copied();
                dot.map(|dot| builder.bind("t", ty, Op::Cast(dot, to.clone())))
            }
            Op::Copy(from) => self.dots.get(from).copied(),
            Op::Load(place) => self.place(place).map(|place| builder.bind("t", ty, Op::Load(place))),
            Op::SumOver(place) => self.place(place).map(|place| builder.bind("t", ty, Op::SumOver(place))),
            Op::TangentSum(a, b) => {
                let (a, b) = (self.dot_or_zero(builder, *a), self.dot_or_zero(builder, *b));
                Some(builder.bind("t", ty, Op::TangentSum(a, b)))
            }
            _ => None,
        };
        if let Some(dot) = dot {
            self.name(builder, value, dot);
        }
    }

    fn prim(&mut self, builder: &mut Builder<'_>, prim: Prim, operands: &[V], value: V) -> Option<V> {
        let mut total = None;
        for (which, operand) in operands.iter().enumerate() {
            let Some(dot) = self.dots.get(operand).copied() else { continue };
            let Some(part) = rules::contribution(builder, prim, operands, which, value, dot) else {
                continue;
            };
            total = Some(match total {
                None => part,
                Some(before) => builder.prim(Prim::Add, &[before, part]),
            });
        }
        total
    }

    /// The tangent of a variable: like it, or zeros that take the tangents of what is active in it.
    fn declare(&mut self, builder: &mut Builder<'_>, var: M, init: &Init) {
        let dot = self.new_var_dot(builder, var);
        let ty = builder.body.var(var).ty.clone();
        let like = match init {
            Init::Elements(values) => {
                Init::Elements(values.iter().map(|v| self.dot_or_zero(builder, *v)).collect())
            }
            Init::Fill { value, len, vec } => {
                Init::Fill { value: self.dot_or_zero(builder, *value), len: len.clone(), vec: *vec }
            }
            Init::Copy { from, how } => match self.place(from) {
                Some(from) => Init::Copy { from, how: *how },
                None => Init::Zeros { like: var, len: None },
            },
            Init::Value(value) => Init::Value(self.dot_or_zero(builder, *value)),
            Init::Uninit if !is_static(&ty) => Init::Uninit,
            _ => Init::Zeros { like: var, len: None },
        };
        builder.body.vars[dot.0 as usize].mutable |= matches!(init, Init::Struct { .. });
        builder.block.stmts.push(Stmt::Declare { var: dot, init: like });
        if let Init::Struct { path, fields } = init {
            for (member, value) in fields {
                if let Some(value_dot) = self.dots.get(value).copied() {
                    let place = Place::whole(dot).then(Projection::tangent_field(path, member));
                    builder.store(place, StoreHow::Set, value_dot);
                }
            }
        }
    }

    fn store(&mut self, builder: &mut Builder<'_>, place: &Place, how: StoreHow, value: V) {
        let Some(place) = self.place(place).filter(|_| !place.is_constant()) else { return };
        match (self.dots.get(&value).copied(), how) {
            (Some(dot), _) => builder.store(place, how, dot),
            (None, StoreHow::Set) => {
                let ty = builder.ty(value);
                builder.block.stmts.push(Stmt::Clear { place, ty });
            }
            (None, StoreHow::Add | StoreHow::Sub) => {}
        }
    }

    fn inner(&mut self, builder: &mut Builder<'_>, block: Block) -> Block {
        let mut inner = Builder::new(builder.body, builder.span);
        inner.block.id = block.id;
        self.statements(&mut inner, block.stmts);
        inner.block.results = block.results;
        inner.block
    }

    fn branch(&mut self, builder: &mut Builder<'_>, branch: Branch) {
        let Branch { kind, arms, mut results, span } = branch;
        let mut arms: Vec<Block> = arms.into_iter().map(|arm| self.inner(builder, arm)).collect();
        for (index, result) in results.clone().into_iter().enumerate() {
            let varied = self.activity.varied(result);
            if !varied || arms.iter().all(|arm| !self.dots.contains_key(&arm.results[index])) {
                continue;
            }
            for arm in &mut arms {
                let of = arm.results[index];
                let dot = self.dots.get(&of).copied();
                let dot = dot.unwrap_or_else(|| still_in(builder, arm, of));
                arm.results.push(dot);
            }
            let dot = self.new_dot(builder, result);
            results.push(dot);
        }
        builder.block.stmts.push(Stmt::Branch(Branch { kind, arms, results, span }));
    }

    fn looped(&mut self, builder: &mut Builder<'_>, looped: Loop) {
        let Loop { id, head, mut carried, body, exit, count, checkpoint, span } = looped;
        let mut tangents = Vec::new();
        for (index, one) in carried.iter().enumerate() {
            if self.activity.varied(one.param) || self.activity.varied(one.result) {
                let init = self.dot_or_zero(builder, one.init);
                let param = self.new_dot(builder, one.param);
                tangents.push((index, param, init));
            }
        }
        let mut body = self.inner(builder, body);
        for (index, param, init) in tangents {
            let next = body.results[index];
            let next = self.dots.get(&next).copied().unwrap_or_else(|| zero_in(builder, &mut body, next));
            body.results.push(next);
            let result = self.new_dot(builder, carried[index].result);
            carried.push(Carried { param, init, result });
        }
        builder.block.stmts.push(Stmt::Loop(Box::new(Loop {
            id,
            head,
            carried,
            body,
            exit,
            count,
            checkpoint,
            span,
        })));
    }

    fn call(&mut self, builder: &mut Builder<'_>, mut call: Call) {
        let args: Vec<TangentArg> = call
            .args
            .iter()
            .map(|arg| match arg {
                Arg::Value(v) => self.dots.get(v).map_or(TangentArg::Constant, |dot| TangentArg::Value(*dot)),
                Arg::Ref { place, mutable } => match self.place(place) {
                    Some(place) => TangentArg::Ref { place, mutable: *mutable },
                    None => TangentArg::Constant,
                },
                Arg::Opaque(_) => TangentArg::Constant,
            })
            .collect();
        if args.iter().any(|arg| !matches!(arg, TangentArg::Constant)) {
            let result = call.result.map(|result| self.new_dot(builder, result));
            call.tangent = Some(Pushforward { args, result, repeat: Vec::new() });
        }
        builder.block.stmts.push(Stmt::Call(Box::new(call)));
    }
}

/// The tangent of what an arm hands out that has none: no tangent where there is no value.
fn still_in(builder: &mut Builder<'_>, arm: &mut Block, v: V) -> V {
    let nothing = |stmt: &Stmt| matches!(stmt, Stmt::Let { value, op: Op::Undef } if *value == v);
    if !builder.ty(v).is_float() && arm.stmts.iter().any(nothing) {
        let ty = builder.ty(v);
        let dot = builder.body.new_value("t", ty, builder.span);
        arm.stmts.push(Stmt::Let { value: dot, op: Op::Undef });
        return dot;
    }
    zero_in(builder, arm, v)
}

/// A zero for the tangent of `v`, at the end of `block`.
fn zero_in(builder: &mut Builder<'_>, block: &mut Block, v: V) -> V {
    std::mem::swap(&mut builder.block, block);
    let zero = Forward::zero(builder, v);
    std::mem::swap(&mut builder.block, block);
    zero
}
