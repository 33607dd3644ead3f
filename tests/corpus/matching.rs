//! `match`, `if let`, `let … else`: patterns of every kind over constant and active values.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn on_integers() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                match n {
                    0 => x,
                    1 => x * x,
                    2 | 3 => x * x * x,
                    4..=9 => x.sin(),
                    _ => 0.0,
                }
            }
            check!(f(2.0, const 0) => [1.0]);
            check!(f(2.0, const 1) => [4.0]);
            check!(f(2.0, const 3) => [12.0]);
            check!(f(2.0, const 7));
            check!(f(2.0, const 10) => [0.0]);
        }

        #[test]
        fn on_a_tuple() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                match (x > 0.0, y > 0.0) {
                    (true, true) => x * y,
                    (true, false) => x,
                    (false, true) => y * y,
                    (false, false) => x / y,
                }
            }
            check!(f(2.0, 3.0) => [3.0, 2.0]);
            check!(f(2.0, -3.0) => [1.0, 0.0]);
            check!(f(-2.0, 3.0) => [0.0, 6.0]);
            check!(f(-2.0, -4.0) => [-0.25, 0.125]);
        }

        #[test]
        fn with_guards() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: i32) -> $real {
                match n {
                    k if k < 0 => -x,
                    0 if x > 1.0 => x * x,
                    0 => x,
                    k if k % 2 == 0 && x > 0.0 => x.powi(k),
                    k => x * k as $real,
                }
            }
            check!(f(3.0, const -1) => [-1.0]);
            check!(f(3.0, const 0) => [6.0]);
            check!(f(0.5, const 0) => [1.0]);
            check!(f(2.0, const 4) => [32.0]);
            check!(f(-2.0, const 4) => [4.0]);
            check!(f(2.0, const 5) => [5.0]);
        }

        #[test]
        fn with_returning_arms() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let y = match n {
                    0 => return x * x,
                    1 => x.exp(),
                    _ => {
                        let z = x + 1.0;
                        z * z
                    }
                };
                y * x
            }
            check!(f(3.0, const 0) => [6.0]);
            check!(f(1.0, const 1));
            check!(f(2.0, const 2) => [21.0]);
        }

        #[test]
        fn arms_that_assign() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut y = x * x;
                match n {
                    0 => y = x,
                    1 => y *= x,
                    2 => {}
                    _ => {
                        y += x;
                        y = y * y;
                    }
                }
                y
            }
            check!(f(3.0, const 0) => [1.0]);
            check!(f(3.0, const 1) => [27.0]);
            check!(f(3.0, const 2) => [6.0]);
            check!(f(2.0, const 3) => [60.0]);
        }

        #[test]
        fn on_a_constant_enum() {
            #[derive(Clone, Copy)]
            enum Factor {
                One(f64),
                Two { b1: f64, b2: f64 },
                Nothing,
            }
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] factor: Factor) -> $real {
                match factor {
                    Factor::One(a) => x * a as $real,
                    Factor::Two { b1, b2 } => x * b1 as $real * b2 as $real,
                    Factor::Nothing => x,
                }
            }
            check!(f(2.0, const Factor::One(3.0)) => [3.0]);
            check!(f(2.0, const Factor::Two { b1: 3.0, b2: 0.5 }) => [1.5]);
            check!(f(2.0, const Factor::Nothing) => [1.0]);
        }

        #[test]
        fn on_a_borrowed_constant_enum() {
            enum Rate {
                Fixed($real),
                Table(Vec<$real>),
            }
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] rate: &Rate) -> $real {
                match rate {
                    Rate::Fixed(r) => x * r,
                    Rate::Table(rows) => {
                        let mut sum = 0.0;
                        for r in rows {
                            sum += x * x * r;
                        }
                        sum
                    }
                }
            }
            let (fixed, table) = (Rate::Fixed(3.0), Rate::Table(vec![1.0, 2.0]));
            check!(f(2.0, const &fixed) => [3.0]);
            check!(f(2.0, const &table) => [12.0]);
        }

        #[test]
        fn constant_option() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] bias: Option<$real>) -> $real {
                match bias {
                    Some(b) => (x + b) * x,
                    None => x,
                }
            }
            check!(f(2.0, const Some(3.0)) => [7.0]);
            check!(f(2.0, const None) => [1.0]);
        }

        #[test]
        fn if_let_on_a_constant_option() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] bias: Option<$real>) -> $real {
                let mut y = x * x;
                if let Some(b) = bias {
                    y *= b;
                } else {
                    y = -y;
                }
                y
            }
            check!(f(2.0, const Some(3.0)) => [12.0]);
            check!(f(2.0, const None) => [-4.0]);
        }

        #[test]
        fn bindings_and_ranges() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: u32) -> $real {
                match n {
                    small @ 0..=2 => x * small as $real,
                    large @ (3 | 5 | 7) => x / large as $real,
                    other => x * x * other as $real,
                }
            }
            check!(f(2.0, const 2) => [2.0]);
            check!(f(2.0, const 5) => [0.2]);
            check!(f(2.0, const 4) => [16.0]);
        }

        #[test]
        fn slice_patterns() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                match x {
                    [] => 0.0,
                    [a] => a * a,
                    [a, b] => a * b,
                    [first, .., last] => first * last * last,
                }
            }
            check!(f(&[3.0]) => [6.0]);
            check!(f(&[3.0, 2.0]) => [2.0, 3.0]);
            check!(f(&[3.0, 5.0, 7.0, 2.0]) => [4.0, 0.0, 0.0, 12.0]);
        }

        #[test]
        fn array_pattern() {
            #[differentiable($($options)*)]
            fn f(v: [$real; 3]) -> $real {
                let [a, b, c] = v;
                a * b + b * c
            }
            #[differentiable($($options)*)]
            fn in_parameter([a, b]: [$real; 2], (c, d): ($real, $real)) -> $real {
                a * c + b * d
            }
            check!(f([1.0, 2.0, 3.0]) => [2.0, 4.0, 2.0]);
            check!(in_parameter([1.0, 2.0], (3.0, 4.0)) => [3.0, 4.0, 1.0, 2.0]);
        }

        #[test]
        fn nested_matches() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, n: usize, #[constant] flag: Option<bool>) -> $real {
                match flag {
                    Some(true) => match n {
                        0 => x,
                        _ => x * y,
                    },
                    Some(false) => match n % 3 {
                        0 => y,
                        1 => y * y,
                        _ => x + y,
                    },
                    None => 1.0,
                }
            }
            check!(f(2.0, 3.0, const 0, const Some(true)) => [1.0, 0.0]);
            check!(f(2.0, 3.0, const 5, const Some(true)) => [3.0, 2.0]);
            check!(f(2.0, 3.0, const 3, const Some(false)) => [0.0, 1.0]);
            check!(f(2.0, 3.0, const 4, const Some(false)) => [0.0, 6.0]);
            check!(f(2.0, 3.0, const 5, const Some(false)) => [1.0, 1.0]);
            check!(f(2.0, 3.0, const 5, const None) => [0.0, 0.0]);
        }

        #[test]
        fn on_the_order_of_active_values() {
            use std::cmp::Ordering;
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                match x.partial_cmp(&y) {
                    Some(Ordering::Less) => x * x,
                    Some(Ordering::Greater) => y * y,
                    _ => x * y,
                }
            }
            check!(f(1.0, 2.0) => [2.0, 0.0]);
            check!(f(2.0, 1.0) => [0.0, 2.0]);
            check!(f(2.0, 2.0) => [2.0, 2.0], kink);
        }

        #[test]
        fn in_a_loop() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] program: &[u8]) -> $real {
                let mut acc = x;
                for op in program {
                    acc = match op {
                        b'+' => acc + x,
                        b'*' => acc * x,
                        b's' => acc.sin(),
                        b'r' => break,
                        _ => continue,
                    };
                }
                acc
            }
            check!(f(2.0, const b"+*") => [8.0]);
            check!(f(0.5, const b"*?s+*"));
            check!(f(2.0, const b"+r*") => [2.0]);
        }

        #[test]
        fn let_else() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] n: Option<usize>) -> $real {
                let Some(n) = n else {
                    return x * x;
                };
                let mut y = 1.0;
                for _ in 0..n {
                    y *= x;
                }
                y
            }
            check!(f(2.0, const None) => [4.0]);
            check!(f(2.0, const Some(3)) => [12.0]);
            check!(f(2.0, const Some(0)) => [0.0]);
        }
    };
}

variants!(programs);
