//! Arrays that an iteration computes from its state, which is kept, and what their elements add up to.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn stages_follow_from_the_state() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], steps: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.25; n];
                let (mut stage, mut rates) = (vec![0.0; n], vec![0.0; n]);
                for step in 0..steps {
                    rates[0] = x[0] * y[n - 1];
                    for i in 1..n {
                        rates[i] = x[i] * y[i - 1] * y[i - 1];
                    }
                    for i in 0..n {
                        stage[i] = y[i] + 0.5 * rates[i] + step as $real * x[i];
                    }
                    rates[0] = x[0] * stage[n - 1];
                    for i in 1..n {
                        rates[i] = if stage[i] > 0.3 { x[i] * stage[i - 1] * stage[i] } else { stage[i] };
                    }
                    for i in 0..n {
                        y[i] += 0.25 * rates[i] * stage[i];
                    }
                }
                let mut total = 0.0;
                for &y in &y {
                    total += y * y;
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], const 3));
            check!(f(&[0.5], const 2));
            check!(f(&[0.5, 0.4], const 0));
        }

        #[test]
        fn a_stage_with_a_stale_end_does_not_follow_from_the_state() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], steps: usize) -> $real {
                let n = x.len();
                let mut y = x.to_vec();
                let mut stage = vec![0.5; n];
                for step in 0..steps {
                    for i in 0..n - step {
                        stage[i] = y[i] * y[i] + stage[i] * x[i];
                    }
                    for i in 0..n {
                        y[i] = 0.5 * stage[i] * stage[n - 1 - i];
                    }
                }
                y[0] * y[n - 1] + stage[n - 1]
            }
            check!(f(&[0.5, -0.25, 0.75, 1.25], const 3));
        }

        #[test]
        fn a_stage_depends_on_a_carried_number() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], steps: usize) -> $real {
                let n = x.len();
                let mut y = x.to_vec();
                let mut stage = vec![0.0; n];
                let mut h = 0.5;
                for _ in 0..2 {
                    for _ in 0..steps {
                        for i in 0..n {
                            stage[i] = y[i] + h * y[i] * x[n - 1 - i];
                        }
                        for i in 0..n {
                            y[i] = stage[i] * stage[i] * stage[n - 1 - i];
                        }
                        h *= 0.75;
                    }
                }
                y[0] + y[n - 1]
            }
            check!(f(&[0.5, -0.25, 0.75], const 2));
        }

        #[test]
        fn factors_of_whole_rows() {
            #[differentiable($($options)*)]
            fn f(columns: &[$real], weights: &[$real], scale: $real) -> $real {
                let rows = columns.len() / weights.len();
                let mut sum = vec![0.0; rows];
                for (column, &weight) in columns.chunks_exact(rows).zip(weights) {
                    for i in 0..rows {
                        sum[i] += weight * column[i];
                    }
                }
                let mut shifted = vec![0.0; rows];
                for i in 0..rows {
                    shifted[i] = sum[i] - 2.0 * scale * columns[i];
                }
                let mut total = 0.0;
                for i in 0..rows {
                    total += (shifted[i] * scale).sin() * sum[i];
                }
                total
            }
            let columns = [0.5, -0.25, 0.75, 1.0, 0.5, -0.5, 0.1, 0.2, -0.3, 0.4, 0.6, -0.7, 0.8, 0.9, -1.0, 1.1, 0.3, 0.7];
            check!(f(&columns, &[0.25, 0.5], 0.75));
            check!(f(&columns, &[0.25, 0.5, -0.5, 1.0, 0.3, 0.1], 0.75));
        }
    };
}

variants!(programs);
