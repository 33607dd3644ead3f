//! Arrays and slices: elements updated in place, in any order, repeatedly, in parts, nested.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn literal_indexed() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, #[constant] i: usize) -> $real {
                [x * y, x + y][i]
            }
            check!(f(2.0, 3.0, const 0) => [3.0, 2.0]);
            check!(f(2.0, 3.0, const 1) => [1.0, 1.0]);
        }

        #[test]
        fn by_value_and_borrowed() {
            #[differentiable($($options)*)]
            fn f(a: [$real; 3], b: &[$real; 3], c: &[$real]) -> $real {
                let mut sum = 0.0;
                for i in 0..3 {
                    sum += a[i] * b[i] * c[i];
                }
                sum
            }
            check!(f([1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[0.5, 0.25, 2.0]) =>
                [2.0, 1.25, 12.0, 0.5, 0.5, 6.0, 4.0, 10.0, 18.0]);
        }

        #[test]
        fn vector_by_value() {
            #[differentiable($($options)*)]
            fn f(w: Vec<$real>, x: $real) -> $real {
                w[0] * x + w[1] * w[1]
            }
            check!(f(vec![2.0, 3.0], 4.0) => [4.0, 6.0, 2.0]);
        }

        #[test]
        fn element_updated_twice() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 2]) -> $real {
                let mut y = x;
                y[0] = y[0] * y[1];
                y[0] = y[0] * y[0];
                y[0] + y[1]
            }
            check!(f([2.0, 3.0]) => [36.0, 25.0]);
        }

        #[test]
        fn scatter_with_repeats() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] index: &[usize]) -> $real {
                let mut y = [0.0; 3];
                for i in 0..x.len() {
                    y[index[i]] += x[i];
                }
                y[0] * y[1] * y[2] + y[0]
            }
            check!(f(&[1.0, 2.0, 3.0, 4.0], const &[0, 1, 0, 2]) => [9.0, 16.0, 9.0, 8.0]);
        }

        #[test]
        fn scatter_with_nonlinear_updates() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] index: &[usize]) -> $real {
                let mut y = [1.0; 2];
                for i in 0..x.len() {
                    y[index[i]] = y[index[i]] * x[i] + x[0];
                }
                y[0] * y[1]
            }
            check!(f(&[1.5, 2.0, 0.5, -1.0], const &[0, 1, 0, 0]));
        }

        #[test]
        fn gather() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] index: &[usize]) -> $real {
                let mut p = 1.0;
                for &i in index {
                    p *= x[i];
                }
                p
            }
            check!(f(&[2.0, 3.0, 5.0], const &[1, 1, 0]) => [9.0, 12.0, 0.0]);
        }

        #[test]
        fn recurrence_over_elements() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 4]) -> $real {
                let mut x = x;
                for i in 1..4 {
                    x[i] = x[i - 1].sin() * x[i];
                }
                x[3]
            }
            check!(f([0.5, 1.5, 2.0, 3.0]));
        }

        #[test]
        fn prefix_sum() {
            #[differentiable($($options)*)]
            fn f(x: &[$real; 4]) -> [$real; 4] {
                let mut sums = *x;
                for i in 1..sums.len() {
                    sums[i] += sums[i - 1];
                }
                sums
            }
            check_map!(f(&[1.0, 2.0, 3.0, 4.0]) => [
                1.0, 0.0, 0.0, 0.0,
                1.0, 1.0, 0.0, 0.0,
                1.0, 1.0, 1.0, 0.0,
                1.0, 1.0, 1.0, 1.0,
            ]);
        }

        #[test]
        fn two_dimensional() {
            #[differentiable($($options)*)]
            fn f(a: &[[$real; 2]; 2], x: [$real; 2]) -> $real {
                let mut y = [0.0; 2];
                for i in 0..2 {
                    for j in 0..2 {
                        y[i] += a[i][j] * x[j];
                    }
                }
                y[0] * y[1]
            }
            check!(f(&[[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]));
        }

        #[test]
        fn nested_element_updates() {
            #[differentiable($($options)*)]
            fn f(a: [[$real; 3]; 2]) -> $real {
                let mut m = a;
                for i in 0..2 {
                    m[i][0] = m[i][1] * m[1 - i][2];
                    m[1 - i][1] += m[i][0] * m[i][0];
                }
                m[0] = [m[1][0], m[0][1], 2.0];
                m[0][0] * m[0][1] + m[1][1] * m[0][2]
            }
            check!(f([[1.0, 0.5, -1.0], [0.25, 2.0, 1.5]]));
        }

        #[test]
        fn array_result() {
            #[differentiable($($options)*)]
            fn f(r: $real, angle: $real) -> [$real; 2] {
                [r * angle.cos(), r * angle.sin()]
            }
            check_map!(f(2.0, 0.0) => [1.0, 0.0, 0.0, 2.0]);
            check_map!(f(2.0, 0.75));
        }

        #[test]
        fn tuple_result() {
            #[differentiable($($options)*)]
            fn f(x: $real, v: &[$real]) -> ($real, [$real; 2]) {
                let s = x * v[0];
                (s * s, [s + v[1], v[1]])
            }
            check_map!(f(2.0, &[3.0, 5.0]) => [
                36.0, 24.0, 0.0,
                3.0, 2.0, 1.0,
                0.0, 0.0, 1.0,
            ]);
        }

        #[test]
        fn vector_result() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real]) -> Vec<$real> {
                let mut out = vec![0.0; w.len()];
                for i in 0..w.len() {
                    out[i] = x * w[i] * w[i];
                }
                out
            }
            check_map!(f(2.0, &[1.0, 3.0]) => [1.0, 4.0, 0.0, 9.0, 0.0, 12.0]);
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
    };
}

variants!(programs);
