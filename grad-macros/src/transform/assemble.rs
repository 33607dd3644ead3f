//! The three bodies behind a function's items: the joint sweep, the pair and the tangents.

use proc_macro2::Span;

use super::forward::{Tangent, forward};
use super::fuse::{fuse, join};
use super::residuals::{Reading, residuals};
use super::reverse::{Backward, Cotangent, Seed, prepare, reverse};
use crate::analysis::{Activity, effects};
use crate::ir::{Binding, Block, Body, Builder, M, Output, Place, StoreHow, VarKind};
use crate::parse::Options;
use crate::simplify;

/// Value and gradient in one sweep after another: what `grad_into` does.
pub struct Joint {
    /// Its block ends with the value's results.
    pub body: Body,
    /// For each active parameter the buffer that its gradient is added into.
    pub buffers: Vec<M>,
}

/// The forward half, and the backward half as a closure.
pub struct Pair {
    /// Its block is the primal sweep with what it keeps.
    pub body: Body,
    pub backward: Backward,
}

/// The joint sweep of a function with one scalar result.
pub fn joint(body: &Body, activity: &Activity, options: &Options) -> Joint {
    let mut body = body.clone();
    let (first_adjoint, first_var) = (body.values.len(), body.vars.len());
    let prepared = prepare(&mut body, activity);
    let Backward { cotangents, mut block, .. } =
        reverse(&mut body, activity, &prepared, Seed::One, options.aux);
    let buffers = accumulate(&mut body, &mut block, &cotangents);
    if options.passes.simplify {
        simplify::adjoint(&mut body, &mut block, first_adjoint);
    }
    let effects = effects(&body);
    let reading = Reading { enabled: options.passes.residuals, results_moved: false };
    let mut fused = if options.passes.fuse { fuse(&mut body, &mut block, first_var) } else { Vec::new() };
    let blocks =
        fused.iter_mut().map(|fused| (Some(fused.into), &mut fused.block)).chain([(None, &mut block)]);
    residuals(&mut body, &effects, blocks, reading);
    join(&mut body, fused);
    let results = std::mem::take(&mut body.block.results);
    body.block.stmts.append(&mut block.stmts);
    body.block.results = results;
    if options.passes.simplify {
        simplify::whole(&mut body, first_adjoint);
    }
    Joint { body, buffers }
}

/// Adds the cotangents into the caller's buffers at the end of the adjoint sweep.
fn accumulate(body: &mut Body, block: &mut Block, cotangents: &[Cotangent]) -> Vec<M> {
    let names: Vec<String> =
        body.params.iter().filter(|param| param.active).map(|param| format!("d_{}", param.name)).collect();
    let mut builder = Builder::new(body, Span::call_site());
    std::mem::swap(&mut builder.block, block);
    let mut buffers = Vec::new();
    for (name, cotangent) in names.into_iter().zip(cotangents) {
        let buffer = match *cotangent {
            Cotangent::Buffer(m) => {
                builder.body.vars[m.0 as usize].name = name;
                m
            }
            Cotangent::Value(v) => {
                let ty = builder.ty(v);
                let buffer = builder.body.new_var(name, ty, VarKind::Buffer, Span::call_site());
                builder.store(Place::whole(buffer), StoreHow::Add, v);
                buffer
            }
            Cotangent::Var(m) => {
                let ty = builder.body.var(m).ty.clone();
                let buffer = builder.body.new_var(name, ty.clone(), VarKind::Buffer, Span::call_site());
                let bar = builder.load("t", ty, Place::whole(m));
                builder.store(Place::whole(buffer), StoreHow::Add, bar);
                buffer
            }
        };
        builder.body.vars[buffer.0 as usize].mutable = true;
        buffers.push(buffer);
    }
    std::mem::swap(&mut builder.block, block);
    buffers
}

/// The forward and the backward half.
pub fn pair(body: &Body, activity: &Activity, options: &Options) -> Pair {
    let mut body = body.clone();
    let first_adjoint = body.values.len();
    let prepared = prepare(&mut body, activity);
    let mut backward = reverse(&mut body, activity, &prepared, Seed::Given, options.aux);
    backward.block.results = backward
        .cotangents
        .iter()
        .filter_map(|cotangent| match cotangent {
            Cotangent::Value(v) => Some(*v),
            Cotangent::Var(_) | Cotangent::Buffer(_) => None,
        })
        .collect();
    if options.passes.simplify {
        simplify::adjoint(&mut body, &mut backward.block, first_adjoint);
    }
    let effects = effects(&body);
    let reading = Reading { enabled: options.passes.residuals, results_moved: true };
    residuals(&mut body, &effects, [(None, &mut backward.block)].into_iter(), reading);
    if options.passes.simplify {
        simplify::pair(&mut body, &mut backward.block, first_adjoint);
    }
    renew(&mut backward);
    Pair { body, backward }
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
    let mut tangent = forward(body, activity);
    if options.passes.simplify {
        let before = tangent.body.block.results.len();
        simplify::whole(&mut tangent.body, first_tangent);
        debug_assert_eq!(before, tangent.body.block.results.len());
    }
    tangent
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

/// The binding of a parameter as a variable.
pub fn var_of(binding: Binding) -> Option<M> {
    match binding {
        Binding::Var(m) => Some(m),
        Binding::Value(_) => None,
    }
}
