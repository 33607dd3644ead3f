//! Geometry: the length of a Bézier curve, by Gauss and Legendre's quadrature over de Casteljau's construction.

use grad_runtime::prelude::*;

const NODES: [(f64, f64); 5] = [
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.906_179_845_938_664, 0.236_926_885_056_189_08),
    (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
];

/// The derivative of the curve at t.
#[differentiable]
fn velocity(points: &[[f64; 2]], t: f64) -> [f64; 2] {
    let degree = points.len() - 1;
    let mut p: Vec<[f64; 2]> = points
        .windows(2)
        .map(|w| [degree as f64 * (w[1][0] - w[0][0]), degree as f64 * (w[1][1] - w[0][1])])
        .collect();
    while p.len() > 1 {
        for i in 0..p.len() - 1 {
            for k in 0..2 {
                p[i][k] = (1.0 - t) * p[i][k] + t * p[i + 1][k];
            }
        }
        p.pop();
    }
    p[0]
}

#[differentiable]
fn length(points: &[[f64; 2]]) -> f64 {
    let pieces = 4;
    let width = 1.0 / pieces as f64;
    let mut total = 0.0;
    for piece in 0..pieces {
        let middle = (piece as f64 + 0.5) * width;
        for &(node, weight) in NODES.iter() {
            let [dx, dy] = velocity(points, middle + 0.5 * width * node);
            total += 0.5 * width * weight * dx.hypot(dy);
        }
    }
    total
}

#[test]
fn the_length_of_a_curve() {
    assert!((length(&[[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]) - 18.0_f64.sqrt()).abs() < 1e-12);
    check!(length(&vec![[0.0, 0.1], [1.0, 2.0], [2.3, -1.0], [3.0, 0.5]]));
}
