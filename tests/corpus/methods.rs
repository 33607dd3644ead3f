//! Methods, traits, generics: `self` active or constant, dispatch through bounds, associated functions.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Spring {
            k: $real,
            rest: $real,
        }

        #[differentiable($($options)*)]
        impl Spring {
            fn energy(&self, x: $real) -> $real {
                let d = x - self.rest;
                0.5 * self.k * d * d
            }

            fn stretched(self, by: $real) -> Self {
                Spring { rest: self.rest * by, ..self }
            }

            fn stiff(k: $real) -> Self {
                Self { k: k * k, rest: 1.0 }
            }

            fn relax(&mut self, rate: $real) {
                self.rest += rate * self.k;
            }

            #[differentiable(wrt(x), $($options)*)]
            fn force(&self, x: $real) -> $real {
                -self.k * (x - self.rest)
            }
        }

        const SPRING: Spring = Spring { k: 2.0, rest: 1.0 };

        #[test]
        fn self_is_a_parameter_like_others() {
            let (value, (spring, x)) = SPRING.energy_value_and_grad(4.0);
            assert_eq!((value, x), (9.0, 6.0));
            assert_eq!(spring, SpringTangent { k: 4.5, rest: -6.0 });
            let (value, backward) = SPRING.energy_forward(4.0);
            let mut spring = SpringTangent { k: 1.0, rest: 0.0 };
            assert_eq!((value, backward(2.0, &mut spring)), (9.0, 12.0));
            assert_eq!(spring, SpringTangent { k: 10.0, rest: -12.0 });
            assert_eq!(SPRING.energy_jvp(4.0, &SpringTangent { k: 1.0, rest: 0.0 }, 0.0), (9.0, 4.5));
        }

        #[test]
        fn self_left_out() {
            assert_eq!(SPRING.force_grad(4.0), -2.0);
        }

        #[test]
        fn methods_in_a_function() {
            #[differentiable($($options)*)]
            fn f(k: $real, x: $real) -> $real {
                let mut spring = Spring::stiff(k).stretched(x);
                spring.relax(0.5);
                spring.energy(x) + spring.energy(2.0 * x)
            }
            check!(f(1.5, 0.75));
        }

        pub trait Law: Differentiable {
            const SCALE: $real = 1.0;
            #[differentiable($($options)*)]
            fn potential(&self, x: $real) -> $real;
            #[differentiable($($options)*)]
            fn twice(&self, x: $real) -> $real {
                self.potential(x) + Self::SCALE * self.potential(2.0 * x)
            }
        }

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Cubic {
            c: $real,
        }

        impl Law for Spring {
            #[differentiable($($options)*)]
            fn potential(&self, x: $real) -> $real {
                self.energy(x)
            }
        }

        impl Law for Cubic {
            const SCALE: $real = 3.0;
            #[differentiable($($options)*)]
            fn potential(&self, x: $real) -> $real {
                self.c * x * x * x
            }
        }

        #[test]
        fn dispatched_through_a_trait() {
            #[differentiable($($options)*)]
            fn work<L: Law>(law: &L, from: $real, to: $real) -> $real {
                law.potential(to) - law.twice(from)
            }
            let (cubic, from, to) = work::grad(&Cubic { c: 2.0 }, 1.0, 3.0);
            assert_eq!(cubic, CubicTangent { c: 27.0 - 25.0 });
            assert_eq!((from, to), (-150.0, 54.0));
            let (spring, from, to) = work::grad(&SPRING, 1.0, 3.0);
            assert_eq!(spring, SpringTangent { k: 1.5, rest: -2.0 });
            assert_eq!((from, to), (-4.0, 4.0));
        }

        #[test]
        fn self_alone() {
            #[derive(Clone, Copy, Differentiable)]
            struct Circle {
                radius: $real,
            }
            impl Circle {
                #[differentiable($($options)*)]
                fn area(&self) -> $real {
                    3.0 * self.radius * self.radius
                }
            }
            assert_eq!(Circle { radius: 2.0 }.area_grad().radius, 12.0);
        }

        #[test]
        fn generic_scalar() {
            #[differentiable($($options)*)]
            fn smooth<T: Real>(x: T, w: &[T]) -> T {
                let mut y = x;
                for v in w {
                    y = (y * *v).tanh() + T::from_f64(0.5) * x;
                }
                y
            }
            check!(smooth(0.5 as $real, &[1.0, -2.0, 0.75]));
        }

        #[test]
        fn generic_function_called() {
            #[differentiable($($options)*)]
            fn cube<T: Real>(x: T) -> T {
                x * x * x
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                cube(x) + cube(x * 2.0)
            }
            check!(f(2.0) => [108.0]);
        }

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Vec3 {
            x: $real,
            y: $real,
            z: $real,
        }

        /// Names that nalgebra's and std's rules have as well: the type decides.
        #[differentiable($($options)*)]
        impl Vec3 {
            fn new(x: $real, y: $real, z: $real) -> Self {
                Self { x, y, z }
            }
            fn dot(&self, other: &Vec3) -> $real {
                self.x * other.x + self.y * other.y + self.z * other.z
            }
            fn norm(&self) -> $real {
                self.dot(self).sqrt()
            }
            fn scale(&self, by: $real) -> Self {
                Self::new(self.x * by, self.y * by, self.z * by)
            }
            fn plus(self, other: Self) -> Self {
                Self { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
            }
            fn normalize(&self) -> Self {
                let n = self.norm();
                self.scale(1.0 / n)
            }
        }

        #[test]
        fn the_users_methods_of_known_names() {
            #[differentiable($($options)*)]
            fn f(a: $real, b: $real) -> $real {
                let v = Vec3::new(a, b, a * b);
                let w = Vec3::new(b, 1.0, a);
                v.plus(w.scale(-1.0)).norm() * v.dot(&w) + v.normalize().y + a.sin()
            }
            check!(f(1.5, 0.75));
        }

        #[test]
        fn owned_and_built() {
            #[derive(Clone, Debug, Differentiable)]
            struct Layer {
                w: Vec<$real>,
                b: $real,
            }
            #[differentiable($($options)*)]
            impl Layer {
                fn new(w: &[$real], b: $real) -> Self {
                    Layer { w: w.to_vec(), b }
                }
                fn with_bias(mut self, b: $real) -> Self {
                    self.b = b * b;
                    self
                }
                fn eval(&self, x: &[$real]) -> $real {
                    let mut sum = self.b;
                    for i in 0..x.len() {
                        sum += self.w[i] * x[i];
                    }
                    sum.tanh()
                }
            }
            #[derive(Clone, Debug, Differentiable)]
            struct Net {
                first: Layer,
                second: Layer,
                gain: $real,
            }
            #[differentiable($($options)*)]
            impl Net {
                fn value(&self, x: &[$real]) -> $real {
                    self.gain * self.first.eval(x) + self.second.eval(x)
                }
            }
            #[differentiable($($options)*)]
            fn f(w: &[$real], b: $real, gain: $real) -> $real {
                let first = Layer::new(w, 1.0).with_bias(b);
                let second = Layer::new(w, b * gain);
                let value = first.eval(&[0.5, 0.25]);
                let net = Net { first, second, gain };
                net.value(w) + value
            }
            check!(f(&[0.25, -0.5], 0.75, 1.5));
        }

        #[test]
        fn integrators() {
            #[derive(Clone, Copy, Debug, Differentiable)]
            struct Pendulum {
                angle: $real,
                speed: $real,
                k: $real,
            }
            #[differentiable($($options)*)]
            impl Pendulum {
                fn acceleration(&self) -> $real {
                    -self.k * self.angle.sin()
                }
                fn step(&mut self, dt: $real) {
                    let a = self.acceleration();
                    self.speed += dt * a;
                    self.angle += dt * self.speed;
                }
                fn run(&mut self, dt: $real, steps: usize) {
                    for _ in 0..steps {
                        self.step(dt);
                    }
                }
                fn energy(&self) -> $real {
                    0.5 * self.speed * self.speed + self.k * (1.0 - self.angle.cos())
                }
            }
            #[differentiable($($options)*)]
            fn f(angle: $real, k: $real, dt: $real) -> $real {
                let mut pendulum = Pendulum { angle, speed: 0.0, k };
                let mut sum = 0.0;
                for _ in 0..4 {
                    pendulum.step(dt);
                    sum += pendulum.energy();
                }
                pendulum.run(0.5 * dt, 3);
                sum + pendulum.energy()
            }
            check!(f(0.75, 1.5, 0.125));
        }

        #[test]
        fn constants_of_methods() {
            #[derive(Clone, Copy, Debug, Differentiable)]
            struct Gain {
                g: $real,
            }
            #[differentiable($($options)*)]
            impl Gain {
                fn damped(&self, x: $real, #[constant] c: $real) -> $real {
                    self.g * x * c
                }
                #[differentiable(wrt(x))]
                fn times(&self, x: $real, n: usize) -> $real {
                    self.g * x * n as $real
                }
            }
            #[differentiable($($options)*)]
            fn f(#[constant] gain: &Gain, x: $real) -> $real {
                gain.times(x, 2) * gain.damped(x, 3.0) + gain.damped(2.0, 0.5)
            }
            assert_eq!(f::value_and_grad(&Gain { g: 2.0 }, 1.5), (56.0, 72.0));
            assert_eq!(f::jvp(&Gain { g: 2.0 }, 1.5, 1.0), (56.0, 72.0));
        }

        #[test]
        fn written_by_hand() {
            #[derive(Clone, Copy, Debug, Differentiable)]
            struct Cube {
                c: $real,
            }
            impl Cube {
                fn at(&self, x: $real, n: i32) -> $real {
                    self.c * x * x * x + n as $real
                }
                /// Ten times too much, so that it shows.
                fn at_forward(
                    &self,
                    x: $real,
                    n: i32,
                ) -> ($real, impl Fn($real, &mut CubeTangent) -> $real) {
                    let c = self.c;
                    (self.at(x, n), move |seed: $real, bar: &mut CubeTangent| {
                        bar.c += 10.0 * seed * x * x * x;
                        30.0 * seed * c * x * x
                    })
                }
                fn at_jvp(&self, x: $real, n: i32, dot: &CubeTangent, x_dot: $real) -> ($real, $real) {
                    (self.at(x, n), 10.0 * x * x * x * dot.c + 30.0 * self.c * x * x * x_dot)
                }
            }
            #[differentiable($($options)*)]
            fn f(c: $real, x: $real) -> $real {
                let cube = Cube { c };
                cube.at(x, 1) + 2.0 * cube.at(x, 3)
            }
            check!(f(2.0, 0.5) => [3.75, 45.0], kink);
        }

        #[test]
        fn methods_that_may_fail() {
            #[derive(Clone, Differentiable)]
            struct Lens {
                focus: $real,
            }
            #[derive(Clone, Differentiable)]
            struct Camera {
                lens: Lens,
                shift: $real,
            }
            #[differentiable($($options)*)]
            impl Lens {
                fn project(&self, x: $real, z: $real) -> Option<$real> {
                    if z <= 0.0 {
                        return None;
                    }
                    Some(self.focus * x / z)
                }
                fn checked(&self, z: $real) -> Result<$real, String> {
                    if z <= 0.0 { Err("behind".to_owned()) } else { Ok(self.focus / z) }
                }
            }
            #[differentiable($($options)*)]
            impl Camera {
                fn see(&self, x: $real, z: $real) -> Option<$real> {
                    self.lens.project(x + self.shift, z)
                }
                fn residual(&self, x: $real, z: $real) -> $real {
                    match self.see(x, z) {
                        Some(seen) => seen - 0.5,
                        None => self.shift,
                    }
                }
                fn depth(&self, z: $real) -> Result<$real, String> {
                    let depth: $real = self.lens.checked(z)?;
                    Ok(depth * self.shift)
                }
            }
            #[differentiable($($options)*)]
            fn f(focus: $real, shift: $real, x: $real, z: $real) -> $real {
                let camera = Camera { lens: Lens { focus }, shift };
                camera.residual(x, z) * camera.depth(z * z).unwrap() + camera.see(z, z * z).unwrap()
            }
            check!(f(1.5, 0.25, 0.75, 2.0));
            check!(f(1.5, 0.25, 0.75, -2.0));
        }

        #[test]
        fn elements_and_chains() {
            #[differentiable($($options)*)]
            fn f(springs: &[Spring], x: $real) -> $real {
                let mut sum = 0.0;
                for spring in springs {
                    sum += spring.energy(x);
                }
                for i in 0..springs.len() {
                    sum *= springs[i].energy(x);
                }
                sum + springs.iter().map(|spring| spring.twice(x)).sum::<$real>()
            }
            let springs = [SPRING, Spring { k: 1.0, rest: 0.5 }];
            let (_, x) = f::grad(&springs, 2.0);
            let (_, along) =
                f::jvp(&springs, 2.0, &[SpringTangent { k: 0.0, rest: 0.0 }, SpringTangent { k: 0.0, rest: 0.0 }], 1.0);
            assert!((x - along).abs() < 1e-3);
            let (_, along) =
                f::jvp(&springs, 2.0, &[SpringTangent { k: 1.0, rest: 0.0 }, SpringTangent { k: 0.0, rest: 1.0 }], 0.0);
            let (bars, _) = f::grad(&springs, 2.0);
            assert!((bars[0].k + bars[1].rest - along).abs() < 1e-3);
        }

        #[test]
        fn counters_follow_the_length_of_what_varies() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            struct Echo {
                line: [$real; 4],
                head: usize,
                full: bool,
                #[constant]
                counts: [usize; 2],
            }
            #[differentiable($($options)*)]
            impl Echo {
                fn push(&mut self, x: $real, feedback: $real) -> $real {
                    let out = self.line[self.head];
                    self.line[self.head] = x + feedback * out;
                    self.head = (self.head + 1) % self.line.len();
                    self.full = self.full || out > x;
                    self.counts[1] = self.line.len() - self.counts[1];
                    out
                }
                fn skip(&mut self, x: $real) {
                    self.head += self.line.len() - 1;
                    self.head %= self.line.len();
                    self.line[self.head] *= x;
                }
            }
            #[differentiable($($options)*)]
            fn f(x: $real, feedback: $real, n: usize) -> $real {
                let mut echo = Echo { line: [0.0; 4], head: 0, full: false, counts: [1, 2] };
                let mut y = 0.0;
                for k in 0..n {
                    y += echo.push(x * k as $real, feedback) * x;
                    if k % 3 == 0 {
                        echo.skip(x + feedback);
                    }
                }
                if echo.full {
                    y *= 2.0;
                }
                y * echo.counts[1] as $real
            }
            check!(f(1.25, 0.375, const 3));
            check!(f(1.25, 0.375, const 9));
            check!(f(0.75, 0.5, const 8));
        }
    };
}

variants!(programs);
