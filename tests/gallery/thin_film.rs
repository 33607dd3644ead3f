//! Optics: the reflectance of a stack of thin films, by transfer matrices of complex numbers.

use grad_runtime::prelude::*;
use std::ops::{Add, Div, Mul};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Complex {
    re: f64,
    im: f64,
}

#[differentiable]
impl Complex {
    fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    fn norm_sqr(&self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}

#[differentiable]
impl Add for Complex {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self::new(self.re + rhs.re, self.im + rhs.im)
    }
}

#[differentiable]
impl Mul for Complex {
    type Output = Self;
    fn mul(self, rhs: Self) -> Self {
        Self::new(self.re * rhs.re - self.im * rhs.im, self.re * rhs.im + self.im * rhs.re)
    }
}

#[differentiable]
impl Div for Complex {
    type Output = Self;
    fn div(self, rhs: Self) -> Self {
        let d = rhs.norm_sqr();
        Self::new((self.re * rhs.re + self.im * rhs.im) / d, (self.im * rhs.re - self.re * rhs.im) / d)
    }
}

type Matrix = [[Complex; 2]; 2];

#[differentiable]
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = [[Complex { re: 0.0, im: 0.0 }; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                out[i][j] = out[i][j] + a[i][k] * b[k][j];
            }
        }
    }
    out
}

/// The characteristic matrix of one film at normal incidence.
#[differentiable]
fn film(index: f64, thickness: f64, wavelength: f64) -> Matrix {
    let phase = std::f64::consts::TAU * index * thickness / wavelength;
    let (sin, cos) = phase.sin_cos();
    [
        [Complex::new(cos, 0.0), Complex::new(0.0, sin / index)],
        [Complex::new(0.0, index * sin), Complex::new(cos, 0.0)],
    ]
}

/// The reflectance of films (index, thickness) on glass, averaged over wavelengths.
#[differentiable]
fn reflectance(films: &[(f64, f64)], #[constant] wavelengths: &[f64]) -> f64 {
    const AIR: f64 = 1.0;
    const GLASS: f64 = 1.52;
    let mut total = 0.0;
    for &wavelength in wavelengths {
        let one = Complex::new(1.0, 0.0);
        let zero = Complex::new(0.0, 0.0);
        let m = films.iter().fold([[one, zero], [zero, one]], |acc, &(index, thickness)| {
            product(&acc, &film(index, thickness, wavelength))
        });
        let b = m[0][0] + m[0][1] * Complex::new(GLASS, 0.0);
        let c = m[1][0] + m[1][1] * Complex::new(GLASS, 0.0);
        let minus_c = Complex::new(-c.re, -c.im);
        let r = (b * Complex::new(AIR, 0.0) + minus_c) / (b * Complex::new(AIR, 0.0) + c);
        total += r.norm_sqr();
    }
    total / wavelengths.len() as f64
}

#[test]
fn a_quarter_wave_coating() {
    let bare = reflectance(&[], &[550.0]);
    assert!((bare - (0.52_f64 / 2.52).powi(2)).abs() < 1e-12);
    let coated = vec![(1.38, 550.0 / 4.0 / 1.38)];
    assert!(reflectance(&coated, &[550.0]) < 0.02);
    check!(reflectance(&vec![(1.38, 95.0), (2.1, 120.0), (1.45, 80.0)], const &[450.0, 550.0, 650.0]));
}
