//! Graphics: the depth of a scene of signed distances, seen by sphere tracing.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Shape {
    Sphere { radius: f64 },
    Box { half: [f64; 3] },
    Floor,
}

struct Object {
    shape: Shape,
    centre: [f64; 3],
}

#[differentiable]
fn distance(#[constant] object: &Object, p: [f64; 3]) -> f64 {
    let [x, y, z] = [p[0] - object.centre[0], p[1] - object.centre[1], p[2] - object.centre[2]];
    match object.shape {
        Shape::Sphere { radius } => (x * x + y * y + z * z).sqrt() - radius,
        Shape::Box { half: [a, b, c] } => {
            let (dx, dy, dz) = (x.abs() - a, y.abs() - b, z.abs() - c);
            let outside = (dx.max(0.0).powi(2) + dy.max(0.0).powi(2) + dz.max(0.0).powi(2)).sqrt();
            outside + dx.max(dy).max(dz).min(0.0)
        }
        Shape::Floor => y,
    }
}

/// The union of all objects, with rounded joints.
#[differentiable]
fn scene(#[constant] objects: &[Object], p: [f64; 3], k: f64) -> f64 {
    let mut nearest = f64::MAX;
    for object in objects {
        let d = distance(object, p);
        if nearest == f64::MAX {
            nearest = d;
            continue;
        }
        let h = (0.5 + 0.5 * (d - nearest) / k).clamp(0.0, 1.0);
        nearest = d + (nearest - d) * h - k * h * (1.0 - h);
    }
    nearest
}

#[differentiable]
fn depth(#[constant] objects: &[Object], eye: [f64; 3], yaw: f64, pitch: f64, k: f64) -> f64 {
    let direction = [yaw.sin() * pitch.cos(), pitch.sin(), yaw.cos() * pitch.cos()];
    let mut t = 0.0;
    for _ in 0..64 {
        let p = [eye[0] + t * direction[0], eye[1] + t * direction[1], eye[2] + t * direction[2]];
        let d = scene(objects, p, k);
        t += d;
        if d < 1e-13 || t > 50.0 {
            break;
        }
    }
    t
}

#[test]
fn a_scene() {
    let objects = [
        Object { shape: Shape::Sphere { radius: 1.0 }, centre: [0.0, 1.0, 6.0] },
        Object { shape: Shape::Box { half: [0.6, 0.4, 0.5] }, centre: [1.4, 0.4, 5.0] },
        Object { shape: Shape::Floor, centre: [0.0, 0.0, 0.0] },
    ];
    assert!((depth(&objects[..1], [0.0, 1.0, 0.0], 0.0, 0.0, 0.1) - 5.0).abs() < 1e-9);
    check!(scene(const &objects, [0.65, 0.95, 5.23], 0.35));
    check!(distance(const &objects[1], [2.4, 1.1, 5.2]));
}
