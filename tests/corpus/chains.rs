//! Chains of iterators of every kind: stages that count, iterators that are stepped through, made of functions, one after the other.

use std::iter::{self, from_fn, once, repeat, successors, zip};

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn on_split_first() {
            #[differentiable($($options)*)]
            fn split_first(x: &[$real]) -> $real {
                let shared = || {
                    let (&first, rest) = x.split_first()?;
                    Some(rest.iter().fold(first, |a, &b| a * b + first))
                };
                shared().unwrap_or(0.5)
            }
            check!(split_first(&vec![2.0, 3.0, 5.0]) => [21.0, 10.0, 8.0]);
        }

        #[test]
        fn on_split_first_unwrap() {
            #[differentiable($($options)*)]
            fn split_first_unwrap(x: &[$real]) -> $real {
                let v: Vec<_> = x.iter().map(|a| a * a).collect();
                let (&last, rest) = v.split_last().unwrap();
                rest.iter().sum::<$real>() * last
            }
            check!(split_first_unwrap(&vec![0.3, 0.7, 1.2]));
        }

        #[test]
        fn on_rchunks() {
            #[differentiable($($options)*)]
            fn rchunks(x: &[$real]) -> $real {
                x.rchunks(2).map(|c| c.iter().product::<$real>()).enumerate().map(|(i, p)| p * (i + 1) as $real).sum()
            }
            check!(rchunks(&vec![0.3, 0.7, 1.2]));
        }

        #[test]
        fn on_remainder() {
            #[differentiable($($options)*)]
            fn remainder(x: &[$real]) -> $real {
                let chunks = x.chunks_exact(2);
                let rest = chunks.remainder();
                chunks.map(|c| c[0] * c[1]).sum::<$real>() + rest.iter().map(|r| r * r).sum::<$real>()
            }
            check!(remainder(&vec![0.3, 0.7, 1.2]));
        }

        #[test]
        fn on_by_key() {
            #[differentiable($($options)*)]
            fn by_key(x: &[$real], y: &[$real], #[constant] t: $real) -> $real {
                let best = (0..x.len()).min_by_key(|&i| (stop_gradient(x[i]) * 1000.0) as i64).unwrap();
                let far = y.iter().enumerate().max_by_key(|(i, _)| (*i * 7) % 5).unwrap();
                x[best] * y[best] + far.1 * t
            }
            check!(by_key(&vec![0.3, 0.2, 1.2], &vec![0.3, 0.5, 1.2], const 2.0));
        }

        #[test]
        fn on_concat() {
            #[differentiable($($options)*)]
            fn concat(rows: &[Vec<$real>], x: &[$real]) -> $real {
                let flat = rows.concat();
                let both = [x, &flat[..]].concat();
                both.windows(2).map(|w| w[0] * w[1]).sum()
            }
            check!(concat(&vec![vec![0.3, 0.2], vec![1.2]], &vec![0.3, 0.5, 1.2]));
        }

        #[test]
        fn on_concat_arrays() {
            #[differentiable($($options)*)]
            fn concat_arrays(x: [$real; 2], y: [$real; 2]) -> $real {
                let z = [x, y].concat();
                z.iter().rev().fold(0.0, |a, b| a * x[0] + b)
            }
            check!(concat_arrays([1.0, 2.0], [3.0, 4.0]));
        }

        #[test]
        fn on_repeated() {
            #[differentiable($($options)*)]
            fn repeated(x: $real, w: &[$real]) -> $real {
                w.iter().zip(iter::repeat(x)).map(|(a, b)| a * b).sum::<$real>() + iter::repeat_n(x, 3).product::<$real>() + iter::repeat(x * x).take(2).sum::<$real>()
            }
            check!(repeated(0.3, &vec![0.3, 0.5, 1.2]));
        }

        #[test]
        fn on_successors() {
            #[differentiable($($options)*)]
            fn successors(x: $real) -> $real {
                iter::successors(Some(x), |&t| Some(0.5 * (t + 2.0 / t))).take(4).last().unwrap()
                    + iter::successors(Some(1.0), |t| Some(t * x)).take(3).sum::<$real>()
                    + iter::successors(Some(x), |&t| if t < 10.0 { Some(t * 2.0 + 1.0) } else { None }).sum::<$real>()
            }
            check!(successors(1.3));
        }

        #[test]
        fn on_made_elements() {
            #[differentiable($($options)*)]
            fn exponential(x: $real, n: usize) -> $real {
                let mut term = 1.0;
                let mut k = 0;
                from_fn(|| {
                    if k == n {
                        return None;
                    }
                    k += 1;
                    term *= x / k as $real;
                    Some(term)
                })
                .sum::<$real>()
            }
            check!(exponential(0.7, const 5));
        }

        #[test]
        fn on_cycled() {
            #[differentiable($($options)*)]
            fn cycled(x: &[$real], w: &[$real]) -> $real {
                x.iter().cycle().take(5).zip(w.iter().cycle()).map(|(a, b)| a * b * b).sum::<$real>()
                    + w.iter().zip(x.iter().cycle().skip(1)).map(|(a, b)| a * b).sum::<$real>()
            }
            check!(cycled(&vec![0.3, 0.9], &vec![0.3, 0.5, 1.2]));
        }

        #[test]
        fn on_scanned() {
            #[differentiable($($options)*)]
            fn scanned(x: &[$real]) -> $real {
                x.iter().scan(1.0, |acc, &v| { *acc *= v; Some(*acc) }).sum::<$real>()
                    + x.iter().scan((0.0, 1.0), |(s, p), &v| { *s += v; *p *= v; Some(*s * *p) }).map(|q| q * q).sum::<$real>()
            }
            check!(scanned(&vec![0.3, 0.5, 1.2]));
        }

        #[test]
        fn on_skipped() {
            #[differentiable($($options)*)]
            fn skipped(x: &[$real]) -> $real {
                x.iter().skip_while(|v| **v < 0.5).map(|v| v * v).sum::<$real>() + x.iter().map(|v| v * 2.0).skip(1).sum::<$real>()
                    + x.iter().filter(|v| **v > 0.4).take(2).product::<$real>()
            }
            check!(skipped(&vec![0.3, 0.6, 0.2, 1.2]));
        }

        #[test]
        fn on_map_while() {
            #[differentiable($($options)*)]
            fn map_while(x: &[$real]) -> $real {
                x.iter().map_while(|&v| if v > 0.0 { Some(v.sqrt()) } else { None }).inspect(|v| assert!(!v.is_nan())).sum()
            }
            check!(map_while(&vec![0.3, 0.6, -0.2, 1.2]));
        }

        #[test]
        fn on_fold_tuples() {
            #[differentiable($($options)*)]
            fn fold_tuples(x: &[$real]) -> $real {
                let (lo, hi, sum, n) = x.iter().fold(($real::INFINITY, $real::NEG_INFINITY, 0.0, 0usize), |(lo, hi, s, n), &v| (lo.min(v), hi.max(v), s + v, n + 1));
                (hi - lo) * sum / n as $real
            }
            check!(fold_tuples(&vec![0.3, 0.7, 1.2]));
        }

        #[test]
        fn on_partition() {
            #[differentiable($($options)*)]
            fn partition(x: &[$real]) -> $real {
                let (a, b): (Vec<$real>, Vec<$real>) = x.iter().copied().partition(|v| *v > 0.0);
                a.iter().map(|v| v * v).sum::<$real>() - b.iter().product::<$real>()
            }
            check!(partition(&vec![0.3, -0.7, 1.2, -2.0]));
        }

        #[test]
        fn on_reduced() {
            #[differentiable($($options)*)]
            fn reduced(x: &[$real]) -> $real {
                let m = x.iter().copied().reduce($real::max).unwrap_or(0.0);
                let p = x.iter().copied().reduce(|a, b| a * b + 1.0).unwrap();
                let s = x.iter().map(|v| v.sin()).reduce(|a, b| a.hypot(b)).expect("not empty");
                m + p * s
            }
            check!(reduced(&vec![0.3, 0.7, 1.2]));
        }

        #[test]
        fn on_partition_refs() {
            #[differentiable($($options)*)]
            fn partition_refs(x: &[$real]) -> $real {
                let (a, b): (Vec<&$real>, Vec<&$real>) = x.iter().partition(|v| **v > 0.0);
                a.iter().map(|v| **v * **v).sum::<$real>() - b.iter().map(|v| v.sin()).product::<$real>()
            }
            check!(partition_refs(&vec![0.3, -0.7, 1.2, -2.0]));
        }

        #[test]
        fn on_zip3() {
            #[differentiable($($options)*)]
            fn zip3(x: &[$real], y: &[$real], z: &[$real]) -> $real {
                let a: $real = x.iter().zip(y).zip(z).map(|((a, b), c)| a * b * c).sum();
                let b: $real = iter::zip(x, iter::zip(y, z)).map(|(a, (b, c))| a + b * c).product();
                let c: $real = x.iter().zip(y.iter().zip(z.iter()).map(|(b, c)| b * c)).map(|(a, bc)| a * bc).sum();
                let mut d = 0.0;
                for ((a, b), c) in x.iter().zip(y.iter()).zip(z.iter()) { d += a * b - c; }
                for (a, b) in iter::zip(x, y) { d += a * b; }
                a + b + c + d
            }
            check!(zip3(&vec![0.3, 0.7, 1.2], &vec![0.2, 0.5, 1.1], &vec![0.8, 0.1, 0.4]));
        }

        #[test]
        fn on_peeked() {
            #[differentiable($($options)*)]
            fn peeked(x: &[$real]) -> $real {
                let mut it = x.iter().peekable();
                let mut total = 0.0;
                while let Some(v) = it.next() {
                    if let Some(next) = it.peek() { total += v * **next; } else { total += v.exp(); }
                }
                total
            }
            check!(peeked(&vec![0.2, 0.5, 1.1]));
        }

        #[test]
        fn on_picks() {
            #[differentiable($($options)*)]
            fn picks(x: &[$real]) -> $real {
                let last = x.iter().last().unwrap();
                let second = x.iter().nth(1).unwrap();
                let least = x.iter().copied().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
                let most = x.iter().max_by(|a, b| a.total_cmp(b)).unwrap();
                let at = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).map(|(i, _)| i).unwrap();
                let biggest = x.iter().cloned().fold($real::NAN, $real::max);
                last * second + least * most + x[at] * biggest
            }
            check!(picks(&vec![0.2, 0.5, 1.1, 0.3]));
        }

        #[test]
        fn on_steps() {
            #[differentiable($($options)*)]
            fn steps(x: &[$real]) -> $real {
                x.iter().copied().enumerate().skip(1).step_by(2).map(|(i, v)| v * v * i as $real).sum::<$real>()
                  + x.iter().copied().enumerate().filter(|(i, _)| i % 2 == 0).map(|(_, v)| v).product::<$real>()
                  + x.iter().map(|v| v * v).rev().enumerate().map(|(i, v)| v / (i + 1) as $real).sum::<$real>()
            }
            check!(steps(&vec![0.2, 0.5, 1.1, 0.3]));
        }

        #[test]
        fn on_nested() {
            #[differentiable($($options)*)]
            fn nested(rows: &[Vec<$real>]) -> $real {
                rows.iter().flatten().map(|v| v * v).sum::<$real>()
                    + rows.iter().flat_map(|r| r.iter()).copied().product::<$real>()
                    + rows.iter().flat_map(|r| r.iter().map(|v| v.sin())).enumerate().map(|(i, v)| v * i as $real).sum::<$real>()
                    + rows.iter().enumerate().flat_map(|(i, r)| r.iter().map(move |v| v * i as $real)).sum::<$real>()
                    + rows.iter().map(|r| r.iter().sum::<$real>()).fold(1.0, |a, b| a * b)
                    + rows.concat().iter().rev().take(2).sum::<$real>()
            }
            check!(nested(&vec![vec![0.2, 0.5], vec![1.1, 0.3]]));
        }

        #[test]
        fn on_splits() {
            #[differentiable($($options)*)]
            fn splits(x: &[$real]) -> $real {
                let (a, b) = x.split_at(x.len() / 2);
                let groups: $real = 0.0;
                a.iter().zip(b).map(|(p, q)| p * q).sum::<$real>() + groups
            }
            check!(splits(&vec![0.2, 0.5, -1.1, 0.3, 0.7]));
        }

        #[test]
        fn on_as_chunks() {
            #[differentiable($($options)*)]
            fn as_chunks(x: &[$real]) -> $real {
                let (pairs, rest) = x.as_chunks::<2>();
                pairs.iter().map(|[a, b]| a * b).sum::<$real>() + rest.iter().sum::<$real>() * x[0]
            }
            check!(as_chunks(&vec![0.2, 0.5, -1.1, 0.3, 0.7]));
        }

        #[test]
        fn on_next_then_rest() {
            #[differentiable($($options)*)]
            fn next_then_rest(x: &[$real]) -> $real {
                let mut it = x.iter();
                let first = it.next().unwrap();
                let second = *it.next().unwrap();
                let mut total = first * second;
                for v in it { total = total * first + v; }
                total
            }
            check!(next_then_rest(&vec![0.3, 0.7, 1.2, 0.4]));
        }

        #[test]
        fn on_by_ref_twice() {
            #[differentiable($($options)*)]
            fn by_ref_twice(x: &[$real]) -> $real {
                let mut it = x.iter().copied();
                let a: $real = it.by_ref().take(2).sum();
                let b = it.by_ref().take(2).fold(1.0, |p, v| p * v);
                let c: $real = it.map(|v| v * v).sum();
                a * b + c
            }
            check!(by_ref_twice(&vec![0.3, 0.7, 1.2, 0.4, 0.9]));
        }

        #[test]
        fn on_borrowed_for() {
            #[differentiable($($options)*)]
            fn borrowed_for(x: &[$real]) -> $real {
                let mut it = x.iter();
                let mut head = 0.0;
                for v in &mut it { if *v < 0.0 { break; } head += v * v; }
                let tail: $real = it.product();
                head * tail
            }
            check!(borrowed_for(&vec![0.3, 0.7, -1.2, 0.4, 0.9]));
        }

        #[test]
        fn on_alternating() {
            #[differentiable($($options)*)]
            fn alternating(x: &[$real]) -> $real {
                let mut it = x.iter();
                let mut total = 1.0;
                while let Some(a) = it.next() {
                    let b = it.next().copied().unwrap_or(2.0);
                    total = total * a + b;
                }
                total
            }
            check!(alternating(&vec![0.3, 0.7, 1.2]));
        }

        #[test]
        fn on_finds() {
            #[differentiable($($options)*)]
            fn finds(x: &[$real]) -> $real {
                let a = x.iter().find(|v| **v > 0.5).unwrap();
                let b = x.iter().find_map(|v| if *v < 0.0 { Some(v * v) } else { None }).unwrap_or(1.0);
                let c = x.iter().copied().filter(|v| *v > 0.0).last().unwrap();
                let mut it = x.iter();
                let d = it.find(|v| **v < 0.0).unwrap();
                let e: $real = it.sum();
                a * b + c * d + e
            }
            check!(finds(&vec![0.3, 0.7, -1.2, 0.4]));
        }

        #[test]
        fn on_chained() {
            #[differentiable($($options)*)]
            fn chained(x: &[$real], y: &[$real]) -> $real {
                let a: $real = x.iter().chain(y).take(4).map(|v| v * v).sum();
                let b: $real = x.iter().filter(|v| **v > 0.0).chain(y.iter().filter(|v| **v < 1.0)).product();
                let mut c = 0.0;
                for v in x.iter().chain(y.iter()).rev() { if *v < 0.0 { continue; } if *v > 1.0 { break; } c = c * 0.5 + v; }
                let d: $real = x.iter().chain(once(&y[0])).chain(x).zip(1..).map(|(v, k)| v * k as $real).sum();
                let e: $real = y.iter().zip(x.iter().chain(repeat(&0.5))).map(|(a, b)| a * b).sum();
                let f: $real = zip(x, y).map(|(a, b)| a * b).sum();
                let g: $real = x.iter().filter(|v| **v > 0.0).zip(y).map(|(a, b)| a * b).sum();
                let h: $real = x.iter().filter(|v| **v > -5.0).map(|v| v * v).rev().skip(1).step_by(2).sum();
                a + b + c + d + e + f + g + h
            }
            check!(chained(&vec![0.3, 0.7, -1.2], &vec![0.4, 1.4, 0.3]));
        }

        #[test]
        fn on_series() {
            #[differentiable($($options)*)]
            fn series(x: $real) -> $real {
                let mut n = 0.0;
                let s: $real = from_fn(|| { n += 1.0; Some(x / n) }).take(4).sum();
                let t = successors(Some((1.0, 1.0)), |&(a, k)| Some((a * x / k, k + 1.0))).map(|(a, _)| a).take_while(|a| a.abs() > 1e-3).sum::<$real>();
                s * t
            }
            check!(series(0.6));
        }

        #[test]
        fn on_peek_merge() {
            #[differentiable($($options)*)]
            fn peek_merge(a: &[$real], b: &[$real]) -> $real {
                let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
                let mut total = 0.0;
                let mut weight = 1.0;
                loop {
                    let v = match (left.peek(), right.peek()) {
                        (Some(p), Some(q)) => if **p <= **q { *left.next().unwrap() } else { *right.next().unwrap() },
                        (Some(_), None) => *left.next().unwrap(),
                        (None, Some(_)) => *right.next().unwrap(),
                        (None, None) => break,
                    };
                    total += weight * v * v;
                    weight *= 0.9;
                }
                total
            }
            check!(peek_merge(&vec![0.3, 0.7, 1.2], &vec![0.4, 1.4]));
        }
    };
}

variants!(programs);
