//! What is generated has nothing that a strict crate would forbid.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    clippy::pedantic,
    unused,
    unreachable_pub,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    unused_qualifications,
    missing_debug_implementations,
    missing_copy_implementations,
    trivial_casts,
    trivial_numeric_casts,
    unused_results,
    unused_lifetimes,
    let_underscore_drop,
    non_ascii_idents,
    variant_size_differences,
    explicit_outlives_requirements,
    redundant_lifetimes,
    unit_bindings,
    rust_2018_idioms,
    rust_2024_compatibility,
    nonstandard_style,
    future_incompatible
)]

use grad_runtime::prelude::*;

/// A cube.
#[differentiable]
#[must_use]
#[inline]
pub const fn cube(x: f64) -> f64 {
    x * x * x
}

/// A sum.
#[differentiable]
#[must_use]
pub fn sum(x: &[f64; 8], w: &[f64; 8]) -> f64 {
    let mut total = 0.0;
    for i in 0..8 {
        if x[i] > 0.0 {
            total += x[i].sin() * w[i] * total;
        } else {
            total += w[i].exp();
        }
    }
    total
}

/// A point.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Point {
    /// Across.
    pub x: f64,
    /// Up.
    pub y: f64,
    count: usize,
}

/// A shape.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub enum Shape {
    /// Round.
    Circle {
        /// Its radius.
        radius: f64,
    },
    /// A box.
    Rectangle(f64, f64),
    /// Nothing.
    Empty,
}

#[differentiable]
impl Shape {
    /// How much it covers.
    #[must_use]
    pub fn area(&self) -> f64 {
        match self {
            Self::Circle { radius } => core::f64::consts::PI * radius * radius,
            Self::Rectangle(a, b) => a * b,
            Self::Empty => 0.0,
        }
    }

    fn doubled(self) -> f64 {
        self.area() * 2.0
    }
}

/// A law.
pub trait Law: Differentiable {
    /// Its force.
    #[differentiable]
    fn force(&self, x: f64) -> f64;
    /// Its energy.
    #[differentiable]
    fn energy(&self, x: f64) -> f64 {
        self.force(x) * x
    }
}

impl Law for Point {
    #[differentiable]
    fn force(&self, x: f64) -> f64 {
        x.mul_add(self.x, self.y)
    }
}

/// Generic.
#[differentiable]
pub fn generic<T: Real, const N: usize>(x: &[T; N], scale: T) -> T
where
    [T; N]: Sized,
{
    let mut total = scale;
    for &x in x {
        total += x.sin() * scale;
    }
    total
}

/// Options.
///
/// # Errors
/// Where `x` is negative.
#[differentiable]
pub fn checked(x: f64, shape: &Shape) -> Result<f64, &'static str> {
    if x < 0.0 {
        return Err("negative");
    }
    Ok(x.sqrt() * shape.area())
}

/// In place.
#[differentiable]
pub fn relax(x: &mut [f64; 4], rate: f64) {
    for i in 1..4 {
        x[i] += rate * (x[i - 1] - x[i]);
    }
}

/// Second.
#[differentiable(order = 2)]
#[must_use]
pub fn second(x: f64, y: [f64; 3]) -> f64 {
    let mut total = x;
    for y in y {
        total = total.mul_add(y, y.sin());
    }
    total * cube(x)
}

/// Calls.
#[differentiable]
pub(crate) fn calls(x: f64, points: &[Point; 3]) -> f64 {
    points.iter().map(|p| p.energy(x) * cube(p.x)).sum::<f64>() + Shape::Circle { radius: x }.doubled()
}

/// The tests of what is not public.
#[must_use]
pub fn used() -> f64 {
    let points = [Point { x: 1.0, y: 2.0, count: 3 }; 3];
    calls::value_and_grad(points[0].x, &points).0 + f64::from(u8::try_from(points[1].count).unwrap_or(0))
}

#[test]
fn gradients() {
    assert!((cube::grad(2.0) - 12.0).abs() < 1e-12);
    let (x, _) = calls::grad(1.0, &[Point { x: 2.0, y: 0.0, count: 0 }; 3]);
    // 3 (2 x²) 8 + 2 pi x²
    assert!((x - (96.0 + 4.0 * core::f64::consts::PI)).abs() < 1e-12);
    assert!(used() > 0.0);
}
