//! Both precisions in one function, and values that are the same in every build.

use grad_runtime::prelude::*;

/// What any IEEE machine computes.
const VALUE_BITS: u64 = 0x3ffb_dffa_eb74_8599;
const GRADIENT: f64 = 0.379_970_217_255_868_16;

macro_rules! programs {
    (f32 [$($options:tt)*]) => {};
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn mixed_by_casts() {
            #[differentiable($($options)*)]
            fn f(x: f32, y: f64) -> f64 {
                let wide = x as f64 * y;
                let narrow = (wide * 0.5) as f32;
                (narrow * x) as f64 + y
            }
            check!(f(1.5, 2.0) => [3.0, 2.125]);
        }

        #[test]
        fn narrow_result() {
            #[differentiable($($options)*)]
            fn f(x: f64, w: &[f32]) -> f32 {
                let mut sum = 0.0_f32;
                for v in w {
                    sum += v * (x as f32);
                }
                sum
            }
            check!(f(0.5, &[1.0, 2.0]) => [3.0, 0.5, 0.5]);
        }

        #[test]
        fn casts_from_integers() {
            #[differentiable($($options)*)]
            fn f(x: f64, n: u8, m: i64) -> f64 {
                x * f64::from(n) + x * x * m as f64 + (n as i64 * m) as f64
            }
            check!(f(2.0, const 3, const 5) => [23.0]);
        }

        #[test]
        fn wide_accumulation() {
            #[differentiable($($options)*)]
            fn f(w: &[f32]) -> f32 {
                let mut sum = 0.0_f64;
                for v in w {
                    sum += f64::from(*v) * f64::from(*v);
                }
                sum.sqrt() as f32
            }
            check!(f(&[3.0, 4.0]) => [0.6, 0.8]);
        }

        /// Additions, products, quotients and roots round the same everywhere, so the bits can be written down.
        #[test]
        fn the_bits_are_those_of_every_build() {
            #[differentiable($($options)*)]
            fn f(x: f64, n: usize) -> f64 {
                let mut y = x;
                let mut sum = 0.0;
                for k in 1..=n {
                    y = (y * y + 0.3) / (1.1 + y);
                    sum += y.sqrt() / k as f64;
                    if sum > 1.9 {
                        sum = sum * 0.75 - 0.1 * y;
                    }
                }
                sum
            }
            let (value, gradient) = f::value_and_grad(0.7, 30);
            assert_eq!(value.to_bits(), f(0.7, 30).to_bits());
            assert_eq!(value.to_bits(), VALUE_BITS, "{:#x}", value.to_bits());
            assert_eq!(f::forward(0.7, 30).0.to_bits(), VALUE_BITS);
            assert!((gradient - GRADIENT).abs() < 1e-15, "{gradient:e}");
        }

        #[test]
        fn iterations_until_convergence_are_as_many() {
            #[differentiable(aux, $($options)*)]
            fn f(a: f64) -> (f64, u32) {
                let mut x = a;
                let mut count = 0;
                loop {
                    let next = 0.5 * (x + a / x);
                    let step = (next - x).abs();
                    x = next;
                    count += 1;
                    if step < 1e-12 {
                        break;
                    }
                }
                (x, count)
            }
            let ((value, count), gradient) = f::value_and_grad(2.0);
            assert_eq!((value, count), f(2.0));
            assert_eq!(count, 6);
            assert!((gradient - 0.5 / 2.0_f64.sqrt()).abs() < 1e-15, "{gradient}");
        }
    };
}

variants!(programs);
