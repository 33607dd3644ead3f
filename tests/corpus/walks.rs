//! Loops that walk over memory: matrices in flat slices, stencils, buffers that change places, tapes in loops, arrays that are
//! known element by element.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn a_matrix_in_a_slice_times_a_vector() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real], rows: usize) -> $real {
                let n = x.len();
                let mut total = 0.0;
                for i in 0..rows {
                    let mut z = 0.0;
                    for j in 0..n {
                        z += w[i * n + j] * x[j];
                    }
                    total += z * z;
                }
                total
            }
            let w: [$real; 6] = [1.0, -2.0, 0.5, 3.0, 0.25, -1.0];
            let x: [$real; 3] = [0.5, 1.5, -2.0];
            check!(f(&w, &x, const 2));
            check!(f(&w, &x, const 0));
            let none: [$real; 0] = [];
            check!(f(&none, &none, const 2));
        }

        #[test]
        fn a_matrix_that_is_written_row_by_row() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], n: usize) -> $real {
                let mut c = vec![0.0; n * n];
                for i in 0..n {
                    for j in 0..n {
                        c[i * n + j] = x[i] * x[j] + x[j];
                    }
                }
                let mut total = 0.0;
                for i in 0..n {
                    for j in 1..n {
                        total += c[i * n + j] * c[i * n + j - 1];
                    }
                }
                total
            }
            let x: [$real; 3] = [0.5, 1.5, -2.0];
            check!(f(&x, const 3));
            check!(f(&x, const 1));
            check!(f(&x, const 0));
        }

        #[test]
        fn a_slice_of_which_a_part_is_used() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], from: usize, n: usize) -> $real {
                let mut total = 0.0;
                for i in from..n {
                    total += x[i - from] * x[i];
                }
                total
            }
            let x: [$real; 4] = [0.5, 1.5, -2.0, 3.0];
            check!(f(&x, const 1, const 3));
            check!(f(&x, const 0, const 4));
            // Where no iteration runs, no index has to fit.
            check!(f(&x, const 9, const 3));
        }

        #[test]
        fn a_loop_that_never_runs_needs_no_memory() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], offset: usize, n: usize) -> $real {
                let mut total = x[0];
                for i in 0..n {
                    total += x[offset + i] * x[i + offset - 1];
                }
                total
            }
            let x: [$real; 3] = [0.5, 1.5, -2.0];
            check!(f(&x, const 0, const 0));
            check!(f(&x, const 100, const 0));
            check!(f(&x, const 1, const 2));
        }

        #[test]
        fn parts_that_start_further_on_each_time() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], l: &[$real]) -> $real {
                let mut product = vec![0.0; x.len()];
                for j in 0..x.len() {
                    product[j] += x[j];
                    for (entry, &l) in product[j + 1..].iter_mut().zip(&l[j..2 * j + 1]) {
                        *entry += l * x[j];
                    }
                }
                let mut total = 0.0;
                for v in &product {
                    total += v * v;
                }
                total
            }
            check!(f(&[0.5, 1.5, -2.0], &[0.25, 1.0, -1.0, 0.5, 2.0]));
        }

        #[test]
        fn neighbours_in_a_chain() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut sum = 0.0;
                for i in 1..x.len() {
                    let slope = 1.0 - x[i - 1];
                    let valley = x[i] - x[i - 1] * x[i - 1];
                    sum += slope * slope + 100.0 * valley * valley;
                }
                sum
            }
            check!(f(&[0.5, 1.5, -2.0, 0.25]));
            check!(f(&[0.5, 1.5]));
            check!(f(&[0.5]));
        }

        #[test]
        fn three_neighbours_and_a_sum() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], c: $real, n: usize) -> $real {
                let mut sum = x[0];
                for i in 0..n {
                    let bend = x[i] - 2.0 * x[i + 1] + x[i + 2];
                    sum -= c * bend * bend * x[i + 2];
                }
                sum
            }
            check!(f(&[0.5, 1.5, -2.0, 0.25, 1.0], 0.5, const 3));
            check!(f(&[0.5, 1.5, -2.0], 0.5, const 1));
            check!(f(&[0.5], 0.5, const 0));
        }

        #[test]
        fn a_stencil_on_a_line() {
            #[differentiable($($options)*)]
            fn f(u: &[$real], steps: usize, c: $real) -> $real {
                let n = u.len();
                let mut now = u.to_vec();
                for _ in 0..steps {
                    let mut next = now.clone();
                    for i in 1..n - 1 {
                        next[i] = now[i] + c * (now[i - 1] - 2.0 * now[i] + now[i + 1]);
                    }
                    now = next;
                }
                let mut total = 0.0;
                for v in &now {
                    total += v * v * v;
                }
                total
            }
            let u: [$real; 5] = [0.5, 1.5, -2.0, 1.0, 0.25];
            check!(f(&u, const 2, 0.2));
            check!(f(&u, const 0, 0.2));
        }

        #[test]
        fn a_stencil_on_a_grid_with_buffers_that_change_places() {
            #[differentiable($($options)*)]
            fn f(u: &[$real], side: usize, steps: usize, c: $real) -> $real {
                let mut now = u.to_vec();
                let mut next = u.to_vec();
                for _ in 0..steps {
                    for i in 1..side - 1 {
                        for j in 1..side - 1 {
                            let at = i * side + j;
                            let around = now[at - side] + now[at + side] + now[at - 1] + now[at + 1];
                            next[at] = now[at] + c * (around - 4.0 * now[at]);
                        }
                    }
                    std::mem::swap(&mut now, &mut next);
                }
                let mut total = 0.0;
                for (k, v) in now.iter().enumerate() {
                    total += v * v * k as $real;
                }
                total
            }
            let u: [$real; 9] = [0.5, 1.5, -2.0, 1.0, 0.25, -0.5, 0.75, 2.0, 1.0];
            check!(f(&u, const 3, const 3, 0.2));
            check!(f(&u, const 3, const 0, 0.2));
        }

        #[test]
        fn vectors_of_different_lengths_change_places() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real]) -> $real {
                let mut a = x.to_vec();
                let mut b = y.to_vec();
                a[0] *= 2.0;
                std::mem::swap(&mut a, &mut b);
                a[0] = a[0] * b[1];
                std::mem::swap(&mut a, &mut b);
                std::mem::swap(&mut a, &mut b);
                let mut total = 0.0;
                for v in &a {
                    total += v * v;
                }
                for v in &b {
                    total += v * v * v;
                }
                total
            }
            check!(f(&[0.5, 1.5, -2.0], &[3.0, 0.25]));
        }

        #[test]
        fn layers_of_different_sizes() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real], sizes: &[usize]) -> $real {
                let mut h = x.to_vec();
                let mut at = 0;
                for &rows in sizes {
                    let mut next = vec![0.0; rows];
                    for i in 0..rows {
                        for j in 0..h.len() {
                            next[i] += w[at + i * h.len() + j] * h[j];
                        }
                        next[i] = next[i].tanh();
                    }
                    at += rows * h.len();
                    h = next;
                }
                let mut total = 0.0;
                for v in &h {
                    total += v * v;
                }
                total
            }
            let w: [$real; 9] = [0.5, 1.5, -2.0, 1.0, 0.25, -0.5, 0.75, 2.0, -1.5];
            check!(f(&w, &[0.5, -1.0], const &[3, 1]));
            check!(f(&w, &[0.5, -1.0], const &[]));
        }

        #[test]
        fn arrays_change_places() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 2], n: usize) -> $real {
                let mut a = x;
                let mut b = [x[1] * x[1], 1.0];
                for k in 0..n {
                    a[k % 2] = a[k % 2] * b[0];
                    std::mem::swap(&mut a, &mut b);
                }
                a[0] + 3.0 * a[1] + b[0] * b[1]
            }
            check!(f([0.5, 1.5], const 0));
            check!(f([0.5, 1.5], const 1));
            check!(f([0.5, 1.5], const 4));
        }

        #[test]
        fn a_tape_in_each_iteration() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], n: usize) -> $real {
                let mut total = 0.0;
                for i in 0..n {
                    let t = 0.1 * i as $real;
                    let (mut power, mut fit) = (1.0, t);
                    for c in &x[i..] {
                        fit -= c * power;
                        power *= t + c;
                    }
                    total += fit * fit;
                }
                total
            }
            let x: [$real; 4] = [0.5, 1.5, -2.0, 1.0];
            check!(f(&x, const 3));
            check!(f(&x, const 0));
        }

        #[test]
        fn nested_loops_with_a_growing_tape() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut total = 0.0;
                for i in 0..n {
                    let mut y = x;
                    for j in 0..i {
                        for _ in 0..=j {
                            y = y.sin() * x + 0.1;
                        }
                    }
                    total += y * y;
                }
                total
            }
            check!(f(0.7, const 4));
            check!(f(0.7, const 1));
        }

        #[test]
        fn what_nothing_depends_on_has_no_adjoint() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: $real) -> $real {
                let mut largest = x[0];
                let mut traces = vec![0.0; x.len()];
                for i in 0..x.len() {
                    largest = x[i].max(largest);
                    traces[i] = largest * y;
                }
                let mut sum = 0.0;
                let shift = stop_gradient(largest);
                for v in x {
                    sum += (v - shift).exp();
                }
                let _ = traces;
                shift + sum.ln() + 0.0 * y
            }
            let (d_x, d_y) = f::grad(&[0.5, 1.5, -2.0], 0.5);
            let sum: $real = d_x.iter().sum();
            assert!((sum - 1.0).abs() < 1e-6);
            assert_eq!(d_y, 0.0);
        }

        #[test]
        fn elements_that_nothing_uses_do_no_harm() {
            #[differentiable($($options)*)]
            fn f(a: $real, c: $real) -> $real {
                let parts = [c * a, (c * 2.0).acos(), (-a).ln()];
                2.0 * c * parts[0]
            }
            let (d_a, d_c) = f::grad(3.0, 5.0);
            assert_eq!((d_a, d_c), (50.0, 60.0));
            let (_, dot) = f::jvp(3.0, 5.0, 1.0, 1.0);
            assert_eq!(dot, 110.0);
        }

        #[test]
        fn an_array_changed_element_by_element() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = [x, y, 1.0];
                a[0] += a[1] * a[1];
                a[2] = a[0] * a[2] - y;
                a[1] -= a[0];
                a[0] = a[0] * a[0];
                if y > 1.0 { a[0] * a[1] } else { a[2] * a[1] }
            }
            check!(f(0.5, 1.5));
            check!(f(0.5, 0.5));
        }

        #[test]
        fn an_array_changed_in_a_branch() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = [x, y];
                if y > 1.0 {
                    a[0] = a[0] * y;
                }
                for _ in 0..2 {
                    a[1] = a[1] * a[0];
                }
                a[0] * a[1]
            }
            check!(f(0.5, 1.5));
            check!(f(0.5, 0.5));
        }
    };
}

variants!(programs);
