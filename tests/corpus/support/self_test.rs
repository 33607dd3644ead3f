//! The harness itself: it passes what is right and finds what is wrong.

use super::Expectation;

/// An item by hand, in the form that the compiler writes, of `fn $f(x, w, n) -> x·n + w₀·w₁·x²`.
macro_rules! by_hand {
    ($f:ident $x_bar:expr) => {
        fn $f(x: f64, w: &[f64], n: i32) -> f64 {
            x * f64::from(n) + w[0] * w[1] * x * x
        }
        #[allow(non_camel_case_types)]
        enum $f {}
        impl $f {
            fn forward(x: f64, w: &[f64], n: i32) -> (f64, impl Fn(f64, &mut [f64]) -> f64 + use<'_>) {
                let backward = move |seed: f64, w_bar: &mut [f64]| {
                    w_bar[0] += w[1] * x * x * seed;
                    w_bar[1] += w[0] * x * x * seed;
                    let x_bar: fn(f64, &[f64], f64) -> f64 = $x_bar;
                    x_bar(x, w, f64::from(n)) * seed
                };
                ($f(x, w, n), backward)
            }
            fn value_and_grad(x: f64, w: &[f64], n: i32) -> (f64, (f64, Vec<f64>)) {
                let mut w_bar = vec![0.0; w.len()];
                let (value, backward) = Self::forward(x, w, n);
                let x_bar = backward(1.0, &mut w_bar);
                (value, (x_bar, w_bar))
            }
            fn grad(x: f64, w: &[f64], n: i32) -> (f64, Vec<f64>) {
                Self::value_and_grad(x, w, n).1
            }
            fn grad_into(x: f64, w: &[f64], n: i32, x_bar: &mut f64, w_bar: &mut [f64]) -> f64 {
                let (value, backward) = Self::forward(x, w, n);
                *x_bar += backward(1.0, w_bar);
                value
            }
            fn jvp(x: f64, w: &[f64], n: i32, x_dot: f64, w_dot: &[f64]) -> (f64, f64) {
                let (by_x, by_w) = Self::grad(x, w, n);
                ($f(x, w, n), by_x * x_dot + by_w[0] * w_dot[0] + by_w[1] * w_dot[1])
            }
        }
    };
}

by_hand!(right | x, w, n | n + 2.0 * w[0] * w[1] * x);
by_hand!(wrong | x, w, n | n + 2.0 * w[0] * w[1] * x + 1e-6);

#[test]
fn a_right_derivative_passes() {
    check!(right(2.0, &[3.0, 0.5], const 4));
    check!(right(2.0, &[3.0, 0.5], const 4) => [10.0, 2.0, 12.0]);
}

#[test]
#[should_panic(expected = "but differences give")]
fn a_derivative_that_is_off_by_a_millionth_fails() {
    check!(wrong(2.0, &[3.0, 0.5], const 4));
}

#[test]
#[should_panic(expected = "expected derivative [2]")]
fn a_wrong_expectation_fails() {
    check!(right(2.0, &[3.0, 0.5], const 4) => [10.0, 2.0, 12.5], kink);
}

/// The two halves of an in-out function, where `$keep` is what `backward` returns in place of `y·x_bar`.
macro_rules! in_place {
    ($f:ident $keep:expr) => {
        fn $f(y: &mut [f64; 2], x: f64) {
            y[0] *= x;
        }
        #[allow(non_camel_case_types)]
        enum $f {}
        impl $f {
            fn forward(y: &mut [f64; 2], x: f64) -> ((), impl Fn(&mut [f64; 2]) -> f64 + use<>) {
                let before = y[0];
                $f(y, x);
                ((), move |y_bar: &mut [f64; 2]| {
                    let x_bar = before * y_bar[0];
                    y_bar[0] *= x;
                    let keep: fn(f64) -> f64 = $keep;
                    keep(x_bar)
                })
            }
            fn jvp(y: &mut [f64; 2], x: f64, y_dot: &mut [f64; 2], x_dot: f64) -> ((), ()) {
                y_dot[0] = y_dot[0] * x + y[0] * x_dot;
                $f(y, x);
                ((), ())
            }
        }
    };
}

in_place!(scale | x_bar | x_bar);
in_place!(scale_wrongly | x_bar | -x_bar);

#[test]
fn in_out_arguments_pass() {
    check_place!(scale(&mut [2.0, 3.0], 4.0) => [4.0, 0.0, 2.0, 0.0, 1.0, 0.0]);
}

#[test]
#[should_panic(expected = "reverse against forward mode")]
fn a_wrong_backward_half_of_an_in_out_function_fails() {
    check_place!(scale_wrongly(&mut [2.0, 3.0], 4.0));
}

#[test]
#[should_panic(expected = "not exactly zero")]
fn a_small_number_is_no_zero() {
    let subject = super::Subject {
        name: "almost zero",
        epsilon: f64::EPSILON,
        point: vec![1.0],
        primal: &|_| vec![0.0],
        reverse: &|_, seeds, start| {
            (vec![0.0], seeds.iter().map(|seed| vec![1e-18 * seed[0] + start]).collect())
        },
        jvp: &|_, direction| (vec![0.0], vec![1e-18 * direction[0]]),
        services: None,
    };
    subject.check(&Expectation { derivative: Some(vec![0.0]), kink: false });
}
