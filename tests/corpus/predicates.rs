//! Functions and methods whose results carry no derivative: they are called as they are, whatever they are given.

use grad_runtime::prelude::*;

/// An enum that holds nothing, and has no derivative of its own.
#[derive(Clone, Copy, PartialEq)]
enum Regime {
    Laminar,
    #[allow(dead_code)]
    Between = 7,
    Turbulent,
}

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        fn is_beyond(x: $real, limit: $real) -> bool {
            x > limit
        }

        fn cell_of(grid: &[$real], x: $real) -> Option<usize> {
            grid.windows(2).position(|ends| ends[0] <= x && x < ends[1])
        }

        fn checked(x: &[$real]) -> Result<(), String> {
            if x.iter().all(|x| x.is_finite()) { Ok(()) } else { Err(format!("{x:?} isn't finite")) }
        }

        fn order_of(x: &[$real]) -> Vec<usize> {
            let mut order: Vec<usize> = (0..x.len()).collect();
            order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
            order
        }

        fn pivot_of(column: &[$real], from: usize) -> usize {
            (from..column.len()).fold(from, |best, at| if column[at].abs() > column[best].abs() { at } else { best })
        }

        fn regime_of(reynolds: $real) -> Regime {
            if reynolds < 2.3 { Regime::Laminar } else { Regime::Turbulent }
        }

        mod elsewhere {
            pub fn extent(x: &[$real; 3]) -> (usize, bool) {
                (x.iter().filter(|x| **x > 0.0).count(), x[0] < x[2])
            }
        }

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        struct Disk {
            center: [$real; 2],
            radius: $real,
        }

        impl Disk {
            fn covers(&self, x: $real, y: $real) -> bool {
                (x - self.center[0]).hypot(y - self.center[1]) < self.radius
            }
        }

        #[differentiable($($options)*)]
        impl Disk {
            fn is_left_of(&self, x: $real) -> bool {
                self.center[0] < x
            }

            fn potential(&self, x: $real) -> $real {
                if self.is_left_of(x) && !self.covers(x, 0.0) { self.radius / x } else { x * x * self.center[0] }
            }
        }

        #[test]
        fn a_condition() {
            #[differentiable($($options)*)]
            fn f(x: &[$real], limit: $real) -> $real {
                let mut sum = 0.0;
                for x in x {
                    if is_beyond(*x, limit) {
                        sum += limit * x;
                    } else if !is_beyond(x * x, 0.1) {
                        continue;
                    }
                    sum += x * x * x;
                }
                sum
            }
            check!(f(&[0.25, 0.75, 1.25, 0.5], 0.6));
            check!(f(&[], 2.0));
        }

        #[test]
        fn an_index_that_may_fail() {
            #[differentiable($($options)*)]
            fn f(#[constant] grid: &[$real], y: &[$real], x: $real) -> Option<$real> {
                let cell = cell_of(grid, x)?;
                let part = (x - grid[cell]) / (grid[cell + 1] - grid[cell]);
                Some(y[cell] * (1.0 - part) + y[cell + 1] * part)
            }
            assert_eq!(f::value_and_grad(&[0.0, 0.5, 1.5], &[0.25, 0.75, 0.1], 0.25), Some((0.5, (vec![0.5, 0.5, 0.0], 1.0))));
            assert_eq!(f::grad(&[0.0, 0.5, 1.5], &[0.25, 0.75, 0.1], 2.0), None);
        }

        #[test]
        fn an_order_of_what_was_checked() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> Result<$real, String> {
                checked(x)?;
                let order = order_of(x);
                let mut sum = 0.0;
                for (rank, at) in order.iter().enumerate() {
                    sum += x[*at] * x[*at] * rank as $real;
                }
                Ok(sum)
            }
            assert_eq!(f::value_and_grad(&[0.25, 0.75, 0.5]), Ok((1.375, vec![0.0, 3.0, 1.0])));
            assert_eq!(f::grad(&[0.25, $real::INFINITY]), Err("[0.25, inf] isn't finite".to_owned()));
        }

        #[test]
        fn memory_that_changes_meanwhile() {
            #[differentiable($($options)*)]
            fn square(a: &mut [$real]) {
                for k in 0..a.len() {
                    let pivot = pivot_of(a, k);
                    a.swap(pivot, k);
                    a[k] *= a[k];
                }
            }

            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut a = x.to_vec();
                square(&mut a);
                let first = pivot_of(&a, 0);
                let mut sum = a[first];
                for (k, a) in a.iter().enumerate() {
                    sum += a * k as $real;
                }
                sum
            }
            check!(f(&[0.25, -1.75, 0.5]));
        }

        #[test]
        fn an_enum_that_holds_nothing() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let regime = regime_of(x * x);
                let factor = match regime_of(x) {
                    Regime::Laminar => 6.4 / x,
                    Regime::Between => 1.0,
                    Regime::Turbulent => 0.316 * x.powf(-0.25),
                };
                if regime == Regime::Turbulent { factor * x } else { factor * factor }
            }
            check!(f(1.25));
            check!(f(1.75));
            check!(f(3.5));
        }

        #[test]
        fn a_pair_of_another_module() {
            #[differentiable($($options)*)]
            fn f(x: &[$real; 3]) -> $real {
                let (count, rises) = elsewhere::extent(x);
                let scale = count as $real;
                if rises { scale * x[0] * x[1] } else { x[2] / scale }
            }
            check!(f(&[0.25, -0.5, 0.75]));
            check!(f(&[0.25, 0.5, 0.1]));
        }

        #[test]
        fn methods() {
            #[differentiable($($options)*)]
            fn f(center: &[$real; 2], radius: $real, x: $real, y: $real) -> $real {
                let disk = Disk { center: *center, radius };
                let inside = disk.covers(x, y);
                let far = if disk.is_left_of(x) { x * disk.radius } else { y };
                far + if inside { disk.potential(x) } else { x * y * disk.center[1] }
            }
            check!(f(&[0.25, 0.5], 0.75, 0.5, 0.25));
            check!(f(&[0.25, 0.5], 0.75, 0.2, 0.25));
            check!(f(&[0.25, 0.5], 0.75, 2.0, 0.5));
        }
    };
}

variants!(programs);
