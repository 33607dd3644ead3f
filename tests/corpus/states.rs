//! Small arrays that are states: carried by loops, chosen by branches, swapped, copied, nested, given away.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn carried_by_a_loop() {
            #[differentiable($($options)*)]
            fn f(start: [$real; 2], k: $real, #[constant] steps: usize) -> $real {
                let mut s = start;
                for _ in 0..steps {
                    let force = -k * s[0].sin();
                    s = [s[0] + 0.1 * s[1], s[1] + 0.1 * force];
                    s[1] *= 0.99;
                }
                s[0] * s[0] + s[1]
            }
            check!(f([0.4, -0.3], 1.5, const 0));
            check!(f([0.4, -0.3], 1.5, const 12));
        }

        #[test]
        fn with_early_ends() {
            #[differentiable($($options)*)]
            fn f(start: [$real; 2], limit: $real) -> $real {
                let mut s = start;
                let mut n = 0;
                while n < 20 {
                    n += 1;
                    s[0] += 0.25 * s[1];
                    if s[0] > limit {
                        s[0] = limit * s[1];
                        break;
                    }
                    if n % 3 == 0 {
                        continue;
                    }
                    s[1] += 0.1 * s[0];
                }
                s[0] * s[1]
            }
            check!(f([0.4, 0.3], 1.0));
            check!(f([0.4, 0.3], 100.0));
        }

        #[test]
        fn chosen_by_a_branch() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut p = [x, y, x * y];
                let q;
                if x > y {
                    q = [y, x];
                    p[2] += q[0];
                } else {
                    q = [x.sin(), 2.0];
                    p = [p[2], p[0], p[1]];
                }
                p[0] * q[0] + p[1] * q[1] + p[2] * p[2]
            }
            check!(f(2.0, 1.5));
            check!(f(1.0, 1.5));
        }

        #[test]
        fn matched() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] kinds: &[u8]) -> $real {
                let mut pose = [0.0, 0.0, 1.0];
                for (step, kind) in x.iter().zip(kinds) {
                    match kind {
                        0 => pose[0] += step * pose[2],
                        1 => pose[1] -= step * pose[0],
                        2 => pose = [pose[1], pose[0], pose[2] * step],
                        _ => {}
                    }
                }
                pose[0] + pose[1] * pose[2]
            }
            check!(f(&[0.5, 1.5, -0.5, 0.75, 2.0], const &[0, 1, 2, 3, 0]));
        }

        #[test]
        fn rows_of_a_small_matrix() {
            #[differentiable($($options)*)]
            fn f(a: $real, b: $real) -> $real {
                let mut m = [[a, b], [b, 1.0]];
                for _ in 0..3 {
                    let row = m[0];
                    m[0] = [row[0] * a + m[1][1], row[1]];
                    m[1][0] += row[0] * 0.5;
                    m[1] = [m[1][1], m[1][0]];
                }
                let other = m;
                m[0][0] = 0.0;
                other[0][0] * m[1][0] + other[0][1] * m[1][1] + m[0][0]
            }
            check!(f(0.5, -0.75));
        }

        #[test]
        fn swapped_and_filled() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut old = [x, 1.0];
                let mut new = [x * x; 2];
                for i in 0..n {
                    new[0] = old[0] * 0.5 + old[1];
                    new[1] = old[0] * x;
                    if i % 2 == 0 {
                        std::mem::swap(&mut old, &mut new);
                    }
                }
                old[0] * new[1] + old[1] * old.len() as $real
            }
            check!(f(0.8, const 0));
            check!(f(0.8, const 1));
            check!(f(0.8, const 5));
        }

        #[test]
        fn swapped_with_one_that_is_walked_over() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut old = [x, 1.0, x * x];
                let mut new = [2.0, x, 3.0];
                for i in 0..3 {
                    new[i] *= x;
                }
                std::mem::swap(&mut old, &mut new);
                old[0] * new[0] + old[2] * new[1]
            }
            check!(f(0.8));
        }

        #[test]
        fn given_away_and_stored_elsewhere() {
            #[differentiable($($options)*)]
            fn roll(x: $real, n: usize) -> [$real; 2] {
                let mut trace = [[0.0; 2]; 4];
                let mut s = [x, 0.5];
                for i in 0..n {
                    trace[i] = s;
                    s = [s[1] * x, s[0] + s[1]];
                }
                let best = trace[n - 1];
                s[0] += best[1];
                s
            }

            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let s = roll(x, n);
                s[0] - s[1] * s[1]
            }
            check!(f(0.8, const 3));
        }

        #[test]
        fn called_in_a_loop() {
            #[differentiable($($options)*)]
            fn rate(s: [$real; 2], k: $real) -> [$real; 2] {
                if s[0] > 10.0 {
                    return [0.0, 0.0];
                }
                [s[1], -k * s[0]]
            }

            #[differentiable($($options)*)]
            fn f(k: $real, #[constant] steps: usize) -> $real {
                let mut s = [1.0, 0.0];
                let h = 0.1;
                for _ in 0..steps {
                    let k1 = rate(s, k);
                    let k2 = rate([s[0] + h * k1[0], s[1] + h * k1[1]], k);
                    s = [s[0] + 0.5 * h * (k1[0] + k2[0]), s[1] + 0.5 * h * (k1[1] + k2[1])];
                }
                s[0]
            }
            check!(f(2.0, const 9));
        }

        #[test]
        fn nested_loops() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: $real) -> $real {
                let mut sums = [0.0; 3];
                for a in x {
                    let mut inner = [*a, y];
                    for b in x {
                        if b > a {
                            inner = [inner[1], inner[0] * b];
                            continue;
                        }
                        sums[0] += inner[0] * b;
                        inner[1] -= 0.125 * b;
                    }
                    sums[1] += inner[0];
                    sums[2] += inner[1] * sums[0];
                }
                sums[0] * sums[1] + sums[2]
            }
            check!(f(&[0.5, -0.25, 0.75], 1.25));
        }

        #[test]
        fn turned_by_angles() {
            #[differentiable($($options)*)]
            fn f(start: [$real; 2], turn: $real, #[constant] steps: usize) -> $real {
                let (mut a, mut b) = (start[0], start[1]);
                let mut sum = 0.0;
                for k in 0..steps {
                    let (x, y) = (a.sin() * b.cos(), b.sin() * a.cos());
                    let mut along = x + turn;
                    for _ in 0..k {
                        along = along.cos() + 0.25 * y.sin();
                    }
                    if k % 2 == 0 {
                        a += along.sin();
                        sum += a.sin();
                    } else {
                        b -= 0.5 * a.cos() * y;
                        sum += b.sin_cos().1;
                    }
                }
                sum + a.sin() * b
            }
            check!(f([0.4, -0.3], 1.5, const 0));
            check!(f([0.4, -0.3], 1.5, const 5));
        }
    };
}

variants!(programs);
