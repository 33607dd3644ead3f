//! The three bodies behind a function's items: the joint sweep, the pair and the tangents.

use super::angles::angles;
use super::checkpoint::segment;
use super::forward::{Tangent, forward};
use super::fuse::{fuse, join};
use super::invariant::invariant;
use super::lengths::lengths;
use super::loops::loops;
use super::residuals::{Reading, residuals};
use super::reverse::{Backward, Cotangent, Seed, first, prepare, reverse};
use super::second::{Returns, along};
use super::seeded::seeded;
use crate::analysis::{Activity, activity, effects, useful};
use crate::ir::{Binding, Body, Init, M, Output, Stmt, VarKind};
use crate::parse::{Options, Parameter, Passes};
use crate::simplify;

/// The primal sweep (the body's block) and the adjoint sweep.
pub struct Sweeps {
    pub body: Body,
    pub backward: Backward,
}

/// Both sweeps in one function, for the gradient of a scalar: the seed is one.
pub fn joint(body: &Body, activity: &Activity, options: &Options) -> Sweeps {
    first_order(body, options, Seed::One).run(body, activity)
}

/// The forward half, and the backward half as a closure.
pub fn pair(body: &Body, activity: &Activity, options: &Options) -> Sweeps {
    first_order(body, options, Seed::Given).run(body, activity)
}

/// The sweeps of a function itself.
fn first_order(body: &Body, options: &Options, seed: Seed) -> Sweeping {
    Sweeping {
        seed,
        in_one: seed == Seed::One,
        aux: options.aux,
        passes: options.passes,
        first: body.values.len(),
        value: true,
        shares: true,
    }
}

/// Both sweeps in one function, for a caller that knows the seed before the call. It's worth its code where the pair keeps a tape,
/// or is boxed.
pub fn both(
    body: &Body,
    activity: &Activity,
    options: &Options,
    pair: &Sweeps,
    boxed: bool,
) -> Option<Sweeps> {
    let mut tape = boxed;
    pair.body.block.for_each_stmt(&mut |stmt| {
        tape |= matches!(stmt, Stmt::Declare { init: Init::Tape(_), .. });
    });
    let fails = body.block.stmts.iter().any(Stmt::may_leave);
    (tape && !fails && !options.aux && options.passes.fuse)
        .then(|| Sweeping { in_one: true, ..first_order(body, options, Seed::Given) }.run(body, activity))
}

/// Both sweeps of the derivative along the directions, of which the primal body has the first values: the gradient and `H·v`.
pub fn hessian_product(tangent: &Tangent, directions: &[Parameter], first: usize, passes: Passes) -> Sweeps {
    let body = along(tangent, directions, Returns::Derivative);
    let activity = activity(&body);
    Sweeping { seed: Seed::One, in_one: true, shares: false, aux: false, passes, first, value: true }
        .run(&body, &activity)
}

/// The derivatives of a function's derivatives.
pub struct Nested {
    /// The cotangents of all parameters for a cotangent of the gradient; the same with one for the value.
    pub of_gradient: Sweeps,
    pub of_both: Sweeps,
    /// The gradient and its derivative along directions of all parameters.
    pub tangent: Sweeps,
    /// The cotangents of parameters and directions for those of the value and the derivative along the directions.
    pub of_jvp: Sweeps,
    /// The value and the derivative along directions, along further ones; none where there are calls with tangents, which would
    /// need the same of the callee.
    pub tangent_of_jvp: Option<Tangent>,
}

/// A body with tangents: for some of the parameters, whose directions these are.
pub type Along<'a> = (&'a Tangent, &'a [Parameter]);

/// Of a body with tangents for the parameters that the gradient is taken for (`active`), and with tangents for all of `wide`.
pub fn nested(
    narrow: Along<'_>,
    everywhere: Along<'_>,
    (active, wide): (&[bool], &[bool]),
    first: usize,
    options: &Options,
) -> Nested {
    let sweeps = |along: Along<'_>, returns, primals: &[bool], dots: &[bool]| {
        let (body, activity) = chosen(along, returns, primals, dots);
        let seed = if returns == Returns::Both { Seed::Each } else { Seed::One };
        let value = returns == Returns::Derivative && dots.contains(&true);
        Sweeping { seed, in_one: true, shares: false, aux: false, passes: options.passes, first, value }
            .run(&body, &activity)
    };
    let count = narrow.1.len();
    let (none, all) = (vec![false; count], vec![true; count]);
    let taken: Vec<bool> =
        wide.iter().zip(active).filter(|(wide, _)| **wide).map(|(_, active)| *active).collect();
    let (body, activity) = chosen(narrow, Returns::Both, wide, &all);
    Nested {
        of_gradient: sweeps(narrow, Returns::Derivative, wide, &none),
        of_both: sweeps(narrow, Returns::Both, wide, &none),
        tangent: sweeps(everywhere, Returns::Derivative, active, &taken),
        of_jvp: sweeps(narrow, Returns::Both, wide, &all),
        tangent_of_jvp: (!has_calls_with_tangents(&body)).then(|| tangent(&body, &activity, options)),
    }
}

fn has_calls_with_tangents(body: &Body) -> bool {
    let mut found = false;
    body.block.for_each_stmt(&mut |stmt| {
        found |= matches!(stmt, Stmt::Call(call) if call.tangent.is_some());
    });
    found
}

