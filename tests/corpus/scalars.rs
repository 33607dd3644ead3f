//! Straight-line arithmetic, and constants beside active terms.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn identity() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x
            }
            check!(f(3.0) => [1.0]);
            check!(f(-0.5) => [1.0]);
        }

        #[test]
        fn constant_function() {
            #[differentiable($($options)*)]
            fn f(_x: $real) -> $real {
                2.5
            }
            check!(f(3.0) => [0.0]);
        }

        #[test]
        fn unused_argument() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, z: $real) -> $real {
                let _ignored = y;
                x * z
            }
            check!(f(3.0, 4.0, 5.0) => [5.0, 0.0, 3.0]);
        }

        #[test]
        fn unused_slice() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real]) -> $real {
                let n = w.len();
                x * n as $real
            }
            check!(f(3.0, &[4.0, 5.0]) => [2.0, 0.0, 0.0]);
        }

        #[test]
        fn same_argument_twice() {
            #[differentiable($($options)*)]
            fn product(a: $real, b: $real) -> $real {
                a * b + a
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                product(x, x)
            }
            check!(f(3.0) => [7.0]);
        }

        #[test]
        fn square() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x * x
            }
            check!(f(3.0) => [6.0]);
            check!(f(0.0) => [0.0]);
        }

        #[test]
        fn difference_with_itself() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x - x
            }
            check!(f(3.0) => [0.0]);
        }

        #[test]
        fn quotient_with_itself() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                (x * y) / (x * y) + x / y
            }
            check!(f(3.0, 2.0) => [0.5, -0.75]);
        }

        #[test]
        fn unary_minus() {
            #[differentiable($($options)*)]
            fn twice(x: $real) -> $real {
                -(-x)
            }
            #[differentiable($($options)*)]
            fn chain(x: $real, y: $real) -> $real {
                -(-(-x) * -y) - -(-(-(-y)))
            }
            check!(twice(3.0) => [1.0]);
            check!(chain(3.0, 2.0) => [2.0, 2.0]);
        }

        #[test]
        fn constants_beside_active_terms() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] c: &[$real], #[constant] i: usize) -> $real {
                1.0 * c[i * 2] * x + 0.0 * x + 3.0 - 0.0 + x * 1.0 / 1.0
            }
            check!(f(2.0, const &[1.0, 2.0, 3.0], const 1) => [4.0]);
        }

        #[test]
        fn constant_on_either_side() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                (1.0 - x) + (x - 1.0) * 3.0 + 2.0 / x + x / 4.0 + 5.0 * x
            }
            check!(f(2.0) => [6.75]);
        }

        #[test]
        fn products_and_quotients() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, z: $real) -> $real {
                x * y / z - z / (x * y) + (x + y) * (y - z) / (x * x + 1.0)
            }
            check!(f(1.5, -0.75, 2.0));
            check!(f(-2.0, 0.5, 0.25));
        }

        #[test]
        fn shared_subexpressions() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                (x * y).sin() * (x * y).cos() + (x * y).sin()
            }
            check!(f(0.5, 0.75));
        }

        #[test]
        fn rosenbrock() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
            }
            check!(f(1.0, 1.0) => [0.0, 0.0]);
            check!(f(0.5, -0.25) => [99.0, -100.0]);
        }

        #[test]
        fn constant_by_name_changed_in_a_loop() {
            const START: $real = 0.5;
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] n: usize) -> $real {
                let mut rate = START;
                let mut sum = 0.0;
                for _ in 0..n {
                    sum += x * x * rate;
                    rate *= 2.0;
                }
                sum
            }
            check!(f(3.0, const 3) => [21.0]);
        }
    };
}

variants!(programs);
