//! Second derivatives and derivatives taken inside of differentiable functions.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn nested_without_confusion() {
            #[differentiable(order = 2, $($options)*)]
            fn inner(x: $real, y: $real) -> $real {
                x + y
            }
            #[differentiable($($options)*)]
            fn outer(x: $real) -> $real {
                let (_, by_y) = inner::grad(x, 1.0);
                x * by_y
            }
            check!(outer(3.0) => [1.0]);
        }

        #[test]
        fn derivative_in_the_body() {
            #[differentiable(order = 2, $($options)*)]
            fn energy(x: $real, k: $real) -> $real {
                k * x.sin() * x
            }
            #[differentiable($($options)*)]
            fn residual(x: $real, k: $real) -> $real {
                let (force, _) = energy::grad(x, k);
                force * force + x
            }
            check!(residual(0.75, 2.0));
        }

        #[test]
        fn what_the_inner_gradient_leaves_out() {
            #[differentiable(order = 2, wrt(x), $($options)*)]
            fn energy(x: $real, k: &[$real], n: usize) -> $real {
                let mut total = 0.0;
                for i in 0..n {
                    total += k[i] * x.sin() * x;
                }
                total
            }
            #[differentiable($($options)*)]
            fn residual(x: $real, k: &[$real]) -> $real {
                let force: $real = energy::grad(x, k, k.len());
                force * force + x
            }
            check!(residual(0.75, &vec![2.0, -0.5]));
        }

        #[test]
        fn a_step_of_descent() {
            #[differentiable(order = 2, wrt(w), $($options)*)]
            fn loss(w: &[$real; 3], x: &[$real], y: &[$real]) -> $real {
                let mut total = 0.0;
                for i in 0..x.len() {
                    total += (w[0] * (w[1] * x[i]).tanh() + w[2] - y[i]).powi(2);
                }
                total / x.len() as $real
            }
            #[differentiable($($options)*)]
            fn adapted(w: &[$real; 3], rate: $real, #[constant] x: &[$real], #[constant] y: &[$real], steps: usize) -> $real {
                let mut new = *w;
                let mut seen = 0.0;
                for _ in 0..steps {
                    let (value, g) = loss::value_and_grad(&new, x, y);
                    for i in 0..3 {
                        new[i] -= rate * g[i];
                    }
                    seen += 0.125 * value;
                }
                loss(&new, x, y) + seen
            }
            check!(adapted(&[0.5, 1.25, -0.5], 0.125, const &[0.5, 1.0, -0.75], const &[0.25, -0.5, 0.5], const 1));
            check!(adapted(&[0.5, 1.25, -0.5], 0.125, const &[0.5, 1.0, -0.75], const &[0.25, -0.5, 0.5], const 3));
        }

        #[test]
        fn gradients_of_slices_and_generics() {
            #[differentiable(order = 2, $($options)*)]
            fn potential<T: Real>(x: &[T], k: T) -> T {
                let mut total = T::zero();
                for i in 0..x.len() {
                    total += (k * x[i]).sin() * x[(i + 1) % x.len()];
                }
                total
            }
            #[differentiable($($options)*)]
            fn along(x: &[$real], k: $real) -> $real {
                let (by_x, by_k) = potential::grad(x, k);
                let mut total: $real = by_k;
                for i in 0..x.len() {
                    let one: $real = by_x[i];
                    total += one * one * x[i];
                }
                total
            }
            check!(along(&vec![0.5, 1.0, -0.75], 1.25));
        }

        #[test]
        fn forward_mode_in_the_body() {
            #[differentiable(order = 2, wrt(x), $($options)*)]
            fn energy(x: &[$real; 2], k: $real) -> $real {
                k * x[0].sin() * x[1] + x[0] * x[1] * k * k
            }
            #[differentiable($($options)*)]
            fn slope(x: &[$real; 2], k: $real) -> $real {
                let (value, along): ($real, $real) = energy::jvp(x, k, &[k, 0.5]);
                value * along * x[0]
            }
            check!(slope(&[0.75, -0.5], 2.0));
        }

        #[test]
        fn hessians_of_matrices() {
            use grad_runtime::nalgebra::{DVector, SVector};
            #[differentiable(order = 2, $($options)*)]
            fn fixed(v: SVector<$real, 2>) -> $real {
                let (x, y): ($real, $real) = (v[0], v[1]);
                x * x * y
            }
            #[differentiable(order = 2, $($options)*)]
            fn growing(v: &DVector<$real>) -> $real {
                let (x, y): ($real, $real) = (v[0], v[1]);
                x * x * y
            }
            let expected = [6.0, 4.0, 4.0, 0.0];
            assert_eq!(fixed::hessian(SVector::<$real, 2>::new(2.0, 3.0)).as_slice(), expected);
            assert_eq!(growing::hessian(&DVector::from_vec(vec![2.0, 3.0])).as_slice(), expected);
        }

        #[test]
        fn hessian_is_symmetric_and_right() {
            #[differentiable(order = 2, $($options)*)]
            fn rosenbrock(x: [$real; 2]) -> $real {
                (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
            }
            let h: [[$real; 2]; 2] = rosenbrock::hessian([1.0, 2.0]);
            assert_eq!(h, [[402.0, -400.0], [-400.0, 200.0]]);
            let (gradient, along) = rosenbrock::hvp([1.0, 2.0], [1.0, 0.0]);
            assert_eq!((gradient, along), ([-400.0, 200.0], [402.0, -400.0]));
        }

        #[test]
        fn powers_to_second_order() {
            #[differentiable(order = 2, $($options)*)]
            fn cube(x: $real) -> $real {
                x.powi(3)
            }
            #[differentiable(order = 2, $($options)*)]
            fn square(x: $real) -> $real {
                x.powi(2)
            }
            #[differentiable(order = 2, $($options)*)]
            fn linear(x: $real) -> $real {
                x.powi(1) + x.powi(0)
            }
            #[differentiable(order = 2, $($options)*)]
            fn inverse(x: $real) -> $real {
                x.recip()
            }
            assert_eq!((cube::hessian(2.0), cube::hessian(0.0)), ([[12.0]], [[0.0]]));
            assert_eq!((square::hessian(2.0), square::hessian(0.0)), ([[2.0]], [[2.0]]));
            assert_eq!((linear::hessian(2.0), linear::hessian(0.0)), ([[0.0]], [[0.0]]));
            assert_eq!(inverse::hessian(2.0), [[0.25]]);
        }

        #[test]
        fn kinks_to_second_order() {
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real) -> $real {
                (0.5 as $real).max(x * x)
            }
            assert_eq!((f::hessian(1.5), f::hessian(0.25)), ([[2.0]], [[0.0]]));
        }

        #[test]
        fn through_loops_and_calls() {
            #[differentiable(order = 2, $($options)*)]
            fn inner(x: $real, y: $real) -> $real {
                x * y * y
            }
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real, y: $real, n: usize) -> $real {
                let mut z = x;
                for _ in 0..n {
                    z = inner(z, y);
                }
                z
            }
            // x·y⁴ after two rounds
            let h = f::hessian(3.0, 2.0, 2);
            assert_eq!(h, [[0.0, 32.0], [32.0, 144.0]]);
            check_hvp!(f(3.0, 2.0, const 3));
        }

        #[test]
        fn every_rule_once_more() {
            #[differentiable(order = 2, $($options)*)]
            fn first(x: $real, y: $real) -> $real {
                x.sin() * y.cos() + x.tan() + (x / y).atan() + y.atan2(x) + (x * y).tanh() + x.sinh() * y.cosh()
            }
            #[differentiable(order = 2, $($options)*)]
            fn second(x: $real, y: $real) -> $real {
                (0.25 * x).asin() + (0.125 * y).acos() + x.asinh() + (1.0 + y).acosh() + (0.125 * x * y).atanh()
            }
            #[differentiable(order = 2, $($options)*)]
            fn third(x: $real, y: $real) -> $real {
                (x * y).exp() + x.exp2() + (x - y).exp_m1() + x.ln() * y.ln_1p() + x.log(y + 1.0) + y.log2() + x.log10()
            }
            #[differentiable(order = 2, $($options)*)]
            fn fourth(x: $real, y: $real) -> $real {
                x.sqrt() * y.cbrt() + x.recip() + x.powf(y) + (x * y).powi(3) + x.powi(-2) + x.hypot(y) + x.mul_add(y, x)
            }
            #[differentiable(order = 2, $($options)*)]
            fn fifth(x: $real, y: $real) -> $real {
                (x * y).abs() * x + (x * x).max(y) + (x * x).min(y) * y + (x * y).clamp(-1.0, 1.0) * x
                    + (x * x * x).fract() + (x * y) % 0.75 + x.to_degrees() * y.to_radians() + x.copysign(y) * y
            }
            check_hvp!(first(0.75, 1.25));
            check_hvp!(second(0.75, 1.25));
            check_hvp!(third(0.75, 1.25));
            check_hvp!(fourth(0.75, 1.25));
            check_hvp!(fifth(0.75, 1.25));
        }

        #[test]
        fn powers_at_zero() {
            #[differentiable(order = 2, $($options)*)]
            fn by_count(x: $real, n: i32) -> $real {
                x.powi(n)
            }
            #[differentiable(order = 2, $($options)*)]
            fn by_number(x: $real, #[constant] p: $real) -> $real {
                x.powf(p)
            }
            let second = [[0.0]];
            assert_eq!((by_count::hessian(0.0, 0), by_count::hessian(0.0, 1)), (second, second));
            assert_eq!((by_count::hessian(0.0, 2), by_count::hessian(0.0, 3)), ([[2.0]], second));
            assert_eq!((by_number::hessian(0.0, 0.0), by_number::hessian(0.0, 1.0)), (second, second));
            assert_eq!((by_number::hessian(0.0, 2.0), by_number::hessian(-1.0, 3.0)), ([[2.0]], [[-6.0]]));
        }

        #[test]
        fn arrays_slices_and_vectors() {
            #[differentiable(order = 2, $($options)*)]
            fn by_value(x: [$real; 3], k: $real) -> $real {
                let mut total = 0.0;
                for i in 0..3 {
                    total += (k * x[i]).sin() * x[(i + 1) % 3];
                }
                total
            }
            #[differentiable(order = 2, $($options)*)]
            fn borrowed(x: &[$real], w: &[$real; 2]) -> $real {
                let mut total = 0.0;
                for (i, pair) in x.windows(2).enumerate() {
                    total += (pair[0] * pair[1]).exp() * w[i % 2];
                }
                total
            }
            #[differentiable(order = 2, $($options)*)]
            fn owned(x: Vec<$real>) -> $real {
                x.iter().map(|v| v * v * v).sum::<$real>() + x[0] * x[1]
            }
            #[differentiable(order = 2, $($options)*)]
            fn one_array(x: &[$real; 2]) -> $real {
                x[0] * x[0] * x[1]
            }
            check_hvp!(by_value([0.5, 1.0, -0.75], 1.5));
            check_hvp!(borrowed(&vec![0.5, 1.0, -0.75, 0.25], &[1.5, -0.5]));
            check_hvp!(owned(vec![0.5, 1.0, -0.75]));
            assert_eq!(one_array::hessian(&[2.0, 3.0]), [[6.0, 4.0], [4.0, 0.0]]);
            let matrix = owned::hessian(vec![0.5, 1.0]);
            assert_eq!((matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 0)], matrix[(1, 1)]), (3.0, 1.0, 1.0, 6.0));
        }

        #[test]
        fn mutation_branches_and_early_returns() {
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut v = [x, y, x * y];
                for i in 0..3 {
                    if v[i] > 1.0 {
                        v[i] *= v[(i + 1) % 3];
                    } else if v[i] < -1.0 {
                        return v[i] * y * x;
                    } else {
                        v[(i + 2) % 3] += v[i].sin();
                        v[i] = 0.5;
                    }
                }
                let mut z = v[0] * v[1];
                while z > 4.0 {
                    z = 0.5 * z + 0.25 * v[2].sin();
                }
                z * v[2]
            }
            check_hvp!(f(0.5, 0.75));
            check_hvp!(f(1.5, 0.75));
            check_hvp!(f(1.5, 3.75));
            check_hvp!(f(-1.5, 0.75));
        }

        #[test]
        fn owned_memory_that_is_overwritten() {
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real, mut v: [$real; 3]) -> $real {
                v[1] = (x * v[0]).sin();
                v[2] *= v[1] * x;
                v[0] * v[1] * v[2]
            }
            check_hvp!(f(0.75, [0.5, 1.25, -0.75]));
        }

        #[test]
        fn checkpointed() {
            #[differentiable(order = 2, $($options)*)]
            fn f(x: $real, k: $real, n: usize) -> $real {
                let mut v = [x, k];
                #[checkpoint(every = 3)]
                for _ in 0..n {
                    let next = v[0] + 0.125 * v[1];
                    v[1] -= 0.125 * k * v[0].sin();
                    v[0] = next;
                }
                v[0] * v[1]
            }
            check_hvp!(f(0.5, 1.25, const 8));
        }

        #[test]
        fn calls_by_reference_and_in_place() {
            #[differentiable(order = 2, $($options)*)]
            fn squared(a: &[$real], b: &[$real], n: usize) -> $real {
                let mut total = 0.0;
                for i in 0..n {
                    total += (a[i] - b[i]).powi(2) * a[0];
                }
                total
            }
            #[differentiable(order = 2, $($options)*)]
            fn scale(x: &mut [$real; 3], k: $real) {
                for i in 0..3 {
                    x[i] = x[i].sin() * k;
                }
            }
            #[differentiable(order = 2, $($options)*)]
            fn distance(x: &[$real], #[constant] b: &[$real]) -> $real {
                let d: $real = squared(x, b, x.len());
                d.sqrt()
            }
            #[differentiable(order = 2, $($options)*)]
            fn twice(x: $real, k: $real) -> $real {
                let mut v = [x, x * k, k];
                scale(&mut v, k);
                let between = v[1];
                scale(&mut v, x);
                let d: $real = squared(&v, &v, 3);
                v[0] * v[1] + v[2] * v[2] * between + d
            }
            check_hvp!(distance(&vec![1.0, 2.0, -0.5], const &[0.5, 0.25, 0.0]));
            check_hvp!(twice(0.75, 1.5));
        }

        #[test]
        fn generic_scalars() {
            #[differentiable(order = 2, $($options)*)]
            fn f<T: Real>(x: T, v: &[T]) -> T {
                let mut total = x * x;
                for &one in v {
                    total += (one * x).sin() * one;
                }
                total
            }
            #[differentiable(order = 2, $($options)*)]
            fn g<T: Real>(x: T) -> T {
                f(x, &[x * x, x.exp()])
            }
            let exact: $real = 0.75;
            check_hvp!(f(exact, &vec![0.5, 1.5]));
            check_hvp!(g(exact));
        }

        #[test]
        fn recursion_to_second_order() {
            #[differentiable(order = 2, $($options)*)]
            fn power(x: $real, n: usize) -> $real {
                if n == 0 { 1.0 } else { x * power(x, n - 1) }
            }
            check_hvp!(power(1.5, const 4) => [27.0]);
        }
    };
}

variants!(programs);
