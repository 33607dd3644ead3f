//! A robot drives around a square, measures each move with a small error, and at the end recognizes where it started. The poses
//! that fit all measurements best are found by `argmin`'s L-BFGS, with the gradient that the compiler wrote.
//!
//! ```text
//! cargo run --release --example pose_graph
//! ```

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use grad_runtime::nalgebra::{Isometry2, Vector2};
use grad_runtime::prelude::*;

/// Numbers per pose: x and y in metres, the heading in radians.
const NUMBERS: usize = 3;
const POSES: usize = 24;

/// Where pose `to` is, seen from pose `from`, as measured.
struct Edge {
    from: usize,
    to: usize,
    measured: Isometry2<f64>,
}

/// The squared errors of all measurements, and of the first pose, which is known.
#[differentiable]
fn misfit(poses: &[f64], #[constant] edges: &[Edge]) -> f64 {
    let mut total = 100.0 * (poses[0].powi(2) + poses[1].powi(2) + poses[2].powi(2));
    for edge in edges {
        let (i, j) = (NUMBERS * edge.from, NUMBERS * edge.to);
        let from = Isometry2::new(Vector2::new(poses[i], poses[i + 1]), poses[i + 2]);
        let to = Isometry2::new(Vector2::new(poses[j], poses[j + 1]), poses[j + 2]);
        let error = edge.measured.inv_mul(&from.inv_mul(&to));
        total += 10.0 * error.translation.vector.norm_squared() + 100.0 * error.rotation.angle().powi(2);
    }
    total
}

/// What `argmin` asks for.
struct Graph(Vec<Edge>);

impl CostFunction for Graph {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, poses: &Vec<f64>) -> Result<f64, Error> {
        Ok(misfit(poses, &self.0))
    }
}

impl Gradient for Graph {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, poses: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(misfit::grad(poses, &self.0))
    }
}

/// The square that was driven: six moves of a metre along each side, a quarter turn at each corner.
fn truth() -> Vec<Isometry2<f64>> {
    let mut pose = Isometry2::identity();
    let mut poses = Vec::new();
    for step in 1..=POSES {
        poses.push(pose);
        let turn = if step % 6 == 0 { std::f64::consts::FRAC_PI_2 } else { 0.0 };
        pose *= Isometry2::new(Vector2::new(1.0, 0.0), turn);
    }
    poses
}

/// The moves as measured, each a little off, and the recognized start.
fn measurements(truth: &[Isometry2<f64>]) -> Vec<Edge> {
    let off = |step: usize| (1.0 + 7.0 * f64::from(u8::try_from(step).unwrap_or(0))).sin();
    let mut edges: Vec<Edge> = (1..POSES)
        .map(|to| {
            let error =
                Isometry2::new(Vector2::new(0.03 * off(to), 0.03 * off(to + 40)), 0.03 * off(to + 80) + 0.01);
            Edge { from: to - 1, to, measured: truth[to - 1].inv_mul(&truth[to]) * error }
        })
        .collect();
    edges.push(Edge { from: POSES - 1, to: 0, measured: truth[POSES - 1].inv_mul(&truth[0]) });
    edges
}

/// Where the moves alone lead.
fn dead_reckoning(edges: &[Edge]) -> Vec<f64> {
    let mut pose = Isometry2::identity();
    let mut poses = vec![0.0; NUMBERS];
    for edge in &edges[..POSES - 1] {
        pose *= edge.measured;
        poses.extend([pose.translation.x, pose.translation.y, pose.rotation.angle()]);
    }
    poses
}

/// The mean distance from the truth, in metres.
#[expect(clippy::cast_precision_loss, reason = "there are few poses")]
fn distance(poses: &[f64], truth: &[Isometry2<f64>]) -> f64 {
    let way = |(pose, truth): (&[f64], &Isometry2<f64>)| {
        (Vector2::new(pose[0], pose[1]) - truth.translation.vector).norm()
    };
    poses.chunks(NUMBERS).zip(truth).map(way).sum::<f64>() / truth.len() as f64
}

fn main() -> Result<(), Error> {
    let truth = truth();
    let edges = measurements(&truth);
    let start = dead_reckoning(&edges);
    let (before, first) = (distance(&start, &truth), misfit(&start, &edges));
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 8).with_tolerance_grad(1e-6)?;
    let outcome =
        Executor::new(Graph(edges), solver).configure(|state| state.param(start).max_iters(2000)).run()?;
    let state = outcome.state();
    let Some(best) = state.get_best_param() else { return Err(Error::msg("no step was taken")) };
    let after = distance(best, &truth);
    println!("misfit {first:.3} -> {:.3} in {} steps", state.get_best_cost(), state.get_iter());
    println!("mean distance from the truth {before:.3} m -> {after:.3} m");
    assert!(state.get_best_cost() < 0.1 * first, "the misfit is {}", state.get_best_cost());
    assert!(after < 0.5 * before, "{after} m from the truth, {before} m at the start");
    Ok(())
}
