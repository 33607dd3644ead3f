//! Arrays: elements updated in place, in any order, repeatedly, nested, as results.

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
        fn lengths_that_a_use_tells() {
            #[differentiable($($options)*)]
            fn norm2(v: &[$real; 3]) -> $real {
                v[0] * v[0] + v[1] * v[1] + v[2] * v[2]
            }
            #[differentiable($($options)*)]
            fn f(p: &[$real; 4]) -> [$real; 2] {
                let [x, y] = std::array::from_fn(|i| p[i] * p[i + 2]);
                let result = std::array::from_fn(|i| p[i] * x + y * norm2(&[p[i], x, y]));
                if p[0] > 9.0 {
                    return std::array::from_fn(|i| p[i]);
                }
                result
            }
            check_map!(f(&[0.3, 0.7, -0.2, 1.1]));
        }

        #[test]
        fn slices_that_become_arrays() {
            #[differentiable($($options)*)]
            fn norm(v: [$real; 3]) -> $real {
                (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt()
            }
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let ends: [$real; 2] = x[3..].try_into().expect("two more");
                let start: [$real; 3] = x[..3].try_into().unwrap();
                let mut sum = norm(start) * ends[1];
                for pair in x.windows(2) {
                    let [a, b]: [$real; 2] = pair.try_into().unwrap();
                    sum += a * b * ends[0];
                }
                sum
            }
            check!(f(&[0.3, 0.7, -0.2, 1.1, 0.5]));
            let fails = |x: &[$real]| std::panic::catch_unwind(|| f::grad(x)).is_err();
            assert!(fails(&[0.3, 0.7, -0.2, 1.1]) && fails(&[0.3, 0.7, -0.2, 1.1, 0.5, 0.25]));
        }

        #[test]
        fn slices_of_different_lengths_are_not_copied() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], len: usize) -> $real {
                let mut copy = vec![0.5; len];
                copy.copy_from_slice(x);
                copy.iter().map(|x| x * x * x).sum()
            }
            check!(f(&[0.3, 0.7], const 2));
            let fails = |len: usize| std::panic::catch_unwind(|| f::grad(&[0.3, 0.7], len)).is_err();
            assert!(fails(1) && fails(3) && !fails(2));
        }

        #[test]
        fn an_index_beside_a_number() {
            #[differentiable($($options)*)]
            fn cell(grid: &[$real], x: $real) -> (usize, $real) {
                let i = grid.iter().skip(1).position(|&g| x < g).unwrap_or(grid.len() - 2);
                (i, (x - grid[i]) / (grid[i + 1] - grid[i]))
            }
            let ((i, u), backward) = cell::forward(&[1.0, 2.0, 4.0], 3.0);
            let mut grid = [0.0; 3];
            let x = backward(((), 1.0), &mut grid);
            assert_eq!((i, u, x, grid), (1, 0.5, 0.5, [0.0, -0.25, -0.25]));
            let ((_, _), ((), dot)) = cell::jvp(&[1.0, 2.0, 4.0], 3.0, &[0.0; 3], 1.0);
            assert_eq!(dot, 0.5);
        }
    };
}

variants!(programs);
