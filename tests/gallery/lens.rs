//! Optics: a ray through the surfaces of a lens, which may miss one or be totally reflected.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Surface {
    position: f64,
    curvature: f64,
    index: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Ray {
    z: f64,
    y: f64,
    slope: f64,
}

#[derive(Debug, PartialEq)]
enum Lost {
    Missed(usize),
    TotallyReflected { surface: usize },
}

/// Where the ray meets a surface: its height and the sine of the normal's angle there.
#[differentiable]
fn intersect(ray: Ray, surface: &Surface, number: usize) -> Result<(f64, f64, f64), Lost> {
    let c = surface.curvature;
    let (mut z, mut y) = (surface.position, ray.y + ray.slope * (surface.position - ray.z));
    for _ in 0..12 {
        let sag2 = 1.0 - c * c * y * y;
        if sag2 <= 0.0 {
            return Err(Lost::Missed(number));
        }
        z = surface.position + c * y * y / (1.0 + sag2.sqrt());
        y = ray.y + ray.slope * (z - ray.z);
    }
    Ok((z, y, c * y))
}

#[differentiable]
fn refract(ray: Ray, surface: &Surface, before: f64, number: usize) -> Result<Ray, Lost> {
    let (z, y, sin_normal) = intersect(ray, surface, number)?;
    let normal = sin_normal.asin();
    let incidence = ray.slope.atan() + normal;
    let sin_out = before / surface.index * incidence.sin();
    if sin_out.abs() >= 1.0 {
        return Err(Lost::TotallyReflected { surface: number });
    }
    Ok(Ray { z, y, slope: (sin_out.asin() - normal).tan() })
}

/// The height at which a ray crosses the image plane.
#[differentiable]
fn trace(surfaces: &[Surface], height: f64, image: f64) -> Result<f64, Lost> {
    let mut ray = Ray { z: -1.0, y: height, slope: 0.0 };
    let mut index = 1.0;
    for (number, surface) in surfaces.iter().enumerate() {
        ray = refract(ray, surface, index, number)?;
        index = surface.index;
    }
    Ok(ray.y + ray.slope * (image - ray.z))
}

/// The blur of a bundle of parallel rays; lost rays don't count.
#[differentiable]
fn blur(surfaces: &[Surface], image: f64, #[constant] heights: &[f64]) -> f64 {
    let mut total = 0.0;
    for &h in heights {
        if let Ok(y) = trace(surfaces, h, image) {
            total += y * y;
        }
    }
    total
}

#[test]
fn a_biconvex_lens() {
    let lens = vec![
        Surface { position: 0.0, curvature: 0.02, index: 1.5 },
        Surface { position: 4.0, curvature: -0.02, index: 1.0 },
    ];
    assert!(trace(&lens, 1.0, 52.65).unwrap().abs() < 0.1);
    assert_eq!(trace(&lens, 60.0, 50.0), Err(Lost::Missed(0)));
    check!(blur(&lens, 45.0, const &[1.0, 3.0, 5.0, 60.0]));
}

sample_struct!(Surface SurfaceTangent { position, curvature, index });
