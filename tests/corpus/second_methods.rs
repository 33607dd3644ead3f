//! Second derivatives through methods, traits' items, operators of users' types, and values whose type the macro doesn't know.

use grad_runtime::nalgebra::{Matrix2, Matrix3, Point3, Vector2, Vector3};
use grad_runtime::prelude::*;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Spring {
            k: $real,
            rest: $real,
        }

        #[differentiable(order = 2, $($options)*)]
        impl Spring {
            fn stretch(&self, x: $real) -> $real {
                (x - self.rest).sin() * self.k
            }

            fn cubic(v: $real) -> $real {
                v * v * v
            }

            fn energy(&self, x: $real) -> $real {
                let s = self.stretch(x);
                0.5 * self.k * s * s + Self::cubic(x * self.k) * self.rest
            }

            fn owned(self, x: $real) -> $real {
                self.k * self.rest.powi(3) * x.cos() / x
            }

            fn through(&self, x: $real) -> $real {
                self.owned(x * self.k) + Spring::stretch(self, x)
            }

            fn quotient(#[constant] &self, x: $real, y: $real) -> $real {
                self.k / x + (y / self.rest).exp() * x
            }

            fn relax(&mut self, rate: $real) {
                self.rest += rate * self.k * self.rest;
            }

            fn relaxed(&self, rate: $real) -> Spring {
                let mut next = *self;
                next.relax(rate);
                next.relax(rate * rate);
                next
            }
        }

        #[test]
        fn methods_that_call_each_other() {
            #[differentiable(order = 2, $($options)*)]
            fn f(k: $real, rest: $real, x: $real) -> $real {
                let spring = Spring { k, rest };
                let through: $real = spring.through(x);
                spring.energy(x) * through
            }
            check_hvp!(f(1.25, 0.5, 0.75));
        }

        #[test]
        fn a_constant_receiver() {
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let spring = Spring { k: 1.5, rest: 0.5 };
                spring.quotient(x, x * y)
            }
            check_hvp!(f(0.75, 0.5));
            let h = Spring { k: 1.5, rest: 1.0 }.quotient_hessian(1.0, 0.0);
            assert_eq!(h, [[3.0, 1.0], [1.0, 1.0]]);
        }

        #[test]
        fn receivers_that_are_changed() {
            #[differentiable(order = 2, $($options)*)]
            fn f(k: $real, rest: $real, rate: $real) -> $real {
                let mut spring = Spring { k, rest };
                for _ in 0..3 {
                    spring.relax(rate);
                }
                let next = spring.relaxed(rate);
                next.rest * spring.rest * next.k
            }
            check_hvp!(f(0.5, 1.25, 0.75));
        }

        impl Spring {
            // Annotated by itself, its block isn't seen.
            #[differentiable(order = 2, $($options)*)]
            fn area(&self, x: $real) -> $real {
                self.k * self.k * x * self.rest
            }
        }

        #[test]
        fn a_method_s_own_products() {
            let spring = Spring { k: 2.0, rest: 0.5 };
            let along = SpringTangent { k: 1.0, rest: 0.0 };
            let (gradient, product) = spring.area_hvp(3.0, &along, 0.0);
            assert_eq!(gradient, (SpringTangent { k: 6.0, rest: 12.0 }, 2.0));
            assert_eq!(product, (SpringTangent { k: 3.0, rest: 12.0 }, 2.0));
        }

        #[differentiable(order = 2, $($options)*)]
        trait Law: Differentiable {
            const SCALE: $real;
            fn energy(&self, x: $real) -> $real;
            fn twice(&self, x: $real) -> $real {
                let e: $real = self.energy(x);
                e * e * Self::SCALE
            }
            fn field(&self, v: &Vector3<$real>) -> Vector3<$real>;
            fn flux(&self, v: &Vector3<$real>) -> $real {
                self.field(v).dot(v)
            }
            fn bump(#[constant] &self, x: &[$real; 3]) -> $real;
        }

        #[differentiable(order = 2, $($options)*)]
        impl Law for Spring {
            const SCALE: $real = 1.5;
            fn energy(&self, x: $real) -> $real {
                self.k * (x * self.rest).sin() * x
            }
            fn field(&self, v: &Vector3<$real>) -> Vector3<$real> {
                v * (self.k * v.x) + v.cross(&Vector3::new(v.y, self.rest, 1.0))
            }
            fn bump(#[constant] &self, x: &[$real; 3]) -> $real {
                self.k * x[0] * x[1] * x[2] + self.rest * x[0].exp()
            }
        }

        #[test]
        fn laws() {
            #[differentiable(order = 2, $($options)*)]
            fn work<L: Law>(law: &L, x: $real) -> $real {
                let e: $real = law.energy(x);
                let again: $real = Law::energy(law, x * x);
                law.twice(x * e) + L::SCALE * law.flux(&Vector3::new(x, x * x, again))
            }
            #[differentiable(order = 2, $($options)*)]
            fn f(k: $real, rest: $real, x: $real) -> $real {
                let spring = Spring { k, rest };
                let own: $real = <Spring as Law>::energy(&spring, x);
                let w: $real = work(&spring, x);
                let fixed = Spring { k: 0.5, rest: 1.5 };
                w + own * fixed.bump(&[x, x * own, 1.0])
            }
            check_hvp!(f(0.75, 1.25, 0.5));
            fn as_objects(laws: &[&dyn Primal]) -> $real {
                laws.iter().map(|law| law.at(1.0)).sum()
            }
            trait Primal {
                fn at(&self, x: $real) -> $real;
            }
            impl<L: Law> Primal for L {
                fn at(&self, x: $real) -> $real {
                    Law::energy(self, x)
                }
            }
            assert!(as_objects(&[&Spring { k: 1.0, rest: 1.0 }]) > 0.0);
            let h = Spring { k: 2.0, rest: 0.0 }.bump_hessian(&[1.0, 2.0, 3.0]);
            assert_eq!(h, [[0.0, 6.0, 4.0], [6.0, 0.0, 2.0], [4.0, 2.0, 0.0]]);
        }

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        struct Complex {
            re: $real,
            im: $real,
        }

        #[differentiable(order = 2, $($options)*)]
        impl Mul for Complex {
            type Output = Self;
            fn mul(self, o: Self) -> Self {
                Self { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
            }
        }
        #[differentiable(order = 2, $($options)*)]
        impl<'a> Mul<&'a Complex> for &'a Complex {
            type Output = Complex;
            fn mul(self, o: &'a Complex) -> Complex {
                *self * *o
            }
        }
        #[differentiable(order = 2, $($options)*)]
        impl Div for Complex {
            type Output = Self;
            fn div(self, o: Self) -> Self {
                let n = o.re * o.re + o.im * o.im;
                Self { re: (self.re * o.re + self.im * o.im) / n, im: (self.im * o.re - self.re * o.im) / n }
            }
        }
        #[differentiable(order = 2, $($options)*)]
        impl Add for Complex {
            type Output = Self;
            fn add(self, o: Self) -> Self {
                Self { re: self.re + o.re, im: self.im + o.im }
            }
        }
        #[differentiable(order = 2, $($options)*)]
        impl Sub<$real> for Complex {
            type Output = Self;
            fn sub(self, o: $real) -> Self {
                Self { re: self.re - o, ..self }
            }
        }
        #[differentiable(order = 2, $($options)*)]
        impl Mul<Complex> for $real {
            type Output = Complex;
            fn mul(self, o: Complex) -> Complex {
                Complex { re: self * o.re, im: self * o.im }
            }
        }
        #[differentiable(order = 2, $($options)*)]
        impl Neg for Complex {
            type Output = Self;
            fn neg(self) -> Self {
                Self { re: -self.re, im: -self.im }
            }
        }
        #[differentiable(order = 2, $($options)*)]
        impl AddAssign for Complex {
            fn add_assign(&mut self, o: Self) {
                self.re += o.re * o.im;
                self.im += o.im;
            }
        }

        #[test]
        fn operators_of_one_s_own() {
            #[differentiable(order = 2, $($options)*)]
            fn f(re: $real, im: $real, t: $real) -> $real {
                let z = Complex { re, im };
                let mut w = &z * &z + -z / (t * z - t);
                for _ in 0..2 {
                    w = w * z + t * z;
                }
                w += z;
                w.re * w.im
            }
            check_hvp!(f(0.5, 0.75, 1.25));
        }

        #[derive(Clone, Debug, Differentiable)]
        struct Body {
            at: Vector3<$real>,
            inertia: Matrix3<$real>,
            mass: $real,
            centre: Point3<$real>,
        }

        #[differentiable(order = 2, $($options)*)]
        impl Body {
            fn energy(&self, v: &Vector3<$real>) -> $real {
                let p = self.inertia * v;
                0.5 * self.mass * p.dot(v) + (self.at - v).norm() + self.at.cross(v).norm_squared() / self.mass
            }

            fn spread(&self, v: &Vector3<$real>) -> $real {
                let away = (self.centre - Point3::new(v.x, 1.0, v.z * v.y)) * self.mass;
                let unit = away.normalize();
                let whole = self.inertia.transpose() * self.inertia / v.x;
                let inverse = whole.try_inverse().unwrap();
                unit.component_mul(v).sum() + whole.determinant() * inverse.trace() - whole.tr_mul(&inverse).sum()
                    + unit.scale(self.mass).dot(&(inverse * v))
            }
        }

        #[test]
        fn fields_of_matrices() {
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real, y: $real, mass: $real) -> $real {
                let body = Body {
                    at: Vector3::new(x, y, x * y),
                    inertia: Matrix3::new(2.0 + x, y, 0.25, y, 1.5, x * y, 0.25, 0.5, 1.0),
                    mass,
                    centre: Point3::new(y, x, 2.0),
                };
                let v = Vector3::new(1.0, x, y * mass);
                let energy: $real = body.energy(&v);
                energy + body.spread(&v)
            }
            check_hvp!(f(0.5, 0.25, 1.5));
        }

        #[test]
        fn singular_matrices() {
            #[differentiable(order = 2, $($options)*)]
            fn f(m: &Matrix2<$real>) -> $real {
                m.determinant()
            }
            let (zero, along) = (Matrix2::zeros(), Matrix2::new(1.0, 2.0, 3.0, 4.0));
            assert_eq!(f::hvp(&zero, &along).1, Matrix2::new(4.0, -3.0, -2.0, 1.0));
        }

        #[derive(Clone, Copy, Debug, Differentiable)]
        struct Pair {
            a: $real,
            b: $real,
        }

        #[test]
        fn functions_of_fields() {
            #[differentiable(order = 2, $($options)*)]
            fn f(p: &Pair, n: i32) -> $real {
                let (sin, cos) = p.a.sin_cos();
                let one = p.a.sin() + p.b.cos() * p.a.tan() - p.b.exp() / p.a.ln_1p() + p.a.sqrt() * p.b.cbrt() + sin * cos;
                let two = p.a.powi(3) * p.b.powi(n) + p.a.powf(p.b) + p.a.atan2(p.b) + p.a.hypot(p.b) - p.a % p.b;
                let three = p.a.tanh() * p.b.ln() + p.a.recip() + p.b.asinh() + p.a.mul_add(p.b, p.a) + p.a.max(p.b) * p.a.abs();
                let four = p.a.asin() * p.b.atan() + p.a.acos() + (p.b + p.b).acosh() + p.a.atanh() * p.b.log10() + p.b.log2();
                let five = p.a.sinh() * p.b.cosh() + p.a.exp2() + p.b.exp_m1() + p.a.clamp(0.0, p.b) + p.a.to_degrees().to_radians();
                one * two + three * four + five
            }
            #[differentiable(order = 2, $($options)*)]
            fn g(a: $real, b: $real) -> $real {
                f(&Pair { a, b }, 2)
            }
            check_hvp!(g(0.5, 0.75));
        }
    };
}

variants!(programs);
