//! Functions over nalgebra's generic numbers, differentiated like those over `f64`; and over dual numbers, which differentiate
//! the gradient once more.

use grad_runtime::nalgebra::{self, Matrix2, Matrix3, RealField, Vector2, Vector3};
use grad_runtime::prelude::*;
use num_dual::Dual64;

#[differentiable]
fn smooth<T: RealField + Copy>(x: T) -> T {
    x * x.sin() + (x * nalgebra::convert(0.5)).exp() / (T::one() + x.powi(2))
}

#[differentiable]
fn looped<T: RealField + Copy>(x: T, y: T) -> T {
    let mut sum = T::zero();
    for _ in 0..3 {
        sum += x.abs() * y.sqrt();
        sum = sum.max(y) * x.powf(y);
    }
    sum
}

#[differentiable]
fn of_matrices<T: RealField + Copy>(v: &Vector3<T>, w: &Matrix3<T>) -> T {
    (w * v).norm() + v.dot(v) + v.map(|x| x.tanh()).sum() + v.x * w.m12 + w[(1, 2)]
}

/// A container over any numbers.
#[derive(Clone, Debug, Differentiable)]
struct Layer<T: RealField> {
    w: Matrix2<T>,
    b: Vector2<T>,
    gain: T,
}

#[differentiable]
fn output<T: RealField + Copy>(layer: &Layer<T>, #[constant] x: &Vector2<T>) -> T {
    (layer.w * x + layer.b).norm_squared() * layer.gain
}

/// A type over any numbers, with methods.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Link<T: RealField> {
    length: T,
    offset: T,
}

#[differentiable]
impl<T: RealField + Copy> Link<T> {
    fn turned(&self, angle: T) -> Vector2<T> {
        let (sin, cos) = angle.sin_cos();
        Vector2::new(self.length * cos - self.offset * sin, self.length * sin + self.offset * cos)
    }
}

#[differentiable]
fn reach<T: RealField + Copy>(links: &[Link<T>; 2], q: &Vector2<T>) -> T {
    let mut tip = Vector2::zeros();
    for (link, angle) in links.iter().zip(q.iter()) {
        tip += link.turned(*angle);
    }
    tip.norm_squared()
}

#[track_caller]
fn assert_near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} is not {b}");
}

#[test]
fn numbers_of_both_precisions() {
    let slope = (smooth(0.7 + 1e-6) - smooth(0.7 - 1e-6)) / 2e-6;
    assert_near(smooth::grad(0.7), slope, 1e-8);
    assert_near(f64::from(smooth::grad(0.7_f32)), slope, 1e-6);
    assert_near(smooth::jvp(0.7, 2.0).1, 2.0 * slope, 1e-8);
    let (dx, dy) = looped::grad(0.7, 1.3);
    assert_near(dx, (looped(0.7 + 1e-6, 1.3) - looped(0.7 - 1e-6, 1.3)) / 2e-6, 1e-7);
    assert_near(dy, (looped(0.7, 1.3 + 1e-6) - looped(0.7, 1.3 - 1e-6)) / 2e-6, 1e-7);
}

#[test]
fn dual_numbers_differentiate_the_gradient() {
    let slope = smooth::grad(Dual64::from_re(0.7).derivative());
    assert_near(slope.re, smooth::grad(0.7), 1e-14);
    assert_near(slope.eps, (smooth::grad(0.7 + 1e-6) - smooth::grad(0.7 - 1e-6)) / 2e-6, 1e-8);
}

#[test]
fn dual_numbers_in_matrices() {
    let (v, w) = (Vector3::new(0.3, -0.2, 0.5), Matrix3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.5));
    let mut duals = v.map(Dual64::from_re);
    duals.y = duals.y.derivative();
    let (v_bar, _) = of_matrices::grad(&duals, &w.map(Dual64::from_re));
    let at = |step: f64| of_matrices::grad(&(v + Vector3::y() * step), &w).0;
    let (plain, second) = (at(0.0), (at(1e-6) - at(-1e-6)) / 2e-6);
    for i in 0..3 {
        assert_near(v_bar[i].re, plain[i], 1e-13);
        assert_near(v_bar[i].eps, second[i], 1e-7);
    }
}

#[test]
fn containers_of_numbers() {
    let layer = Layer { w: Matrix2::new(1.0, 2.0, 3.0, 4.0), b: Vector2::new(1.0, 2.0), gain: 0.5 };
    let gradient = output::grad(&layer, &Vector2::new(1.0, 2.0));
    assert_eq!(gradient.w, Matrix2::new(6.0, 12.0, 13.0, 26.0));
    assert_eq!((gradient.b, gradient.gain), (Vector2::new(6.0, 13.0), 205.0));
}

#[test]
fn methods_of_types_over_any_numbers() {
    let links = [Link { length: 1.0, offset: 0.2 }, Link { length: 0.7, offset: -0.1 }];
    let q = Vector2::new(0.4, -0.9);
    let (value, (links_bar, q_bar)) = reach::value_and_grad(&links, &q);
    assert_near(value, reach(&links, &q), 0.0);
    let at = |step: f64| {
        let mut links = links;
        links[1].offset += step;
        reach(&links, &q)
    };
    assert_near(links_bar[1].offset, (at(1e-6) - at(-1e-6)) / 2e-6, 1e-8);
    let along = reach(&links, &(q + q_bar * 1e-6)) - reach(&links, &(q - q_bar * 1e-6));
    assert_near(q_bar.norm_squared(), along / 2e-6, 1e-8);
    let still = links_bar.map(|_| LinkTangent { length: 0.0, offset: 0.0 });
    assert_near(reach::jvp(&links, &q, &still, &q_bar).1, q_bar.norm_squared(), 1e-12);
}
