//! Jumps out of labelled blocks, out of nested loops and out of the function.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn labelled_block_with_a_value() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let z = 'found: {
                    if x > 1.0 {
                        break 'found x * y;
                    }
                    let w = x + y;
                    if w > 1.0 {
                        break 'found w * w;
                    }
                    w
                };
                z * y
            }
            check!(f(2.0, 3.0) => [9.0, 12.0]);
            check!(f(0.5, 3.0) => [21.0, 33.25]);
            check!(f(0.25, 0.5) => [0.5, 1.25]);
        }

        #[test]
        fn return_inside_a_loop() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, n: usize) -> $real {
                let mut z = x;
                for i in 0..n {
                    z = z * y;
                    if z > 8.0 {
                        return z * i as $real;
                    }
                }
                z + y
            }
            check!(f(1.0, 2.0, const 2) => [4.0, 5.0]);
            check!(f(1.0, 3.0, const 9) => [9.0, 6.0]);
            check!(f(1.0, 3.0, const 0) => [1.0, 1.0]);
        }

        #[test]
        fn return_inside_nested_loops() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                for i in 0..3 {
                    let mut w = y;
                    while w < 4.0 {
                        w = w * 1.5 + 0.1 * z;
                        if z * w > 30.0 {
                            return z / w;
                        }
                    }
                    z = z + w * i as $real;
                }
                z * x
            }
            check!(f(1.0, 1.0));
            check!(f(6.0, 2.0));
            check!(f(0.25, 0.5));
        }

        #[test]
        fn return_from_a_match_in_a_loop() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] codes: &[u8]) -> $real {
                let mut y = x;
                for code in codes {
                    match code {
                        0 => y *= x,
                        1 => return y * y,
                        2 => {
                            if y > 3.0 {
                                return y.sqrt();
                            }
                            y += x;
                        }
                        _ => break,
                    }
                }
                y * 3.0
            }
            check!(f(2.0, const &[0, 1, 0]) => [32.0]);
            check!(f(2.0, const &[2, 2]) => [0.5]);
            check!(f(2.0, const &[0, 3, 1]) => [12.0]);
            check!(f(2.0, const &[]) => [3.0]);
        }

        #[test]
        fn break_before_any_update() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real]) -> $real {
                let mut best = 0.0;
                for i in 0..w.len() {
                    let candidate = w[i] * x;
                    if candidate > 5.0 {
                        best = candidate;
                        break;
                    }
                }
                best
            }
            check!(f(2.0, &[1.0, 2.0, 3.0, 4.0]) => [3.0, 0.0, 0.0, 2.0, 0.0]);
            check!(f(1.0, &[1.0, 2.0]) => [0.0, 0.0, 0.0]);
        }

        #[test]
        fn loop_with_two_exits_and_values() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x;
                let mut n = 0;
                let (b, c) = loop {
                    if n > 4 {
                        break (a, y);
                    }
                    a = a * y;
                    if a > 12.0 {
                        break (y, a * x);
                    }
                    n += 1;
                };
                b * c
            }
            check!(f(1.0, 1.25));
            check!(f(2.0, 2.0) => [64.0, 128.0]);
        }

        #[test]
        fn unreachable_rest() {
            #[differentiable($($options)*)]
            #[allow(unreachable_code)]
            fn f(x: $real) -> $real {
                let y = x * x;
                return y;
                y * x
            }
            check!(f(3.0) => [6.0]);
        }

        #[test]
        fn while_with_a_break_in_its_middle() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] tolerance: $real) -> $real {
                let mut term = 1.0;
                let mut sum = 1.0;
                let mut n = 1;
                while n < 40 {
                    term = term * x / n as $real;
                    if term.abs() < tolerance {
                        break;
                    }
                    sum += term;
                    n += 1;
                }
                sum
            }
            check!(f(1.0, const 1e-5));
            check!(f(-0.5, const 1e-5));
        }

        #[test]
        fn call_in_a_return_under_a_branch() {
            #[differentiable($($options)*)]
            fn g(x: $real, v: &[$real; 3]) -> $real {
                x * v[0]
            }
            #[differentiable($($options)*)]
            fn f(x: $real, v: [$real; 3]) -> $real {
                let mut v = v;
                let mut y = x;
                if v[1] > 0.0 {
                    if y < 0.5 {
                        return g(y, &v) + v[2];
                    }
                    y += y * v[1];
                }
                v[2] += y;
                y * v[2]
            }
            check!(f(0.25, [1.5, 0.5, 2.0]) => [1.5, 0.25, 0.0, 1.0]);
            check!(f(0.75, [1.5, 0.5, 2.0]));
            check!(f(0.75, [1.5, -0.5, 2.0]));
        }

        #[test]
        fn call_in_a_return_from_a_loop() {
            #[differentiable($($options)*)]
            fn g(x: $real, v: &[$real; 3]) -> $real {
                x * v[0]
            }
            #[differentiable($($options)*)]
            fn f(x: $real, v: [$real; 3]) -> $real {
                let mut v = v;
                let mut s = x;
                for i in 0..2 {
                    if s > 0.5 {
                        return g(s.sin(), &v) * v[i];
                    }
                    v[0] += s;
                    s += x * s;
                }
                s
            }
            check!(f(0.75, [1.5, 0.5, 2.0]));
            check!(f(0.375, [1.5, 0.5, 2.0]));
            check!(f(0.1, [1.5, 0.5, 2.0]));
        }

        #[test]
        fn parts_of_a_result_returned_from_nested_loops() {
            #[differentiable($($options)*)]
            fn pair(a: $real, b: $real) -> ($real, $real) {
                (a * b, a + b)
            }
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real]) -> $real {
                let (mut s, mut t) = pair(x, w[1]);
                for i in 0..2 {
                    for e in w.iter() {
                        if s < w[i] {
                            return (2.0 - t) * s * *e;
                        }
                    }
                    s += t;
                    t -= t * s;
                }
                s
            }
            check!(f(0.5, &[1.5, 0.75]));
            check!(f(2.5, &[1.5, 0.75]));
            check!(f(2.5, &[1.5, 7.75]));
        }

        #[test]
        fn returns_from_one_loop_after_another() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real]) -> ($real, $real) {
                let mut s = x;
                if x > 0.0 {
                    for v in w {
                        if s > 4.0 {
                            return (s * s, *v);
                        }
                        s *= v;
                    }
                }
                for i in 0..3 {
                    for v in w {
                        if s < 0.5 {
                            return (s * v, s + i as $real);
                        }
                    }
                    s -= x * x;
                }
                (s, s * x)
            }
            check_map!(f(1.5, &[2.0, 1.5, 1.25]));
            check_map!(f(1.5, &[0.5, 1.5, 1.25]));
            check_map!(f(-0.5, &[0.5, 1.5, 1.25]));
            check_map!(f(0.25, &[3.0, 1.5, 1.25]));
        }

        #[test]
        fn matrix_returned_early() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> [[$real; 2]; 2] {
                let length = (x * x + y * y).sqrt();
                if length < 1.0 {
                    return [[1.0, 0.0], [0.0, 1.0]];
                }
                let [c, s] = [x / length, y / length];
                [[c, -s], [s, c * x]]
            }
            #[differentiable($($options)*)]
            fn g(x: $real, y: $real) -> $real {
                let m = f(x, y);
                let mut v = [x, y];
                for i in 0..2 {
                    v[i] = m[i][0] * v[0] + m[i][1] * v[1];
                }
                v[0] * v[1]
            }
            check!(g(0.25, 0.5));
            check!(g(2.0, 0.5));
        }
    };
}

variants!(programs);
