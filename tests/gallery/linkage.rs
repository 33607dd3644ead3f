//! Mechanisms: the path of a four-bar linkage's coupler, held against a path to be drawn.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Linkage {
    ground: f64,
    crank: f64,
    coupler: f64,
    rocker: f64,
    pen: (f64, f64),
}

/// The pen's position for a crank angle; `None` where the linkage can't be closed.
#[differentiable]
fn pen_position(l: &Linkage, angle: f64) -> Option<(f64, f64)> {
    let (ax, ay) = (l.crank * angle.cos(), l.crank * angle.sin());
    let (dx, dy) = (l.ground - ax, -ay);
    let d = dx.hypot(dy);
    let cos = (l.coupler.powi(2) + d.powi(2) - l.rocker.powi(2)) / (2.0 * l.coupler * d);
    if !(-1.0..=1.0).contains(&cos) {
        return None;
    }
    let tilt = dy.atan2(dx) + cos.acos();
    let (s, c) = tilt.sin_cos();
    Some((ax + c * l.pen.0 - s * l.pen.1, ay + s * l.pen.0 + c * l.pen.1))
}

#[differentiable]
fn mismatch(l: &Linkage, #[constant] path: &[(f64, (f64, f64))]) -> f64 {
    let mut total = 0.0;
    for &(angle, (x, y)) in path {
        let Some((px, py)) = pen_position(l, angle) else {
            total += 10.0;
            continue;
        };
        total += (px - x).powi(2) + (py - y).powi(2);
    }
    total
}

#[test]
fn a_linkage() {
    let l = Linkage { ground: 3.0, crank: 1.0, coupler: 2.8, rocker: 2.2, pen: (1.2, 0.9) };
    let path: Vec<_> = [0.2, 1.1, 2.5, 4.0].map(|a| (a, pen_position(&l, a).unwrap())).to_vec();
    assert_eq!(mismatch(&l, &path), 0.0);
    assert_eq!(pen_position(&Linkage { rocker: 0.1, ..l }, 0.2), None);
    check!(mismatch(&Linkage { crank: 0.9, ..l }, const &path));
}

sample_struct!(Linkage LinkageTangent { ground, crank, coupler, rocker, pen });
