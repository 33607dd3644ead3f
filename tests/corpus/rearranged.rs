//! Vectors and slices whose elements change places, come and go; the best of an iterator.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn sorted() {
            #[differentiable($($options)*)]
            fn median(x: &[$real]) -> $real {
                let mut v = x.to_vec();
                v.sort_by(|a, b| a.total_cmp(b));
                let n = v.len();
                if n % 2 == 1 { v[n / 2] } else { 0.5 * (v[n / 2 - 1] * v[n / 2]) }
            }
            #[differentiable($($options)*)]
            fn trimmed(x: [$real; 4]) -> $real {
                let mut v: Vec<$real> = x.iter().map(|a| a * a).collect();
                v.sort_unstable_by(|a, b| b.partial_cmp(a).unwrap());
                v.truncate(3);
                v.iter().enumerate().map(|(i, a)| a * (i + 1) as $real).sum::<$real>() / v.len() as $real
            }
            #[differentiable($($options)*)]
            fn in_place(x: &mut [$real], k: usize) {
                x.sort_by(|a, b| (a * a).total_cmp(&(b * b)));
                x.rotate_left(k);
                x[0] *= x[1];
                x.reverse();
                x.rotate_right(1);
            }
            check!(median(&[3.0, 1.0, 2.0]) => [0.0, 0.0, 1.0]);
            check!(median(&[3.0, 1.0, 2.0, 7.0]) => [1.0, 0.0, 1.5, 0.0]);
            check!(trimmed([3.0, -1.0, 2.0, 0.5]));
            check_place!(in_place(&mut [3.0, -1.0, 2.0, 0.5], const 1));
            check_place!(in_place(&mut [3.0, -1.0, 2.0], const 3));
        }

        #[test]
        fn elements_come_and_go() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut v = vec![x, y];
                v.insert(1, x * y);
                let r = v.remove(0);
                v.swap(0, 1);
                v.push(r * r);
                let s = v.swap_remove(0);
                r * s + v[0] * v[1]
            }
            #[differentiable($($options)*)]
            fn resized(x: $real, n: usize) -> $real {
                let mut v = vec![x, x * x];
                v.resize(n, x * 3.0);
                for i in 1..n {
                    v[i] = v[i - 1] * v[i];
                }
                let mut w = v.clone();
                w.reverse();
                v.append(&mut w);
                let tail = v.split_off(1);
                v[0] * tail.iter().sum::<$real>() + w.len() as $real
            }
            check!(f(3.0, 2.0));
            check!(resized(2.0, const 4));
            check!(resized(2.0, const 1));
        }

        #[test]
        fn retained_and_drained() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], limit: $real) -> $real {
                let mut v = x.to_vec();
                v.retain(|a| *a > limit);
                v.extend_from_slice(x);
                v.extend(x.iter().map(|a| a * limit));
                let head: Vec<$real> = v.drain(..2).collect();
                v.dedup_by(|a, b| (*a - *b).abs() < 0.25);
                let mut sum = head[0] * head[1];
                for (i, a) in v.drain(1..).enumerate() {
                    sum += a * a / (i + 1) as $real;
                }
                v.clear();
                sum + v.len() as $real
            }
            check!(f(&[3.0, -1.0, 2.0], 0.5));
            check!(f(&[3.0, 1.0, 1.0], 0.75));
        }

        #[test]
        fn running_median_of_a_window() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], k: usize) -> $real {
                let mut window: Vec<$real> = Vec::new();
                let mut sum = 0.0;
                for v in x {
                    window.push(*v);
                    if window.len() > k {
                        window.remove(0);
                    }
                    let mut ordered = window.clone();
                    ordered.sort_by(|a, b| a.partial_cmp(b).unwrap());
                    let middle = ordered[ordered.len() / 2];
                    sum += middle * middle;
                }
                sum
            }
            check!(f(&[3.0, 1.0, 2.0, 5.0, 4.0], const 3));
        }

        #[test]
        fn best_of_an_iterator() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: $real) -> $real {
                let a = x.iter().copied().reduce($real::max).unwrap_or(y);
                let b = x.iter().filter(|v| **v < 4.0).map(|v| v * y).reduce(|p, q| if p > q { p } else { q });
                let c = x.iter().max_by(|p, q| p.total_cmp(q)).unwrap();
                let d = x
                    .iter()
                    .map(|v| (v - y).abs())
                    .filter(|d| *d > 0.5)
                    .min_by(|p, q| p.partial_cmp(q).unwrap())
                    .unwrap();
                a + b.unwrap_or(0.5) * c * d
            }
            check!(f(&[1.0, 5.0, 2.0], 2.25));
            check!(f(&[6.0, 5.0], 2.25));
        }

        #[test]
        fn tables() {
            const XS: [$real; 4] = [0.0, 1.0, 2.0, 4.0];
            const YS: [$real; 4] = [1.0, 3.0, 2.0, 5.0];
            #[differentiable($($options)*)]
            fn interpolated(x: $real) -> $real {
                let i = match XS.binary_search_by(|p| p.total_cmp(&x)) {
                    Ok(i) => i,
                    Err(i) => i,
                };
                let i = i.clamp(1, XS.len() - 1);
                let t = (x - XS[i - 1]) / (XS[i] - XS[i - 1]);
                YS[i - 1] * (1.0 - t) + YS[i] * t
            }
            #[differentiable($($options)*)]
            fn general(x: $real, xs: &[$real], ys: &[$real]) -> $real {
                let i = xs.partition_point(|p| *p < x).clamp(1, xs.len() - 1);
                let (x0, x1) = (xs[i - 1], xs[i]);
                ys[i - 1] + (ys[i] - ys[i - 1]) * (x - x0) / (x1 - x0)
            }
            check!(interpolated(1.5) => [-1.0]);
            check!(interpolated(3.0) => [1.5]);
            check!(general(1.5, &[0.0, 1.0, 2.5], &[1.0, 3.0, 2.0]));
        }

        #[test]
        fn vectors_that_follow_each_other() {
            #[differentiable($($options)*)]
            fn swapped(x: &[$real], k: $real, steps: usize) -> $real {
                let mut now = x.to_vec();
                let mut next = now.clone();
                for _ in 0..steps {
                    for i in 1..now.len() - 1 {
                        next[i] = now[i] + k * (now[i - 1] - 2.0 * now[i] + now[i + 1]);
                    }
                    std::mem::swap(&mut now, &mut next);
                }
                now.iter().map(|v| v * v).sum()
            }
            #[differentiable($($options)*)]
            fn replaced(x: &[$real], n: usize) -> $real {
                let mut v = x.to_vec();
                let mut sum = 0.0;
                for k in 0..n {
                    let mut new = Vec::with_capacity(v.len());
                    for s in 0..v.len() {
                        new.push(v[s] * v[0]);
                    }
                    if k % 2 == 0 {
                        new.push(v[1]);
                    }
                    sum += v.iter().sum::<$real>();
                    v = new;
                }
                v[0] * sum + v[v.len() - 1]
            }
            check!(swapped(&[1.0, 2.0, 4.0, 7.0], 0.125, const 3));
            check!(replaced(&[1.25, 2.0], const 3));
            check!(replaced(&[1.25, 2.0], const 1));
        }

        #[test]
        fn rows_that_change_places() {
            #[differentiable($($options)*)]
            fn f(mut rows: Vec<Vec<$real>>, k: $real) -> $real {
                if rows[1][0] > rows[0][0] {
                    rows.swap(0, 1);
                }
                rows[0][1] *= k;
                rows.swap(1, 2);
                rows[0][0] * rows[0][1] + rows[1][0] * rows[2][1]
            }
            check!(f(vec![vec![0.5, 2.0], vec![3.0, 1.0], vec![1.5, 0.25]], 1.5));
        }

        #[test]
        fn indices_in_the_order_of_what_they_name() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], w: &[$real]) -> $real {
                let mut up: Vec<usize> = (0..x.len()).collect();
                up.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
                let mut down = (0..x.len()).collect::<Vec<_>>();
                down.sort_unstable_by(|&a, &b| x[b].partial_cmp(&x[a]).unwrap());
                down.truncate(2);
                let ranked: $real = up.iter().enumerate().map(|(rank, &i)| x[i] * w[rank]).sum();
                ranked + down.iter().map(|&i| x[i] * w[i]).sum::<$real>()
            }
            check!(f(&[0.25, 0.75, 0.5], &[1.0, 2.0, 3.0]));
        }
    };
}

variants!(programs);
