//! Which method a call means: a type's own or a trait's, by its name or by the path.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        /// What a type's own method and a trait's have under one name: each has its derivative.
        #[test]
        fn two_methods_of_one_name() {
            pub trait Raised: Differentiable {
                #[differentiable($($options)*)]
                fn raised(&self, x: $real) -> $real;
                #[differentiable($($options)*)]
                fn moved(self, x: [$real; 2]) -> [$real; 2]
                where
                    Self: Sized;
            }
            #[derive(Clone, Copy, Debug, Differentiable)]
            struct Bar {
                k: $real,
            }
            impl Bar {
                #[differentiable($($options)*)]
                fn raised(&self, x: $real) -> $real {
                    self.k * x
                }
                #[differentiable($($options)*)]
                fn moved(self, x: [$real; 2]) -> [$real; 2] {
                    [x[0], x[1] * self.k]
                }
            }
            impl Raised for Bar {
                #[differentiable($($options)*)]
                fn raised(&self, x: $real) -> $real {
                    self.k * x * x * x
                }
                #[differentiable($($options)*)]
                fn moved(mut self, x: [$real; 2]) -> [$real; 2] {
                    self.k *= 3.0;
                    [x[0] * x[1], self.k]
                }
            }
            #[differentiable($($options)*)]
            fn f<R: Raised>(raised: &R, x: $real) -> $real {
                raised.raised(x)
            }
            #[differentiable($($options)*)]
            fn g(bar: &Bar, x: $real) -> $real {
                bar.raised(x)
            }
            #[differentiable($($options)*)]
            fn h(k: $real, x: $real) -> $real {
                let bar = Bar { k };
                <Bar as Raised>::raised(&bar, x) - bar.raised(x) + <Bar as Raised>::moved(bar, [x, k])[0]
            }
            check!(h(1.5, 0.75));
            let bar = Bar { k: 1.5 };
            let still = BarTangent { k: 0.0 };
            assert_eq!(f::grad(&bar, 2.0).1, 12.0 * bar.k);
            assert_eq!(f::jvp(&bar, 2.0, &still, 1.0).1, 12.0 * bar.k);
            assert_eq!(g::grad(&bar, 2.0).1, bar.k);
            assert_eq!(g::jvp(&bar, 2.0, &still, 1.0).1, bar.k);
            assert_eq!(Raised::raised_value_and_grad(&bar, 2.0).1.1, 12.0 * bar.k);
            assert_eq!(Raised::moved_jacobian(bar, [2.0, 5.0]).1, [[5.0, 2.0], [0.0, 0.0]]);
            assert_eq!(bar.moved_jacobian([2.0, 5.0]).1, [[1.0, 0.0], [0.0, bar.k]]);
        }

        #[test]
        fn by_the_name_of_the_trait() {
            #[differentiable($($options)*)]
            trait Potential: Differentiable {
                fn at(&self, x: $real) -> $real;
                fn stiffen(&mut self, x: $real);
                fn turned(self, x: $real) -> $real;
                fn scaled(&self, x: $real, n: usize) -> $real {
                    Potential::at(self, x) * n as $real
                }
            }
            #[derive(Clone, Copy, Differentiable)]
            struct Cubic {
                a: $real,
            }
            #[differentiable($($options)*)]
            impl Potential for Cubic {
                fn at(&self, x: $real) -> $real {
                    self.a * x * x * x
                }
                fn stiffen(&mut self, x: $real) {
                    self.a *= x;
                }
                fn turned(self, x: $real) -> $real {
                    self.a / x
                }
            }
            #[differentiable($($options)*)]
            fn f(a: $real, x: $real) -> $real {
                let mut cubic = Cubic { a };
                Potential::stiffen(&mut cubic, x);
                Potential::at(&cubic, x) + Potential::scaled(&cubic, x, 2) * Potential::turned(cubic, x)
                    + Potential::at(&Cubic { a: 2.0 }, x)
            }
            #[differentiable($($options)*)]
            fn g<P: Potential>(potentials: &[P], x: $real) -> $real {
                let mut sum = 0.0;
                for potential in potentials {
                    sum += Potential::at(potential, x) * P::at(potential, x) + <P as Potential>::scaled(potential, x, 3);
                }
                sum
            }
            check!(f(1.5, 0.75));
            let (cubics, still) = ([Cubic { a: 1.5 }, Cubic { a: 2.0 }], [CubicTangent { a: 0.0 }, CubicTangent { a: 0.0 }]);
            assert_eq!(g::grad(&cubics[..], 1.0).1, 6.0 * 6.25 + 9.0 * 3.5);
            assert_eq!(g::jvp(&cubics[..], 1.0, &still[..], 1.0).1, 6.0 * 6.25 + 9.0 * 3.5);
        }
    };
}

variants!(programs);
