//! Reverse mode: the adjoint of a body, as a block that runs its statements backwards.
//!
//! The adjoint names primal values as if all were in scope, and says which primal block each of its blocks mirrors;
//! `residuals` makes that true. The adjoint of a value is the sum of its contributions: the first is taken as it is.

mod bars;
mod call;
mod control;
mod memory;
mod prepare;
mod second;

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;

use crate::analysis::Activity;
use crate::ir::{
    Binding, Block, Body, Builder, M, Op, Output, Place, Projection, Stmt, StoreHow, Ty, V, Var, VarKind,
};
use crate::rules;
use bars::Bars;

pub use prepare::{is_static, prepare};

/// The backward half.
pub struct Backward {
    /// What goes in first: the cotangent of the result, a value or a variable; of its parts, where they are given one by one.
    pub seeds: Vec<Option<Binding>>,
    /// Per active parameter, what becomes of its cotangent.
    pub cotangents: Vec<Cotangent>,
    pub block: Block,
}

/// What becomes of a parameter's cotangent.
#[derive(Clone, Copy, Debug)]
pub enum Cotangent {
    /// Returned: a value.
    Value(V),
    /// Returned: a variable, moved out.
    Var(M),
    /// Added into (or transformed in) this buffer of the caller's.
    Buffer(M),
}

impl Cotangent {
    /// The value, if it is one.
    pub fn value(self) -> Option<V> {
        match self {
            Self::Value(v) => Some(v),
            Self::Var(_) | Self::Buffer(_) => None,
        }
    }

    /// The variable that it moves out.
    pub fn variable(self) -> Option<M> {
        match self {
            Self::Var(m) => Some(m),
            Self::Value(_) | Self::Buffer(_) => None,
        }
    }

    /// The simplifier may have replaced the values that the backward half returns.
    pub fn renew<'c>(cotangents: impl Iterator<Item = &'c mut Self>, results: &[V]) {
        let mut results = results.iter();
        for cotangent in cotangents {
            if let Self::Value(v) = cotangent
                && let Some(result) = results.next()
            {
                *v = *result;
            }
        }
    }
}

/// What the adjoint of the body starts from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// The number one: the gradient of a scalar.
    One,
    /// What the caller passes.
    Given,
    /// What the caller passes for each component of the result, one by one.
    Each,
    /// One for this element of the result, an array, and zero for the others: a row of the Jacobian. The cotangents of what is
    /// borrowed are variables of our own.
    Element(usize),
}

impl Seed {
    /// Whether the seed is a number that is known here.
    fn is_known(self) -> bool {
        matches!(self, Self::One | Self::Element(_))
    }
}

/// Writes the adjoint of `body`, which [`prepare`] has made ready.
pub fn reverse(
    body: &mut Body,
    activity: &Activity,
    prepared: prepare::Prepared,
    seed: Seed,
    aux: bool,
) -> Backward {
    let mut reverse = Reverse {
        activity: activity.clone(),
        prepared,
        bars: Bars::default(),
        shadows: HashMap::new(),
        seeded: HashSet::new(),
        owns_buffers: matches!(seed, Seed::Element(_)),
    };
    let primal = std::mem::replace(
        &mut body.block,
        Block { id: crate::ir::BlockId(0), stmts: Vec::new(), results: Vec::new(), mirrors: None },
    );
    let output = body.result.clone();
    let params = body.params.clone();
    let mut builder = Builder::new(body, Span::call_site());
    builder.block.mirrors = Some(primal.id);
    let output = if aux { first(&output).clone() } else { output };
    for param in &params {
        // What is owned may be overwritten by what is active.
        if let Binding::Var(m) = param.binding
            && (param.active || param.passing == VarKind::Owned && activity.var_varied(m))
            && (seed.is_known() || !moves_out(&output, m))
        {
            reverse.parameter_shadow(&mut builder, m);
        }
    }
    let seeds = match (seed, &output) {
        (Seed::Each, Output::Tuple(parts)) => {
            parts.iter().map(|part| reverse.seed(&mut builder, part, &primal.results, Seed::Given)).collect()
        }
        _ => vec![reverse.seed(&mut builder, &output, &primal.results, seed)],
    };
    reverse.statements(&mut builder, &primal);
    let cotangents = params
        .iter()
        .filter(|param| param.active)
        .map(|param| reverse.cotangent(&mut builder, param))
        .collect();
    let block = builder.block;
    body.block = primal;
    Backward { seeds, cotangents, block }
}

