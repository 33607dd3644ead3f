//! Where trip counts and indices come from, and loops that carry much or nothing.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn two_carried_values_that_mix() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let (mut a, mut b) = (x, y);
                for _ in 0..5 {
                    let next = a * b.cos();
                    b = a + 0.5 * b;
                    a = next;
                }
                a + b * b
            }
            check!(f(0.75, 0.5));
        }

        #[test]
        fn fibonacci_in_place() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let (mut a, mut b) = (x, y);
                for _ in 0..6 {
                    (a, b) = (b, a + b);
                }
                a * b
            }
            check!(f(1.0, 1.0) => [5.0 * 21.0 + 8.0 * 13.0, 8.0 * 21.0 + 13.0 * 13.0]);
        }

        #[test]
        fn two_induction_variables() {
            #[differentiable($($options)*)]
            fn f(w: &[$real]) -> $real {
                let mut j = w.len();
                let mut sum = 0.0;
                for i in 0..w.len() {
                    j -= 1;
                    sum += w[i] * w[j] * (i + 2 * j) as $real;
                }
                sum
            }
            check!(f(&[1.0, 2.0, 3.0]));
        }

        #[test]
        fn indices_near_zero() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut i = x.len() - 1;
                let mut y = x[i];
                while i > 0 {
                    i -= 1;
                    y = y * x[i] + x[i + 1];
                }
                y
            }
            check!(f(&[2.0]) => [1.0]);
            check!(f(&[2.0, 3.0, 5.0]));
        }

        #[test]
        fn a_thousand_iterations() {
            #[differentiable($($options)*)]
            fn f(x: $real, rate: $real) -> $real {
                let mut y = x;
                for _ in 0..1000 {
                    y += 0.01 * (rate - y * y);
                }
                y
            }
            check!(f(0.5, 2.0));
        }

        #[test]
        fn reversed_and_stepped_counts() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut y = 0.5;
                for i in (0..x.len()).rev() {
                    y = y * x[i] + 1.0;
                }
                for i in (0..x.len()).step_by(2) {
                    y = y * x[i];
                }
                for i in (1..=3).rev().step_by(2) {
                    y = y + x[i] * i as $real;
                }
                y
            }
            check!(f(&[0.5, 2.0, -1.0, 1.5, 3.0]));
        }

        #[test]
        fn invariants_and_linear_updates() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, w: &[$real]) -> $real {
                let scale = x.exp() * y;
                let mut sum = 0.0;
                for i in 0..w.len() {
                    sum += scale * w[i];
                    sum = 0.5 * sum;
                }
                sum
            }
            check!(f(0.5, 2.0, &[1.0, -1.0, 3.0]));
        }

        #[test]
        fn active_bound_through_a_comparison() {
            #[differentiable($($options)*)]
            fn f(x: $real, limit: $real) -> $real {
                let mut y = x;
                while y < limit {
                    y = y * 1.5 + x;
                }
                y * limit
            }
            check!(f(1.0, 20.0));
            check!(f(30.0, 20.0) => [20.0, 30.0]);
        }

        #[test]
        fn settles_into_saturation() {
            #[differentiable($($options)*)]
            fn f(x0: $real, gain: $real, limit: $real) -> $real {
                let mut x = x0;
                let mut cost = 0.0;
                for k in 0..200 {
                    let u = -gain * x;
                    let u = if u > limit { limit } else { u };
                    x = x + 0.1 * (u + x.sin());
                    cost += x * x;
                    if cost > 50.0 {
                        return cost + k as $real;
                    }
                }
                cost
            }
            check!(f(-2.0, 3.0, 2.5));
            check!(f(1.0, 1.5, 2.0));
        }

        #[test]
        fn a_seed_that_every_iteration_hands_on() {
            #[differentiable($($options)*)]
            fn f(mut x: $real, mut v: [$real; 3], w: &[$real]) -> $real {
                for i in 0..3_usize {
                    if w[i % 4] <= v[0] {
                        let s: $real = w[0] * w[1] + v[2];
                        if i % 2 == 0 {
                            x += 0.5 * -s;
                        } else {
                            v[1] = i as $real * v[0];
                        }
                    }
                }
                x * v[1]
            }
            check!(f(1.5, [0.75, -0.5, 2.0], &vec![0.5, 0.25, 1.5, 2.0]));
            check!(f(1.5, [1.75, -0.5, 2.0], &vec![0.5, 0.25, 1.5, 2.0]));
        }
    };
}

variants!(programs);
