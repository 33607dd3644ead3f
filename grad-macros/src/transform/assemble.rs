//! The three bodies behind a function's items: the joint sweep, the pair and the tangents.

use super::checkpoint::segment;
use super::forward::{Tangent, forward};
use super::fuse::{fuse, join};
use super::lengths::lengths;
use super::residuals::{Reading, residuals};
use super::reverse::{Backward, Cotangent, Seed, prepare, reverse};
use crate::analysis::{Activity, activity, effects};
use crate::ir::{Body, M, Output, VarKind};
use crate::parse::Options;
use crate::simplify;

/// The primal sweep (the body's block) and the adjoint sweep.
pub struct Sweeps {
    pub body: Body,
    pub backward: Backward,
}

/// Both sweeps in one function, for the gradient of a scalar: the seed is one.
pub fn joint(body: &Body, activity: &Activity, options: &Options) -> Sweeps {
    sweeps(body, activity, options, Seed::One)
}

/// The forward half, and the backward half as a closure.
pub fn pair(body: &Body, activity: &Activity, options: &Options) -> Sweeps {
    sweeps(body, activity, options, Seed::Given)
}

/// The activity of a body that may have been cut into segments.
fn activity_of(body: &Body, before: &Activity) -> Activity {
    if before.covers(body) { before.clone() } else { activity(body) }
}

fn sweeps(body: &Body, activity: &Activity, options: &Options, seed: Seed) -> Sweeps {
    let mut body = body.clone();
    lengths(&mut body);
    segment(&mut body);
    let activity = &activity_of(&body, activity);
    let (first_adjoint, first_var) = (body.values.len(), body.vars.len());
    let prepared = prepare(&mut body, activity, seed == Seed::One);
    let mut backward = reverse(&mut body, activity, prepared, seed, options.aux);
    backward.block.results = backward.cotangents.iter().copied().filter_map(Cotangent::value).collect();
    let kept: Vec<M> = backward.cotangents.iter().copied().filter_map(moved).collect();
    if options.passes.simplify {
        simplify::adjoint(&mut body, &mut backward.block, first_adjoint, &kept);
    }
    let effects = effects(&body);
    let in_one = seed == Seed::One;
    let reading = Reading { enabled: options.passes.residuals, results_moved: !in_one };
    let mut fused = if in_one && options.passes.fuse {
        fuse(&mut body, &mut backward.block, first_var)
    } else {
        Vec::new()
    };
    let inside = fused.iter_mut().map(|fused| (Some(fused.into), &mut fused.block));
    residuals(&mut body, &effects, inside.chain([(None, &mut backward.block)]), reading);
    join(&mut body, fused);
    if options.passes.simplify {
        simplify::sweeps(&mut body, &mut backward.block, first_adjoint, &kept);
    }
    renew(&mut backward);
    Sweeps { body, backward }
}

/// The simplifier may have replaced the values that the backward half returns.
fn renew(backward: &mut Backward) {
    let mut results = backward.block.results.iter();
    for cotangent in &mut backward.cotangents {
        if let Cotangent::Value(v) = cotangent
            && let Some(result) = results.next()
        {
            *v = *result;
        }
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

/// The variable that a cotangent moves out.
fn moved(cotangent: Cotangent) -> Option<M> {
    match cotangent {
        Cotangent::Var(m) => Some(m),
        Cotangent::Value(_) | Cotangent::Buffer(_) => None,
    }
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
