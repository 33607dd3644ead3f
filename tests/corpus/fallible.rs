//! `Option` and `Result`: functions that fail, `?`, and what is taken apart on the way.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[differentiable($($options)*)]
        fn root(x: $real) -> Option<$real> {
            if x < 0.0 {
                return None;
            }
            Some(x.sqrt())
        }

        #[differentiable($($options)*)]
        fn ratio(x: $real, y: $real) -> Result<$real, String> {
            if y == 0.0 { Err(format!("{x} over zero")) } else { Ok(x * x / y) }
        }

        #[test]
        fn optional_result() {
            #[differentiable($($options)*)]
            fn root(x: $real) -> Option<$real> {
                if x < 0.0 {
                    return None;
                }
                Some(x.sqrt())
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> Option<$real> {
                let r = root(x * y)?;
                Some(r * y)
            }
            assert_eq!(root::grad(4.0), Some(0.25));
            assert_eq!(root::grad(-4.0), None);
            assert_eq!(f::value_and_grad(1.0, 4.0), Some((8.0, (4.0, 3.0))));
            assert_eq!(f::value_and_grad(-1.0, 4.0), None);
            assert!(f::forward(-1.0, 4.0).is_none());
            let (value, backward) = f::forward(1.0, 4.0).unwrap();
            assert_eq!((value, backward(2.0)), (8.0, (8.0, 6.0)));
            assert_eq!(f::jvp(1.0, 4.0, 1.0, 0.0), Some((8.0, 4.0)));
        }

        #[test]
        fn fallible_result() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> Result<$real, String> {
                if y == 0.0 {
                    return Err(format!("{x} over zero"));
                }
                let q = x / y;
                Ok(q * q)
            }
            assert_eq!(f::value_and_grad(6.0, 2.0), Ok((9.0, (3.0, -9.0))));
            assert_eq!(f::grad(6.0, 0.0), Err("6 over zero".to_string()));
        }

        #[test]
        fn taken_apart_in_the_caller() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let a = root(x).unwrap_or(y);
                let b = match root(y) {
                    Some(v) => v * x,
                    None => y * 2.0,
                };
                let r = ratio(x, y);
                let c = if let Ok(v) = r { v } else { 1.0 };
                a * b + c + root(x * x).unwrap() * ratio(y, x).expect("x isn't zero")
            }
            check!(f(1.0, 4.0));
            check!(f(-1.0, 4.0));
            check!(f(1.0, -4.0));
            check!(f(-1.0, -4.0));
        }

        #[test]
        fn failures_convert() {
            #[derive(Debug, PartialEq)]
            enum Trouble {
                Number,
                Said(String),
            }
            impl From<std::num::ParseIntError> for Trouble {
                fn from(_: std::num::ParseIntError) -> Self {
                    Self::Number
                }
            }
            impl From<String> for Trouble {
                fn from(text: String) -> Self {
                    Self::Said(text)
                }
            }
            #[differentiable($($options)*)]
            fn f(x: &[$real], count: &str) -> Result<$real, Trouble> {
                let n = count.parse::<usize>()?;
                let first = x.first().ok_or_else(|| Trouble::Said("empty".to_string()))?;
                let mut sum = 0.0;
                for v in x.iter().take(n) {
                    if *v < 0.0 {
                        return Err(Trouble::Said(format!("{v} is negative")));
                    }
                    sum += ratio(*v, *first)?;
                }
                if sum > 100.0 { Err(Trouble::Said("large".into())) } else { Ok(sum * x[0]) }
            }
            assert_eq!(f::value_and_grad(&[1.0, 2.0, 3.0], "2"), Ok((5.0, vec![2.0, 4.0, 0.0])));
            assert_eq!(f::grad(&[1.0, 2.0], "two"), Err(Trouble::Number));
            assert_eq!(f::grad(&[], "2"), Err(Trouble::Said("empty".to_string())));
            assert_eq!(f::grad(&[0.0, 1.0], "2"), Err(Trouble::Said("0 over zero".to_string())));
            assert_eq!(f::grad(&[1.0, -1.0], "2"), Err(Trouble::Said("-1 is negative".to_string())));
            assert_eq!(f::grad(&[1.0, 20.0], "2"), Err(Trouble::Said("large".to_string())));
        }

        #[test]
        fn methods_of_options() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> Result<$real, String> {
                let a = root(x).ok_or_else(|| format!("{x} is negative"))?;
                let b = root(y).map(|v| v * x).filter(|v| *v < 100.0).ok_or("too big")?;
                let c = match ratio(x, y) {
                    Ok(v) if v > 1000.0 => return Err("far too big".to_string()),
                    Ok(v) => v,
                    Err(e) => return Err(e + "!"),
                };
                let d = ratio(y, x).map_err(|e| e + "?")?;
                let e = root(x).and_then(|v| root(v - 1.0)).or_else(|| root(y)).map_or(2.0, |v| v * x);
                Ok(a * b + c * d + e)
            }
            #[differentiable($($options)*)]
            fn certain(x: $real, y: $real) -> $real {
                f(x, y).unwrap()
            }
            check!(certain(1.5, 4.0));
            check!(certain(4.0, 2.0));
            assert_eq!(f::grad(-1.0, 4.0), Err("-1 is negative".to_string()));
            assert_eq!(f::grad(1.0, -4.0), Err("too big".to_string()));
            assert_eq!(f::grad(1.0, 0.0), Err("1 over zero!".to_string()));
            assert_eq!(f::grad(0.0, 2.0), Err("2 over zero?".to_string()));
            assert_eq!(f::grad(100.0, 1.0), Err("too big".to_string()));
        }

        #[test]
        fn let_chains_and_continues() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> Option<$real> {
                let mut sum = 0.0;
                for (i, &v) in x.iter().enumerate() {
                    let Some(r) = root(v) else { continue };
                    if let Some(next) = x.get(i + 1)
                        && let Some(s) = root(*next)
                        && s > 0.5
                    {
                        sum += r * s;
                    } else {
                        sum -= r;
                    }
                }
                if sum > 1e6 {
                    return Some(1.0);
                }
                let last = x.last()?;
                Some(sum * last)
            }
            #[differentiable($($options)*)]
            fn certain(x: &[$real]) -> $real {
                f(x).unwrap_or(0.5)
            }
            check!(certain(&[1.0, 4.0, 9.0]));
            check!(certain(&[1.0, -4.0, 9.0, 0.0625]));
            check!(certain(&[-1.0]) => [0.0]);
            assert_eq!(f::grad(&[]), None);
        }

        #[test]
        fn nothing_is_written_where_it_fails() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], limit: $real) -> Option<$real> {
                let mut sum = 0.0;
                for v in x {
                    sum += v * v;
                }
                if sum > limit { None } else { Some(sum * limit) }
            }
            let (mut d_x, mut d_limit) = ([5.0, 6.0], 7.0);
            assert_eq!(f::grad_into(&[1.0, 2.0], 3.0, &mut d_x, &mut d_limit), None);
            assert_eq!((d_x, d_limit), ([5.0, 6.0], 7.0));
            assert_eq!(f::grad_into(&[1.0, 2.0], 6.0, &mut d_x, &mut d_limit), Some(30.0));
            assert_eq!((d_x, d_limit), ([17.0, 30.0], 12.0));
        }

        #[test]
        fn in_place_and_recursive() {
            #[differentiable($($options)*)]
            fn step(x: &mut [$real], by: $real) -> Result<(), &'static str> {
                for v in x.iter_mut() {
                    if *v > 10.0 {
                        return Err("too far");
                    }
                    *v += by * *v;
                }
                Ok(())
            }
            #[differentiable($($options)*)]
            fn walk(x: [$real; 2], by: $real, n: usize) -> Result<$real, &'static str> {
                let mut state = x;
                for _ in 0..n {
                    step(&mut state, by)?;
                }
                Ok(state[0] * state[1])
            }
            #[differentiable($($options)*)]
            fn halve(x: $real, n: usize) -> Option<$real> {
                if n == 0 {
                    return Some(x * x);
                }
                if x < 1.0 { None } else { Some(halve(x * 0.5, n - 1)? + x) }
            }
            #[differentiable($($options)*)]
            fn certain(x: [$real; 2], by: $real, y: $real) -> $real {
                walk(x, by, 3).unwrap() * halve(y, 2).unwrap()
            }
            check!(certain([1.0, 2.0], 0.5, 8.0));
            assert_eq!(walk::grad([1.0, 11.0], 0.5, 1), Err("too far"));
            assert_eq!(halve::grad(1.5, 2), None);
        }

        #[test]
        fn auxiliary_outputs_and_tuples() {
            #[differentiable(aux, $($options)*)]
            fn f(x: $real) -> Result<($real, usize), String> {
                let n = "3".parse::<usize>().map_err(|e| e.to_string())?;
                Ok((x.powi(3), n))
            }
            #[differentiable($($options)*)]
            fn pair(x: $real, y: $real) -> Option<($real, [$real; 2])> {
                let r = root(x)?;
                Some((r * y, [x, r]))
            }
            assert_eq!(f::value_and_grad(2.0), Ok(((8.0, 3), 12.0)));
            let (value, backward) = pair::forward(4.0, 3.0).unwrap();
            assert_eq!(value, (6.0, [4.0, 2.0]));
            assert_eq!(backward((1.0, [1.0, 4.0])), (2.75, 2.0));
            assert_eq!(pair::jvp(4.0, 3.0, 1.0, 0.0), Some((value, (0.75, [1.0, 0.25]))));
            assert!(pair::forward(-4.0, 3.0).is_none());
        }

        #[test]
        fn in_closures() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> Result<$real, String> {
                let g = |a: $real| -> Option<$real> { Some(root(a)? + root(a * a + 1.0)?) };
                let h = |a: $real| -> Result<$real, String> {
                    let r = ratio(a, y)?;
                    if r > 100.0 {
                        return Err("big".into());
                    }
                    Ok(r * r)
                };
                let mut s = 0.0;
                for i in 0..3 {
                    s += h(x + i as $real)?;
                }
                Ok(s * g(y).unwrap_or(1.0))
            }
            #[differentiable($($options)*)]
            fn certain(x: $real, y: $real) -> $real {
                f(x, y).unwrap()
            }
            check!(certain(1.0, 4.0));
            check!(certain(1.0, -4.0));
            assert_eq!(f::grad(1.0, 0.0), Err("1 over zero".to_string()));
            assert_eq!(f::grad(100.0, 1.0), Err("big".to_string()));
        }

        #[test]
        fn options_that_loops_change() {
            #[differentiable($($options)*)]
            fn best(x: &[$real]) -> $real {
                let mut best: Option<(usize, $real)> = None;
                for (i, &v) in x.iter().enumerate() {
                    match best {
                        Some((_, b)) if b >= v => {}
                        _ => best = Some((i, v)),
                    }
                }
                match best {
                    Some((i, b)) => b * i as $real,
                    None => 0.0,
                }
            }
            #[differentiable($($options)*)]
            fn roughness(x: &[$real]) -> $real {
                let mut previous = None;
                let mut state = (None, 0.0);
                let start: Option<$real> = None;
                let mut seen = start.is_some();
                let mut sum = 0.0;
                for &v in x {
                    if let Some(p) = previous {
                        let d: $real = v - p;
                        sum += d * d;
                    }
                    if seen && let Some(q) = state.0 {
                        let q: $real = q;
                        sum += q * v;
                    }
                    state = (Some(v), state.1 + v);
                    previous = Some(v);
                    seen = true;
                }
                sum * state.1
            }
            check!(best(&[1.0, 5.0, 2.0]) => [0.0, 1.0, 0.0]);
            check!(best(&[-3.0]));
            check!(roughness(&[1.0, 5.0, 2.0]));
        }

        #[test]
        fn elements_that_may_be_missing() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut seen: Vec<Option<$real>> = vec![None; 4];
                for i in 0..x.len() {
                    if x[i] > 0.4 {
                        seen[i] = Some(x[i] * x[0]);
                    }
                }
                let mut total = 0.0;
                for one in &seen {
                    if let Some(v) = one {
                        total += v * v;
                    }
                }
                total + seen[1].unwrap_or(x[1])
            }
            check!(f(&[0.25, 0.5, 0.75]));
            check!(f(&[0.25, 0.125, 0.75]));
        }

        #[test]
        fn chains_that_may_fail() {
            #[differentiable($($options)*)]
            fn product(x: &[$real]) -> $real {
                x.iter().try_fold(1.0, |acc, &v| if v > 0.0 { Some(acc * v) } else { None }).unwrap_or(0.5)
            }
            check!(product(&[0.3, 0.7]) => [0.7, 0.3]);
            check!(product(&[0.3, -0.7, 2.0]) => [0.0, 0.0, 0.0]);
            #[differentiable($($options)*)]
            fn logarithms(x: &[$real]) -> $real {
                let sum: Option<$real> = x.iter().map(|&v| if v > 0.0 { Some(v.ln()) } else { None }).sum();
                sum.unwrap_or(-1.0)
            }
            check!(logarithms(&[2.0, 4.0]) => [0.5, 0.25]);
            check!(logarithms(&[2.0, -4.0]) => [0.0, 0.0]);
            #[differentiable($($options)*)]
            fn roots(x: &[$real]) -> Result<$real, String> {
                let roots: Vec<$real> = x
                    .iter()
                    .map(|&v| if v >= 0.0 { Ok(v.sqrt()) } else { Err(format!("{v} is negative")) })
                    .collect::<Result<_, _>>()?;
                Ok(roots.iter().zip(x).map(|(r, v)| r * v).sum())
            }
            assert_eq!(roots::grad(&[4.0, 9.0]), Ok(vec![3.0, 4.5]));
            assert_eq!(roots::grad(&[4.0, -9.0]), Err("-9 is negative".to_owned()));
            #[differentiable($($options)*)]
            fn weighted(x: &[$real]) -> Result<$real, String> {
                let total = x.iter().enumerate().try_fold(0.0, |acc, (i, &v)| {
                    if v < 0.0 { Err(format!("negative at {i}")) } else { Ok(acc + v * v * i as $real) }
                })?;
                Ok(2.0 * total)
            }
            assert_eq!(weighted::value_and_grad(&[1.0, 2.0, 3.0]), Ok((44.0, vec![0.0, 8.0, 24.0])));
            assert_eq!(weighted::grad(&[1.0, -2.0, -3.0]), Err("negative at 1".to_owned()));
        }
    };
}

variants!(programs);
