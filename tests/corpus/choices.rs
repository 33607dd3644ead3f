//! Sums that a branch then takes or leaves: the loops behind them have nothing to pass on where it leaves them.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn the_nearest() {
            #[differentiable($($options)*)]
            fn f(points: &[$real], centres: &[$real], d: usize) -> $real {
                let mut total = 0.0;
                for point in points.chunks_exact(d) {
                    let mut least = 1e9;
                    for centre in centres.chunks_exact(d) {
                        let mut distance = 0.0;
                        for j in 0..d {
                            distance += (point[j] - centre[j]) * (point[j] - centre[j]);
                        }
                        if distance < least {
                            least = distance;
                        }
                    }
                    total += least;
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5, -1.0, 0.25], &[1.0, 2.0, -0.5, 0.125, 0.5, 0.0], const 2));
        }

        #[test]
        fn the_nearest_by_min() {
            #[differentiable($($options)*)]
            fn f(point: &[$real], centres: &[$real]) -> $real {
                let d = point.len();
                let mut least: $real = 1e9;
                for i in 0..centres.len() / d {
                    let mut distance = 0.0;
                    for j in 0..d {
                        distance += (point[j] - centres[i * d + j]).powi(2);
                    }
                    least = distance.min(least);
                }
                least
            }
            check!(f(&[0.5, -0.25], &[1.0, 2.0, -0.5, 0.125, 0.5, 0.0, 0.25, 0.25]));
        }

        #[test]
        fn a_margin() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real], b: $real) -> $real {
                let mut loss = 0.0;
                for row in x.chunks_exact(w.len()) {
                    let mut z = b;
                    for j in 0..row.len() {
                        z += w[j] * row[j];
                    }
                    if z >= 1.0 {
                        loss += 0.125;
                    } else {
                        loss += 1.0 - z;
                    }
                }
                loss
            }
            check!(f(&[0.5, -0.25], &[1.0, 2.0, -0.5, 0.125, 3.5, 0.0, 4.25, 0.25], 0.25));
        }

        #[test]
        fn a_sum_that_is_used_again() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real]) -> $real {
                let mut total = 0.0;
                for row in x.chunks_exact(w.len()) {
                    let mut z = 0.0;
                    for j in 0..row.len() {
                        z += w[j] * row[j];
                    }
                    total += z.max(0.5) + z * z;
                }
                total
            }
            check!(f(&[0.5, -0.25], &[1.0, 2.0, -0.5, 0.125, 3.5, 0.0, 4.25, 0.25]));
        }

        #[test]
        fn two_sums_of_one_loop() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real]) -> $real {
                let mut total = 0.0;
                for row in x.chunks_exact(w.len()) {
                    let (mut s, mut t) = (0.0, 0.0);
                    for j in 0..row.len() {
                        s += w[j] * row[j];
                        t += w[j] - row[j];
                    }
                    total += if s > 0.25 { s } else { 0.5 };
                    total += if t > 0.0 { 0.5 } else { t };
                }
                total
            }
            check!(f(&[0.5, -0.25], &[1.0, 2.0, -0.5, 0.125, 3.5, 0.0, 4.25, 0.25, -2.0, -1.5]));
        }

        #[test]
        fn a_sum_of_several_choices() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real], y: $real) -> $real {
                let mut total = 0.0;
                for row in x.chunks_exact(w.len()) {
                    let mut z = 0.0;
                    for j in 0..row.len() {
                        z += w[j] * row[j] * y;
                    }
                    total += if z > 0.25 { z } else { 0.5 };
                    total += if z > 0.75 { 0.5 } else { z * y };
                }
                total
            }
            check!(f(&[0.5, -0.25], &[1.0, 2.0, -0.5, 0.125, 3.5, 0.0, 4.25, 0.25, -2.0, -1.5], 1.25));
        }

        #[test]
        fn a_recurrence() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], limit: $real) -> $real {
                let mut best = limit;
                for n in 0..w.len() {
                    let mut level = 0.25;
                    for j in 0..n {
                        level = 0.5 * level + w[j];
                    }
                    if level > best {
                        best = level;
                    }
                }
                best
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5, -1.0, 0.25], 0.125));
        }

        #[test]
        fn a_recurrence_with_a_sum() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], rate: $real) -> $real {
                let mut total = 0.0;
                for n in 0..w.len() {
                    let mut level = rate;
                    let mut sum = 0.0;
                    for j in 0..n {
                        level = 0.5 * level + w[j];
                        sum += rate * w[j];
                    }
                    total += if level > 0.5 { level } else { 0.25 } + sum;
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5, -1.0, 0.25], 0.125));
        }

        #[test]
        fn memory_that_is_given_away() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real]) -> $real {
                let n = w.len();
                let mut total = 0.0;
                let mut scaled = vec![0.0; n];
                for row in x.chunks_exact(n) {
                    let mut z = 0.0;
                    for j in 0..n {
                        z += w[j] * row[j];
                    }
                    let z = if z > 0.25 { z } else { 0.5 };
                    for j in 0..n {
                        scaled[j] = row[j] * z;
                    }
                    for j in 0..n {
                        total += scaled[j] * w[j];
                    }
                }
                total
            }
            check!(f(&[0.5, -0.25], &[1.0, 2.0, -0.5, 0.125, 3.5, 0.0, 4.25, 0.25, -2.0, -1.5]));
        }

        #[test]
        fn a_recurrence_beside_a_sum() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], #[constant] c: &[$real], rate: $real) -> $real {
                let mut total = 0.0;
                for n in 0..w.len() {
                    let mut level = 0.25;
                    let mut sum = 0.0;
                    for j in 0..n {
                        level = 0.5 * level + w[j];
                        sum += rate * c[j];
                    }
                    total += if level > 0.5 { level } else { 0.25 };
                    total += sum;
                }
                total
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5, -1.0, 0.25], const &[1.0, 2.0, 0.5, -1.0, 0.25, 3.0], 0.125));
        }

        #[test]
        fn the_greatest_of_records() {
            // What an inner loop has kept is taken from its tape, whether it counts or not.
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: &[$real]) -> $real {
                let mut best = 0.1;
                for row in x.chunks_exact(w.len()) {
                    let mut z = 0.0;
                    for j in 0..row.len() {
                        z += (w[j] * row[j]).sin();
                    }
                    if z > best {
                        best = z;
                    }
                }
                best
            }
            check!(f(&[0.5, -0.25], &[1.0, 2.0, 3.5, 0.125, 3.0, 0.0, 0.25, 0.25, -2.0, -1.5]));
        }
    };
}

variants!(programs);
