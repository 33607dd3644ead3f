//! The functions of the standard library, at and around their special points.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn integer_powers() {
            #[differentiable($($options)*)]
            fn f0(x: $real) -> $real {
                x.powi(0)
            }
            #[differentiable($($options)*)]
            fn f1(x: $real) -> $real {
                x.powi(1)
            }
            #[differentiable($($options)*)]
            fn f2(x: $real) -> $real {
                x.powi(2)
            }
            #[differentiable($($options)*)]
            fn f5(x: $real) -> $real {
                x.powi(5)
            }
            #[differentiable($($options)*)]
            fn negative(x: $real) -> $real {
                x.powi(-3)
            }
            check!(f0(2.0) => [0.0]);
            check!(f0(0.0) => [0.0]);
            check!(f1(0.0) => [1.0]);
            check!(f1(-3.0) => [1.0]);
            check!(f2(0.0) => [0.0]);
            check!(f2(-3.0) => [-6.0]);
            check!(f5(0.0) => [0.0]);
            check!(f5(2.0) => [80.0]);
            check!(negative(2.0) => [-0.1875]);
            check!(negative(-0.5) => [-48.0]);
        }

        #[test]
        fn integer_powers_of_a_parameter() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: i32) -> $real {
                x.powi(n)
            }
            check!(f(2.0, const 3) => [12.0]);
            check!(f(2.0, const 0) => [0.0]);
            check!(f(0.0, const 0) => [0.0]);
            check!(f(0.0, const 1) => [1.0]);
            check!(f(0.0, const 2) => [0.0]);
            check!(f(2.0, const -1) => [-0.25]);
        }

        #[test]
        fn real_powers() {
            #[differentiable($($options)*)]
            fn f(x: $real, p: $real) -> $real {
                x.powf(p)
            }
            #[differentiable($($options)*)]
            fn base(x: $real) -> $real {
                x.powf(2.5)
            }
            #[differentiable($($options)*)]
            fn base_of(x: $real, #[constant] p: $real) -> $real {
                x.powf(p)
            }
            #[differentiable($($options)*)]
            fn exponent(p: $real) -> $real {
                (2.0 as $real).powf(p)
            }
            check!(f(2.0, 3.0));
            check!(f(0.5, -1.5));
            check!(f(0.0, 2.0) => [0.0, 0.0], kink);
            check!(f(2.0, 0.0));
            check!(base(0.0) => [0.0], kink);
            check!(base(4.0) => [20.0]);
            check!(base_of(0.0, const 0.0) => [0.0], kink);
            check!(base_of(-2.0, const 3.0) => [12.0], kink);
            check!(base_of(0.0, const 2.0) => [0.0], kink);
            check!(base_of(3.0, const 0.0) => [0.0]);
            check!(exponent(1.5));
        }

        #[test]
        fn reciprocal() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.recip() + 1.0 / x
            }
            check!(f(2.0) => [-0.5]);
            check!(f(-0.5) => [-8.0]);
        }

        #[test]
        fn saturated_tanh() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.tanh()
            }
            check!(f(0.0) => [1.0]);
            check!(f(1000.0) => [0.0]);
            check!(f(-1000.0) => [0.0]);
            check!(f(0.75));
        }

        #[test]
        fn logarithm_and_exponential_near_zero() {
            #[differentiable($($options)*)]
            fn ln_1p(x: $real) -> $real {
                x.ln_1p()
            }
            #[differentiable($($options)*)]
            fn exp_m1(x: $real) -> $real {
                x.exp_m1()
            }
            check!(ln_1p(0.0) => [1.0]);
            check!(ln_1p(1e-6));
            check!(ln_1p(3.0) => [0.25]);
            check!(exp_m1(0.0) => [1.0]);
            check!(exp_m1(-1e-6));
            check!(exp_m1(1.5));
        }

        #[test]
        fn inverse_trigonometry() {
            #[differentiable($($options)*)]
            fn asin(x: $real) -> $real {
                x.asin()
            }
            #[differentiable($($options)*)]
            fn acos(x: $real) -> $real {
                x.acos()
            }
            #[differentiable($($options)*)]
            fn atan(x: $real) -> $real {
                x.atan()
            }
            check!(asin(0.5));
            check!(asin(0.0) => [1.0]);
            check!(acos(-0.5));
            check!(asin(1.0) => [$real::INFINITY as f64], kink);
            check!(asin(-1.0) => [$real::INFINITY as f64], kink);
            check!(acos(1.0) => [$real::NEG_INFINITY as f64], kink);
            check!(acos(-1.0) => [$real::NEG_INFINITY as f64], kink);
            check!(atan(1000.0) => [1.0 / 1_000_001.0]);
            check!(atan(-0.5) => [0.8]);
        }

        #[test]
        fn inverse_hyperbolics() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.asinh() + (x + 1.0).acosh() + (x / (x + 1.0)).atanh()
            }
            check!(f(0.75));
            check!(f(3.0));
        }

        #[test]
        fn hyperbolics() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.sinh() * x.cosh() - x.tanh()
            }
            check!(f(0.5));
            check!(f(-1.25));
        }

        #[test]
        fn trigonometry() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.sin() + 2.0 * x.cos() + x.tan()
            }
            check!(f(0.5));
            check!(f(0.0) => [2.0]);
            check!(f(4.0));
        }

        #[test]
        fn exponentials_and_logarithms() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.exp() + x.exp2() + x.ln() + x.log2() + x.log10()
            }
            #[differentiable($($options)*)]
            fn to_base(x: $real, base: $real) -> $real {
                x.log(base)
            }
            check!(f(0.75));
            check!(f(2.0));
            check!(to_base(8.0, 2.0));
            check!(to_base(0.25, 3.0));
        }

        #[test]
        fn roots() {
            #[differentiable($($options)*)]
            fn sqrt(x: $real) -> $real {
                x.sqrt()
            }
            #[differentiable($($options)*)]
            fn cbrt(x: $real) -> $real {
                x.cbrt()
            }
            check!(sqrt(4.0) => [0.25]);
            check!(sqrt(0.0) => [$real::INFINITY as f64], kink);
            check!(cbrt(8.0) => [1.0 / 12.0]);
            check!(cbrt(-8.0) => [1.0 / 12.0]);
            check!(cbrt(0.0) => [$real::INFINITY as f64], kink);
        }

        #[test]
        fn multiply_add() {
            #[differentiable($($options)*)]
            fn f(a: $real, b: $real, c: $real) -> $real {
                a.mul_add(b, c) + b.mul_add(2.0, a)
            }
            check!(f(2.0, 3.0, 4.0) => [4.0, 4.0, 1.0]);
        }

        #[test]
        fn sine_and_cosine_at_once() {
            #[differentiable($($options)*)]
            fn both(x: $real) -> $real {
                let (s, c) = x.sin_cos();
                s * c + 2.0 * s
            }
            #[differentiable($($options)*)]
            fn sine(x: $real) -> $real {
                let (s, _) = x.sin_cos();
                s
            }
            #[differentiable($($options)*)]
            fn cosine(x: $real) -> $real {
                3.0 * x.sin_cos().1
            }
            check!(both(0.5));
            check!(sine(0.0) => [1.0]);
            check!(sine(2.0));
            check!(cosine(2.0));
        }

        #[test]
        fn two_argument_functions() {
            #[differentiable($($options)*)]
            fn hypot(x: $real, y: $real) -> $real {
                x.hypot(y)
            }
            #[differentiable($($options)*)]
            fn atan2(y: $real, x: $real) -> $real {
                y.atan2(x)
            }
            check!(hypot(3.0, 4.0) => [0.6, 0.8]);
            check!(hypot(-3.0, 4.0) => [-0.6, 0.8]);
            check!(hypot(0.0, 0.0) => [0.0, 0.0], kink);
            check!(atan2(1.0, 2.0) => [0.4, -0.2]);
            check!(atan2(1.0, -2.0) => [-0.4, -0.2]);
            check!(atan2(-1.0, -2.0) => [-0.4, 0.2]);
            check!(atan2(-1.0, 2.0) => [0.4, 0.2]);
            check!(atan2(0.0, 1.0) => [1.0, 0.0]);
            check!(atan2(1.0, 0.0) => [0.0, -1.0]);
        }

        #[test]
        fn degrees_and_radians() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x.to_radians().sin() + x.to_degrees()
            }
            check!(f(0.5));
        }

        #[test]
        fn constants_of_the_library() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                std::$real::consts::PI * x * x + $real::EPSILON + std::$real::consts::LN_2 / x
            }
            check!(f(1.5));
        }
    };
}

variants!(programs);
