//! Working memory: arrays and vectors that every iteration of a loop fills anew, or doesn't quite.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn filled_in_each_iteration() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut scratch = vec![0.0; w.len()];
                let mut total = 0.0;
                for &x in x {
                    for j in 0..w.len() {
                        scratch[j] = (x * w[j]).sin();
                    }
                    let mut largest = scratch[0];
                    for &s in &scratch {
                        largest = s.max(largest);
                    }
                    for &s in &scratch {
                        total += (s - largest).exp();
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], &[1.0, 2.0, -0.5]));
            check!(f(&[], &[1.0]));
        }

        #[test]
        fn read_while_it_is_filled() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], l: &[$real], d: usize) -> $real {
                let mut delta = vec![0.0; d];
                let mut total = 0.0;
                for point in x.chunks_exact(d) {
                    let mut start = 0;
                    for i in 0..d {
                        delta[i] = point[i] - l[i];
                        let mut z = 2.0 * delta[i];
                        for (l, delta) in l[start..start + i].iter().zip(&delta) {
                            z += l * delta;
                        }
                        start += i;
                        total += z * z * z;
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75, 1.0, 0.5, -0.5], &[0.25, 0.5, -0.5], const 3));
        }

        #[test]
        fn a_stale_element_is_what_the_last_iteration_left() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut scratch = vec![1.0; 3];
                let mut total = 0.0;
                for chunk in x.chunks(3) {
                    for j in 0..chunk.len() {
                        scratch[j] = chunk[j] * chunk[j];
                    }
                    for j in 0..3 {
                        total += scratch[j] * scratch[(j + 1) % 3];
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75, 2.0]));
            check!(f(&[0.5]));
        }

        #[test]
        fn all_but_the_first_element_is_filled() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], n: usize) -> $real {
                let mut scratch = vec![0.5; n];
                let mut total = 0.0;
                for &x in x {
                    for j in 1..n {
                        scratch[j] = scratch[j - 1] * x;
                    }
                    scratch[0] = scratch[n - 1];
                    total += scratch[0] * scratch[n / 2];
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75, 2.0], const 3));
            check!(f(&[0.5, 2.0], const 1));
        }

        #[test]
        fn filled_by_a_condition() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut scratch = [0.5, 0.25];
                let mut total = 0.0;
                for &x in x {
                    for j in 0..2 {
                        if x > 0.3 {
                            scratch[j] = x * x;
                        }
                    }
                    for j in 0..2 {
                        total += scratch[j] * scratch[j] * x;
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75, 0.1, 2.0]));
        }

        #[test]
        fn filled_from_the_last_element_on() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], n: usize) -> $real {
                let mut scratch = vec![0.5; n];
                let mut total = 0.0;
                for &x in x {
                    for j in 0..n {
                        scratch[n - 1 - j] = x + scratch[j];
                    }
                    for j in 0..n {
                        total += scratch[j] * scratch[j];
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25], const 3));
            check!(f(&[0.5, -0.25], const 4));
        }

        #[test]
        fn filled_by_rows() {
            #[differentiable($($options)*)]
            fn f(a: &[$real], b: &[$real], n: usize) -> $real {
                let mut product = vec![0.0; n * n];
                let mut total = 0.0;
                for &a in a {
                    for i in 0..n {
                        for j in 0..n {
                            product[i * n + j] = a * b[i] + b[j] * b[j];
                        }
                    }
                    for p in &product {
                        total += p * p * p;
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25], &[0.5, 2.0], const 2));
        }

        #[test]
        fn filled_by_overlapping_rows() {
            #[differentiable($($options)*)]
            fn f(a: &[$real], n: usize) -> $real {
                let mut sums = vec![0.0; n + 1];
                let mut total = 0.0;
                for &a in a {
                    for i in 0..2 {
                        for j in 0..n {
                            sums[i + j] = a * (1 + i) as $real + sums[i + j] * 0.5;
                            total += sums[i] * sums[j];
                        }
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25], const 2));
        }

        #[test]
        fn written_again_after_it_is_read() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut scratch = vec![0.0; w.len()];
                let mut total = 0.0;
                for &x in x {
                    for j in 0..w.len() {
                        scratch[j] = x * w[j];
                    }
                    for j in 0..w.len() {
                        total += scratch[j] * scratch[j];
                    }
                    for j in 0..w.len() {
                        scratch[j] = scratch[j] * w[j] + x;
                    }
                    for j in 0..w.len() {
                        total += scratch[j] * scratch[j] * scratch[j];
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], &[1.0, 2.0, -0.5]));
        }

        #[test]
        fn what_the_last_iteration_leaves_is_used() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut scratch = vec![0.25; w.len()];
                let mut total = 0.0;
                for &x in x {
                    for j in 0..w.len() {
                        scratch[j] = x * w[j];
                    }
                    for j in 0..w.len() {
                        total += scratch[j] * scratch[j];
                    }
                }
                for j in 0..w.len() {
                    total *= 1.0 + scratch[j];
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], &[1.0, 2.0, -0.5]));
            check!(f(&[], &[1.0, 2.0]));
        }

        #[test]
        fn one_memory_for_two_loops() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut scratch = vec![0.0; w.len()];
                let mut total = 0.0;
                for &x in x {
                    for j in 0..w.len() {
                        scratch[j] = x * w[j];
                    }
                    for &s in &scratch {
                        total += s * s;
                    }
                }
                for &x in x {
                    for j in 0..w.len() {
                        scratch[j] = x + w[j];
                    }
                    for &s in &scratch {
                        total += s * s * s;
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], &[1.0, 2.0, -0.5]));
        }

        #[test]
        fn summed_before_and_filled_after() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut scratch = w.to_vec();
                let mut total = 0.0;
                for &x in x {
                    for &s in &scratch {
                        total += s * s * x;
                    }
                }
                for &x in x {
                    for j in 0..scratch.len() {
                        scratch[j] = x * w[j];
                    }
                    for &s in &scratch {
                        total += s * s * s;
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], &[1.0, 2.0, -0.5]));
        }

        #[test]
        fn stages_of_a_step() {
            #[differentiable($($options)*)]
            fn f(y: &[$real], w: &[$real], steps: usize) -> $real {
                let n = y.len();
                let mut y = y.to_vec();
                let (mut k1, mut k2, mut stage) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
                for _ in 0..steps {
                    for i in 0..n {
                        k1[i] = (w[i] * y[i]).sin() * y[(i + 1) % n];
                    }
                    for i in 0..n {
                        stage[i] = y[i] + 0.5 * k1[i];
                    }
                    for i in 0..n {
                        k2[i] = (w[i] * stage[i]).sin() * stage[(i + 1) % n];
                    }
                    for i in 0..n {
                        stage[i] = y[i] + 0.25 * k2[i];
                    }
                    for i in 0..n {
                        y[i] += 0.1 * (k1[i] + k2[i] * stage[i]);
                    }
                }
                let mut total = 0.0;
                for i in 0..n {
                    total += y[i] * y[i];
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], &[1.0, 2.0, -0.5], const 3));
            check!(f(&[0.5], &[1.0], const 2));
            check!(f(&[0.5], &[1.0], const 0));
        }

        #[test]
        fn stages_on_small_arrays() {
            #[differentiable($($options)*)]
            fn f(y: [$real; 3], w: $real, steps: usize) -> $real {
                let mut y = y;
                for _ in 0..steps {
                    let mut k = [0.0; 3];
                    for i in 0..3 {
                        k[i] = (w * y[i]).sin() * y[(i + 1) % 3];
                    }
                    for i in 0..3 {
                        y[i] += 0.5 * k[i] * k[i];
                    }
                }
                y[0] * y[1] + y[2]
            }
            check!(f([0.5, -0.25, 0.75], 2.0, const 3));
            check!(f([0.5, -0.25, 0.75], 2.0, const 0));
        }

        #[test]
        fn working_memory_of_a_while_loop() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real]) -> $real {
                let mut scratch = vec![0.0; w.len()];
                let mut x = x;
                let mut total = 0.0;
                while x < 2.0 {
                    for j in 0..w.len() {
                        scratch[j] = x * w[j];
                    }
                    for &s in &scratch {
                        total += s * s * x;
                    }
                    x *= 1.5;
                }
                total
            }
            check!(f(0.5, &[1.0, 2.0, -0.5]));
        }

        #[test]
        fn the_callers_memory_as_working_memory() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], scratch: &mut [$real]) -> $real {
                let mut total = 0.0;
                for &x in x {
                    for j in 0..scratch.len() {
                        scratch[j] = x * (j + 1) as $real;
                    }
                    for j in 0..scratch.len() {
                        total += scratch[j] * scratch[j] * x;
                    }
                }
                total
            }
            check_map!(f(&[0.5, -0.25, 0.75], &mut [1.0, 2.0, -0.5]));
        }

        #[test]
        fn a_prefix_of_what_is_there() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut scratch = vec![0.5; w.len()];
                let mut total = 0.0;
                for n in 0..x.len() {
                    for j in 0..n {
                        scratch[j] = x[n] * w[j];
                    }
                    for j in 0..n + 1 {
                        total += scratch[j] * scratch[j];
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75], &[1.0, 2.0, -0.5]));
        }

        #[test]
        fn an_index_goes_with_the_row() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], permutation: &[usize], rounds: usize) -> $real {
                let n = x.len();
                let mut order = permutation.to_vec();
                let mut y = x.to_vec();
                for _ in 0..rounds {
                    let mut next = vec![0.0; n];
                    for i in 0..n {
                        next[i] = y[order[i]] * y[i];
                    }
                    for i in 0..n {
                        order[i] = (order[i] + 1) % n;
                    }
                    for i in 0..n {
                        y[i] = next[i] + x[i];
                    }
                }
                y[0]
            }
            check!(f(&[0.5, -0.25, 0.75], const &[2, 0, 1], const 3));
        }
    };
}

variants!(programs);
