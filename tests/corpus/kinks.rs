//! Functions with corners and steps: the derivative at the kink is the documented one, and what isn't used or isn't
//! executed never spoils the rest.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn absolute_value() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.abs() * 3.0
            }
            check!(f(2.0) => [3.0]);
            check!(f(-2.0) => [-3.0]);
            check!(f(0.0) => [0.0], kink);
            check!(f(-0.0) => [0.0], kink);
        }

        #[test]
        fn steps() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.signum() + x.floor() + x.ceil() + x.round() + x.trunc()
            }
            check!(f(1.25) => [0.0]);
            check!(f(-1.75) => [0.0]);
            check!(f(2.0) => [0.0], kink);
            check!(f(0.0) => [0.0], kink);
        }

        #[test]
        fn fraction() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.fract() * x
            }
            check!(f(1.25) => [1.5]);
            check!(f(-1.25) => [-1.5]);
            check!(f(2.0) => [2.0], kink);
        }

        #[test]
        fn maximum() {
            #[differentiable($($options)*)]
            fn max(a: $real, b: $real) -> $real {
                a.max(b)
            }
            #[differentiable($($options)*)]
            fn min(a: $real, b: $real) -> $real {
                a.min(b)
            }
            check!(max(1.0, 2.0) => [0.0, 1.0]);
            check!(max(2.0, 1.0) => [1.0, 0.0]);
            check!(max(2.0, 2.0) => [0.0, 1.0], kink);
            check!(min(1.0, 2.0) => [1.0, 0.0]);
            check!(min(2.0, 1.0) => [0.0, 1.0]);
            check!(min(2.0, 2.0) => [0.0, 1.0], kink);
        }

        #[test]
        fn rectifier() {
            #[differentiable($($options)*)]
            fn relu(x: $real) -> $real {
                x.max(0.0)
            }
            #[differentiable($($options)*)]
            fn flipped(x: $real) -> $real {
                (0.0 as $real).max(x)
            }
            #[differentiable($($options)*)]
            fn both(x: $real) -> $real {
                x.max(x)
            }
            check!(relu(2.0) => [1.0]);
            check!(relu(-2.0) => [0.0]);
            check!(relu(0.0) => [0.0], kink);
            check!(flipped(0.0) => [1.0], kink);
            check!(both(2.0) => [1.0]);
        }

        #[test]
        fn root_of_a_rectifier() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.max(0.0).sqrt()
            }
            check!(f(4.0) => [0.25]);
            check!(f(9.0) => [1.0 / 6.0]);
        }

        #[test]
        fn clamped() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.clamp(-1.0, 2.0) * 5.0
            }
            check!(f(0.5) => [5.0]);
            check!(f(3.0) => [0.0]);
            check!(f(-3.0) => [0.0]);
            check!(f(2.0) => [5.0], kink);
            check!(f(-1.0) => [5.0], kink);
        }

        #[test]
        fn sign_copied() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                x.copysign(y) * 2.0
            }
            check!(f(3.0, -1.0) => [-2.0, 0.0]);
            check!(f(-3.0, -1.0) => [2.0, 0.0]);
            check!(f(-3.0, 1.0) => [-2.0, 0.0]);
        }

        #[test]
        fn remainder() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                x % y
            }
            check!(f(5.5, 2.0) => [1.0, -2.0]);
            check!(f(-5.5, 2.0) => [1.0, 2.0]);
            check!(f(5.5, -2.0) => [1.0, 2.0]);
            check!(f(1.5, 2.0) => [1.0, 0.0]);
        }

        #[test]
        fn euclidean_remainder() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                x.rem_euclid(y)
            }
            #[differentiable($($options)*)]
            fn quotient(x: $real, y: $real) -> $real {
                x.div_euclid(y) + x
            }
            check!(f(5.5, 2.0) => [1.0, -2.0]);
            check!(f(-5.5, 2.0) => [1.0, 3.0]);
            check!(f(-5.5, -2.0) => [1.0, -3.0]);
            check!(quotient(5.5, 2.0) => [1.0, 0.0]);
        }

        #[test]
        fn sinc() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                if x == 0.0 { 1.0 } else { x.sin() / x }
            }
            check!(f(0.0) => [0.0], kink);
            check!(f(0.5));
            check!(f(-2.0));
        }

        #[test]
        fn unused_invalid_value() {
            #[differentiable($($options)*)]
            fn f(c: $real, a: $real) -> $real {
                let _angle = (c * 2.0).acos();
                2.0 * c * c * a
            }
            check!(f(5.0, 3.0) => [60.0, 50.0]);
        }

        #[test]
        fn unused_invalid_component() {
            #[differentiable($($options)*)]
            fn f(c: $real, a: $real) -> $real {
                let parts = (c * a, (c * 2.0).acos(), (-a).ln());
                2.0 * c * parts.0
            }
            check!(f(5.0, 3.0) => [60.0, 50.0]);
        }

        #[test]
        fn guarded_logarithm() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                if x > 0.0 { x.ln() } else { 0.0 }
            }
            check!(f(2.0) => [0.5]);
            check!(f(0.0) => [0.0], kink);
            check!(f(-1.0) => [0.0]);
        }

        #[test]
        fn guarded_division() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let inverse = if y.abs() > 1e-6 { 1.0 / y } else { 0.0 };
                x * inverse + y
            }
            check!(f(2.0, 4.0) => [0.25, 0.875]);
            check!(f(2.0, 0.0) => [0.0, 1.0], kink);
        }

        #[test]
        fn square_of_a_norm() {
            #[differentiable($($options)*)]
            fn f(v: [$real; 2]) -> $real {
                v[0].hypot(v[1]).powi(2)
            }
            check!(f([3.0, 4.0]) => [6.0, 8.0]);
            check!(f([0.0, 0.0]) => [0.0, 0.0], kink);
        }

        #[test]
        fn zero_at_the_point_alone() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                x * y + x * x * y * y
            }
            check!(f(0.0, 3.0) => [3.0, 0.0]);
            check!(f(0.0, 0.0) => [0.0, 0.0]);
        }

        #[test]
        fn structural_zero_beside_an_infinity() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let parts = (x.sqrt(), y * y);
                parts.1
            }
            check!(f(0.0, 3.0) => [0.0, 6.0], kink);
        }

        #[test]
        fn sigmoid_in_its_stable_form() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                if x >= 0.0 {
                    1.0 / (1.0 + (-x).exp())
                } else {
                    let e = x.exp();
                    e / (1.0 + e)
                }
            }
            check!(f(0.75));
            check!(f(-0.75));
            check!(f(500.0));
            check!(f(-500.0));
            check!(f(-50.0));
        }
    };
}

variants!(programs);
