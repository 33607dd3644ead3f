//! Closures that stay in the function: what they capture, change and return.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn captures_an_active_local() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let z = x * y;
                let scaled = |v: $real| v * z + x;
                scaled(x) * scaled(y)
            }
            check!(f(2.0, 3.0));
        }

        #[test]
        fn called_in_a_loop() {
            #[differentiable($($options)*)]
            fn f(x: $real, k: $real) -> $real {
                let step = |v: $real| v - 0.1 * k * v.sin();
                let mut y = x;
                for _ in 0..5 {
                    y = step(y);
                }
                y
            }
            check!(f(1.5, 2.0));
        }

        #[test]
        fn calls_a_closure() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let square = |v: $real| v * v;
                let shifted = |v: $real| square(v + x) - x;
                shifted(square(x))
            }
            check!(f(1.5));
        }

        #[test]
        fn changes_what_it_captured() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut total = x;
                let mut add = |v: $real| {
                    total = total * v + v;
                    total
                };
                let a = add(y);
                let b = add(a * 0.5);
                total * b + a
            }
            check!(f(0.5, 1.5));
        }

        #[test]
        fn with_control_flow() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let soft = |v: $real| {
                    if v > 1.0 {
                        return 2.0 * v - 1.0;
                    }
                    let mut p = v;
                    for _ in 0..2 {
                        p *= v;
                    }
                    p
                };
                soft(x) * soft(y) + soft(x * y)
            }
            check!(f(2.0, 0.5) => [1.75, 8.25], kink);
            check!(f(2.0, 0.75));
            check!(f(0.5, 0.5));
        }

        #[test]
        fn takes_patterns_and_references() {
            #[differentiable($($options)*)]
            fn f(p: [$real; 2], q: ($real, $real)) -> $real {
                let dot = |[a, b]: [$real; 2], (c, d): ($real, $real)| a * c + b * d;
                let norm = |v: &[$real; 2]| v[0] * v[0] + v[1] * v[1];
                dot(p, q) * norm(&p)
            }
            check!(f([1.0, 2.0], (3.0, 4.0)) => [37.0, 64.0, 5.0, 10.0]);
        }

        #[test]
        fn captured_by_move() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                let snapshot = move |v: $real| v * y;
                y = y * y;
                snapshot(y) + y
            }
            check!(f(2.0) => [16.0]);
        }

        #[test]
        fn captured_array() {
            #[differentiable($($options)*)]
            fn f(w: &[$real; 3], x: $real) -> $real {
                let weight = |i: usize| w[i] * x;
                let mut sum = 0.0;
                for i in 0..3 {
                    sum += weight(i) * weight((i + 1) % 3);
                }
                sum
            }
            check!(f(&[1.0, 2.0, 3.0], 0.5));
        }

        #[test]
        fn shadowed_names() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let g = |x: $real| {
                    let y = x * x;
                    y + x
                };
                let x = g(y) * x;
                g(x) + y
            }
            check!(f(0.5, 1.5));
        }

        #[test]
        fn gives_a_tuple() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let rotate = |a: $real, b: $real| (a * y.cos() - b * y.sin(), a * y.sin() + b * y.cos());
                let (a, b) = rotate(x, y);
                let (c, _) = rotate(b, a);
                c * a
            }
            check!(f(0.5, 1.25));
        }

        #[test]
        fn without_arguments() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let lazy = || x * x;
                if x > 0.0 { lazy() + lazy() } else { -lazy() }
            }
            check!(f(2.0) => [8.0]);
            check!(f(-2.0) => [4.0]);
        }

        #[test]
        fn constants_of_their_own() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let smooth = |t: $real| {
                    const EDGE: $real = 0.5;
                    if t > EDGE { t.sin() * EDGE } else { t * t }
                };
                let mut t = x;
                for _ in 0..n {
                    const STEP: $real = 0.75;
                    t = smooth(t) * STEP + x;
                }
                t
            }
            check!(f(0.25, const 3));
            check!(f(0.75, const 2));
        }
    };
}

variants!(programs);
