//! Auxiliary outputs, Jacobians, `stop_gradient`, checkpoints.

use crate::support::flatten;
use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
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
        fn stopped_calls_need_no_rule() {
            fn lookup(x: $real) -> $real {
                if x > 1.0 { 3.0 } else { 2.0 }
            }
            struct Table(Vec<$real>);
            impl Table {
                fn at(&self, index: usize, scale: $real) -> $real {
                    self.0[index] * scale
                }
            }
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] table: &Table) -> $real {
                let mut y = x * stop_gradient(lookup(x));
                y *= stop_gradient(lookup(y) + table.at(1, y));
                y
            }
            // y = 2 x, and then y (2 + 5 y), where the sum is a constant.
            let table = Table(vec![1.0, 5.0]);
            check!(f(0.25, const &table) => [9.0], kink);
        }

        #[test]
        fn a_stopped_call_still_changes_what_it_changes() {
            #[differentiable($($options)*)]
            fn advance(buffer: &mut [$real]) -> $real {
                buffer[0] *= 3.0;
                buffer[1] * buffer[0]
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut buffer = [x, y];
                let stopped = stop_gradient(advance(&mut buffer));
                stopped * buffer[0]
            }
            check!(f(2.0, 3.0) => [54.0, 0.0], kink);
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
        fn checkpointed_loops_that_may_end_anywhere() {
            #[differentiable($($options)*)]
            fn settles(x: $real, k: $real, steps: usize) -> $real {
                let mut y = x;
                let mut n = 0;
                #[checkpoint(every = 4)]
                while n < steps && y < 4.0 {
                    y = y + 0.1 * (k * y).sin() + 0.05 * y;
                    n += 1;
                }
                y * n as $real
            }
            #[differentiable($($options)*)]
            fn lands(height: $real, speed: $real) -> $real {
                let mut state = [height, speed];
                let mut way = 0.0;
                #[checkpoint(every = 3)]
                loop {
                    let before = state[0];
                    state[0] += 0.25 * state[1];
                    state[1] -= 0.25 * (2.0 + 0.1 * state[1] * state[1]);
                    if state[0] < 0.0 {
                        break;
                    }
                    if way > 50.0 {
                        return state[1] * before;
                    }
                    way += (state[0] - before) * state[1];
                }
                way * state[1] + state[0]
            }
            #[differentiable($($options)*)]
            fn found(x: &[$real], limit: $real) -> $real {
                let mut product = 1.0;
                #[checkpoint]
                for (i, v) in x.iter().enumerate() {
                    if i % 3 == 2 {
                        continue;
                    }
                    product *= v + limit;
                    if product > limit {
                        break;
                    }
                }
                product * product
            }
            for steps in [0, 1, 3, 4, 5, 11, 18] {
                check!(settles(0.5, 1.5, const steps));
            }
            check!(lands(1.0, 2.0));
            check!(lands(0.25, -2.0));
            check!(lands(3.0, 5.5));
            check!(lands(30.0, 35.5));
            check!(found(&vec![1.0, 1.5, 2.0, 0.5, 3.0, 1.25, 0.75], 1000.0));
            check!(found(&vec![1.0, 1.5, 2.0, 0.5, 3.0, 1.25, 0.75], 3.0));
            check!(found(&vec![1.0, 1.5, 2.0, 0.5, 3.0, 1.25, 0.75], 0.5));
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
        fn auxiliary_length_taken_before_the_vector() {
            #[differentiable(aux, $($options)*)]
            fn f(x: $real, n: usize) -> ($real, Vec<$real>, usize) {
                let mut parts = vec![0.0; n];
                parts[0] = x * x;
                let len = parts.len();
                (parts[0] * x, parts, len)
            }
            assert_eq!(f::jvp(2.0, 3, 1.0), ((8.0, vec![4.0, 0.0, 0.0], 3), 12.0));
            assert_eq!(f::value_and_grad(2.0, 3), ((8.0, vec![4.0, 0.0, 0.0], 3), 12.0));
        }
    };
}

variants!(programs);