/// The differentiated component of a result with auxiliary outputs.
pub fn first(output: &Output) -> &Output {
    match output {
        Output::Tuple(components) => components.first().unwrap_or(output),
        _ => output,
    }
}

/// Whether a variable is (a part of) what is returned.
fn moves_out(output: &Output, m: M) -> bool {
    match output {
        Output::Var(returned) => *returned == m,
        Output::Tuple(components) => components.iter().any(|component| moves_out(component, m)),
        Output::Unit | Output::Value(_) => false,
    }
}

struct Reverse {
    activity: Activity,
    prepared: prepare::Prepared,
    /// The adjoint of each primal value, as far as its uses have been seen.
    bars: Bars,
    /// The adjoint of each primal variable.
    shadows: HashMap<M, M>,
    /// The variables whose adjoint is declared already, as (a part of) the seed.
    seeded: HashSet<M>,
    /// Whether the adjoints of what is borrowed are variables of our own.
    owns_buffers: bool,
}

impl Reverse {
    /// Starts the adjoints of the results.
    fn seed(
        &mut self,
        builder: &mut Builder<'_>,
        output: &Output,
        results: &[V],
        seed: Seed,
    ) -> Option<Binding> {
        match (seed, output) {
            (_, Output::Unit) => None,
            (Seed::One, _) => {
                if let Output::Value(index) = output {
                    let one = builder.number(1.0, results[*index]);
                    self.contribute(builder, results[*index], one);
                }
                None
            }
            (Seed::Element(number), output) => {
                if let Output::Var(m) = output {
                    self.seed_element(builder, *m, number);
                }
                None
            }
            (Seed::Given | Seed::Each, Output::Value(index)) => {
                let result = results[*index];
                let ty = builder.ty(result);
                let seed = builder.body.new_value("seed", ty, Span::call_site());
                self.contribute(builder, result, seed);
                Some(Binding::Value(seed))
            }
            (Seed::Given | Seed::Each, _) => {
                let seed = builder.body.new_var("seed", Ty::Unknown, VarKind::Owned, Span::call_site());
                self.seed_parts(builder, output, results, &Place::whole(seed));
                Some(Binding::Var(seed))
            }
        }
    }

    fn seed_parts(&mut self, builder: &mut Builder<'_>, output: &Output, results: &[V], place: &Place) {
        match output {
            Output::Unit => {}
            Output::Value(index) => {
                let result = results[*index];
                let ty = builder.ty(result);
                if !ty.is_constant() && self.activity.varied(result) {
                    let bar = builder.load("seed", ty, place.clone());
                    self.contribute(builder, result, bar);
                }
            }
            Output::Var(m) => self.seed_var(builder, *m, place),
            Output::Tuple(components) => {
                for (index, component) in components.iter().enumerate() {
                    let field = Projection::Field(syn::Member::Unnamed(syn::Index::from(index)));
                    self.seed_parts(builder, component, results, &place.then(field));
                }
            }
        }
    }

    /// `v_bar += contribution`.
    fn contribute(&mut self, builder: &mut Builder<'_>, v: V, contribution: V) {
        if !self.activity.varied(v) {
            return;
        }
        let name = format!("{}_bar", builder.body.value(v).name);
        let total = match self.bars.get(v) {
            None => contribution,
            Some(before) => match builder.ty(v) {
                Ty::Float(_) => builder.prim(crate::ir::Prim::Add, &[before, contribution]),
                ty => builder.bind("t", ty, Op::TangentSum(before, contribution)),
            },
        };
        let known = &mut builder.body.values[total.0 as usize];
        if known.name == "t" && name != "t_bar" {
            known.name = name;
        }
        self.bars.set(v, Some(total));
    }

    /// A zero for the adjoint of `v`.
    fn zero(builder: &mut Builder<'_>, v: V) -> V {
        match builder.ty(v) {
            Ty::Float(_) => builder.number(0.0, v),
            ty => builder.bind("t", ty, Op::ZeroTangent(v)),
        }
    }

    /// The adjoint of a block's statements, last first, at the end of the builder's block.
    fn statements(&mut self, builder: &mut Builder<'_>, primal: &Block) {
        self.declare_shadows(builder, primal);
        for stmt in primal.stmts.iter().rev() {
            self.statement(builder, stmt);
        }
    }

