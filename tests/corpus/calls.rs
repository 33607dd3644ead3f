//! Functions that call functions: what is passed, how often, what of the result is used.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn chain_of_calls() {
            #[differentiable($($options)*)]
            fn inner(x: $real, y: $real) -> $real {
                x * y.sin()
            }
            #[differentiable($($options)*)]
            fn middle(x: $real) -> $real {
                inner(x, x * x) + x
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                middle(inner(x, y)) * y
            }
            check!(f(0.5, 1.25));
        }

        #[test]
        fn called_twice_on_one_argument() {
            #[differentiable($($options)*)]
            fn g(x: $real) -> $real {
                x.exp() * x
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let y = x * 0.5;
                g(y) * g(y) + y
            }
            check!(f(0.75));
        }

        #[test]
        fn argument_changed_after_the_call() {
            #[differentiable($($options)*)]
            fn g(x: $real) -> $real {
                x * x * x
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                let a = g(y);
                y = 2.0 * y;
                let b = g(y);
                a * b * y
            }
            check!(f(0.5));
        }

        #[test]
        fn result_unused() {
            #[differentiable($($options)*)]
            fn g(x: $real) -> $real {
                x * x
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                g(x);
                let _ = g(x * 2.0);
                let _unused = g(g(x));
                x * 3.0
            }
            check!(f(2.0) => [3.0]);
        }

        #[test]
        fn one_element_of_the_result() {
            #[differentiable($($options)*)]
            fn polar(x: $real, y: $real) -> ($real, $real) {
                (x.hypot(y), y.atan2(x))
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let (r, _) = polar(x, y);
                r * polar(x, 2.0).1
            }
            check!(f(3.0, 4.0));
        }

        #[test]
        fn arrays_in_and_out() {
            #[differentiable($($options)*)]
            fn cross(a: [$real; 3], b: [$real; 3]) -> [$real; 3] {
                [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
            }
            #[differentiable($($options)*)]
            fn dot(a: &[$real; 3], b: &[$real; 3]) -> $real {
                a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
            }
            #[differentiable($($options)*)]
            fn volume(a: [$real; 3], b: [$real; 3], c: [$real; 3]) -> $real {
                dot(&a, &cross(b, c))
            }
            check!(volume([1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 3.0]));
            check!(volume([1.0, 2.0, -1.0], [0.5, 2.0, 1.0], [2.0, 1.0, 3.0]));
        }

        #[test]
        fn call_in_a_loop() {
            #[differentiable($($options)*)]
            fn derivative(x: $real, v: $real, k: $real) -> ($real, $real) {
                (v, -k * x.sin())
            }
            #[differentiable($($options)*)]
            fn f(x0: $real, v0: $real, k: $real) -> $real {
                let (mut x, mut v) = (x0, v0);
                for _ in 0..10 {
                    let (dx, dv) = derivative(x, v, k);
                    x += 0.1 * dx;
                    v += 0.1 * dv;
                }
                x * x + v * v
            }
            check!(f(0.5, 0.25, 2.0));
        }

        #[test]
        fn constants_passed_on() {
            #[differentiable($($options)*)]
            fn poly(x: $real, #[constant] c: &[$real], n: usize) -> $real {
                let mut y = 0.0;
                for i in 0..n {
                    y = y * x + c[i];
                }
                y
            }
            #[differentiable($($options)*)]
            fn f(x: $real, #[constant] c: &[$real]) -> $real {
                poly(x, c, c.len()) * poly(2.0, c, 1) + poly(x, &[1.0, 0.0], 2)
            }
            check!(f(2.0, const &[3.0, 2.0, 1.0]) => [43.0]);
        }

        #[test]
        fn call_with_constants_alone_needs_no_rule() {
            fn table(i: usize) -> $real {
                [0.5, 0.25, 4.0][i]
            }
            #[differentiable($($options)*)]
            fn f(x: $real, i: usize) -> $real {
                x * table(i) + table(0)
            }
            check!(f(3.0, const 2) => [4.0]);
        }

        #[test]
        fn in_place_callees() {
            #[differentiable($($options)*)]
            fn axpy(y: &mut [$real], a: $real, x: &[$real]) {
                for i in 0..y.len() {
                    y[i] += a * x[i];
                }
            }
            #[differentiable($($options)*)]
            fn f(a: $real, x: &[$real; 2]) -> $real {
                let mut y = [a, a * a];
                axpy(&mut y, a, x);
                let first = y[0];
                axpy(&mut y, first, x);
                let copy = y;
                axpy(&mut y, 2.0, &copy);
                y[0] * y[1]
            }
            check!(f(0.5, &[2.0, -1.0]));
        }

        #[test]
        fn element_passed_by_reference() {
            #[differentiable($($options)*)]
            fn bump(y: &mut $real, x: &$real) {
                *y = *y * *x + *x;
            }
            #[differentiable($($options)*)]
            fn f(x: [$real; 2]) -> $real {
                let mut y = x;
                bump(&mut y[0], &x[1]);
                let t = y[0];
                bump(&mut y[1], &t);
                y[0] * y[1]
            }
            check!(f([2.0, 3.0]));
        }

        #[test]
        fn borrowed_scalars() {
            #[differentiable($($options)*)]
            fn f(x: &$real, y: &$real) -> $real {
                *x * *y + x.sin() + (x + y) * (*x - y)
            }
            check!(f(&0.5, &2.0));
        }

        #[test]
        fn runge_kutta() {
            #[differentiable($($options)*)]
            fn slope(y: &[$real; 2], p: $real) -> [$real; 2] {
                [y[1], p * (1.0 - y[0] * y[0]) * y[1] - y[0]]
            }
            #[differentiable($($options)*)]
            fn moved(y: &[$real; 2], k: &[$real; 2], h: $real) -> [$real; 2] {
                [y[0] + h * k[0], y[1] + h * k[1]]
            }
            #[differentiable($($options)*)]
            fn f(start: [$real; 2], p: $real) -> $real {
                let h = 0.125;
                let mut y = start;
                for _ in 0..8 {
                    let k1 = slope(&y, p);
                    let k2 = slope(&moved(&y, &k1, 0.5 * h), p);
                    let k3 = slope(&moved(&y, &k2, 0.5 * h), p);
                    let k4 = slope(&moved(&y, &k3, h), p);
                    for i in 0..2 {
                        y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
                    }
                }
                y[0] * y[1]
            }
            check!(f([1.0, 0.5], 0.75));
        }

        #[test]
        fn arrays_and_vectors_of_what_calls_give() {
            #[inline(never)]
            #[differentiable($($options)*)]
            fn pair(x: &[$real]) -> [$real; 2] {
                [x[0] * x[1], x[0].sin()]
            }
            #[inline(never)]
            #[differentiable($($options)*)]
            fn square(x: $real) -> $real {
                x * x
            }
            #[differentiable($($options)*)]
            fn f(x: &[$real], y: [$real; 3]) -> $real {
                let pairs: Vec<_> = x.windows(2).map(pair).collect();
                let [a, b, c] = y.map(square);
                let mut last = y;
                last = std::array::from_fn(|i| last[i] * a);
                let first: Vec<$real> = pairs.iter().map(|pair| pair[0] * b).collect();
                pairs.iter().map(|pair| pair[0] * pair[1]).sum::<$real>() + first[0] * c + last[1]
            }
            check!(f(&[0.5, 0.75, 1.5], [0.25, 1.25, 2.0]));
        }
    };
}

variants!(programs);
