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

        #[test]
        fn a_rule_with_buffers_and_constants() {
            fn dot_forward(
                a: &[$real],
                b: &[$real],
                n: usize,
            ) -> ($real, impl Fn($real, &mut [$real], &mut [$real])) {
                (dot(a, b, n), move |seed: $real, a_bar: &mut [$real], b_bar: &mut [$real]| {
                    for i in 0..n {
                        a_bar[i] += b[i] * seed;
                        b_bar[i] += a[i] * seed;
                    }
                })
            }
            fn dot_jvp(a: &[$real], b: &[$real], n: usize, a_dot: &[$real], b_dot: &[$real]) -> ($real, $real) {
                let mut along = 0.0;
                for i in 0..n {
                    along += a_dot[i] * b[i] + a[i] * b_dot[i];
                }
                (dot(a, b, n), along)
            }
            #[differentiable(forward = dot_forward, jvp = dot_jvp, $($options)*)]
            fn dot(a: &[$real], b: &[$real], n: usize) -> $real {
                let mut sum = 0.0;
                for i in 0..n {
                    sum += a[i] * b[i];
                }
                sum
            }
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: $real) -> $real {
                let scaled = [w[0] * x, w[1], x];
                dot(w, &scaled, w.len()) * dot(&scaled, &scaled, 2)
            }
            check!(dot(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], const 2) => [4.0, 5.0, 0.0, 1.0, 2.0, 0.0]);
            check!(f(&[1.0, 2.0, 0.5], 0.75));
        }

        #[test]
        fn library_functions_by_path() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                $real::sin($real::powf(x, y)) + $real::max(x, y) * <$real>::sqrt(y) + $real::powi(x, 2)
            }
            check!(f(0.5, 1.5));
            check!(f(2.5, 0.5));
        }
    };
}

variants!(programs);
