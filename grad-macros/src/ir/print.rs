//! The IR as text, for tests and for the curious.
//!
//! One statement a line. A name that several values or variables share carries its identity: `x.3`.

use std::collections::HashMap;
use std::fmt::Write;

use quote::ToTokens;

use super::{
    Adapter, Arg, Binding, Block, Body, Bound, Branch, BranchKind, Call, Callee, Head, Init, Loop, M, Op,
    Opaque, Place, Prim, Projection, Pullback, Range, Second, Slot, Stmt, StoreHow, TapeShape, V,
};

/// The body with its parameters.
pub fn body(body: &Body) -> String {
    let printer = Printer::new(body);
    let params = body.params.iter().map(|param| match param.binding {
        Binding::Value(v) => printer.v(v),
        Binding::Var(m) => printer.m(m),
    });
    format!("fn({}) {{\n{}}}\n", join(params), printer.block(&body.block, 1))
}

/// One block of a body.
pub fn block(body: &Body, block: &Block) -> String {
    Printer::new(body).block(block, 0)
}

/// Knows which names need a number.
struct Printer<'a> {
    body: &'a Body,
    shared: HashMap<&'a str, usize>,
}

impl<'a> Printer<'a> {
    fn new(body: &'a Body) -> Self {
        let mut shared = HashMap::new();
        let names = body.values.iter().map(|value| &value.name).chain(body.vars.iter().map(|var| &var.name));
        for name in names {
            *shared.entry(name.as_str()).or_default() += 1;
        }
        Self { body, shared }
    }

    fn name(&self, name: &str, number: u32) -> String {
        if self.shared.get(name) == Some(&1) { name.to_owned() } else { format!("{name}.{number}") }
    }

    fn v(&self, v: V) -> String {
        self.name(&self.body.value(v).name, v.0)
    }

    fn m(&self, m: M) -> String {
        self.name(&self.body.var(m).name, m.0)
    }

    fn vs(&self, values: &[V]) -> String {
        join(values.iter().map(|&v| self.v(v)))
    }

    fn block(&self, block: &Block, depth: usize) -> String {
        let mut out = String::new();
        let indent = "    ".repeat(depth);
        for stmt in &block.stmts {
            let _ = writeln!(out, "{indent}{}", self.stmt(stmt, depth));
        }
        if !block.results.is_empty() {
            let _ = writeln!(out, "{indent}=> {}", self.vs(&block.results));
        }
        out
    }

    fn braced(&self, block: &Block, depth: usize) -> String {
        format!("{{\n{}{}}}", self.block(block, depth + 1), "    ".repeat(depth))
    }

    fn stmt(&self, stmt: &Stmt, depth: usize) -> String {
        match stmt {
            Stmt::Let { value, op } => format!("{} = {}", self.v(*value), self.op(op)),
            Stmt::Declare { var, init } => format!("var {} = {}", self.m(*var), self.init(init)),
            Stmt::Store { place, how, value } => {
                let how = match how {
                    StoreHow::Set => ":=",
                    StoreHow::Add => "+=",
                    StoreHow::Sub => "-=",
                };
                format!("{} {how} {}", self.place(place), self.v(*value))
            }
            Stmt::Effect(effect) => format!("effect {}", effect.stmt.to_token_stream()),
            Stmt::Branch(branch) => self.branch(branch, depth),
            Stmt::Loop(looped) => self.looped(looped, depth),
            Stmt::Call(call) => self.call(call),
            Stmt::Pullback(pullback) => self.pullback(pullback),
            Stmt::Second(second) => self.second(second),
            Stmt::Swap { a, b } => format!("swap {} {}", self.m(*a), self.m(*b)),
            Stmt::Clear { place, .. } => format!("clear {}", self.place(place)),
            Stmt::Keep { tape, place } => format!("keep {} in {}", self.place(place), self.m(*tape)),
            Stmt::Record { tape, values } => format!("record {} ({})", self.m(*tape), self.vs(values)),
        }
    }

    fn op(&self, op: &Op) -> String {
        match op {
            Op::Number(number) => format!("{number:?}"),
            Op::Literal(expr) => text(expr),
            Op::Prim(prim, operands) => self.prim(*prim, operands),
            Op::Cast(v, ty) => format!("{} as {}", self.v(*v), text(ty)),
            Op::Load(place) => format!("load {}", self.place(place)),
            Op::Len(place) => format!("len {}", self.place(place)),
            Op::Opaque(opaque) => self.opaque(opaque),
            Op::Undef => "undef".to_owned(),
            Op::Copy(v) => self.v(*v),
            Op::Wrap(v) => format!("some {}", self.v(*v)),
            Op::Unwrap(v) => format!("unwrap {}", self.v(*v)),
            Op::TripCount(range) => format!("count {}", self.range(range)),
            Op::Stop(v) => format!("stop {}", self.v(*v)),
            Op::ZeroTangent(v) => format!("zero {}", self.v(*v)),
            Op::ZeroTangentAt(place) => format!("zero at {}", self.place(place)),
            Op::Snapshot(place) => format!("snapshot {}", self.place(place)),
            Op::Dot(places) => format!("{} dot {}", self.place(&places.0), self.place(&places.1)),
            Op::SumOver(place) => format!("sum over {}", self.place(place)),
            Op::TangentSum(a, b) => format!("sum {} {}", self.v(*a), self.v(*b)),
        }
    }

