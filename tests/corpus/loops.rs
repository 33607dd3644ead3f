//! Loops that run to their end: products, sums, recurrences, nesting.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn over_an_array_whose_length_is_named_later() {
            const COUNT: usize = 3;

            #[differentiable($($options)*)]
            fn f(x: &[$real; COUNT]) -> $real {
                let mut total = 0.0;
                for v in x {
                    total += v * v;
                }
                total / COUNT as $real
            }
            check!(f(&[0.5, -1.5, 2.0]));
        }

        #[test]
        fn cube_started_from_one() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut r = 1.0;
                for _ in 0..3 {
                    r *= x;
                }
                r
            }
            check!(f(2.0) => [12.0]);
            check!(f(0.0) => [0.0]);
        }

        #[test]
        fn cube_started_from_the_argument() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut r = x;
                for _ in 1..3 {
                    r = r * x;
                }
                r
            }
            check!(f(2.0) => [12.0]);
        }

        #[test]
        fn power_with_a_count() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut r = 1.0;
                for _ in 0..n {
                    r = r * x;
                }
                r
            }
            check!(f(2.0, const 0) => [0.0]);
            check!(f(2.0, const 1) => [1.0]);
            check!(f(2.0, const 10) => [5120.0]);
        }

        #[test]
        fn the_same_in_all_iterations() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, n: usize) -> $real {
                let mut product = x;
                for _ in 0..n {
                    product *= (y / x).sin() + 1.0;
                }
                product
            }
            check!(f(2.0, 0.5, const 3));
            // A loop that doesn't run has no derivative, not 0 times infinity.
            check!(f(0.0, 0.5, const 0) => [1.0, 0.0]);
        }

        #[test]
        fn divisor_in_a_sum() {
            #[differentiable($($options)*)]
            fn f(a: $real) -> $real {
                let mut sum = 0.0;
                for i in 0..2 {
                    sum += 1.0 / ((i + 1) as $real + a * a);
                }
                sum
            }
            check!(f(1.0) => [-0.5 - 2.0 / 9.0]);
            check!(f(0.0) => [0.0]);
        }

        #[test]
        fn while_with_a_counter() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: i32) -> $real {
                let mut i = 0;
                let mut y = x;
                while i < n {
                    y = y * x + 1.0;
                    i += 1;
                }
                y
            }
            check!(f(2.0, const 0) => [1.0]);
            check!(f(2.0, const 2) => [13.0]);
        }

        #[test]
        fn nested_with_a_dependent_count() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, n: usize) -> $real {
                let mut sum = 0.0;
                for i in 0..n {
                    let mut term = y;
                    for _ in 0..i {
                        term *= x;
                    }
                    sum += term;
                }
                sum
            }
            check!(f(2.0, 3.0, const 4) => [51.0, 15.0]);
            check!(f(2.0, 3.0, const 1) => [0.0, 1.0]);
            check!(f(2.0, 3.0, const 0) => [0.0, 0.0]);
        }

        #[test]
        fn three_levels() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                for i in 0..2 {
                    for j in 0..3 {
                        for _ in 0..=j {
                            z = (z * y + i as $real).sin();
                        }
                        z += x;
                    }
                    z *= y;
                }
                z
            }
            check!(f(0.5, 0.75));
        }

        #[test]
        fn loop_in_a_branch_in_a_loop() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                for i in 0..5 {
                    if i % 2 == 0 {
                        for _ in 0..i {
                            z = z * y;
                        }
                    } else if z > 0.5 {
                        z = z - x * y;
                    }
                }
                z
            }
            check!(f(2.0, 1.25));
            check!(f(0.25, 0.5));
        }

        #[test]
        fn loops_in_both_arms() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut z = x;
                if x > 1.0 {
                    for _ in 0..n {
                        z = z.sqrt() * x;
                    }
                } else {
                    for i in 0..n {
                        z = z * z + i as $real;
                    }
                }
                z
            }
            check!(f(2.0, const 3));
            check!(f(0.5, const 2) => [0.5]);
        }

        #[test]
        fn count_from_the_length() {
            #[differentiable($($options)*)]
            fn f(w: &[$real]) -> $real {
                let mut norm = 0.0;
                for i in 0..w.len() {
                    norm += w[i] * w[i];
                }
                norm.sqrt()
            }
            check!(f(&[3.0, 4.0]) => [0.6, 0.8]);
        }

        #[test]
        fn count_from_an_active_value() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let n = stop_gradient(x) as usize;
                let mut y = 1.0;
                for _ in 0..n {
                    y *= x;
                }
                y
            }
            check!(f(3.5) => [36.75]);
        }

        #[test]
        fn integral_with_active_ends() {
            #[differentiable($($options)*)]
            fn f(lower: $real, upper: $real) -> $real {
                let steps = 8;
                let dx = (upper - lower) / steps as $real;
                let mut x = lower;
                let mut sum = 0.0;
                for _ in 0..steps {
                    let mid = x + 0.5 * dx;
                    sum += mid * mid * dx;
                    x += dx;
                }
                sum
            }
            check!(f(1.0, 3.0));
        }

        #[test]
        fn integral_by_a_float_counter() {
            #[differentiable($($options)*)]
            fn f(lower: $real, upper: $real) -> $real {
                let step = 0.25;
                let mut sum = 0.0;
                let mut x = lower;
                while x + step < upper {
                    sum += x * x * step;
                    x += step;
                }
                sum + x * x * (upper - x)
            }
            check!(f(1.1, 2.0));
        }

        #[test]
        fn alternation() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut r = x;
                for i in 0..2 {
                    r = if i == 0 { r * x } else { r * r };
                }
                r
            }
            check!(f(2.0) => [32.0]);
        }

        #[test]
        fn newtons_square_root() {
            #[differentiable($($options)*)]
            fn f(a: $real) -> $real {
                let mut x = a;
                let mut step = x;
                while step.abs() > 1e-4 {
                    let next = 0.5 * (x + a / x);
                    step = next - x;
                    x = next;
                }
                x
            }
            check!(f(2.0));
            check!(f(9.0));
        }

        #[test]
        fn keplers_equation() {
            #[differentiable($($options)*)]
            fn f(mean: $real, eccentricity: $real) -> $real {
                let mut anomaly = mean;
                for _ in 0..30 {
                    let (s, c) = anomaly.sin_cos();
                    let step = (anomaly - eccentricity * s - mean) / (1.0 - eccentricity * c);
                    anomaly -= step;
                    if step.abs() < 1e-3 {
                        break;
                    }
                }
                anomaly
            }
            check!(f(1.0, 0.25));
            check!(f(2.5, 0.5));
        }

        #[test]
        fn array_declared_in_each_iteration() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut sum = 0.0;
                for i in 0..3 {
                    let mut parts = [0.0; 2];
                    parts[0] = x * i as $real;
                    parts[1] += parts[0] * y;
                    sum += parts[0] * parts[1];
                }
                sum
            }
            check!(f(2.0, 3.0) => [60.0, 20.0]);
        }

        #[test]
        fn overwritten_after_a_nonlinear_use() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut t = x;
                let mut sum = 0.0;
                for _ in 0..4 {
                    sum += t.sin();
                    t *= x;
                }
                sum * t
            }
            check!(f(1.25));
        }
    };
}

variants!(programs);
