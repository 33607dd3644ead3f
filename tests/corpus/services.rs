//! What the items promise beside the right number: shapes, ownership, buffers, which parameters.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn shapes_of_gradients() {
            #[differentiable($($options)*)]
            fn f(a: $real, b: [$real; 2], c: &[$real; 2], d: &[$real], e: ($real, $real), n: usize) -> $real {
                a * b[0] * c[1] + d[n] * e.0 + e.1 * b[1]
            }
            let gradient: ($real, [$real; 2], [$real; 2], Vec<$real>, ($real, $real)) =
                f::grad(2.0, [3.0, 4.0], &[5.0, 6.0], &[7.0, 8.0, 9.0], (10.0, 11.0), 1);
            assert_eq!(gradient, (18.0, [12.0, 11.0], [0.0, 6.0], vec![0.0, 10.0, 0.0], (8.0, 4.0)));
        }

        #[test]
        fn one_parameter_is_no_tuple() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: i32) -> $real {
                x * n as $real
            }
            let gradient: $real = f::grad(2.0, 3);
            let (value, same): ($real, $real) = f::value_and_grad(2.0, 3);
            assert_eq!((gradient, value, same), (3.0, 6.0, 3.0));
        }

        #[test]
        fn the_function_itself_stays() {
            mod model {
                use grad_runtime::prelude::*;
                #[differentiable($($options)*)]
                pub fn energy(x: $real) -> $real {
                    0.5 * x * x
                }
            }
            use model::energy;
            let pointer: fn($real) -> $real = energy;
            assert_eq!(pointer(3.0), 4.5);
            assert_eq!(energy::grad(3.0), 3.0);
            assert_eq!(model::energy::grad(2.0), 2.0);
        }

        #[test]
        fn backward_outlives_what_was_passed_by_value() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: Vec<$real>, v: [$real; 2]) -> $real {
                x * w[0] * v[0] + w[1] * w[1] * v[1]
            }
            let backward = {
                let w = vec![2.0, 3.0];
                let (value, backward) = f::forward(5.0, w, [1.0, 0.5]);
                assert_eq!(value, 14.5);
                backward
            };
            assert_eq!(backward(1.0), (2.0, vec![5.0, 3.0], [10.0, 9.0]));
            assert_eq!(backward(2.0), (4.0, vec![10.0, 6.0], [20.0, 18.0]));
            assert_eq!(backward(1.0), (2.0, vec![5.0, 3.0], [10.0, 9.0]));
        }

        #[test]
        fn backward_after_the_buffer_was_reused() {
            #[differentiable($($options)*)]
            fn f(y: &mut [$real], x: &[$real]) -> $real {
                let mut sum = 0.0;
                for i in 0..y.len() {
                    y[i] = y[i] * x[i];
                    sum += y[i] * y[i];
                }
                sum
            }
            let x = [3.0, 4.0];
            let mut y = [1.0, 2.0];
            let (value, backward) = f::forward(&mut y, &x);
            assert_eq!((value, y), (73.0, [3.0, 8.0]));
            y = [$real::NAN; 2];
            let (mut y_bar, mut x_bar) = ([0.0, 1.0], [10.0, 0.0]);
            backward(1.0, &mut y_bar, &mut x_bar);
            assert_eq!((y_bar, x_bar), ([18.0, 68.0], [16.0, 34.0]));
            assert!(y[0].is_nan());
        }

        #[test]
        fn two_calls_keep_their_own_residuals() {
            #[differentiable($($options)*)]
            fn f(x: $real, n: usize) -> $real {
                let mut y = x;
                for _ in 0..n {
                    y = y * y;
                }
                y
            }
            let (_, first) = f::forward(2.0, 1);
            let (_, second) = f::forward(3.0, 2);
            let (_, none) = f::forward(5.0, 0);
            assert_eq!((second(1.0), first(1.0), none(1.0), second(1.0)), (108.0, 4.0, 1.0, 108.0));
        }

        #[test]
        fn buffers_that_are_not_zero() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real], v: [$real; 2]) -> $real {
                x * w[0] + v[1]
            }
            let (mut x_bar, mut w_bar, mut v_bar) = (1.0, [10.0, 20.0, 30.0], [100.0, 200.0]);
            let value = f::grad_into(2.0, &[3.0, 4.0, 5.0], [6.0, 7.0], &mut x_bar, &mut w_bar, &mut v_bar);
            assert_eq!((value, x_bar, w_bar, v_bar), (13.0, 4.0, [12.0, 20.0, 30.0], [100.0, 201.0]));
        }

        #[test]
        fn inputs_stay_as_they_are() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: [$real; 2]) -> $real {
                let mut x = x;
                x[0] *= w[0];
                x[0] * x[1]
            }
            let (w, x) = ([2.0, 3.0], [4.0, 5.0]);
            let _ = f::grad(&w, x);
            let (_, backward) = f::forward(&w, x);
            let mut w_bar = [0.0; 2];
            let _ = backward(1.0, &mut w_bar);
            assert_eq!((w, x), ([2.0, 3.0], [4.0, 5.0]));
        }

        #[test]
        fn with_respect_to_some() {
            #[differentiable(wrt(w, b), $($options)*)]
            fn f(x: &[$real], w: &[$real; 2], b: $real, n: usize) -> $real {
                x[n] * w[n] * b
            }
            let (w_bar, b_bar): ([$real; 2], $real) = f::grad(&[2.0, 3.0], &[4.0, 5.0], 6.0, 1);
            assert_eq!((w_bar, b_bar), ([0.0, 18.0], 15.0));
            check!(f(const &[2.0, 3.0], &[4.0, 5.0], 6.0, const 0));
        }

        #[test]
        fn the_order_is_that_of_the_parameters() {
            #[differentiable(wrt(c, a), $($options)*)]
            fn f(a: $real, b: $real, c: $real) -> $real {
                a * 2.0 + b * 3.0 + c * 5.0
            }
            assert_eq!(f::grad(1.0, 1.0, 1.0), (2.0, 5.0));
            assert_eq!(f::jvp(1.0, 1.0, 1.0, 10.0, 100.0), (10.0, 520.0));
        }

        #[test]
        fn constants_may_be_anything() {
            struct Settings {
                scale: $real,
                name: String,
            }
            #[differentiable($($options)*)]
            fn f(#[constant] settings: &Settings, x: $real, flag: bool, c: char, text: &str, n: u8) -> $real {
                if flag && c == 'x' && text == settings.name { x * settings.scale * n as $real } else { x }
            }
            let settings = Settings { scale: 2.0, name: "model".to_string() };
            check!(f(const &settings, 3.0, const true, const 'x', const "model", const 4) => [8.0]);
            check!(f(const &settings, 3.0, const true, const 'y', const "model", const 4) => [1.0]);
        }
    };
}

variants!(programs);
