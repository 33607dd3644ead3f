//! Operators of the user's own types: every operator, by value and by reference, generic, and those that assign.

use core::ops::*;

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Vec3 {
            x: $real,
            y: $real,
            z: $real,
        }

        #[differentiable($($options)*)]
        impl Vec3 {
            fn of(x: [$real; 3]) -> Self {
                Self { x: x[0], y: x[1], z: x[2] }
            }
            fn dot(self, other: Vec3) -> $real {
                self.x * other.x + self.y * other.y + self.z * other.z
            }
            fn unit(self) -> Vec3 {
                self / self.dot(self).sqrt()
            }
        }

        #[differentiable($($options)*)]
        impl Add for Vec3 {
            type Output = Vec3;
            fn add(self, o: Vec3) -> Vec3 {
                Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
            }
        }

        #[differentiable($($options)*)]
        impl Sub for Vec3 {
            type Output = Self;
            fn sub(self, Vec3 { x, y, z }: Self) -> Self::Output {
                Self { x: self.x - x, y: self.y - y, z: self.z - z }
            }
        }

        #[differentiable($($options)*)]
        impl Neg for Vec3 {
            type Output = Self;
            fn neg(self) -> Self {
                Vec3::of([-self.x, -self.y, -self.z])
            }
        }

        #[differentiable($($options)*)]
        impl Mul<$real> for Vec3 {
            type Output = Vec3;
            fn mul(mut self, k: $real) -> Vec3 {
                self.x *= k;
                self.y *= k;
                self.z *= k;
                self
            }
        }

        #[differentiable($($options)*)]
        impl Mul<Vec3> for $real {
            type Output = Vec3;
            fn mul(self, v: Vec3) -> Vec3 {
                v * self
            }
        }

        #[differentiable($($options)*)]
        impl Mul<usize> for Vec3 {
            type Output = Vec3;
            fn mul(self, times: usize) -> Vec3 {
                self * times as $real
            }
        }

        #[differentiable($($options)*)]
        impl Add<[$real; 3]> for Vec3 {
            type Output = Vec3;
            fn add(self, #[constant] by: [$real; 3]) -> Vec3 {
                Vec3 { x: self.x + by[0], y: self.y + by[1], z: self.z + by[2] }
            }
        }

        #[differentiable($($options)*)]
        impl Div<$real> for Vec3 {
            type Output = Vec3;
            fn div(self, k: $real) -> Vec3 {
                self * (1.0 / k)
            }
        }

        // The cross product of borrowed vectors, the dot product of others.
        #[differentiable($($options)*)]
        impl<'b> Mul<&'b Vec3> for &Vec3 {
            type Output = Vec3;
            fn mul(self, o: &'b Vec3) -> Self::Output {
                let x = self.y * o.z - self.z * o.y;
                let y = self.z * o.x - self.x * o.z;
                Vec3 { x, y, z: self.x * o.y - self.y * o.x }
            }
        }

        #[differentiable($($options)*)]
        impl Mul for Vec3 {
            type Output = $real;
            fn mul(self, o: Self) -> Self::Output {
                self.dot(o)
            }
        }

        // Part by part, and in two steps.
        #[differentiable($($options)*)]
        impl Rem for Vec3 {
            type Output = [$real; 3];
            fn rem(self, o: Self) -> [$real; 3] {
                let mut parts = [0.0; 3];
                let left = [self.x, self.y, self.z];
                let right = [o.x, o.y, o.z];
                for i in 0..3 {
                    parts[i] = left[i].sin() * right[i];
                }
                parts
            }
        }

        /// Not what `a + b` is, so that it shows.
        #[differentiable($($options)*)]
        impl AddAssign for Vec3 {
            fn add_assign(&mut self, o: Vec3) {
                self.x += o.x;
                self.y += o.y * self.x;
                self.z += 2.0 * o.z;
            }
        }

        #[differentiable($($options)*)]
        impl SubAssign<&Vec3> for Vec3 {
            fn sub_assign(&mut self, o: &Vec3) {
                *self = *self - *o;
            }
        }

        #[differentiable($($options)*)]
        impl MulAssign<$real> for Vec3 {
            fn mul_assign(&mut self, k: $real) {
                self.x *= k;
                let parts = (&mut self.y, &mut self.z);
                *parts.0 *= k;
                *parts.1 *= k;
            }
        }

        #[differentiable($($options)*)]
        impl DivAssign<$real> for Vec3 {
            fn div_assign(&mut self, k: $real) {
                *self *= 1.0 / k;
            }
        }

        #[test]
        fn by_value() {
            #[differentiable($($options)*)]
            fn f(a: [$real; 3], b: [$real; 3], k: $real) -> $real {
                let (v, w) = (Vec3::of(a), Vec3::of(b));
                let u = v + w * k - 0.5 * v;
                u * -w + (u * 2 * 3_usize).dot(v)
            }
            check!(f([1.0, 2.0, 3.0], [0.5, -0.25, 2.0], 1.5));
        }

        #[test]
        fn by_reference() {
            #[differentiable($($options)*)]
            fn f(a: [$real; 3], b: [$real; 3], k: $real) -> $real {
                let (v, w) = (Vec3::of(a), Vec3::of(b));
                let normal = &v * &w;
                let scaled = normal / k;
                (&scaled * &v).dot(w) + (&v * &w).dot(normal)
            }
            check!(f([1.0, 2.0, 3.0], [0.5, -0.25, 2.0], 1.5));
        }

        #[test]
        fn a_constant_operand() {
            #[differentiable($($options)*)]
            fn f(a: [$real; 3], #[constant] b: [$real; 3]) -> $real {
                let (v, w) = (Vec3::of(a), Vec3::of(b));
                let up = Vec3 { x: 0.0, y: 0.0, z: 1.0 };
                let parts = v % w;
                (v + up + b) * w + (&v * &up).dot(w) + (2.0 * v).unit().dot(up) + parts[0] * parts[2]
            }
            check!(f([1.0, 2.0, 3.0], const [0.5, -0.25, 2.0]));
        }

        #[test]
        fn operators_that_assign() {
            #[differentiable($($options)*)]
            fn f(a: [$real; 3], b: [$real; 3], k: $real) -> $real {
                let (v, w) = (Vec3::of(a), Vec3::of(b));
                let mut sum = Vec3 { x: 0.0, y: 1.0, z: 0.0 };
                for i in 0..3 {
                    sum += v * i;
                    sum -= &w;
                    sum *= k;
                }
                let mut sums = [sum, v];
                sums[1] += sum;
                sums[1] /= 3.0;
                sums[0] *= 0.5;
                sums[0].dot(sums[1])
            }
            check!(f([1.0, 0.5, 0.25], [0.5, -0.25, 2.0], 0.75));
        }

        #[test]
        fn a_sum_in_a_field() {
            #[derive(Clone, Copy, Differentiable)]
            struct Body {
                at: Vec3,
                speed: Vec3,
            }
            #[differentiable($($options)*)]
            impl Body {
                fn step(&mut self, pull: Vec3, dt: $real) {
                    self.speed += (pull - self.at) * dt;
                    self.at = self.at + dt * self.speed;
                }
            }
            #[differentiable($($options)*)]
            fn f(a: [$real; 3], b: [$real; 3], dt: $real) -> $real {
                let mut body = Body { at: Vec3::of(a), speed: Vec3::of(b) };
                for _ in 0..4 {
                    body.step(Vec3 { x: 1.0, y: 2.0, z: 0.5 }, dt);
                }
                body.at * body.speed
            }
            check!(f([1.0, 0.5, 0.25], [0.5, -0.25, 2.0], 0.25));
        }

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Complex<T: Real> {
            re: T,
            im: T,
        }

        #[differentiable($($options)*)]
        impl<T: Real> Add for Complex<T> {
            type Output = Self;
            fn add(self, rhs: Self) -> Self {
                Self { re: self.re + rhs.re, im: self.im + rhs.im }
            }
        }

        #[differentiable($($options)*)]
        impl<T: Real> Mul for Complex<T> {
            type Output = Self;
            fn mul(self, rhs: Self) -> Self {
                Self { re: self.re * rhs.re - self.im * rhs.im, im: self.re * rhs.im + self.im * rhs.re }
            }
        }

        #[differentiable($($options)*)]
        impl<T: Real> Mul<T> for Complex<T> {
            type Output = Complex<T>;
            fn mul(self, rhs: T) -> Complex<T> {
                Complex { re: self.re * rhs, im: self.im * rhs }
            }
        }

        #[differentiable($($options)*)]
        impl<'a, T: Real> Div<&'a Complex<T>> for &'a Complex<T> {
            type Output = Complex<T>;
            fn div(self, rhs: &Complex<T>) -> Complex<T> {
                let d = rhs.re * rhs.re + rhs.im * rhs.im;
                let conjugate = Complex { re: rhs.re, im: -rhs.im };
                *self * conjugate * (T::one() / d)
            }
        }

        #[test]
        fn a_polynomial_of_complex_numbers() {
            #[differentiable($($options)*)]
            fn f(re: $real, im: $real, c: $real) -> $real {
                let c = Complex { re: c, im: -0.5 };
                let mut z = Complex { re, im };
                for _ in 0..3 {
                    z = z * z + c;
                }
                let w = &(z * 0.5) / &c;
                w.re * w.re - w.im
            }
            check!(f(0.25, 0.5, -0.75));
        }

        #[test]
        fn operators_in_generic_code() {
            #[differentiable($($options)*)]
            fn square<T: Real>(z: Complex<T>) -> Complex<T> {
                z * z + z
            }
            #[differentiable($($options)*)]
            fn f(re: $real, im: $real) -> $real {
                let z = square(Complex { re, im });
                z.re * z.im
            }
            check!(f(0.25, 0.5));
        }
    };
}

variants!(programs);
