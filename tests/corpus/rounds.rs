//! Rounds over work memory: each fills it, reads it and fills it again.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn whole() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn shifted() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    k[0] = x[0];
                    for i in 1..n {
                        k[i] = x[i] * y[i - 1];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn negative() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] -= k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn read_twice() {
            // Read twice, once before all of it is written again.
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i] + k[0];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn used_after() {
            // The state outlives the rounds.
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * k[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn given() {
            // By value: what is handed back is what was there before the rounds.
            #[differentiable($($options)*)]
            fn f(x: Vec<$real>, w: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut x = x;
                let mut y = vec![0.5; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        y[i] += 0.25 * x[i];
                    }
                    for i in 0..n {
                        x[i] = w[i] * y[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(vec![0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 0));
            check!(f(vec![0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 3));
        }

        #[test]
        fn given_array() {
            #[differentiable($($options)*)]
            fn f(x: [$real; 4], w: &[$real], rounds: usize) -> $real {
                let mut x = x;
                let mut y = [0.5; 4];
                for _ in 0..rounds {
                    for i in 0..4 {
                        x[i] = w[i] * y[i];
                    }
                    for i in 0..4 {
                        y[i] += 0.25 * x[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..4 {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f([0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 0));
            check!(f([0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 3));
        }

        #[test]
        fn array_work() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let mut y = [0.5; 4];
                let mut k = [0.0; 4];
                for _ in 0..rounds {
                    for i in 0..x.len() {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..x.len() {
                        y[i] += 0.25 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..4 {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn in_a_loop() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                for r in 0..rounds {
                    let mut k = vec![0.0; n];
                    for s in 0..r {
                        for i in 0..n {
                            k[i] = x[i] * y[i];
                        }
                        for i in 0..n {
                            y[i] += 0.25 * k[i];
                        }
                    }
                    for i in 0..n {
                        y[i] += 0.125 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn changing_width() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for r in 0..rounds {
                    let m = n - r % n;
                    for i in 0..m {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..m {
                        y[i] += 0.25 * k[i];
                    }
                    for i in 0..m {
                        y[i] += 0.5;
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn some_rounds() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for r in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    if r % 2 == 0 {
                        for i in 0..n {
                            y[i] += 0.25 * k[i];
                        }
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn overwritten_unread() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i] * y[i];
                    }
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 1));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
        }

        #[test]
        fn given_in_place() {
            // What is handed back is zero where a round has overwritten it.
            #[differentiable($($options)*)]
            fn f(mut x: [$real; 4], w: &[$real], rounds: usize) -> $real {
                let mut y = [0.5; 4];
                for _ in 0..rounds {
                    for i in 0..4 {
                        x[i] = w[i] * y[i];
                    }
                    for i in 0..4 {
                        y[i] += 0.25 * x[i];
                    }
                }
                y[0] * y[1] + y[2] * y[3]
            }
            check!(f([0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 0));
            check!(f([0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 3));
        }

        #[test]
        fn given_in_place_as_a_vector() {
            #[differentiable($($options)*)]
            fn f(mut x: Vec<$real>, w: &[$real], rounds: usize) -> $real {
                let n = w.len();
                let mut y = vec![0.5; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        x[i] = w[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * x[i];
                    }
                }
                y[0] * y[1] + y[2] * y[3]
            }
            check!(f(vec![0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 0));
            check!(f(vec![0.5, -0.25, 0.75, 1.5], &[0.3, 0.2, -0.5, 0.9], const 3));
        }
    };
}

variants!(programs);
