//! Space flight: the cheapest of a Hohmann and a bi-elliptic transfer with a change of plane.

use grad_runtime::prelude::*;

const MU: f64 = 398_600.441_8;

/// The speed at radius r on an ellipse with the given ends (vis-viva).
#[differentiable]
fn speed(r: f64, end1: f64, end2: f64) -> f64 {
    (MU * (2.0 / r - 2.0 / (end1 + end2))).sqrt()
}

#[differentiable]
fn turn(v1: f64, v2: f64, angle: f64) -> f64 {
    (v1 * v1 + v2 * v2 - 2.0 * v1 * v2 * angle.cos()).sqrt()
}

#[differentiable]
fn hohmann(r1: f64, r2: f64, inclination: f64, split: f64) -> f64 {
    let first = turn(speed(r1, r1, r1), speed(r1, r1, r2), split * inclination);
    let second = turn(speed(r2, r1, r2), speed(r2, r2, r2), (1.0 - split) * inclination);
    first + second
}

#[differentiable]
fn bi_elliptic(r1: f64, r2: f64, far: f64, inclination: f64) -> f64 {
    let legs = [
        (speed(r1, r1, r1), speed(r1, r1, far), 0.0),
        (speed(far, r1, far), speed(far, far, r2), inclination),
        (speed(r2, far, r2), speed(r2, r2, r2), 0.0),
    ];
    let mut total = 0.0;
    for (before, after, angle) in legs {
        total += if angle == 0.0 { (after - before).abs() } else { turn(before, after, angle) };
    }
    total
}

#[differentiable]
fn cheapest(r1: f64, r2: f64, far: f64, inclination: f64, split: f64) -> f64 {
    let direct = hohmann(r1, r2, inclination, split);
    let detour = bi_elliptic(r1, r2, far, inclination);
    direct.min(detour)
}

#[test]
fn to_geostationary_orbit() {
    let dv = cheapest(6_678.0, 42_164.0, 1e5, 0.497, 0.08);
    assert!(dv > 3.9 && dv < 4.4, "{dv}");
    check!(hohmann(6.7e3, 42_164.0, 0.5, 0.1));
    check!(bi_elliptic(6.7e3, 42_164.0, 1e5, 0.5));
    check!(cheapest(6.7e3, 42_164.0, 1e5, 1.3, 0.1));
}