    fn prim(&self, prim: Prim, operands: &[V]) -> String {
        match (prim, operands) {
            (Prim::Neg, [a]) => format!("-{}", self.v(*a)),
            (Prim::Not, [a]) => format!("!{}", self.v(*a)),
            (_, [a, b]) if !prim.text().starts_with(char::is_alphabetic) => {
                format!("{} {} {}", self.v(*a), prim.text(), self.v(*b))
            }
            _ => format!("{}({})", prim.text(), self.vs(operands)),
        }
    }

    fn place(&self, place: &Place) -> String {
        let mut out = self.m(place.base);
        for projection in &place.projections {
            let _ = match projection {
                Projection::Index(v) => write!(out, "[{}]", self.v(*v)),
                Projection::Field(member) => write!(out, ".{}", text(member)),
                Projection::Payload(payload) => {
                    write!(out, ".{}.{}", text(&payload.path()), text(&payload.member))
                }
                Projection::View(view) => write!(out, ".{}({})", view.method, self.vs(&view.args)),
                Projection::Coordinates => write!(out, ".coords"),
                Projection::Slice { start, end } => {
                    write!(out, "[{}..{}]", self.bound(*start), self.bound(*end))
                }
            };
        }
        out
    }

    fn bound(&self, bound: Bound) -> String {
        match bound {
            Bound::Open => String::new(),
            Bound::At(v) => self.v(v),
            Bound::Through(v) => format!("={}", self.v(v)),
        }
    }

    fn opaque(&self, opaque: &Opaque) -> String {
        let uses = opaque.uses.iter().map(|(ident, binding)| match binding {
            Binding::Value(v) => format!("{ident}: {}", self.v(*v)),
            Binding::Var(m) => format!("{ident}: {}", self.m(*m)),
        });
        format!("`{}` {{{}}}", text(&opaque.expr), join(uses))
    }

    fn init(&self, init: &Init) -> String {
        match init {
            Init::Uninit => "uninit".to_owned(),
            Init::Elements(values) => format!("[{}]", self.vs(values)),
            Init::Fill { value, len, vec } => {
                format!("{}[{}; {}]", if *vec { "vec" } else { "" }, self.v(*value), self.opaque(len))
            }
            Init::Copy { from, how } => format!("copy {} {how:?}", self.place(from)),
            Init::Row(row) => format!("row of {} from {}", self.v(row.count), self.place(&row.of)),
            Init::Kept { tape, count } => format!("{} kept in {}", self.v(*count), self.m(*tape)),
            Init::Opaque(opaque) => self.opaque(opaque),
            Init::Value(v) => self.v(*v),
            Init::Zeros { like, len: None } => format!("zeros like {}", self.m(*like)),
            Init::Zeros { like, len: Some(len) } => {
                format!("zeros like {} of length {}", self.m(*like), self.v(*len))
            }
            Init::Struct { path, fields } => {
                let fields = fields.iter().map(|(member, v)| format!("{}: {}", text(member), self.v(*v)));
                format!("{} {{ {} }}", text(path), join(fields))
            }
            Init::Tape(TapeShape::Fixed(counts)) => {
                format!("tape [{}]", join(counts.iter().map(ToString::to_string)))
            }
            Init::Tape(TapeShape::Sized { count, .. }) => format!("tape of {}", self.v(*count)),
            Init::Tape(TapeShape::Buffer { .. }) => "buffer".to_owned(),
            Init::Tape(TapeShape::Growing { capacity, .. }) => {
                format!("tape growing {}", capacity.map_or_else(String::new, |v| self.v(v)))
            }
        }
    }

    fn branch(&self, branch: &Branch, depth: usize) -> String {
        let results = if branch.results.is_empty() {
            String::new()
        } else {
            format!("{} = ", self.vs(&branch.results))
        };
        let (head, labels): (_, Vec<String>) = match &branch.kind {
            BranchKind::If(cond) => {
                (format!("if {}", self.v(*cond)), vec![String::new(), "else ".to_owned()])
            }
            BranchKind::Switch(v) => {
                (format!("switch {}", self.v(*v)), (0..branch.arms.len()).map(|k| format!("{k} ")).collect())
            }
            BranchKind::Match { scrutinee, arms, selector } => {
                let labels = arms.iter().map(|arm| match &arm.guard {
                    None => format!("{} ", text(&arm.pat)),
                    Some(guard) => format!("{} if {} ", text(&arm.pat), self.opaque(guard)),
                });
                (format!("match {} -> {}", self.opaque(scrutinee), self.v(*selector)), labels.collect())
            }
        };
        let mut out = format!("{results}{head}");
        for (arm, label) in branch.arms.iter().zip(labels) {
            let _ = write!(out, " {label}{}", self.braced(arm, depth));
        }
        out
    }

