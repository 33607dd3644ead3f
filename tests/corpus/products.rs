//! Loops whose adjoints are sums of products of two rows, and loops that only look like it.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn of_every_other_element() {
            #[differentiable($($options)*)]
            fn f(scale: $real, x: &[$real], #[constant] w: &[$real]) -> $real {
                let mut y = x.to_vec();
                for j in (0..x.len()).step_by(2) {
                    y[j] += scale * w[j];
                }
                for j in (0..x.len()).rev() {
                    y[j] *= y[j] + scale * w[j];
                }
                y.iter().sum()
            }
            check!(f(0.5, &[1.0, -0.25, 0.75, 0.3, 0.2], const &[0.5, 2.0, -1.0, 0.25, 1.5]));
        }

        #[test]
        fn from_the_second_on_and_to_the_last() {
            #[differentiable($($options)*)]
            fn f(scale: $real, shift: $real, x: &[$real], #[constant] w: &[$real]) -> $real {
                let mut y = x.to_vec();
                for j in 1..x.len() {
                    y[j] += scale * w[j];
                }
                for j in 0..=x.len() - 1 {
                    y[j] *= shift * w[j];
                }
                for j in 0..x.len() - 1 {
                    y[j] -= scale * x[j + 1];
                }
                y.iter().map(|y| y * y).sum()
            }
            check!(f(0.5, 1.25, &[1.0, -0.25, 0.75, 0.3], const &[0.5, 2.0, -1.0, 0.25]));
        }

        #[test]
        fn until_a_limit() {
            #[differentiable($($options)*)]
            fn f(scale: $real, x: &[$real], #[constant] w: &[$real], limit: $real) -> $real {
                let mut y = x.to_vec();
                for j in 0..x.len() {
                    if w[j] > limit {
                        break;
                    }
                    y[j] += scale * w[j];
                }
                y.iter().map(|y| y * y).sum()
            }
            check!(f(0.5, &[1.0, -0.25, 0.75, 0.3], const &[0.5, 2.0, 9.0, 0.25], 5.0));
            check!(f(0.5, &[1.0, -0.25, 0.75, 0.3], const &[0.5, 2.0, 9.0, 0.25], 50.0));
        }

        #[test]
        fn used_once_more() {
            #[differentiable($($options)*)]
            fn f(scale: $real, x: &[$real], #[constant] w: &[$real], #[constant] v: &[$real]) -> $real {
                let mut y = x.to_vec();
                let mut z = x.to_vec();
                let mut scale = scale;
                for j in 0..x.len() {
                    y[j] += scale * w[j];
                    z[j] += scale * v[j];
                    if j % 2 == 0 {
                        scale *= 1.5;
                    }
                }
                for j in 0..x.len() {
                    z[j] -= scale * y[j];
                    y[j] = z[j] + scale * w[j];
                }
                y.iter().zip(&z).map(|(y, z)| y * z).sum()
            }
            check!(f(0.5, &[1.0, -0.25, 0.75], const &[0.5, 2.0, 3.0], const &[0.75, 0.25, -1.0]));
        }

        #[test]
        fn of_the_same_rows() {
            #[differentiable($($options)*)]
            fn f(a: &[$real; 3], x: &[$real], #[constant] w: &[$real], #[constant] rows: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.0; n];
                for i in 0..rows {
                    for j in 0..n {
                        y[j] += a[i] * w[i * n + j] + a[2] * x[j];
                    }
                    for j in 0..n {
                        y[j] *= a[i] * y[j] * x[n - 1 - j];
                    }
                }
                y.iter().sum()
            }
            check!(f(&[0.5, -0.75, 1.5], &[1.0, -0.25], const &[0.5, 2.0, 3.0, 0.25, 0.75, -1.0], const 3));
        }

        #[test]
        fn of_parts_and_of_what_is_written() {
            #[differentiable($($options)*)]
            fn f(scale: $real, x: &[$real], #[constant] w: &[$real], #[constant] m: usize) -> $real {
                let mut y = x.to_vec();
                for j in 0..m {
                    y[j] = scale * w[j] + y[j] * scale;
                }
                for j in 0..m {
                    y[j] += scale * y[m + j] * w[2 * j];
                }
                let mut total = 0.0;
                for j in 0..m {
                    total += scale * y[j] * w[j];
                    y[j] = total * x[j];
                }
                total * y[0] + y[m]
            }
            check!(f(0.5, &[1.0, -0.25, 0.75, 0.5], const &[0.5, 2.0, 3.0, 0.25], const 2));
            check!(f(0.5, &[1.0, -0.25, 0.75, 0.5], const &[0.5, 2.0, 3.0, 0.25], const 1));
        }

        #[test]
        fn to_the_last_and_from_the_last() {
            #[differentiable($($options)*)]
            fn f(scale: $real, x: &[$real], #[constant] w: &[$real]) -> $real {
                let mut y = x.to_vec();
                for j in 0..=x.len() - 1 {
                    y[j] += scale * w[j];
                }
                for j in 0..x.len() {
                    y[j] += scale * w[x.len() - 1 - j];
                }
                y.iter().map(|y| y * y).sum()
            }
            check!(f(0.5, &[1.0, -0.25, 0.75, 0.3], const &[0.5, 2.0, -1.0, 0.25]));
        }

        #[test]
        fn with_an_element_of_the_row_itself() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] w: &[$real]) -> $real {
                let mut y = x.to_vec();
                for j in 1..x.len() {
                    y[j] += y[0] * w[j];
                }
                for j in 0..x.len() - 1 {
                    y[j] -= y[x.len() - 1] * w[j];
                }
                y.iter().map(|y| y * y).sum()
            }
            check!(f(&[1.0, -0.25, 0.75, 0.3], const &[0.5, 2.0, -1.0, 0.25]));
        }

        #[test]
        fn of_sums_so_far() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], z: &[$real], #[constant] w: &[$real]) -> $real {
                let (mut y, mut total, mut rest) = (x.to_vec(), 0.5, 0.0);
                for j in 0..x.len() {
                    y[j] += total * w[j];
                    total += z[j];
                }
                for j in 0..x.len() {
                    rest += z[j];
                    y[j] += rest * w[j];
                }
                y.iter().map(|y| y * y).sum()
            }
            check!(f(&[1.0, -0.25, 0.75, 0.3], &[0.25, 0.5, -0.75, 1.5], const &[0.5, 2.0, -1.0, 0.25]));
        }

        #[test]
        fn of_what_is_overwritten() {
            #[differentiable($($options)*)]
            fn f(scale: $real, x: &[$real], #[constant] w: &[$real]) -> $real {
                let mut y = x.to_vec();
                let mut sum = 0.0;
                for k in 0..3 {
                    for j in 0..x.len() {
                        y[j] = scale * w[j];
                    }
                    for j in 0..x.len() - 1 {
                        y[j] += x[k] * w[j + 1];
                    }
                    sum += y.iter().map(|y| y * y).sum::<$real>();
                }
                sum
            }
            check!(f(0.5, &[1.0, -0.25, 0.75, 0.3], const &[0.5, 2.0, -1.0, 0.25]));
        }

        #[test]
        fn of_shorter_rows() {
            #[differentiable($($options)*)]
            fn f(scale: &[$real], x: &[$real], #[constant] w: &[$real], #[constant] m: usize) -> $real {
                let mut y = x.to_vec();
                for (i, s) in scale.iter().enumerate() {
                    for (y, w) in y.iter_mut().zip(w) {
                        *y += s * w;
                    }
                    for j in 0..m {
                        y[j] += scale[i] * w[j];
                        y[j + m] -= scale[i] * w[2 * j];
                    }
                }
                y.iter().map(|y| y * y).sum()
            }
            check!(f(&[0.5, -0.25], &[1.0, -0.25, 0.75, 0.3, 0.1], const &[0.5, 2.0, -1.0, 0.25], const 2));
        }
    };
}

variants!(programs);
