//! Rounds over work memory of which a part is written or read: what is left keeps its cotangent.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn but_one() {
            // What isn't overwritten in each round keeps its cotangent: k[0] is written once.
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                k[0] = x[0];
                for _ in 0..rounds {
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
        fn part_read() {
            // Only a part of what is written is read.
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..n - 1 {
                        y[i] += 0.25 * k[i + 1];
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
        fn growing() {
            // A round reads one element more than the one before.
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for r in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..r {
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
        fn two_parts() {
            // Two phases with different parts.
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
                    for i in 0..n {
                        k[i] = x[i] * y[i] * y[i];
                    }
                    for i in 1..n {
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
        fn half_written() {
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
                    for i in 1..n {
                        k[i] = x[i] * y[i] * y[i];
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
        fn every_other() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in (0..n).step_by(2) {
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
        fn half_written_at_the_end() {
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
                    for i in 0..n - 1 {
                        k[i] = x[i] * y[i] * y[i];
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
        fn a_changing_part() {
            // A round reads fewer elements than it writes, and not as many as the next one.
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for r in 0..rounds {
                    let m = r % n;
                    for i in 0..m + 1 {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..m {
                        y[i] += 0.25 * k[i];
                    }
                }
                let mut t = 0.0;
                for i in 0..n {
                    t += y[i] * y[i];
                }
                t
            }
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 3));
            check!(f(&[0.5, -0.25, 0.75, 1.5], const 7));
        }

        #[test]
        fn a_wider_read() {
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
                    for i in 1..n {
                        y[i] -= k[i] * k[i];
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
        fn a_gap() {
            // An element keeps what the round before has written.
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    k[0] = x[0];
                    for i in 2..n {
                        k[i] = x[i] * y[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i];
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
        fn every_other_written() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    for i in (0..n).step_by(2) {
                        k[i] = x[i] * y[i] * y[i];
                    }
                    for i in 0..n {
                        y[i] += 0.25 * k[i];
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
        fn inclusive() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    let m = n - 1;
                    for i in 0..m {
                        k[i] = x[i] * y[i] * y[i];
                    }
                    for i in 0..=m {
                        y[i] += 0.25 * k[i];
                    }
                    for i in 0..n {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..=m {
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
        fn every_second_place() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], rounds: usize) -> $real {
                let n = x.len();
                let mut y = vec![0.5; n];
                let mut k = vec![0.0; n];
                for _ in 0..rounds {
                    let h = n / 2;
                    for i in 0..h {
                        k[2 * i] = x[i] * y[i];
                    }
                    for i in 0..2 * h {
                        y[i] += 0.25 * k[i];
                    }
                    for i in 0..2 * h {
                        k[i] = x[i] * y[i];
                    }
                    for i in 0..2 * h {
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
    };
}

variants!(programs);