    fn statement(&mut self, builder: &mut Builder<'_>, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => self.binding(builder, *value, op),
            Stmt::Declare { var, init } => self.declare(builder, *var, init),
            Stmt::Store { place, how, value } => self.store(builder, place, *how, *value),
            Stmt::Branch(branch) => self.branch(builder, branch),
            Stmt::Loop(looped) => self.looped(builder, looped),
            Stmt::Call(call) => self.call(builder, call),
            Stmt::Swap { a, b } => {
                if self.activity.var_varied(*a) {
                    let (a, b) = (self.shadow(builder, *a), self.shadow(builder, *b));
                    builder.block.stmts.push(Stmt::Swap { a, b });
                }
            }
            Stmt::Clear { place, ty } => self.cleared(builder, place, ty),
            Stmt::Effect(_)
            | Stmt::Pullback(_)
            | Stmt::Second(_)
            | Stmt::Record { .. }
            | Stmt::Keep { .. } => {}
        }
    }

    fn binding(&mut self, builder: &mut Builder<'_>, value: V, op: &Op) {
        let Some(bar) = self.bars.take(value) else { return };
        builder.span = builder.body.value(value).span;
        match op {
            Op::Prim(prim, operands) => {
                for (which, operand) in operands.iter().enumerate() {
                    if self.activity.varied(*operand)
                        && let Some(part) = rules::contribution(builder, *prim, operands, which, value, bar)
                    {
                        self.contribute(builder, *operand, part);
                    }
                }
            }
            Op::Cast(from, _) => self.cast(builder, *from, bar),
            Op::Copy(from) => self.contribute(builder, *from, bar),
            Op::Load(place) => self.load(builder, place, bar),
            Op::TangentSum(a, b) => {
                self.contribute(builder, *a, bar);
                self.contribute(builder, *b, bar);
            }
            Op::Number(_) | Op::Literal(_) | Op::Len(_) | Op::Opaque(_) | Op::Undef | Op::Stop(_) => {}
            Op::ZeroTangent(_)
            | Op::ZeroTangentAt(_)
            | Op::SumOver(_)
            | Op::Dot(_)
            | Op::Snapshot(_)
            | Op::TripCount(_)
            | Op::Wrap(_)
            | Op::Unwrap(_) => {}
        }
    }

    /// The cotangent of a cast float is cast back.
    fn cast(&mut self, builder: &mut Builder<'_>, from: V, bar: V) {
        let ty = builder.ty(from);
        let back: syn::Type = match &ty {
            Ty::Float(crate::ir::Float::F32) => syn::parse_quote!(f32),
            Ty::Float(crate::ir::Float::F64) => syn::parse_quote!(f64),
            _ => return,
        };
        let contribution = builder.bind("t", ty, Op::Cast(bar, Box::new(back)));
        self.contribute(builder, from, contribution);
    }

    fn cotangent(&mut self, builder: &mut Builder<'_>, param: &crate::ir::Param) -> Cotangent {
        match (param.binding, param.passing) {
            (Binding::Value(v), passing) if passing == VarKind::Owned || self.owns_buffers => {
                let bar = self.bars.take(v).unwrap_or_else(|| Self::zero(builder, v));
                Cotangent::Value(bar)
            }
            (Binding::Value(v), _) => {
                let (ty, span) = (builder.ty(v), builder.span);
                let buffer = builder.body.new_var(format!("{}_bar", param.name), ty, VarKind::Buffer, span);
                if let Some(bar) = self.bars.take(v) {
                    builder.store(Place::whole(buffer), StoreHow::Add, bar);
                }
                Cotangent::Buffer(buffer)
            }
            (Binding::Var(m), passing) if passing == VarKind::Owned || self.owns_buffers => {
                Cotangent::Var(self.shadow(builder, m))
            }
            (Binding::Var(m), _) => Cotangent::Buffer(self.shadow(builder, m)),
        }
    }

    /// The adjoint variable of a variable.
    fn shadow(&mut self, builder: &mut Builder<'_>, m: M) -> M {
        if let Some(shadow) = self.shadows.get(&m) {
            return *shadow;
        }
        let Var { name, ty, kind, span, .. } = builder.body.var(m).clone();
        let borrowed = matches!(kind, VarKind::Ref | VarKind::RefMut);
        let kind = if borrowed && !self.owns_buffers { VarKind::Buffer } else { VarKind::Local };
        let shadow = builder.body.new_var(format!("{name}_bar"), ty, kind, span);
        builder.body.vars[shadow.0 as usize].mutable = true;
        self.shadows.insert(m, shadow);
        shadow
    }
}
