//! `break` and `continue`, with and without labels, and `loop` with a value.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn loop_until_a_condition() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut r = 1.0;
                let mut i = 0;
                loop {
                    r = r * x;
                    i += 1;
                    if i == n {
                        break;
                    }
                }
                r
            }
            check!(f(2.0, const 1) => [1.0]);
            check!(f(2.0, const 3) => [12.0]);
        }

        #[test]
        fn loop_with_a_value() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                let last = loop {
                    y = y * x;
                    if y > 20.0 {
                        break y.ln();
                    }
                    if y < -20.0 {
                        break y * 2.0;
                    }
                };
                last * y
            }
            check!(f(3.0));
            check!(f(-3.0));
        }

        #[test]
        fn continue_on_even() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                for i in 0..5 {
                    if i % 2 == 0 {
                        continue;
                    }
                    y *= x;
                }
                y
            }
            check!(f(2.0) => [12.0]);
        }

        #[test]
        fn continue_after_an_update() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                for i in 0..4 {
                    z = z * y;
                    if z > 1.0 {
                        z = z - x;
                        continue;
                    }
                    z = z + i as $real * y;
                }
                z
            }
            check!(f(0.5, 1.75));
            check!(f(3.0, 0.75));
        }

        #[test]
        fn continue_as_the_last_statement() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                for _ in 0..3 {
                    y = y * x;
                    continue;
                }
                y
            }
            check!(f(2.0) => [32.0]);
        }

        #[test]
        fn break_at_three() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = 1.0;
                for i in 0..10 {
                    if i == 3 {
                        break;
                    }
                    y *= x;
                }
                y
            }
            check!(f(2.0) => [12.0]);
        }

        #[test]
        fn break_at_once() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x * x;
                loop {
                    y *= x;
                    break;
                }
                while y > 0.0 {
                    break;
                }
                y
            }
            check!(f(2.0) => [12.0]);
        }

        #[test]
        fn break_on_an_active_value() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                for _ in 0..20 {
                    z = z * y + x;
                    if z > 10.0 {
                        break;
                    }
                    z += y;
                }
                z * z
            }
            check!(f(1.0, 1.5));
            check!(f(0.25, 0.5));
        }

        #[test]
        fn break_and_continue_together() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: $real) -> $real {
                let mut sum = x;
                for i in 0..w.len() {
                    if w[i] < 0.0 {
                        continue;
                    }
                    if w[i] > 100.0 {
                        break;
                    }
                    sum = sum * w[i] + x;
                    if sum > 50.0 {
                        sum = sum.sqrt();
                        continue;
                    }
                    sum += w[i];
                }
                sum
            }
            check!(f(&[1.0, -2.0, 3.0, 200.0, 5.0], 2.0));
            check!(f(&[10.0, 8.0, -1.0, 2.0], 3.0));
        }

        #[test]
        fn labelled_break_out_of_two_loops() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                'outer: for i in 0..4 {
                    for j in 0..4 {
                        if i * j == 2 {
                            break 'outer;
                        }
                        z = z * y + x;
                    }
                    z = z - y;
                }
                z
            }
            check!(f(1.0, 0.75));
        }

        #[test]
        fn labelled_continue() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                'rows: for i in 0..4 {
                    for j in 0..3 {
                        if j == i {
                            z += y * y;
                            continue 'rows;
                        }
                        z = (z * y).sin() + x;
                    }
                    z *= 0.5;
                }
                z
            }
            check!(f(0.5, 0.75));
        }

        #[test]
        fn labelled_break_on_an_active_value() {
            #[differentiable($($options)*)]
            fn f(x: $real, rows: &[[$real; 3]]) -> $real {
                let mut z = x;
                'all: for row in rows {
                    let mut part = 1.0;
                    for w in row {
                        part *= *w;
                        z += part * x;
                        if z > 10.0 {
                            break 'all;
                        }
                    }
                    z *= part;
                }
                z
            }
            check!(f(1.0, &[[1.0, 2.0, 0.5], [3.0, 4.0, 5.0], [7.0, 8.0, 9.0]]));
            check!(f(0.125, &[[1.0, 2.0, 0.5], [0.25, 0.5, 0.75]]));
        }

        #[test]
        fn in_larger_expressions() {
            #[differentiable($($options)*)]
            fn f(x: $real, k: usize) -> $real {
                let y = x + match k { 0 => return 0.0 * x, 1 => x * x, _ => 3.0 * x };
                let z = y.max(if k == 2 { return y * y } else { x });
                y * z
            }
            check!(f(2.0, const 0) => [0.0]);
            check!(f(2.0, const 1) => [60.0]);
            check!(f(2.0, const 2) => [64.0]);
            check!(f(2.0, const 3));
        }

        #[test]
        fn out_of_the_middle_of_an_expression_in_a_loop() {
            #[differentiable($($options)*)]
            fn ends(xs: &[$real], rate: $real) -> $real {
                let mut y = rate;
                for &x in xs {
                    y *= 1.0 + match x > 2.0 {
                        true => x * rate,
                        false => {
                            if y > 50.0 {
                                break;
                            }
                            rate
                        }
                    };
                }
                y
            }
            #[differentiable($($options)*)]
            fn skips(xs: &[$real], rate: $real) -> $real {
                let mut y = rate;
                for &x in xs {
                    y = y * x + 2.0 * if x > 2.0 { continue } else { x * y };
                }
                y
            }
            // 0.5 (1 + 4 / 2) (1 + 1 / 2) (1 + 4 / 2)
            check!(ends(&[4.0, 1.0, 4.0], 0.5));
            // What follows the break is never met: y = 1 + 100.
            check!(ends(&[100.0, 1.0, 4.0], 1.0) => [1.0, 0.0, 0.0, 201.0]);
            // (1 + 2) x rate, and the second one is skipped.
            check!(skips(&[1.5, 3.0], 2.0) => [6.0, 0.0, 4.5]);
        }

        #[test]
        fn in_operands_of_loops() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], k: usize) -> $real {
                let mut s = 0.0;
                'outer: for (i, v) in x.iter().enumerate() {
                    s += v * if i == k { continue 'outer } else { 2.0 * v };
                    let a = [v.sin(), match i { 3 => break, 5 => return s, _ => v * v }];
                    while s > (if i > 6 { return s * s } else { 10.0 }) {
                        s *= 0.5;
                    }
                    s += a[0] * a[1] + (v.max(if *v > 4.0 { return s } else { 1.0 }));
                }
                s
            }
            check!(f(&[1.5, 2.0, 3.0, 4.0], const 0));
            check!(f(&[1.5, 2.0, 3.0, 4.0], const 1));
            check!(f(&[1.5, 2.0, 3.0, 4.0], const 2));
            check!(f(&[1.5, 5.0, 3.0, 4.0], const 7));
        }

        #[test]
        fn what_is_evaluated_before_stays_before() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x;
                let b = a * y + { a = a * y; if a > 10.0 { return a } else { a } };
                a + b
            }
            check!(f(2.0, 3.0));
            check!(f(4.0, 3.0) => [3.0, 4.0]);
        }

        #[test]
        fn a_loop_that_only_a_return_ends() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x;
                loop {
                    let next = a * a + y;
                    if next > 4.0 {
                        return next * y;
                    }
                    a = next;
                }
            }
            check!(f(0.75, 1.5));
        }

        #[test]
        fn an_endless_loop_in_one_arm() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, n: usize) -> $real {
                let mut a = x;
                if n > 3 {
                    a *= y;
                } else {
                    let mut i = 0;
                    loop {
                        i += 1;
                        if i > 4 {
                            return a.sin();
                        }
                        for _ in 0..n {
                            a += y * a;
                            if a > 5.0 {
                                return a;
                            }
                        }
                    }
                }
                a * y
            }
            check!(f(0.5, 0.25, const 4));
            check!(f(0.5, 0.125, const 3));
            check!(f(0.5, 0.5, const 3));
        }
    };
}

variants!(programs);
