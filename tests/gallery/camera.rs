//! Vision: the reprojection error of a camera with radial distortion, with nalgebra's types.

use grad_runtime::nalgebra::{Matrix3, Point2, Vector2, Vector3};
use grad_runtime::prelude::*;

/// Rodrigues' rotation of a point.
#[differentiable]
fn rotate(w: &Vector3<f64>, p: &Vector3<f64>) -> Vector3<f64> {
    let angle2 = w.dot(w);
    if angle2 > 1e-14 {
        let angle = angle2.sqrt();
        let axis = w / angle;
        let (s, c) = angle.sin_cos();
        p * c + axis.cross(p) * s + axis * (axis.dot(p) * (1.0 - c))
    } else {
        p + w.cross(p)
    }
}

#[differentiable]
fn project(
    w: &Vector3<f64>,
    t: &Vector3<f64>,
    focal: f64,
    k: &Vector2<f64>,
    p: &Vector3<f64>,
) -> Vector2<f64> {
    let q = rotate(w, p) + t;
    let image = Vector2::new(q.x / q.z, q.y / q.z);
    let r2 = image.norm_squared();
    image * (focal * (1.0 + r2 * (k.x + r2 * k.y)))
}

#[differentiable]
fn error(
    w: &Vector3<f64>,
    t: &Vector3<f64>,
    focal: f64,
    k: &Vector2<f64>,
    #[constant] points: &[(Vector3<f64>, Vector2<f64>)],
) -> f64 {
    points
        .iter()
        .map(|(point, seen)| {
            let residual = project(w, t, focal, k, point) - seen;
            residual.norm_squared()
        })
        .sum()
}

/// The epipolar residual of a pair of image points.
#[differentiable]
fn epipolar(fundamental: &Matrix3<f64>, #[constant] a: Point2<f64>, #[constant] b: Point2<f64>) -> f64 {
    let line = fundamental * Vector3::new(a.x, a.y, 1.0);
    let distance = line.dot(&Vector3::new(b.x, b.y, 1.0));
    distance * distance / (line.x * line.x + line.y * line.y)
}

#[test]
fn a_camera() {
    let (w, t, k) = (Vector3::new(0.1, -0.2, 0.05), Vector3::new(0.3, 0.1, 4.0), Vector2::new(-0.1, 0.02));
    let points = [Vector3::new(0.4, 0.3, 0.2), Vector3::new(-0.5, 0.6, -0.3), Vector3::new(0.1, -0.8, 0.5)]
        .map(|p| (p, project(&w, &t, 500.0, &k, &p)));
    assert!(error(&w, &t, 500.0, &k, &points) < 1e-20);
    let (dw, dt, df, dk) = error::grad(&w, &t, 510.0, &k, &points);
    let moved = |h: f64| error(&(w - dw * h), &(t - dt * h), 510.0 - df * h, &(k - dk * h), &points);
    let slope = (moved(1e-9) - moved(-1e-9)) / 2e-9;
    let squared = dw.norm_squared() + dt.norm_squared() + df * df + dk.norm_squared();
    assert!((slope + squared).abs() < 1e-3 * squared, "{slope} {squared}");
    let f = Matrix3::new(0.1, 0.2, 0.3, -0.2, 0.1, 0.5, 0.4, -0.6, 0.2);
    let g = epipolar::grad(&f, Point2::new(0.3, 0.2), Point2::new(-0.1, 0.4));
    assert!((g.dot(&f)).abs() < 1e-12, "the residual doesn't depend on the matrix's scale");
}
