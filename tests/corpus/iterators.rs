//! Iterator chains: lazily built, closed by `sum`, `product`, `fold`, `for_each`, `collect` and the searches.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn sum_of_products() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real]) -> $real {
                x.iter().zip(y).map(|(a, b)| a * b).sum()
            }
            check!(f(&[1.0, 2.0], &[3.0, 4.0]) => [3.0, 4.0, 1.0, 2.0]);
            check!(f(&[1.0], &[3.0, 4.0]) => [3.0, 1.0, 0.0]);
        }

        #[test]
        fn sum_with_a_type() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mean = x.iter().sum::<$real>() / x.len() as $real;
                x.iter().map(|v| (v - mean).powi(2)).sum::<$real>() / (x.len() - 1) as $real
            }
            check!(f(&[1.0, 2.0, 6.0]) => [-2.0, -1.0, 3.0]);
        }

        #[test]
        fn fold_of_arrays() {
            #[differentiable($($options)*)]
            fn f(p: &[$real], q: &[$real]) -> $real {
                let products = (0..p.len()).fold([1.0, 0.5], |[u, v], i| [u * p[i] + v, v + q[i] * u]);
                let (last, sum) = p.iter().fold(([0.0; 3], 0.0), |(mut history, sum), &x| {
                    history.rotate_left(1);
                    history[2] = x * sum + 1.0;
                    (history, sum + x)
                });
                let swapped = q.iter().fold([p[0], p[1]], |state, &x| if x > 0.0 { [state[1], state[0] * x] } else { state });
                products[0] * products[1] + last[1] * sum + last[2] + swapped[0] * swapped[1]
            }
            check!(f(&[0.3, 0.7, -0.2], &[0.5, -0.9, 1.3]));
        }

        #[test]
        fn product() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                x.iter().product::<$real>() + x.iter().copied().product::<$real>()
            }
            check!(f(&[2.0, 3.0, 5.0]) => [30.0, 20.0, 12.0]);
            check!(f(&[2.0, 0.0, 5.0]) => [0.0, 20.0, 0.0]);
        }

        #[test]
        fn fold() {
            #[differentiable($($options)*)]
            fn horner(c: &[$real], x: $real) -> $real {
                c.iter().fold(0.0, |acc, a| acc * x + a)
            }
            #[differentiable($($options)*)]
            fn with_a_pair(x: &[$real]) -> $real {
                let (sum, squares) = x.iter().fold((0.0, 0.0), |(s, q), v| (s + v, q + v * v));
                squares - sum * sum
            }
            check!(horner(&[1.0, 2.0, 3.0], 2.0) => [4.0, 2.0, 1.0, 6.0]);
            check!(with_a_pair(&[1.0, 2.0, 4.0]));
        }

        #[test]
        fn fold_with_a_function_item() {
            #[differentiable($($options)*)]
            fn largest(x: &[$real]) -> $real {
                x.iter().copied().fold($real::NEG_INFINITY, $real::max)
            }
            #[differentiable($($options)*)]
            fn logarithms(x: &[$real]) -> $real {
                x.iter().copied().map($real::ln).sum()
            }
            check!(largest(&[1.0, 4.0, 3.0]) => [0.0, 1.0, 0.0]);
            check!(logarithms(&[1.0, 4.0, 0.5]) => [1.0, 0.25, 2.0]);
        }

        #[test]
        fn enumerate_skip_take() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                x.iter().enumerate().skip(1).take(2).map(|(i, v)| v * v * i as $real).sum()
            }
            check!(f(&[1.0, 2.0, 3.0, 4.0]) => [0.0, 4.0, 12.0, 0.0]);
        }

        #[test]
        fn reversed_and_stepped() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                x.iter().rev().step_by(2).zip(1..).map(|(v, k)| v * k as $real).sum()
            }
            check!(f(&[1.0, 2.0, 3.0, 4.0, 5.0]) => [3.0, 0.0, 2.0, 0.0, 1.0]);
        }

        #[test]
        fn filtered() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                x.iter().filter(|v| **v > 0.0).map(|v| v * v).sum()
            }
            check!(f(&[1.0, -2.0, 3.0]) => [2.0, 0.0, 6.0]);
            check!(f(&[-1.0]) => [0.0]);
        }

        #[test]
        fn ranges() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                (0..n).map(|i| x.powi(i as i32)).sum::<$real>() * (1..=3).map(|k| x / k as $real).product::<$real>()
            }
            check!(f(2.0, const 3));
            check!(f(2.0, const 0) => [0.0]);
        }

        #[test]
        fn windows_and_chunks() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                x.windows(2).map(|w| w[0] * w[1]).sum::<$real>()
                    + x.chunks(2).map(|c| c.iter().product::<$real>()).sum::<$real>()
            }
            check!(f(&[1.0, 2.0, 3.0]) => [4.0, 5.0, 3.0]);
        }

        #[test]
        fn nested_chains() {
            #[differentiable($($options)*)]
            fn f(rows: &[[$real; 2]], x: &[$real; 2]) -> $real {
                rows.iter().map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum::<$real>().powi(2)).sum::<$real>().sqrt()
            }
            check!(f(&[[1.0, 2.0], [3.0, 4.0]], &[0.5, 0.25]));
        }

        #[test]
        fn collected() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let squares: Vec<$real> = x.iter().map(|v| v * v).collect();
                let total: $real = squares.iter().sum();
                squares.iter().zip(x).map(|(s, v)| s / total * v).sum()
            }
            check!(f(&[1.0, 2.0, 3.0]));
        }

        #[test]
        fn collected_result() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], a: $real) -> Vec<$real> {
                x.iter().map(|v| a * v + 1.0).collect()
            }
            check_map!(f(&[1.0, 2.0], 3.0) => [3.0, 0.0, 1.0, 0.0, 3.0, 2.0]);
        }

        #[test]
        fn for_each() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: $real) -> $real {
                let mut product = y;
                x.iter().for_each(|v| product *= v);
                let mut squares = [0.0; 2];
                squares.iter_mut().zip(x).for_each(|(s, v)| *s = v * v);
                product + squares[0] * squares[1]
            }
            check!(f(&[2.0, 3.0], 0.5) => [37.5, 25.0, 6.0]);
        }

        #[test]
        fn extremes() {
            #[differentiable($($options)*)]
            fn max(x: &[$real]) -> $real {
                *x.iter().max_by(|a, b| a.total_cmp(b)).unwrap()
            }
            #[differentiable($($options)*)]
            fn min(x: &[$real]) -> $real {
                x.iter().copied().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap()
            }
            check!(max(&[1.0, 4.0, 3.0]) => [0.0, 1.0, 0.0]);
            check!(min(&[1.0, 4.0, -3.0]) => [0.0, 0.0, 1.0]);
        }

        #[test]
        fn positions_and_constants() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] chosen: &[usize]) -> $real {
                let first_negative = x.iter().position(|v| *v < 0.0).unwrap_or(0);
                (0..x.len()).filter(|i| !chosen.contains(i)).map(|i| x[i] * x[first_negative]).sum()
            }
            check!(f(&[2.0, -3.0, 5.0], const &[2]) => [-3.0, -4.0, 0.0]);
        }

        #[test]
        fn array_from_function() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let powers: [$real; 4] = std::array::from_fn(|i| x.powi(i as i32));
                let squares = powers.map(|p| p * p);
                squares[3] + squares.iter().sum::<$real>() + powers[1]
            }
            check!(f(2.0) => [421.0]);
        }

        #[test]
        fn cloned_and_copied() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                x.iter().cloned().map(|v| v * v).sum::<$real>() - x.to_vec().into_iter().map(|v| 2.0 * v).sum::<$real>()
            }
            check!(f(&[1.0, 3.0]) => [0.0, 4.0]);
        }

        #[test]
        fn flat_map() {
            #[differentiable($($options)*)]
            fn f(rows: &[Vec<$real>], x: $real) -> $real {
                rows.iter().flat_map(|row| row.iter()).map(|v| v * x).sum::<$real>()
                    + rows.iter().flatten().map(|v| v * v).sum::<$real>()
            }
            check!(f(&[vec![1.0, 2.0], vec![], vec![3.0]], 4.0) => [6.0, 8.0, 10.0, 6.0]);
        }

        #[test]
        fn lazy_iterator_cloned() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: $real) -> $real {
                let scaled = x.iter().map(|v| v * y);
                let sum: $real = scaled.clone().sum();
                scaled.map(|v| v / sum).map(|p| p * p).sum()
            }
            check!(f(&[1.0, 2.0, 3.0], 0.5));
        }

        #[test]
        fn filtered_and_mapped_at_once() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real]) -> $real {
                let total: $real =
                    x.iter().zip(y).filter_map(|(a, b)| if *a > 0.4 { Some(a * b) } else { None }).sum();
                let kept: Vec<$real> = x.iter().filter_map(|&a| (a > 0.4).then(|| a.sin())).collect();
                let beyond: $real = (0..x.len()).filter_map(|i| y.get(i + 1).map(|v| v * x[i])).sum();
                let first: $real = x.iter().map_while(|&v| if v < 0.6 { Some(v * v) } else { None }).sum();
                total * kept[0] + beyond * first
            }
            check!(f(&[0.25, 0.5, 0.75], &[1.0, 2.0, 3.0]));
        }

        #[test]
        fn options_among_the_elements() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], k: $real) -> $real {
                let parts: Vec<Option<$real>> = vec![Some(x[0] * k), None, Some(x[1])];
                parts.iter().flatten().map(|v| v * v).sum::<$real>() + parts[0].unwrap_or(k)
            }
            check!(f(&[0.25, 0.5], 1.5));
        }

        #[test]
        fn with_a_state() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], k: $real) -> $real {
                let smooth: Vec<$real> = x
                    .iter()
                    .scan(0.0, |state, &v| {
                        *state += k * (v - *state);
                        Some(*state)
                    })
                    .collect();
                let powers: $real = x
                    .iter()
                    .scan(k, |s, v| {
                        *s *= v;
                        if *s < 0.08 { None } else { Some(*s) }
                    })
                    .sum();
                smooth.iter().map(|s| s * s).sum::<$real>() + powers
            }
            check!(f(&[0.25, 0.5, 0.75], 0.5));
        }

        #[test]
        fn one_after_the_other() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real], z: $real) -> $real {
                let squares: $real = x.iter().chain(y).map(|v| v * v).sum();
                let most = x.iter().chain(y.iter()).copied().fold(<$real>::NEG_INFINITY, <$real>::max);
                let all: Vec<$real> = x.iter().chain(y).copied().collect();
                let weighted: $real =
                    x.iter().chain(y.iter()).enumerate().map(|(i, v)| i as $real * v * z).sum();
                squares * most + all[1] * all[3] + weighted
            }
            check!(f(&[0.25, 0.5, 0.75], &[1.0, 2.0, 3.0], 0.5));
        }

        #[test]
        fn collected_from_iterators_inside() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], n: usize) -> $real {
                let all: Vec<$real> =
                    (0..n).flat_map(|i| x.iter().map(move |v| v * i as $real)).collect();
                all.iter().map(|v| v.sin()).sum()
            }
            check!(f(&[0.25, 0.5], const 3));
        }

        #[test]
        fn a_loop_over_one_after_the_other() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real]) -> $real {
                let mut total = 0.0;
                for v in x.iter().chain(y) {
                    total = total * 0.5 + v * v;
                }
                total
            }
            check!(f(&[0.25, 0.5], &[0.75]));
        }

        #[test]
        fn one_element_of_many() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let (at, largest) =
                    x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
                let last = x.iter().map(|v| v * v).last().unwrap();
                let second = x.iter().rev().nth(1).copied().unwrap_or(0.0);
                let none = x.iter().nth(9).copied().unwrap_or(second);
                at as $real * largest + last * second + none
            }
            check!(f(&[0.3, 1.7, 1.2, -0.5]));
        }

        #[test]
        fn two_vectors_of_one_chain() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: &[$real]) -> $real {
                let (products, sums): (Vec<$real>, Vec<$real>) =
                    x.iter().zip(y).map(|(a, b)| (a * b, a + b)).unzip();
                let first: $real = std::iter::once(x[0]).chain([1.0, y[1]]).map(|v| v * v).sum();
                products.iter().zip(&sums).map(|(p, s)| p * s).sum::<$real>() * first
            }
            check!(f(&[0.3, 1.7], &[1.2, -0.5]));
        }

        #[test]
        fn a_whole_and_its_parts() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let both @ (a, _) = (x * y, y);
                a * both.1 + both.0
            }
            check!(f(3.0, 5.0) => [30.0, 33.0]);
        }
    };
}

variants!(programs);