    fn looped(&self, looped: &Loop, depth: usize) -> String {
        let results = join(looped.carried.iter().map(|carried| self.v(carried.result)));
        let results = if results.is_empty() { results } else { format!("{results} = ") };
        let carried = looped
            .carried
            .iter()
            .map(|carried| format!("{} = {}", self.v(carried.param), self.v(carried.init)));
        let carried = join(carried);
        let carried = if carried.is_empty() { carried } else { format!(" carry({carried})") };
        let exit = looped.exit.map_or_else(String::new, |exit| format!(" until {}", self.v(exit)));
        format!(
            "{results}{}{carried} count {} {}{exit}",
            self.head(&looped.head, depth),
            self.v(looped.count),
            self.braced(&looped.body, depth)
        )
    }

    fn head(&self, head: &Head, depth: usize) -> String {
        match head {
            Head::Range { index, range } => format!("for {} in {}", self.v(*index), self.range(range)),
            Head::While(cond) => format!("while {}", self.braced(cond, depth)),
            Head::Forever => "loop".to_owned(),
            Head::Replay(replay) => {
                let range = replay
                    .range
                    .as_ref()
                    .map(|(index, range)| format!(" for {} in {}", self.v(*index), self.range(range)));
                let tape = replay
                    .tape
                    .as_ref()
                    .map(|(tape, fields)| format!(" read ({}) of {}", self.vs(fields), self.m(*tape)));
                let (range, tape) = (range.unwrap_or_default(), tape.unwrap_or_default());
                format!("replay {} times {}{range}{tape}", replay.of.0, self.v(replay.count))
            }
        }
    }

    fn range(&self, range: &Range) -> String {
        let dots = if range.inclusive { "..=" } else { ".." };
        let mut out = format!("{}{dots}{}", self.v(range.start), self.v(range.end));
        for adapter in &range.adapters {
            let _ = match adapter {
                Adapter::Rev => write!(out, " rev"),
                Adapter::StepBy(v) => write!(out, " step_by {}", self.v(*v)),
                Adapter::Skip(v) => write!(out, " skip {}", self.v(*v)),
                Adapter::Take(v) => write!(out, " take {}", self.v(*v)),
            };
        }
        out
    }

    fn callee(callee: &Callee) -> String {
        match callee {
            Callee::Path(path) => text(path),
            Callee::OfTrait(path) => text(path),
            Callee::Qualified(path) => text(path),
            Callee::Method(name, _) => format!(".{name}"),
            Callee::Operator(prim) => format!("op {}", prim.text()),
            Callee::Assignment(prim) => format!("op {}=", prim.text()),
        }
    }

    fn call(&self, call: &Call) -> String {
        let args = call.args.iter().map(|arg| match arg {
            Arg::Value(v) => self.v(*v),
            Arg::Ref { place, mutable } => {
                format!("&{}{}", if *mutable { "mut " } else { "" }, self.place(place))
            }
            Arg::Opaque(opaque) => self.opaque(opaque),
        });
        let results: Vec<V> = call.result.into_iter().chain(call.pullback).collect();
        let results = if results.is_empty() { String::new() } else { format!("{} = ", self.vs(&results)) };
        format!("{results}call {}({})", Self::callee(&call.callee), join(args))
    }

    fn slot(&self, slot: &Slot) -> String {
        match slot {
            Slot::Value(v) => self.v(*v),
            Slot::Ref(place) => format!("&mut {}", self.place(place)),
            Slot::Constant => "_".to_owned(),
            Slot::Scratch(place) => format!("like {}", self.place(place)),
        }
    }

    fn second(&self, second: &Second) -> String {
        let slots = second.all_slots().map(|slot| self.slot(slot));
        let seeds = second.seeds.map_or_else(String::new, |(value, tangent)| self.vs(&[value, tangent]));
        format!("({}) = second {} by ({seeds})", join(slots), self.call(&second.call))
    }

    fn pullback(&self, pullback: &Pullback) -> String {
        let slots = pullback.slots.iter().map(|slot| self.slot(slot));
        let seed = pullback.seed.map_or_else(|| "()".to_owned(), |v| self.v(v));
        let callee = Self::callee(&pullback.callee);
        if let Some(call) = &pullback.call {
            return format!("{}; ({}) = its cotangents by ({seed})", self.call(call), join(slots));
        }
        format!("({}) = pull {callee} by {}({seed})", join(slots), self.v(pullback.handle))
    }
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
