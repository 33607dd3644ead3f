//! A user's own rules in place of the compiler's: whoever writes the pair has the last word.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn the_users_pair_replaces_the_body() {
            fn marked_forward(x: $real) -> ($real, impl Fn($real) -> $real) {
                (x * x, move |seed: $real| 100.0 * x * seed)
            }
            fn marked_jvp(x: $real, x_dot: $real) -> ($real, $real) {
                (x * x, 100.0 * x * x_dot)
            }
            #[differentiable(forward = marked_forward, jvp = marked_jvp, $($options)*)]
            fn marked(x: $real) -> $real {
                x * x
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                marked(x * y) + x
            }
            check!(marked(3.0) => [300.0], kink);
            check!(f(2.0, 3.0) => [1801.0, 1200.0], kink);
        }

        #[test]
        fn the_users_function_of_a_known_name() {
            #[differentiable($($options)*)]
            fn exp(x: $real) -> $real {
                x * 10.0
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                exp(x) + x.exp() + $real::exp(x)
            }
            let e2 = 2.0 * 1.0_f64.exp();
            check!(f(1.0) => [10.0 + e2]);
        }
    };
}

variants!(programs);