/// The body with directions, differentiated by these of its parameters and directions.
fn chosen(
    (tangent, directions): Along<'_>,
    returns: Returns,
    primals: &[bool],
    dots: &[bool],
) -> (Body, Activity) {
    let mut body = along(tangent, directions, returns);
    for (param, active) in body.params.iter_mut().zip(primals.iter().chain(dots)) {
        param.active = *active;
    }
    let activity = activity(&body);
    (body, activity)
}

/// Both sweeps of the value and its derivative along the directions, with a cotangent given for each: what a caller with second
/// derivatives needs of a function.
pub fn second(tangent: &Tangent, directions: &[Parameter], first: usize, passes: Passes) -> Sweeps {
    let body = along(tangent, directions, Returns::Both);
    let activity = activity(&body);
    Sweeping { seed: Seed::Each, in_one: true, shares: false, aux: false, passes, first, value: false }
        .run(&body, &activity)
}

/// The activity of a body that may have been cut into segments.
fn activity_of(body: &Body, before: &Activity) -> Activity {
    if before.covers(body) { before.clone() } else { activity(body) }
}

/// How a body is differentiated in reverse mode.
#[expect(clippy::struct_excessive_bools, reason = "each is a question with two answers of its own")]
struct Sweeping {
    seed: Seed,
    /// Whether both sweeps are in one function.
    in_one: bool,
    aux: bool,
    passes: Passes,
    /// The first value that the compiler made.
    first: usize,
    /// Whether what the function returns is wanted as well.
    value: bool,
    /// Whether calls may share a sweep with their backward halves.
    shares: bool,
}

impl Sweeping {
    fn run(&self, body: &Body, activity: &Activity) -> Sweeps {
        let mut body = body.clone();
        lengths(&mut body);
        segment(&mut body);
        let output = if self.aux { first(&body.result) } else { &body.result };
        let activity = &activity_of(&body, activity).restricted(&useful(&body, output));
        let (first_adjoint, first_var) = (body.values.len(), body.vars.len());
        let in_one = self.in_one;
        let prepared = prepare(&mut body, activity, in_one);
        let mut backward = reverse(&mut body, activity, prepared, self.seed, self.aux);
        if !self.value {
            (body.result, body.block.results) = (Output::Unit, Vec::new());
        }
        backward.block.results = backward.cotangents.iter().copied().filter_map(Cotangent::value).collect();
        let kept: Vec<M> = backward.cotangents.iter().copied().filter_map(Cotangent::variable).collect();
        if self.passes.simplify {
            angles(&mut body, &backward.block);
            simplify::adjoint(&mut body, &mut backward.block, first_adjoint, &kept);
        }
        if self.passes.residuals {
            invariant(&mut body, &backward.block);
        }
        let effects = effects(&body);
        let reading = Reading { enabled: self.passes.residuals, results_moved: !in_one };
        let mut fused = if in_one && self.passes.fuse {
            let seeds = backward.seeds.iter().filter_map(|seed| match seed {
                Some(Binding::Value(seed)) => Some(*seed),
                Some(Binding::Var(_)) | None => None,
            });
            let seeds = seeds.collect();
            fuse(&mut body, &mut backward.block, first_var, &seeds)
        } else {
            Vec::new()
        };
        let inside = fused.iter_mut().map(|fused| (Some(fused.into), &mut fused.block));
        residuals(&mut body, &effects, inside.chain([(None, &mut backward.block)]), reading);
        join(&mut body, fused);
        if self.passes.simplify {
            simplify::sweeps(&mut body, &mut backward.block, self.first, &kept);
            let mut kept = kept;
            returned(&body.result, &mut kept);
            loops(&mut body, &mut backward.block, first_adjoint, &kept);
        }
        Cotangent::renew(backward.cotangents.iter_mut(), &backward.block.results);
        if self.shares && self.passes.fuse {
            share(&mut body, &mut backward, in_one);
        }
        Sweeps { body, backward }
    }
}

/// Calls share a sweep with their backward halves, where they can. A function that fails has written nothing to its buffers.
fn share(body: &mut Body, backward: &mut Backward, in_one: bool) {
    if !in_one {
        seeded(&mut backward.block);
    } else if !body.block.stmts.iter().any(Stmt::may_leave) {
        body.block.stmts.append(&mut backward.block.stmts);
        seeded(&mut body.block);
    }
}

/// The body with tangents.
pub fn tangent(body: &Body, activity: &Activity, options: &Options) -> Tangent {
    let first_tangent = body.values.len();
    let mut tangent = forward(body, activity, options.aux);
    if options.passes.simplify {
        let before = tangent.body.block.results.len();
        let mut kept = Vec::new();
        returned(&tangent.result, &mut kept);
        simplify::whole(&mut tangent.body, first_tangent, &kept);
        debug_assert_eq!(before, tangent.body.block.results.len());
    }
    tangent
}

/// The variables that a result moves out.
fn returned(output: &Output, vars: &mut Vec<M>) {
    match output {
        Output::Unit | Output::Value(_) => {}
        Output::Var(m) => vars.push(*m),
        Output::Tuple(parts) => parts.iter().for_each(|part| returned(part, vars)),
    }
}

/// Whether the function has one scalar result and borrows nothing by `&mut` that is active: whether it has a gradient.
pub fn has_gradient(body: &Body, options: &Options) -> bool {
    let output = match &body.result {
        Output::Tuple(components) if options.aux => components.first(),
        output => Some(output),
    };
    let scalar = match output {
        Some(Output::Value(index)) => {
            body.block.results.get(*index).is_some_and(|v| body.value(*v).ty.is_float())
        }
        _ => false,
    };
    scalar && body.params.iter().all(|param| !(param.active && param.passing == VarKind::RefMut))
}
