//! `for` over slices, arrays and `Vec`s, by reference, by value and in place.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn over_a_slice() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut p = 1.0;
                for v in x {
                    p = p * v + v;
                }
                p
            }
            check!(f(&[2.0, 3.0, 0.5]));
            check!(f(&[2.0]) => [2.0]);
        }

        #[test]
        fn over_references_taken_apart() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], pairs: &[($real, $real)]) -> $real {
                let mut sum = 0.0;
                for &v in x.iter() {
                    sum += v * v;
                }
                for &(a, b) in pairs {
                    sum += a * b;
                }
                for (a, b) in pairs {
                    sum *= a + b;
                }
                sum
            }
            check!(f(&[2.0, 3.0], &[(1.0, 2.0), (0.5, 0.25)]));
        }

        #[test]
        fn over_an_array_by_value() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 3], y: $real) -> $real {
                let mut sum = y;
                for v in x {
                    sum = sum * v;
                }
                for v in [y, 2.0, y * y] {
                    sum += v;
                }
                sum
            }
            check!(f([2.0, 3.0, 0.5], 4.0) => [6.0, 4.0, 24.0, 12.0]);
        }

        #[test]
        fn over_a_local_vector() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let parts = vec![x, x * x, 3.0];
                let mut product = 1.0;
                for part in &parts {
                    product *= part;
                }
                let mut sum = 0.0;
                for part in parts {
                    sum += part;
                }
                product * sum
            }
            check!(f(2.0) => [444.0]);
        }

        #[test]
        fn in_place() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 3], scale: $real) -> $real {
                let mut y = x;
                for v in y.iter_mut() {
                    *v = *v * *v * scale;
                }
                for v in &mut y {
                    *v += scale;
                }
                y[0] * y[1] + y[2]
            }
            check!(f([1.0, 2.0, 3.0], 0.5));
        }

        #[test]
        fn in_place_with_an_index() {
            #[differentiable($($options)*)]
            fn f(y: &mut [$real], x: &[$real]) {
                for (i, v) in y.iter_mut().enumerate() {
                    *v *= x[i] + i as $real;
                }
            }
            check_place!(f(&mut [1.0, 2.0], &[3.0, 4.0]) => [
                3.0, 0.0, 1.0, 0.0,
                0.0, 5.0, 0.0, 2.0,
            ]);
        }

        #[test]
        fn in_place_from_another() {
            #[differentiable($($options)*)]
            fn f(y: &mut [$real], x: &[$real], a: $real) {
                for (v, w) in y.iter_mut().zip(x) {
                    *v = a * *v * w + *v;
                }
            }
            check_place!(f(&mut [1.0, 2.0], &[3.0, 4.0], 0.5));
        }

        #[test]
        fn enumerated() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut sum = 0.0;
                for (i, v) in x.iter().enumerate() {
                    sum += v.powi(i as i32) * (i + 1) as $real;
                }
                sum
            }
            check!(f(&[2.0, 3.0, 4.0]) => [0.0, 2.0, 24.0]);
        }

        #[test]
        fn zipped() {
            #[differentiable($($options)*)]
            fn f(a: &[$real], b: &[$real], c: [$real; 2]) -> $real {
                let mut sum = 0.0;
                for (x, y) in a.iter().zip(b) {
                    sum += x * y;
                }
                for ((x, y), &z) in a.iter().zip(b.iter()).zip(c.iter()) {
                    sum *= x * y * z;
                }
                sum
            }
            check!(f(&[1.0, 2.0], &[3.0, 4.0], [5.0, 0.25]));
        }

        #[test]
        fn zipped_with_different_lengths() {
            #[differentiable($($options)*)]
            fn f(a: &[$real], b: &[$real]) -> $real {
                let mut sum = 0.0;
                for (x, y) in a.iter().zip(b) {
                    sum += x * x * y;
                }
                sum
            }
            check!(f(&[1.0, 2.0, 3.0], &[4.0]) => [8.0, 0.0, 0.0, 1.0]);
            check!(f(&[1.0], &[4.0, 5.0]) => [8.0, 1.0, 0.0]);
        }

        #[test]
        fn zipped_with_a_range() {
            #[differentiable($($options)*)]
            fn f(a: &[$real], x: $real) -> $real {
                let mut sum = x;
                for (k, v) in (1..10).zip(a) {
                    sum = sum * v / k as $real;
                }
                sum
            }
            check!(f(&[2.0, 3.0], 4.0) => [6.0, 4.0, 3.0]);
        }

        #[test]
        fn reduced() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let largest = x.iter().copied().reduce(<$real>::max).unwrap_or(0.5);
                let product = x.iter().copied().filter(|&x| x > 1.0).reduce(|a, b| a * b).unwrap_or(0.25);
                largest * product
            }
            check!(f(&vec![1.5, 3.0, 2.0, 0.5]) => [18.0, 18.0, 13.5, 0.0]);
            check!(f(&vec![0.5, 0.75]) => [0.0, 0.25]);
        }

        #[test]
        fn the_extreme_of_what_a_filter_lets_through() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let squares = x.iter().filter(|x| x.abs() > 1.0).map(|x| x * x);
                let least = squares.clone().min_by(|a, b| a.total_cmp(b)).unwrap_or(0.0);
                let most = squares.max_by(|a, b| a.total_cmp(b)).unwrap_or(0.0);
                most * least
            }
            check!(f(&vec![0.5, 2.0, -3.0, 1.5]) => [0.0, 0.0, -13.5, 27.0]);
            check!(f(&vec![0.5, 2.0]) => [0.0, 32.0]);
            check!(f(&vec![0.5, 0.25]) => [0.0, 0.0]);
        }

        #[test]
        fn positions_that_are_computed_with() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], k: &[$real; 3]) -> $real {
                let mut total = 0.0;
                for at in 0..x.len() {
                    for (i, weight) in k.iter().enumerate() {
                        let from = (at + i).saturating_sub(1).min(x.len() - 1);
                        total += weight * x[from] * x[at];
                    }
                }
                total + (0..3_usize).map(|i| k[i] * x[i.pow(2).min(x.len() - 1)]).sum::<$real>()
            }
            check!(f(&vec![1.0, 2.0, 3.0], &[0.25, 0.5, 0.125]));
        }

        #[test]
        fn options_of_constants() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] keys: &[i32], k: i32) -> $real {
                let found = keys.iter().position(|&one| one == k).map_or(0.0, |i| x[i] * x[i]);
                let next = keys.iter().position(|&one| one == k + 1).map(|i| x[i].sin()).unwrap_or(x[0]);
                let most = keys.iter().copied().max().map_or_else(|| x[1], |m| x[0] * m as $real);
                let last = keys.last().map_or(x[1], |&last| x[1] * last as $real);
                found + next * most + last
            }
            check!(f(&[1.5, 2.0, 0.25], const &[4, 5, 6], const 5));
            check!(f(&[1.5, 2.0, 0.25], const &[4, 5, 6], const 6));
            check!(f(&[1.5, 2.0, 0.25], const &[], const 4) => [2.0, 2.5, 0.0]);
        }

        #[test]
        fn as_long_as_what_it_was_collected_from() {
            #[differentiable($($options)*)]
            fn f(logits: &[$real]) -> $real {
                let most = logits.iter().copied().fold(<$real>::NEG_INFINITY, <$real>::max);
                let mut w: Vec<$real> = logits.iter().map(|&l| (l - most).exp()).collect();
                let total: $real = w.iter().sum();
                for one in &mut w {
                    *one /= total;
                }
                w[0] * w[1]
            }
            check!(f(&[0.25, 0.5, 0.125]));
        }

        #[test]
        fn a_queue() {
            use std::collections::VecDeque;
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] n: usize) -> $real {
                let mut window = VecDeque::with_capacity(n);
                let mut total = 0.0;
                for &v in x {
                    if window.len() == n {
                        total -= window.pop_front().unwrap_or(0.0);
                    }
                    window.push_back(v * v);
                    total += window.iter().sum::<$real>() / window.len() as $real * window[0];
                }
                window.push_front(x[0]);
                total * window.front().unwrap() + window.back().unwrap()
            }
            check!(f(&[0.3, 0.7, 1.1, -0.4], const 2));
        }

        #[test]
        fn vectors_taken_and_replaced() {
            #[differentiable($($options)*)]
            fn taken(x: &[$real]) -> $real {
                let mut current = x.to_vec();
                let mut total = 0.0;
                for i in 0..3 {
                    let old = std::mem::take(&mut current);
                    total += old.iter().map(|v| v * v).sum::<$real>();
                    current = old.iter().map(|v| v * 1.5 + i as $real).collect();
                }
                total + current.iter().sum::<$real>()
            }
            check!(taken(&[0.3, 0.7]));
            #[differentiable($($options)*)]
            fn replaced(x: &[$real]) -> $real {
                let mut current = x.to_vec();
                let mut total = 0.0;
                for _ in 0..3 {
                    let next: Vec<$real> = current.iter().map(|v| v.sin()).collect();
                    let old = std::mem::replace(&mut current, next);
                    total += old[0] * current[1];
                }
                total
            }
            check!(replaced(&[0.3, 0.7]));
        }

        #[test]
        fn a_box() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let product = Box::new(x * y);
                *product * x
            }
            check!(f(3.0, 5.0) => [30.0, 9.0]);
        }

        #[test]
        fn text_on_the_way() {
            use std::fmt::Write;
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut log = String::new();
                write!(log, "{x}").unwrap();
                writeln!(&mut log, "{:.3}", x * x).expect("a string takes it");
                x * x
            }
            check!(f(3.0) => [6.0]);
        }
    };
}

variants!(programs);
