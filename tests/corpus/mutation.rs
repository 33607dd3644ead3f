//! Variables: shadowing, deferred initialisation, compound assignment, evaluation order.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn an_element_less_a_product() {
            #[differentiable($($options)*)]
            fn f(mut v: [$real; 3], n: usize) -> $real {
                v[n] = v[n] - v[2].abs() * v[1];
                v[0] = v[0] + (v[1] * v[2]).sin() * v[n];
                v[0] * v[1]
            }
            check!(f([0.5, 0.75, -1.25], const 1));
        }

        #[test]
        fn shadowing() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let x = x * x;
                let x = x * x;
                x
            }
            check!(f(2.0) => [32.0]);
        }

        #[test]
        fn shadow_in_a_block_stays_there() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let z = {
                    let x = x * y;
                    let y = x + 1.0;
                    x * y
                };
                if z > 0.0 {
                    let x = 5.0;
                    let _ = x;
                }
                for x in 0..2 {
                    let _ = x;
                }
                z + x
            }
            check!(f(2.0, 3.0) => [40.0, 26.0]);
        }

        #[test]
        fn shadowed_by_a_constant() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let z = x * y;
                let x = 2.0;
                z * x
            }
            check!(f(2.0, 3.0) => [6.0, 4.0]);
        }

        #[test]
        fn parameter_reassigned() {
            #[differentiable($($options)*)]
            fn f(mut x: $real, y: $real) -> $real {
                let before = x * y;
                x = x.sin();
                x *= 3.0;
                before + x
            }
            check!(f(0.5, 2.0));
        }

        #[test]
        fn deferred_initialisation() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let y;
                let z: $real;
                if x > 1.0 {
                    y = x * x;
                    z = y + x;
                } else {
                    z = x;
                    y = 3.0 * z;
                }
                y * z
            }
            check!(f(2.0) => [44.0]);
            check!(f(0.5) => [3.0]);
        }

        #[test]
        fn compound_assignment_with_itself() {
            #[differentiable($($options)*)]
            fn add(x: $real) -> $real {
                let mut x = x * 2.0;
                x += x;
                x
            }
            #[differentiable($($options)*)]
            fn multiply(x: $real) -> $real {
                let mut x = x;
                x *= x;
                x *= x;
                x
            }
            #[differentiable($($options)*)]
            #[allow(clippy::self_assignment)]
            fn assign(x: $real) -> $real {
                let mut x = x;
                x = x;
                x * x
            }
            #[differentiable($($options)*)]
            fn subtract(x: $real) -> $real {
                let mut y = x * x;
                y -= y;
                y + x
            }
            check!(add(2.0) => [4.0]);
            check!(multiply(2.0) => [32.0]);
            check!(assign(3.0) => [6.0]);
            check!(subtract(3.0) => [1.0]);
        }

        #[test]
        fn every_compound_assignment() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                z += y;
                z *= x;
                z -= y * y;
                z /= x;
                z %= 10.0;
                z
            }
            check!(f(2.0, 3.0) => [1.0 + 9.0 / 4.0, -2.0]);
        }

        #[test]
        fn overwritten_by_a_constant() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x * y;
                let kept = z * z;
                z = 2.0;
                kept * z
            }
            check!(f(2.0, 3.0) => [72.0, 48.0]);
        }

        #[test]
        fn use_between_overwrites() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut z = x;
                let a = z * y;
                z = z * z;
                let b = z * a;
                z = b.sin() + z;
                z * a * b
            }
            check!(f(0.5, 1.5));
        }

        #[test]
        fn blocks_with_effects_in_operands() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                let a = y * {
                    y = y * 2.0;
                    y
                } + y;
                a * y
            }
            check!(f(3.0));
        }

        #[test]
        fn index_computed_by_an_effect() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut i = 0;
                let mut next = || {
                    i += 1;
                    i
                };
                let a = next();
                let b = next();
                x[a] * x[b] + x[0]
            }
            check!(f(&[2.0, 3.0, 4.0]) => [1.0, 4.0, 3.0]);
        }

        #[test]
        fn assignment_reads_its_right_side_first() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut v = [x, y];
                v[0] = v[1] * v[0];
                v[1] = v[0] * v[1] + v[0];
                v[0] += v[1] * v[0];
                v[0]
            }
            check!(f(2.0, 3.0));
        }

        #[test]
        fn a_vector_takes_the_place_of_another() {
            #[differentiable($($options)*)]
            fn f(start: &[$real], k: $real, steps: usize) -> $real {
                let n = start.len();
                let mut previous = vec![0.5; n];
                let mut current = start.to_vec();
                for _ in 0..steps {
                    let mut next = vec![0.0; n];
                    for i in 0..n {
                        next[i] = k * current[i] * current[n - 1 - i] + previous[i];
                    }
                    previous = current;
                    current = next;
                }
                current[0] * previous[1]
            }
            check!(f(&[1.0, 2.0, 3.0], 0.25, const 3));
        }

        #[test]
        fn a_vector_that_gets_shorter() {
            #[differentiable($($options)*)]
            fn f(start: &[$real]) -> $real {
                let mut level = start.to_vec();
                while level.len() > 1 {
                    let half: Vec<$real> = level.chunks(2).map(|pair| pair[0] * pair[1]).collect();
                    level = half;
                }
                level[0] * level[0]
            }
            check!(f(&vec![1.0, 2.0, 3.0, 0.5]));
        }

        #[test]
        fn an_owned_vector_moves_on() {
            #[differentiable($($options)*)]
            fn f(k: $real, start: Vec<$real>) -> $real {
                let mut ratings = start;
                ratings[0] += k * ratings[1];
                let last = ratings;
                last[0] * last[1]
            }
            check!(f(0.5, vec![2.0, 3.0]) => [9.0, 3.0, 5.0]);
        }

        #[test]
        fn a_vector_that_is_made_in_a_branch_and_replaced_in_a_loop() {
            #[differentiable($($options)*)]
            fn f(a: &[$real], k: $real, plain: bool, n: usize) -> $real {
                let mut v = if plain { a.to_vec() } else { a.iter().map(|x| x * k).collect() };
                for _ in 0..n {
                    let new: Vec<$real> = v.iter().map(|x| (x * k).sin()).collect();
                    v = new;
                }
                v.iter().sum()
            }
            check!(f(&[0.25, 0.5], 1.5, const true, const 2));
            check!(f(&[0.25, 0.5], 1.5, const false, const 3));
        }
    };
}

variants!(programs);
