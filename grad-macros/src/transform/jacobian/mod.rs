//! The Jacobian of a function with few results: the primal sweep once, then for each result the adjoint sweep, with seeds that
//! are known here. What the rows have in common is computed once.

mod interleave;

use super::invariant::invariant;
use super::lengths::lengths;
use super::loops::loops;
use super::residuals::{Reading, residuals};
use super::reverse::{Backward, Cotangent, Seed, first, is_static, prepare, reverse};
use super::scalars;
use crate::analysis::{Activity, effects, useful};
use crate::ir::{Block, Body, Output, Stmt, Ty};
use crate::parse::Options;
use crate::simplify;

/// How many rows are written out one by one.
const MOST_ROWS: usize = 8;

/// How many statements all the rows together may have.
const MOST_STATEMENTS: usize = 1000;

/// Both sweeps, the second of which has all the rows.
pub struct Jacobian {
    pub body: Body,
    pub block: Block,
    /// The cotangents of the active parameters, row by row.
    pub rows: Vec<Vec<Cotangent>>,
}

/// `None` where the rows are better found one by one when the program runs: where there are many, or parameters without a size.
pub fn jacobian(body: &Body, activity: &Activity, options: &Options) -> Option<Jacobian> {
    let mut body = body.clone();
    let output = if options.aux { first(&body.result).clone() } else { body.result.clone() };
    let count = elements(&body, &output)?;
    if has_segments(&body.block) || !body.params.iter().all(|param| !param.active || is_static(&param.ty)) {
        return None;
    }
    let activity = &activity.clone().restricted(&useful(&body, &output));
    let first_value = body.values.len();
    lengths(&mut body);
    let first_adjoint = body.values.len();
    let prepared = prepare(&mut body, activity, true);
    let rows: Vec<Backward> = (0..count)
        .map(|row| reverse(&mut body, activity, prepared.clone(), Seed::Element(row), options.aux))
        .collect();
    let (mut block, mut rows) = joined(&mut body, rows);
    let kept: Vec<_> = rows.iter().flatten().copied().filter_map(Cotangent::variable).collect();
    if options.passes.simplify {
        simplify::adjoint(&mut body, &mut block, first_adjoint, &kept);
    }
    if options.passes.residuals {
        invariant(&mut body, &block);
    }
    let effects = effects(&body);
    let reading = Reading { enabled: options.passes.residuals, results_moved: false };
    residuals(&mut body, &effects, [(None, &mut block)].into_iter(), reading);
    if options.passes.simplify {
        simplify::sweeps(&mut body, &mut block, first_value, &kept);
        loops(&mut body, &mut block, first_adjoint, &kept);
    }
    Cotangent::renew(rows.iter_mut().flatten(), &block.results);
    (statements(&block) <= MOST_STATEMENTS).then_some(Jacobian { body, block, rows })
}

/// The adjoint sweeps of all rows in one.
fn joined(body: &mut Body, rows: Vec<Backward>) -> (Block, Vec<Vec<Cotangent>>) {
    let (mut blocks, mut cotangents) = (Vec::new(), Vec::new());
    for mut row in rows {
        row.block.results.extend(row.cotangents.iter().copied().filter_map(Cotangent::value));
        blocks.push(row.block);
        cotangents.push(row.cotangents);
    }
    let id = body.new_block().id;
    (interleave::interleave(blocks, id), cotangents)
}

/// The number of results: of the elements of an array of floats.
fn elements(body: &Body, output: &Output) -> Option<usize> {
    let Output::Var(m) = output else { return None };
    let Ty::Array(element, _) = &body.var(*m).ty else { return None };
    let count = scalars::length(&body.var(*m).ty)?;
    (element.is_float() && count <= MOST_ROWS).then_some(count)
}

/// Whether a loop is marked to be repeated in the adjoint sweep.
fn has_segments(block: &Block) -> bool {
    let mut found = false;
    block.for_each_stmt(&mut |stmt| {
        found |= matches!(stmt, Stmt::Loop(looped) if looped.checkpoint.is_some());
    });
    found
}

fn statements(block: &Block) -> usize {
    let mut count = 0;
    block.for_each_stmt(&mut |_| count += 1);
    count
}
