//! Searches: the first element for which something holds, the largest one with its number, and what is made of them.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn the_first_above() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], at: $real) -> $real {
                let first = x.iter().find(|x| **x > at).copied().unwrap_or(0.5);
                let last = x.iter().rev().skip(1).find(|&&x| x > at);
                match last {
                    Some(last) => first * first * last + at,
                    None => first.sin(),
                }
            }
            check!(f(&[0.25, 0.75, 1.25, 0.5], 0.6));
            check!(f(&[0.25, 0.75, 1.25, 0.5], 2.0));
            check!(f(&[], 2.0));
        }

        #[test]
        fn an_index_that_is_found() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], at: $real) -> $real {
                let up = (1..x.len()).find(|&i| x[i] > at).unwrap_or(0);
                let down = (1..x.len()).rev().find(|&i| x[i] > at).unwrap_or(0);
                let even = (0..x.len()).step_by(2).find(|&i| x[i] > at).unwrap_or(0);
                x[up] * x[down] * x[even] * (up + 10 * down + 100 * even) as $real
            }
            check!(f(&[0.25, 0.75, 1.25, 0.5, 0.875], 0.6));
            check!(f(&[0.25, 0.75], 0.9));
        }

        #[test]
        fn pairs_that_are_found() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real], at: $real) -> $real {
                let mut sum = 0.0;
                if let Some((a, b)) = x.iter().zip(y).rev().find(|(a, _)| **a > at) {
                    sum += a * b;
                }
                let square = x.iter().map(|x| x * x).enumerate().skip(1).step_by(2).find(|(_, x)| *x > at * at);
                let (number, square) = square.unwrap_or((7, at));
                sum + square * number as $real
            }
            check!(f(&[0.25, 0.75, 1.25, 0.5], &[0.3, 0.2, 0.1, 0.7], 0.6));
            check!(f(&[0.25, 0.75, 1.25], &[0.3, 0.2, 0.1, 0.7], 0.9));
        }

        #[test]
        fn a_segment_of_a_table() {
            #[differentiable($($options)*)]
            fn f(rows: &[[$real; 2]], at: $real) -> $real {
                let segment = rows.windows(2).find(|w| w[0][0] <= at && at < w[1][0]);
                let Some([a, b]) = segment else { return at * at };
                let t = (at - a[0]) / (b[0] - a[0]);
                a[1] + t * (b[1] - a[1])
            }
            check!(f(&[[0.0, 1.0], [1.0, 3.0], [2.0, 7.0]], 1.25));
            check!(f(&[[0.0, 1.0], [1.0, 3.0], [2.0, 7.0]], 5.0));
        }

        #[test]
        fn the_first_that_can_be_made() {
            #[differentiable($($options)*)]
            fn f(rows: &[($real, $real)], at: $real) -> $real {
                let found = rows.windows(2).find_map(|w| {
                    (w[0].0 <= at && at < w[1].0).then(|| {
                        let t = (at - w[0].0) / (w[1].0 - w[0].0);
                        w[0].1 * (1.0 - t) + w[1].1 * t
                    })
                });
                let chunk = rows.chunks(2).find_map(|c| if c[0].1 > at { Some(c[0].0 * at) } else { None });
                found.unwrap_or(at) + chunk.unwrap_or_default()
            }
            check!(f(&[(0.0, 1.0), (1.0, 3.0), (2.0, 7.0)], 1.25));
            check!(f(&[(0.0, 1.0), (1.0, 3.0), (2.0, 7.0)], 9.0));
        }

        #[test]
        fn a_search_with_effects_runs_once() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], at: $real) -> $real {
                let mut seen = 0.0;
                let squares = x.iter().map(|x| {
                    seen += x;
                    x * x
                });
                let mut squares = squares;
                let found = squares.find(|x| *x > at).unwrap_or(at);
                found * seen
            }
            check!(f(&[0.25, 0.75, 1.25, 0.5], 0.5));
            check!(f(&[0.25, 0.75], 4.0));
        }

        #[test]
        fn the_next_of_a_chain() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real], at: $real) -> $real {
                let mut sum = 0.0;
                for (i, x) in x.iter().enumerate() {
                    if let Some(y) = y.iter().skip(i).filter(|y| *y > x).map(|y| y * at).next() {
                        sum += y * x;
                    }
                    if let Some(y) = y.iter().take(i + 1).filter_map(|y| (y > x).then_some(y * y)).next() {
                        sum += y / x;
                    }
                }
                sum
            }
            check!(f(&[0.25, 0.75, 1.25], &[0.3, 0.9, 0.1, 0.7], 0.6));
        }

        #[test]
        fn a_row_with_its_number() {
            #[differentiable($($options)*)]
            fn f(x: &[[$real; 3]; 3]) -> $real {
                let mut rows = *x;
                let mut sum = 0.0;
                for k in 0..3 {
                    let largest = rows
                        .iter()
                        .enumerate()
                        .skip(k)
                        .max_by(|(_, a), (_, b)| a[k].abs().total_cmp(&b[k].abs()));
                    let (pivot, _) = largest.unwrap();
                    rows.swap(k, pivot);
                    let row = rows[k];
                    sum += row[k].abs().ln();
                    for below in &mut rows[k + 1..] {
                        let factor = below[k] / row[k];
                        for (a, b) in below.iter_mut().zip(row) {
                            *a -= factor * b;
                        }
                    }
                }
                sum
            }
            check!(f(&[[0.125, 2.0, 0.25], [1.5, -0.25, 0.75], [0.5, 0.875, 3.0]]));
        }

        #[test]
        fn the_best_row() {
            #[differentiable($($options)*)]
            fn f(rows: &[[$real; 2]], at: $real) -> $real {
                let best = rows.iter().min_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
                let (number, far) = rows.iter().enumerate().fold((0, &rows[0]), |(i, best), (j, row)| {
                    if row[1] > best[1] { (j, row) } else { (i, best) }
                });
                best[0] * best[1] * at + far[0] * far[1] * number as $real
            }
            check!(f(&[[0.5, 1.0], [0.25, 3.0], [2.0, 7.0], [1.0, 0.5]], 1.25));
        }

        #[test]
        #[should_panic(expected = "None")]
        fn nothing_is_found() {
            #[differentiable($($options)*)]
            fn f(rows: &[[$real; 2]], skipped: usize) -> $real {
                let best = rows.iter().skip(skipped).max_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
                best[0] * best[1]
            }
            f::grad(&[[0.5, 1.0], [0.25, 3.0]], 2);
        }

        #[test]
        #[should_panic(expected = "None")]
        fn no_number_is_found() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], at: $real) -> $real {
                let first = x.iter().find(|x| **x > at).unwrap();
                first * at
            }
            f::grad(&[0.5, 1.0], 2.0);
        }
    };
}

variants!(programs);
