//! `if` in all positions, conditions of all kinds, and the variables that branches leave behind.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn square_or_double() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                if x > 0.0 { x * x } else { 2.0 * x }
            }
            check!(f(4.0) => [8.0]);
            check!(f(-10.0) => [2.0]);
        }

        #[test]
        fn exact_equality() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                if x == 2.0 { 7.0 } else { x * x }
            }
            check!(f(2.0) => [0.0], kink);
            check!(f(3.0) => [6.0]);
        }

        #[test]
        fn threshold_takes_the_executed_side() {
            #[differentiable($($options)*)]
            fn f(x: $real, threshold: $real) -> $real {
                if x >= threshold { 3.0 * x - threshold } else { 2.0 * x }
            }
            check!(f(1.0, 1.0) => [3.0, -1.0], kink);
            check!(f(0.5, 1.0) => [2.0, 0.0]);
        }

        #[test]
        fn nested_with_one_leaf_on_y() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                if x > 0.0 {
                    if x > 10.0 {
                        x * 2.0
                    } else if x > 5.0 {
                        x * y
                    } else {
                        x
                    }
                } else {
                    3.0 * x
                }
            }
            check!(f(7.0, 3.0) => [3.0, 7.0]);
            check!(f(20.0, 3.0) => [2.0, 0.0]);
            check!(f(1.0, 3.0) => [1.0, 0.0]);
            check!(f(-1.0, 3.0) => [3.0, 0.0]);
        }

        #[test]
        fn without_else() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                if y > 1.0 {
                    z = z * y;
                }
                z + y
            }
            check!(f(3.0, 2.0) => [2.0, 4.0]);
            check!(f(3.0, 0.5) => [1.0, 1.0]);
        }

        #[test]
        fn empty_bodies() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                if x > 0.0 {}
                if x > 1.0 {
                } else {
                }
                for _ in 0..3 {}
                {}
                x * x
            }
            check!(f(3.0) => [6.0]);
        }

        #[test]
        fn constant_in_one_branch_after_other_assignments() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x * y;
                z = z * z;
                if y < 0.0 {
                    z = 4.0;
                }
                z * x
            }
            check!(f(2.0, 3.0) => [108.0, 48.0]);
            check!(f(2.0, -3.0) => [4.0, 0.0]);
        }

        #[test]
        fn guard_with_other_active_sets() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                if x > 0.0 {
                    return y * y;
                }
                x * x
            }
            check!(f(4.0, 5.0) => [0.0, 10.0]);
            check!(f(-3.0, -2.0) => [-6.0, 0.0]);
        }

        #[test]
        fn guards_in_a_row() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                if x < 0.0 {
                    return -x * y;
                }
                let z = x * y;
                if z > 10.0 {
                    return z.ln();
                }
                let w = z.sin();
                if w < 0.0 { return w * w } else if w > 0.5 { return w * x }
                w + y
            }
            check!(f(-2.0, 3.0) => [-3.0, 2.0]);
            check!(f(5.0, 4.0) => [0.2, 0.25]);
            check!(f(2.0, 2.0));
            check!(f(1.0, 1.0));
            check!(f(0.25, 1.0));
        }

        #[test]
        fn call_in_the_condition() {
            #[differentiable($($options)*)]
            fn energy(x: $real, y: $real) -> $real {
                x * x + y * y
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                if energy(x, y) > 4.0 { energy(x, y).sqrt() } else { x * y }
            }
            check!(f(3.0, 4.0) => [0.6, 0.8]);
            check!(f(1.0, 0.5) => [0.5, 1.0]);
        }

        #[test]
        fn conjunction_guards_an_index() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] i: usize) -> $real {
                if i < x.len() && x[i] > 0.0 { x[i] * x[0] } else { x[0] }
            }
            check!(f(&[2.0, 3.0], const 1) => [3.0, 2.0]);
            check!(f(&[2.0, -3.0], const 1) => [1.0, 0.0]);
            check!(f(&[2.0, 3.0], const 5) => [1.0, 0.0]);
        }

        #[test]
        fn disjunction_guards_an_index() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], #[constant] i: usize) -> $real {
                if i >= x.len() || x[i] < 0.0 { x[0] } else { x[i] * x[0] }
            }
            check!(f(&[2.0, 3.0], const 1) => [3.0, 2.0]);
            check!(f(&[2.0, -3.0], const 1) => [1.0, 0.0]);
            check!(f(&[2.0, 3.0], const 5) => [1.0, 0.0]);
        }

        #[test]
        fn let_chain() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] scale: Option<usize>) -> $real {
                if let Some(n) = scale && n > 1 && x > 0.0 { x * n as $real } else { -x }
            }
            check!(f(3.0, const Some(4)) => [4.0]);
            check!(f(3.0, const Some(1)) => [-1.0]);
            check!(f(3.0, const None) => [-1.0]);
            check!(f(-3.0, const Some(4)) => [-1.0]);
        }

        #[test]
        fn stored_condition() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let large = x > 1.0;
                let mut z = x * y;
                if large {
                    z *= x;
                }
                let x = 0.5 * x;
                if !large {
                    z += y;
                }
                z * x
            }
            check!(f(2.0, 3.0) => [18.0, 4.0]);
            check!(f(0.5, 3.0));
        }

        #[test]
        fn condition_merged_from_branches() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let flag;
                let z = if x > y {
                    flag = true;
                    x * x
                } else {
                    flag = y > 2.0;
                    y * y
                };
                if flag { z * x } else { z + y }
            }
            check!(f(3.0, 2.0) => [27.0, 0.0]);
            check!(f(1.0, 3.0) => [9.0, 6.0]);
            check!(f(1.0, 1.5) => [0.0, 4.0]);
        }

        #[test]
        fn both_sides_overwrite_what_is_used_after() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x.sin();
                let before = z * z;
                if y > 0.0 {
                    z = z * y;
                } else {
                    z = x - y;
                }
                before + z * z
            }
            check!(f(0.5, 2.0));
            check!(f(0.5, -2.0));
        }

        #[test]
        fn branch_as_operand() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                x * (if x > y { x } else { y }) + { let z = x * y; z * z }
            }
            check!(f(3.0, 2.0) => [30.0, 36.0]);
            check!(f(1.0, 2.0) => [10.0, 5.0]);
        }

        #[test]
        fn branch_gives_a_tuple() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let (a, b) = if x < y { (x * x, y) } else { (y, x * y) };
                a * b + a
            }
            check!(f(2.0, 3.0) => [16.0, 4.0]);
            check!(f(3.0, 2.0) => [4.0, 13.0]);
        }

        #[test]
        fn one_side_active() {
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] use_it: bool) -> $real {
                let scale = if use_it { x } else { 2.0 };
                scale * x
            }
            check!(f(3.0, const true) => [6.0]);
            check!(f(3.0, const false) => [2.0]);
        }

        #[test]
        fn two_variables_updated_in_branches() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x;
                let mut b = y;
                if a > b {
                    a = a * b;
                } else if a < -1.0 {
                    b = a + b;
                    a = b * b;
                } else {
                    b *= 2.0;
                }
                a * b
            }
            check!(f(3.0, 2.0) => [4.0, 12.0]);
            check!(f(-2.0, 3.0) => [3.0, 3.0]);
            check!(f(0.5, 3.0) => [6.0, 1.0]);
        }

        #[test]
        fn abrupt_function() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                if x * y > 1.0 || (x < 0.0 && !(y < 0.0)) {
                    (x + y).sqrt()
                } else if x < 0.0 {
                    x.exp() * y
                } else {
                    x - y
                }
            }
            check!(f(2.0, 2.0) => [0.25, 0.25]);
            check!(f(-1.0, 5.0) => [0.25, 0.25]);
            check!(f(-1.0, -0.5));
            check!(f(0.5, 0.5) => [1.0, -1.0]);
        }

        #[test]
        fn array_out_of_a_branch() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let p = if x > y { [x * y, x + y, y] } else { [y, x / y, x * x] };
                p[0] * p[1] + p[2] * p[2] * x
            }
            check!(f(3.0, 2.0));
            check!(f(2.0, 3.0));
        }

        #[test]
        fn elements_changed_in_one_arm() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut p = [x, y, x * y];
                if x > 1.0 {
                    p[0] = p[1] * y;
                    if y > 1.0 {
                        p[2] += p[0];
                    } else {
                        p[0] -= x * p[2];
                    }
                }
                let q = p;
                p[1] *= q[0];
                p[0] * p[1] * p[2] + q[1] * q[2]
            }
            check!(f(0.5, 2.0));
            check!(f(2.0, 3.0));
            check!(f(2.0, 0.5));
        }

        #[test]
        fn array_copied_over_another() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut p = [x, y];
                let q = [x * y, x - y];
                let before = p;
                if y > 0.0 {
                    p = q;
                    p[1] *= before[0];
                }
                p[0] * p[1] + before[1] * q[1]
            }
            check!(f(3.0, 2.0));
            check!(f(3.0, -2.0));
        }

        #[test]
        fn array_from_a_failing_arm() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> Option<$real> {
                let p = if y > 0.0 {
                    [x / y, x * y]
                } else {
                    return None;
                };
                Some(p[0] * p[1] * p[1])
            }
            let (value, (dx, dy)) = f::value_and_grad(2.0, 4.0).unwrap();
            assert_eq!((value, dx, dy), (32.0, 48.0, 8.0));
            assert!(f::grad(2.0, -4.0).is_none());
        }
    };
}

variants!(programs);
