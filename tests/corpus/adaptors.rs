//! `for` over sequences reversed, stepped, skipped, chunked, in windows.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn reversed() {
            #[differentiable($($options)*)]
            fn f(c: &[$real], x: $real) -> $real {
                let mut y = 0.0;
                for a in c.iter().rev() {
                    y = y * x + a;
                }
                y
            }
            check!(f(&[1.0, 2.0, 3.0], 2.0) => [1.0, 2.0, 4.0, 14.0]);
        }

        #[test]
        fn reversed_after_enumerating() {
            #[differentiable($($options)*)]
            fn f(c: &[$real]) -> $real {
                let mut y = 1.0;
                for (i, a) in c.iter().enumerate().rev() {
                    y = y * a + i as $real;
                }
                for (i, a) in c.iter().rev().enumerate() {
                    y = y * a + i as $real;
                }
                y
            }
            check!(f(&[1.0, 2.0, 0.5]));
        }

        #[test]
        fn in_steps() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut y = 1.0;
                for v in x.iter().step_by(2) {
                    y *= v;
                }
                for i in (1..x.len()).step_by(3) {
                    y += x[i] * x[i];
                }
                y
            }
            check!(f(&[2.0, 3.0, 5.0, 7.0, 0.5]) => [2.5, 6.0, 1.0, 0.0, 11.0]);
        }

        #[test]
        fn skipped_and_taken() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut y = 1.0;
                for v in x.iter().skip(1).take(2) {
                    y = y * v + v;
                }
                y
            }
            check!(f(&[2.0, 3.0, 5.0, 7.0]) => [0.0, 10.0, 7.0, 0.0]);
        }

        #[test]
        fn in_chunks() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut sum = 0.0;
                for chunk in x.chunks(2) {
                    let mut p = 1.0;
                    for v in chunk {
                        p *= v;
                    }
                    sum += p;
                }
                sum
            }
            #[differentiable($($options)*)]
            fn exact(x: &[$real]) -> $real {
                let mut sum = 1.0;
                for pair in x.chunks_exact(2) {
                    sum = sum * pair[0] - pair[1];
                }
                sum
            }
            check!(f(&[2.0, 3.0, 5.0]) => [3.0, 2.0, 1.0]);
            check!(f(&[2.0, 3.0, 5.0, 7.0]) => [3.0, 2.0, 7.0, 5.0]);
            check!(exact(&[2.0, 3.0, 5.0, 7.0, 9.0]) => [5.0, -5.0, -1.0, -1.0, 0.0]);
        }

        #[test]
        fn in_chunks_in_place() {
            #[differentiable($($options)*)]
            fn f(y: &mut [$real], x: $real) {
                for pair in y.chunks_mut(2) {
                    pair[0] *= x;
                    pair[1] = pair[1] * pair[0];
                }
            }
            check_place!(f(&mut [1.0, 2.0, 3.0, 4.0], 0.5));
        }

        #[test]
        fn in_windows() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut sum = 0.0;
                for pair in x.windows(2) {
                    let d = pair[1] - pair[0];
                    sum += d * d;
                }
                sum
            }
            check!(f(&[1.0, 3.0, 4.0]) => [-4.0, 2.0, 2.0]);
            check!(f(&[1.0]) => [0.0]);
        }

        #[test]
        fn nested_rows() {
            #[differentiable($($options)*)]
            fn f(rows: &[Vec<$real>], x: &[$real]) -> $real {
                let mut sum = 0.0;
                for row in rows {
                    let mut z = 0.0;
                    for (a, b) in row.iter().zip(x) {
                        z += a * b;
                    }
                    sum += z * z;
                }
                sum
            }
            check!(f(&[vec![1.0, 2.0], vec![3.0], vec![]], &[4.0, 5.0]));
        }

        #[test]
        fn logistic_loss() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], #[constant] x: &[[$real; 2]], #[constant] y: &[$real]) -> $real {
                let mut total = 0.0;
                for (row, &label) in x.iter().zip(y) {
                    let mut z = 0.0;
                    for j in 0..2 {
                        z += w[j] * row[j];
                    }
                    total += (-label * z).exp().ln_1p();
                }
                total / y.len() as $real
            }
            check!(f(&[0.5, -0.25], const &[[1.0, 2.0], [-1.0, 0.5], [3.0, 1.0]], const &[1.0, -1.0, 1.0]));
        }

        #[test]
        fn constants_only_in_the_loop_head() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] data: &[$real]) -> $real {
                let mut sum = 0.0;
                for &d in data.iter().rev().skip(1) {
                    sum += (x - d) * (x - d);
                }
                sum
            }
            check!(f(2.0, const &[1.0, 3.0, 7.0]) => [0.0]);
            check!(f(2.5, const &[1.0, 3.0, 7.0]) => [2.0]);
        }

        #[test]
        fn inclusive_and_negative_ranges() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = 0.0;
                for i in -2..=2 {
                    y += x.powi(i) * i as $real;
                }
                for i in (0..=3_u8).rev() {
                    y += x * i as $real;
                }
                for _ in 5..2 {
                    y *= x;
                }
                y
            }
            check!(f(2.0));
        }

        #[test]
        fn iterator_by_hand() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut it = x.iter();
                let mut sum = 0.0;
                while let Some(v) = it.next() {
                    sum = sum * v + v;
                }
                sum
            }
            check!(f(&[2.0, 3.0, 0.5]));
        }
    };
}

variants!(programs);
