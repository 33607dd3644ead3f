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
    };
}

variants!(programs);
