//! Robotics: the residual of iterative closest points, each scan point matched to the nearest of the map.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pose {
    x: f64,
    y: f64,
    heading: f64,
}

#[differentiable]
fn transform(pose: &Pose, p: (f64, f64)) -> (f64, f64) {
    let (s, c) = pose.heading.sin_cos();
    (pose.x + c * p.0 - s * p.1, pose.y + s * p.0 + c * p.1)
}

/// Huber's loss of a squared distance.
#[differentiable]
fn huber(squared: f64, delta: f64) -> f64 {
    if squared <= delta * delta { 0.5 * squared } else { delta * (squared.sqrt() - 0.5 * delta) }
}

#[differentiable]
fn residual(pose: &Pose, #[constant] scan: &[(f64, f64)], #[constant] map: &[(f64, f64)]) -> f64 {
    scan.iter()
        .map(|&point| {
            let (x, y) = transform(pose, point);
            let nearest = map
                .iter()
                .map(|&(mx, my)| (x - mx).powi(2) + (y - my).powi(2))
                .min_by(|a, b| a.total_cmp(b))
                .unwrap();
            huber(nearest, 0.5)
        })
        .sum()
}

#[test]
fn a_scan() {
    let map = [(0.0, 0.0), (1.0, 0.1), (2.0, -0.1), (2.1, 1.0), (2.0, 2.2)];
    let pose = Pose { x: 0.1, y: -0.05, heading: 0.1 };
    let still = Pose { x: 0.0, y: 0.0, heading: 0.0 };
    assert!(residual(&still, &map, &map) == 0.0);
    let scan = [(0.1, 0.1), (1.1, 0.0), (1.8, 0.1), (2.0, 0.8), (1.9, 3.5)];
    assert!(residual(&pose, &scan, &map) > 0.0);
    check!(residual(&pose, const &scan, const &map));
}

sample_struct!(Pose PoseTangent { x, y, heading });
