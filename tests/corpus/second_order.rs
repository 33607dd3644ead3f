//! Second derivatives and derivatives taken inside of differentiable functions.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn nested_without_confusion() {
            #[differentiable(order = 2, $($options)*)]
            fn inner(x: $real, y: $real) -> $real {
                x + y
            }
            #[differentiable($($options)*)]
            fn outer(x: $real) -> $real {
                let (_, by_y) = inner::grad(x, 1.0);
                x * by_y
            }
            check!(outer(3.0) => [1.0]);
        }

        #[test]
        fn derivative_in_the_body() {
            #[differentiable(order = 2, $($options)*)]
            fn energy(x: $real, k: $real) -> $real {
                k * x.sin() * x
            }
            #[differentiable($($options)*)]
            fn residual(x: $real, k: $real) -> $real {
                let (force, _) = energy::grad(x, k);
                force * force + x
            }
            check!(residual(0.75, 2.0));
        }

        #[test]
        fn hessian_is_symmetric_and_right() {
            #[differentiable(order = 2, $($options)*)]
            fn rosenbrock(x: [$real; 2]) -> $real {
                (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
            }
            let h: [[$real; 2]; 2] = rosenbrock::hessian([1.0, 2.0]);
            assert_eq!(h, [[402.0, -400.0], [-400.0, 200.0]]);
            let (gradient, along) = rosenbrock::hvp([1.0, 2.0], [1.0, 0.0]);
            assert_eq!((gradient, along), ([-400.0, 200.0], [402.0, -400.0]));
        }

        #[test]
        fn powers_to_second_order() {
            #[differentiable(order = 2, $($options)*)]
            fn cube(x: $real) -> $real {
                x.powi(3)
            }
            #[differentiable(order = 2, $($options)*)]
            fn square(x: $real) -> $real {
                x.powi(2)
            }
            #[differentiable(order = 2, $($options)*)]
            fn linear(x: $real) -> $real {
                x.powi(1) + x.powi(0)
            }
            #[differentiable(order = 2, $($options)*)]
            fn inverse(x: $real) -> $real {
                x.recip()
            }
            assert_eq!((cube::hessian(2.0), cube::hessian(0.0)), ([[12.0]], [[0.0]]));
            assert_eq!((square::hessian(2.0), square::hessian(0.0)), ([[2.0]], [[2.0]]));
            assert_eq!((linear::hessian(2.0), linear::hessian(0.0)), ([[0.0]], [[0.0]]));
            assert_eq!(inverse::hessian(2.0), [[0.25]]);
        }

        #[test]
        fn kinks_to_second_order() {
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real) -> $real {
                (0.5 as $real).max(x * x)
            }
            assert_eq!((f::hessian(1.5), f::hessian(0.25)), ([[2.0]], [[0.0]]));
        }

        #[test]
        fn through_loops_and_calls() {
            #[differentiable(order = 2, $($options)*)]
            fn inner(x: $real, y: $real) -> $real {
                x * y * y
            }
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real, y: $real, n: usize) -> $real {
                let mut z = x;
                for _ in 0..n {
                    z = inner(z, y);
                }
                z
            }
            // x·y⁴ after two rounds
            let h = f::hessian(3.0, 2.0, 2);
            assert_eq!(h, [[0.0, 32.0], [32.0, 144.0]]);
        }
    };
}

variants!(programs);
