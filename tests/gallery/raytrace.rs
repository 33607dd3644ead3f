//! Graphics: the brightness of a pixel that looks at shaded spheres.

use grad_runtime::prelude::*;
use std::ops::{Add, Mul, Sub};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiable]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[differentiable]
impl Sub for Vec3 {
    type Output = Vec3;
    fn sub(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}

#[differentiable]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    fn mul(self, k: f64) -> Vec3 {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[differentiable]
impl Vec3 {
    fn dot(self, o: Vec3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    fn unit(self) -> Vec3 {
        self * (1.0 / self.dot(self).sqrt())
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Sphere {
    centre: Vec3,
    radius: f64,
    albedo: f64,
}

/// The distance along a ray from the origin at which it enters a sphere.
#[differentiable]
fn hit(direction: Vec3, sphere: &Sphere) -> Option<f64> {
    let b = direction.dot(sphere.centre);
    let c = sphere.centre.dot(sphere.centre) - sphere.radius * sphere.radius;
    let discriminant = b * b - c;
    if discriminant < 0.0 {
        return None;
    }
    let t = b - discriminant.sqrt();
    (t > 1e-6).then_some(t)
}

#[differentiable]
fn brightness(spheres: &[Sphere], #[constant] pixel: (f64, f64), light: Vec3) -> f64 {
    let direction = Vec3 { x: pixel.0, y: pixel.1, z: 1.0 }.unit();
    let mut nearest: Option<(f64, usize)> = None;
    for (i, sphere) in spheres.iter().enumerate() {
        if let Some(t) = hit(direction, sphere)
            && nearest.is_none_or(|(best, _)| t < best)
        {
            nearest = Some((t, i));
        }
    }
    match nearest {
        Some((t, i)) => {
            let sphere = spheres[i];
            let point = direction * t;
            let normal = (point - sphere.centre).unit();
            let to_light = (light - point).unit();
            sphere.albedo * (0.1 + normal.dot(to_light).max(0.0))
        }
        None => 0.05,
    }
}

#[test]
fn a_pixel() {
    let spheres = vec![
        Sphere { centre: Vec3 { x: 0.2, y: 0.1, z: 4.0 }, radius: 1.0, albedo: 0.8 },
        Sphere { centre: Vec3 { x: 0.0, y: 0.0, z: 9.0 }, radius: 3.0, albedo: 0.5 },
    ];
    let light = Vec3 { x: 3.0, y: 2.0, z: -1.0 };
    let value = brightness(&spheres, (0.05, 0.02), light);
    assert!(value > 0.4 && value < 0.9, "{value}");
    check!(brightness(&spheres.clone(), const (0.05, 0.02), light));
    check!(brightness(&spheres.clone(), const (0.35, 0.15), light));
    check!(brightness(&spheres.clone(), const (3.0, 0.15), light));
}

sample_struct!(Vec3 Vec3Tangent { x, y, z });
sample_struct!(Sphere SphereTangent { centre, radius, albedo });
