//! What the items promise beside the right number: which arguments, how often, into which buffers, in which shapes.

use crate::support::flatten;
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

        #[test]
        fn auxiliary_outputs_unchanged() {
            #[differentiable(aux, $($options)*)]
            fn f(x: $real, w: &[$real]) -> ($real, usize, Vec<$real>) {
                let mut parts = Vec::new();
                let mut sum = 0.0;
                for v in w {
                    sum += x * v;
                    parts.push(sum);
                }
                (sum * sum, parts.len(), parts)
            }
            let aux = (2, vec![6.0, 14.0]);
            let (x, w) = (2.0, [3.0, 4.0]);
            assert_eq!(f::grad(x, &w), (196.0, vec![56.0, 56.0]));
            let ((value, n, parts), gradient) = f::value_and_grad(x, &w);
            assert_eq!((value, (n, parts)), (196.0, aux.clone()));
            assert_eq!(gradient, (196.0, vec![56.0, 56.0]));
            let ((value, n, parts), backward) = f::forward(x, &w);
            assert_eq!((value, (n, parts)), (196.0, aux.clone()));
            let mut w_bar = [0.0; 2];
            assert_eq!((backward(0.5, &mut w_bar), w_bar), (98.0, [28.0, 28.0]));
            let ((value, n, parts), dot) = f::jvp(x, &w, 1.0, &[0.0, 1.0]);
            assert_eq!((value, (n, parts), dot), (196.0, aux, 252.0));
        }

        #[test]
        fn jacobians() {
            #[differentiable($($options)*)]
            fn of_an_array(x: [$real; 3]) -> [$real; 2] {
                [x[0] * x[1], x[2] * x[2]]
            }
            #[differentiable($($options)*)]
            fn of_a_scalar(t: $real) -> [$real; 2] {
                [t, t * t]
            }
            #[differentiable($($options)*)]
            fn of_both(t: $real, v: &[$real; 2]) -> [$real; 2] {
                [t * v[0], t + v[1]]
            }
            let by_array: [[$real; 3]; 2] = of_an_array::jacobian([2.0, 3.0, 4.0]);
            assert_eq!(by_array, [[3.0, 2.0, 0.0], [0.0, 0.0, 8.0]]);
            let by_scalar: [$real; 2] = of_a_scalar::jacobian(3.0);
            assert_eq!(by_scalar, [1.0, 6.0]);
            let (by_t, by_v): ([$real; 2], [[$real; 2]; 2]) = of_both::jacobian(2.0, &[3.0, 4.0]);
            assert_eq!((by_t, by_v), ([3.0, 1.0], [[2.0, 0.0], [0.0, 1.0]]));
            for (i, column) in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].into_iter().enumerate() {
                let (_, along) = of_an_array::jvp([2.0, 3.0, 4.0], column);
                assert_eq!(along, [by_array[0][i], by_array[1][i]]);
            }
        }

        #[test]
        fn stopped_factor() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                x * stop_gradient(x)
            }
            check!(f(3.0) => [3.0], kink);
        }

        #[test]
        fn stopped_on_a_carried_value() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                for i in 0..4 {
                    z = z * y;
                    if i == 1 {
                        z = stop_gradient(z);
                    }
                }
                z
            }
            check!(f(2.0, 3.0) => [0.0, 108.0], kink);
        }

        #[test]
        fn stopped_array() {
            #[differentiable($($options)*)]
            fn f(w: &[$real; 2], x: $real) -> $real {
                let frozen = stop_gradient(*w);
                frozen[0] * w[1] * x
            }
            check!(f(&[2.0, 3.0], 4.0) => [0.0, 8.0, 6.0], kink);
        }

        #[test]
        fn gradient_step_with_and_without() {
            #[differentiable($($options)*)]
            fn through(w: $real, rate: $real) -> $real {
                let gradient = 2.0 * w;
                let next = w - rate * gradient;
                next * next
            }
            #[differentiable($($options)*)]
            fn stopped(w: $real, rate: $real) -> $real {
                let gradient = stop_gradient(2.0 * w);
                let next = w - rate * gradient;
                next * next
            }
            check!(through(2.0, 0.25) => [1.0, -8.0]);
            check!(stopped(2.0, 0.25) => [2.0, -8.0], kink);
        }

        #[test]
        fn active_integer_on_purpose() {
            #[differentiable($($options)*)]
            fn f(x: $real, table: &[$real]) -> $real {
                let i = stop_gradient(x.floor()) as usize;
                let t = x - i as $real;
                table[i] * (1.0 - t) + table[i + 1] * t
            }
            check!(f(1.25, &[1.0, 4.0, 2.0]) => [-2.0, 0.0, 0.75, 0.25]);
        }

        #[test]
        fn checkpointed_loops() {
            #[differentiable($($options)*)]
            fn by_root(x: $real, k: $real, n: usize) -> $real {
                let mut y = x;
                #[checkpoint]
                for i in 0..n {
                    y = y + 0.1 * (k * y).sin() + i as $real * 0.01;
                }
                y
            }
            #[differentiable($($options)*)]
            fn by_three(x: $real, k: $real, n: usize) -> $real {
                let mut y = [x, 0.5];
                #[checkpoint(every = 3)]
                for _ in 0..n {
                    y[0] = y[0] + 0.1 * (k * y[1]).sin();
                    y[1] = y[1] * y[0].cos();
                }
                y[0] * y[1]
            }
            for n in [0, 1, 2, 3, 4, 10, 37] {
                check!(by_root(0.5, 1.5, const n));
                check!(by_three(0.5, 1.5, const n));
            }
        }

        #[test]
        fn many_directions_at_once() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 3]) -> $real {
                x[0] * x[1] + x[1] * x[2].sin()
            }
            let point = [1.5, 2.0, 0.5];
            let gradient = f::grad(point);
            for i in 0..3 {
                let mut direction = [0.0; 3];
                direction[i] = 1.0;
                assert_eq!(f::jvp(point, direction).1, gradient[i]);
            }
        }

        #[test]
        fn generated_items_are_ordinary_functions() {
            #[differentiable($($options)*)]
            fn f(x: $real, w: &[$real]) -> $real {
                x * w[0]
            }
            let gradients: Vec<($real, Vec<$real>)> =
                [1.0, 2.0].into_iter().map(|x| f::grad(x, &[3.0, 4.0])).collect();
            assert_eq!(gradients, [(3.0, vec![1.0, 0.0]), (3.0, vec![2.0, 0.0])]);
            let into: fn($real, &[$real], &mut $real, &mut [$real]) -> $real = f::grad_into;
            let (mut x_bar, mut w_bar) = (0.0, [0.0; 1]);
            assert_eq!(into(2.0, &[3.0], &mut x_bar, &mut w_bar), 6.0);
            assert_eq!(flatten(&(x_bar, w_bar)), [3.0, 2.0]);
        }
    };
}

variants!(programs);
