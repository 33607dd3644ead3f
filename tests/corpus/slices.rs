//! Slices and vectors: parts of them, passed on, sorted, searched, filled.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn swapped_elements() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 3]) -> $real {
                let mut x = x;
                x.swap(0, 2);
                x[0] *= x[1];
                x.swap(0, 1);
                x[0] + 2.0 * x[1] + 3.0 * x[2]
            }
            check!(f([2.0, 3.0, 5.0]) => [3.0, 11.0, 6.0]);
        }

        #[test]
        fn insertion_sort_and_a_weighted_sum() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 4]) -> $real {
                let mut x = x;
                for i in 1..x.len() {
                    let mut j = i;
                    while j > 0 && x[j - 1] > x[j] {
                        x.swap(j - 1, j);
                        j -= 1;
                    }
                }
                let mut sum = 0.0;
                for i in 0..x.len() {
                    sum += x[i] * (i + 1) as $real;
                }
                sum
            }
            check!(f([3.0, -1.0, 7.0, 2.0]) => [3.0, 1.0, 4.0, 2.0]);
        }

        #[test]
        fn maximum_with_ties() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut best = x[0];
                for i in 1..x.len() {
                    if x[i] > best {
                        best = x[i];
                    }
                }
                best * 2.0
            }
            check!(f(&[1.0, 4.0, 3.0]) => [0.0, 2.0, 0.0]);
            check!(f(&[1.0, 4.0, 4.0]) => [0.0, 2.0, 0.0], kink);
        }

        #[test]
        fn index_of_the_maximum() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut best = 0;
                for i in 1..x.len() {
                    if x[i] > x[best] {
                        best = i;
                    }
                }
                w[best] * w[best] * x[0]
            }
            check!(f(&[1.0, 4.0, 3.0], &[5.0, 6.0, 7.0]) => [36.0, 0.0, 0.0, 0.0, 12.0, 0.0]);
        }

        #[test]
        fn log_sum_exp() {
            #[differentiable($($options)*)]
            fn active(x: &[$real]) -> $real {
                let mut max = x[0];
                for &v in x {
                    max = max.max(v);
                }
                let mut sum = 0.0;
                for &v in x {
                    sum += (v - max).exp();
                }
                sum.ln() + max
            }
            #[differentiable($($options)*)]
            fn stopped(x: &[$real]) -> $real {
                let mut max = x[0];
                for &v in x {
                    max = max.max(v);
                }
                let max = stop_gradient(max);
                let mut sum = 0.0;
                for &v in x {
                    sum += (v - max).exp();
                }
                sum.ln() + max
            }
            let e = 1.0_f64.exp();
            let by_hand = [1.0 / (1.0 + e + e * e), e / (1.0 + e + e * e), e * e / (1.0 + e + e * e)];
            check!(active(&[1.0, 2.0, 3.0]) => by_hand);
            check!(stopped(&[1.0, 2.0, 3.0]) => by_hand, kink);
        }

        #[test]
        fn split_halves() {
            #[differentiable($($options)*)]
            fn f(x: &[$real; 4]) -> $real {
                let mut y = *x;
                let (left, right) = y.split_at_mut(2);
                left[0] *= right[1];
                right[0] = left[0] * right[0] + left[1];
                right[1] += left[0];
                y[0] + y[2] * y[3]
            }
            check!(f(&[1.0, 2.0, 3.0, 4.0]));
        }

        #[test]
        fn halves_of_a_parameter() {
            #[differentiable($($options)*)]
            fn f(y: &mut [$real], x: $real) {
                let middle = y.len() / 2;
                let (low, high) = y.split_at_mut(middle);
                for i in 0..low.len() {
                    low[i] = low[i] * high[i] + x;
                    high[i] *= low[i];
                }
            }
            check_place!(f(&mut [1.0, 2.0, 3.0, 4.0], 0.5));
        }

        #[test]
        fn sub_slice_passed_on() {
            #[differentiable($($options)*)]
            fn scale(y: &mut [$real], by: $real) {
                for i in 0..y.len() {
                    y[i] = y[i] * by;
                }
            }
            #[differentiable($($options)*)]
            fn total(y: &[$real]) -> $real {
                let mut sum = 0.0;
                for v in y {
                    sum += v * v;
                }
                sum
            }
            #[differentiable($($options)*)]
            fn f(x: $real, v: &mut [$real]) -> $real {
                scale(&mut v[1..], x);
                scale(&mut v[..2], v_first(x));
                total(&v[1..3]) + total(&v[..1])
            }
            #[differentiable($($options)*)]
            fn v_first(x: $real) -> $real {
                x * x
            }
            check_map!(f(1.5, &mut [1.0, 2.0, 3.0]));
        }

        #[test]
        fn sub_slices_read() {
            #[differentiable($($options)*)]
            fn dot(a: &[$real], b: &[$real]) -> $real {
                let mut sum = 0.0;
                for i in 0..a.len() {
                    sum += a[i] * b[i];
                }
                sum
            }
            #[differentiable($($options)*)]
            fn f(w: &[$real]) -> $real {
                let n = w.len() / 2;
                let (a, b) = w.split_at(n);
                dot(a, b) + dot(&w[..n], &w[1..=n]) + dot(w, w)
            }
            check!(f(&[1.0, 2.0, 3.0, 4.0]));
        }

        #[test]
        fn filled_and_copied() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real; 3]) -> $real {
                let mut a = [0.0; 3];
                a.copy_from_slice(w);
                let mut b = [1.0; 3];
                b.fill(x * a[0]);
                a[1] = b[2];
                b[0] = a[2] * b[1];
                let c = a.clone();
                b[0] * c[1] + b[1] + c[0]
            }
            check!(f(2.0, &[3.0, 5.0, 7.0]));
        }

        #[test]
        fn rows_borrowed() {
            #[differentiable($($options)*)]
            fn f(rows: &[[$real; 2]], x: $real) -> $real {
                let mut sum = 0.0;
                for i in 0..rows.len() {
                    let row = &rows[i];
                    sum += row[0] * x + row[1] * row[1];
                }
                sum
            }
            check!(f(&[[1.0, 2.0], [3.0, 4.0]], 5.0) => [5.0, 4.0, 5.0, 8.0, 4.0]);
        }

        #[test]
        fn first_and_last() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let first = *x.first().unwrap();
                let last = *x.last().unwrap();
                first * last * last
            }
            check!(f(&[2.0, 7.0, 3.0]) => [9.0, 0.0, 12.0]);
        }

        #[test]
        fn softmax() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 3]) -> [$real; 3] {
                let mut out = [0.0; 3];
                let mut sum = 0.0;
                for i in 0..3 {
                    out[i] = x[i].exp();
                    sum += out[i];
                }
                for i in 0..3 {
                    out[i] /= sum;
                }
                out
            }
            check_map!(f([0.5, -0.25, 1.0]));
        }

        #[test]
        fn const_generic_length() {
            #[differentiable($($options)*)]
            fn f<const N: usize>(x: [$real; N], y: &[$real; N]) -> $real {
                let mut sum = 0.0;
                for i in 0..N {
                    sum += x[i] * y[N - 1 - i];
                }
                sum * N as $real
            }
            check!(f([1.0, 2.0], &[3.0, 4.0]) => [8.0, 6.0, 4.0, 2.0]);
        }

        #[test]
        fn pushed_and_popped() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut stack = Vec::new();
                for i in 0..n {
                    stack.push(x * i as $real);
                }
                let top = stack.pop().unwrap();
                stack.push(top * top);
                let mut sum = 0.0;
                while let Some(value) = stack.pop() {
                    sum = sum * x + value;
                }
                sum
            }
            check!(f(2.0, const 1));
            check!(f(1.5, const 4));
        }

        #[test]
        fn an_end_and_the_others() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let (first, others) = x.split_first().unwrap();
                let mut total = *first;
                for other in others {
                    total = total * other + first;
                }
                if let Some((last, others)) = others.split_last() {
                    total += others.iter().map(|other| other * last).sum::<$real>();
                }
                total
            }
            check!(f(&[0.25, 0.5, 0.75]));
            check!(f(&[0.25]) => [1.0]);
        }
    };
}

variants!(programs);
