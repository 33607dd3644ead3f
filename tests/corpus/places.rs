//! What is changed through `&mut`, swapped, replaced, copied or taken apart.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn scalar_changed_through_a_parameter() {
            #[differentiable($($options)*)]
            fn f(y: &mut $real, x: $real) {
                *y = *y * x;
                *y += x * x;
            }
            check_place!(f(&mut 2.0, 3.0) => [3.0, 8.0]);
        }

        #[test]
        fn parameter_overwritten() {
            #[differentiable($($options)*)]
            fn f(y: &mut $real, x: $real) {
                *y = x * x;
            }
            check_place!(f(&mut 2.0, 3.0) => [0.0, 6.0]);
        }

        #[test]
        fn parameter_changed_in_a_branch() {
            #[differentiable($($options)*)]
            fn f(y: &mut $real, x: $real) {
                if *y > x {
                    *y = (*y * x).sin();
                    return;
                }
                *y *= *y;
            }
            check_place!(f(&mut 0.5, 0.25));
            check_place!(f(&mut 0.5, 3.0) => [1.0, 0.0]);
        }

        #[test]
        fn in_place_call_twice_on_one_buffer() {
            #[differentiable($($options)*)]
            fn step(y: &mut $real, x: $real) {
                *y = *y * *y + x;
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                step(&mut y, x);
                step(&mut y, 2.0 * x);
                y
            }
            check!(f(2.0) => [2.0 * 6.0 * 5.0 + 2.0]);
        }

        #[test]
        fn value_that_outlives_two_mutating_calls() {
            #[differentiable($($options)*)]
            fn scale(y: &mut [$real], x: $real) {
                for v in y.iter_mut() {
                    *v *= x;
                }
            }
            #[differentiable($($options)*)]
            fn f(x: $real, w: [$real; 2]) -> $real {
                let mut y = w;
                let first = y[0] * x;
                scale(&mut y, x);
                let second = y[0] * y[1];
                scale(&mut y, first);
                first * second + y[1]
            }
            check!(f(1.5, [2.0, -0.75]));
        }

        #[test]
        fn output_parameter_and_return_value() {
            #[differentiable($($options)*)]
            fn f(x: $real, out: &mut $real) -> $real {
                let y = x * *out;
                *out = y * y;
                y + x
            }
            check_map!(f(3.0, &mut 2.0) => [3.0, 3.0, 24.0, 36.0]);
        }

        #[test]
        fn output_buffer_and_return_value() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], out: &mut [$real]) -> $real {
                let mut sum = 0.0;
                for i in 0..x.len() {
                    out[i] = x[i] * x[i] + out[i];
                    sum += out[i] * x[i];
                }
                sum
            }
            check_map!(f(&[1.0, 2.0], &mut [3.0, 4.0]));
        }

        #[test]
        fn swapped_variables() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x;
                let mut b = y;
                if a < b {
                    std::mem::swap(&mut a, &mut b);
                }
                a * a + b
            }
            check!(f(2.0, 3.0) => [1.0, 6.0]);
            check!(f(3.0, 2.0) => [6.0, 1.0]);
        }

        #[test]
        fn swapped_by_hand() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x;
                let mut b = y;
                for _ in 0..3 {
                    let t = a;
                    a = b * 2.0;
                    b = t;
                }
                a * a + b
            }
            check!(f(2.0, 3.0));
        }

        #[test]
        fn through_a_local_reference() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x;
                {
                    let r = &mut a;
                    *r *= y;
                    *r += *r * x;
                }
                let s = &a;
                *s * *s
            }
            check!(f(2.0, 3.0) => [540.0, 216.0]);
        }

        #[test]
        fn tuple_elements() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut t = (x, y, 1.0);
                t.0 = t.0 * t.1;
                t.2 += t.0;
                t.1 = t.2 * t.2;
                t.0 + t.1
            }
            check!(f(2.0, 3.0) => [45.0, 30.0]);
        }

        #[test]
        fn nested_tuples() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut t = ((x, y), [x * y, 2.0]);
                t.0.1 *= t.1[0];
                t.1[1] = t.0.0 * t.0.1;
                let ((a, b), [c, d]) = t;
                a + b * c - d
            }
            check!(f(2.0, 3.0));
        }

        #[test]
        fn copy_then_change() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let a = [x, y];
                let mut b = a;
                b[0] = b[0] * b[1];
                let mut c = b;
                c[1] = 2.0 * c[0];
                a[0] * b[0] + a[1] * c[1] + b[1]
            }
            check!(f(2.0, 3.0) => [30.0, 29.0]);
        }

        #[test]
        fn observed_by_macros() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                assert!(x > 0.0, "x is {x}");
                debug_assert!(y.is_finite());
                let z = x * y;
                if z.is_nan() {
                    panic!("z is {z} at {x}, {y}");
                }
                assert_ne!(z, 0.5);
                let text = format!("{z:.3}");
                if text.is_empty() {
                    unreachable!("text is never empty");
                }
                z * z
            }
            check!(f(2.0, 3.0) => [36.0, 24.0]);
        }

        #[test]
        fn destructuring_assignment() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let (mut a, mut b) = (x, y);
                (a, b) = (a * b, a + b);
                [a, b] = [b, a * 2.0];
                (a, _) = (a * a, 0.0);
                a * b
            }
            check!(f(2.0, 3.0));
        }

        #[test]
        fn replaced_and_taken() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut a = x * y;
                let old = std::mem::replace(&mut a, y);
                let taken = std::mem::take(&mut a);
                old * taken + a
            }
            check!(f(2.0, 3.0) => [9.0, 12.0]);
        }
    };
}

variants!(programs);
