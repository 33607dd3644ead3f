//! The updates as differentiable functions: each against forward mode and differences, and through many steps.

use grad_runtime::nalgebra::{Matrix2, Vector3};
use grad_runtime::optim;
use grad_runtime::prelude::*;

type Weights = (Matrix2<f64>, Vector3<f64>);

/// Weights, or a gradient, or moments, without a symmetry.
fn weights(seed: f64) -> Weights {
    let number = |i: f64| (1.3 * i + seed).sin() + 0.2;
    let [a, b, c, d, e, f, g] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(number);
    (Matrix2::new(a, b, c, d), Vector3::new(e, f, g))
}

/// Checks an update without states with respect to weights, gradients and rates of a kind.
macro_rules! check_stateless {
    ($f:ident, $options:expr, $rates:expr) => {{
        let options = $options;
        let report = check_gradients(
            &["w", "g", "lr"],
            &(weights(0.0), weights(2.0), $rates),
            |(w, g, lr)| $f(*w, g, *lr, options).unwrap(),
            |(w, g, lr), seed| {
                let mut g_bar = g.zero_tangent();
                let (w_bar, lr_bar) = optim::$f::forward(*w, g, *lr, options).unwrap().1(seed, &mut g_bar);
                (w_bar, g_bar, lr_bar)
            },
            |(w, g, lr), (w_dot, g_dot, lr_dot)| {
                optim::$f::jvp(*w, g, *lr, options, *w_dot, g_dot, *lr_dot).unwrap().1
            },
        );
        report.unwrap_or_else(|mismatch| panic!("{}, {options:?}: {mismatch}", stringify!($f)));
    }};
}

/// Checks an update with moments with respect to everything that it takes.
macro_rules! check_with_moments {
    ($f:ident, $options:expr, $rates:expr) => {{
        let options = $options;
        let m = leaves::map(weights(4.0), |x| 0.3 * x);
        let v = leaves::map(weights(6.0), |x| 0.1 + x * x);
        let report = check_gradients(
            &["w", "g", "lr", "m", "v"],
            &(weights(0.0), weights(2.0), $rates, m, v),
            |(w, g, lr, m, v)| $f(*w, g, *lr, *m, *v, 3, options).unwrap(),
            |(w, g, lr, m, v), seed| {
                let mut g_bar = g.zero_tangent();
                let (_, backward) = optim::$f::forward(*w, g, *lr, *m, *v, 3, options).unwrap();
                let (w_bar, lr_bar, m_bar, v_bar) = backward(seed, &mut g_bar);
                (w_bar, g_bar, lr_bar, m_bar, v_bar)
            },
            |(w, g, lr, m, v), (w_dot, g_dot, lr_dot, m_dot, v_dot)| {
                let dots = (*w_dot, g_dot, *lr_dot, *m_dot, *v_dot);
                optim::$f::jvp(*w, g, *lr, *m, *v, 3, options, dots.0, dots.1, dots.2, dots.3, dots.4)
                    .unwrap()
                    .1
            },
        );
        report.unwrap_or_else(|mismatch| panic!("{}, {options:?}: {mismatch}", stringify!($f)));
    }};
}

/// Runs a check with one rate, with layer-wise rates, and with one for each element.
macro_rules! with_all_rates {
    ($check:ident, $f:ident, $options:expr) => {
        $check!($f, $options, 0.1);
        $check!($f, $options, (0.1, 0.2));
        $check!($f, $options, (Matrix2::new(0.1, 0.2, 0.3, 0.4), Vector3::new(0.5, 0.6, 0.7)));
    };
}

#[test]
fn the_updates_without_moments() {
    let flowing = UpdateOptions { stop_gradients: false };
    with_all_rates!(check_stateless, optimizer_update, flowing);
    with_all_rates!(check_stateless, gradient_descent_update, flowing);
    for decay_lambda in [0.0, 0.5] {
        with_all_rates!(check_stateless, lars_update, LarsOptions { decay_lambda, stop_gradients: false });
    }
}

#[test]
fn the_updates_with_moments() {
    let adam = AdamOptions { stop_gradients: false, ..AdamOptions::default() };
    with_all_rates!(check_with_moments, adam_update, adam);
    // The limit of the ratio is a kink, so it is far away: above, and then below.
    for (decay_lambda, max_trust_ratio) in [(0.0, 1e3), (0.5, 1e3), (0.0, 0.1)] {
        let lamb =
            LambOptions { decay_lambda, max_trust_ratio, stop_gradients: false, ..LambOptions::default() };
        with_all_rates!(check_with_moments, lamb_update, lamb);
    }
}

#[test]
fn the_step_of_adam_alone() {
    let v = leaves::map(weights(6.0), |x| 0.1 + x * x);
    let report = check_gradients(
        &["g", "m", "v"],
        &(weights(2.0), weights(4.0), v),
        |(g, m, v)| adam_step(g, m, v, 3, FLOWING).unwrap(),
        |(g, m, v), seed| {
            let mut bars = (g.zero_tangent(), m.zero_tangent(), v.zero_tangent());
            let (_, backward) = optim::adam_step::forward(g, m, v, 3, FLOWING).unwrap();
            backward(seed, &mut bars.0, &mut bars.1, &mut bars.2);
            bars
        },
        |(g, m, v), (g_dot, m_dot, v_dot)| {
            optim::adam_step::jvp(g, m, v, 3, FLOWING, g_dot, m_dot, v_dot).unwrap().1
        },
    );
    assert_eq!(report.unwrap().elements, 21);
}

#[test]
fn the_result_is_a_constant_unless_asked_otherwise() {
    let mut g_bar = 0.0;
    let (_, backward) =
        optim::gradient_descent_update::forward(1.0, &2.0, 0.1, UpdateOptions::default()).unwrap();
    assert_eq!((backward(1.0, &mut g_bar), g_bar), ((0.0, 0.0), 0.0));
    let options = AdamOptions::default();
    let (_, backward) = optim::adam_update::forward(1.0, &2.0, 0.1, 0.0, 0.0, 1, options).unwrap();
    assert_eq!((backward((1.0, 1.0, 1.0), &mut g_bar), g_bar), ((0.0, 0.0, 0.0, 0.0), 0.0));
    let (_, dots) =
        optim::adam_update::jvp(1.0, &2.0, 0.1, 0.0, 0.0, 1, options, 1.0, &1.0, 1.0, 1.0, 1.0).unwrap();
    assert_eq!(dots, (0.0, 0.0, 0.0));
}

#[test]
fn a_parameter_that_is_not_used_gets_no_nan() {
    let options = AdamOptions { stop_gradients: false, ..AdamOptions::default() };
    let mut g_bar = 0.0;
    let (_, backward) = optim::adam_update::forward(1.0, &0.0, 0.1, 0.0, 0.0, 1, options).unwrap();
    let (w_bar, lr_bar, m_bar, v_bar) = backward((1.0, 0.0, 0.0), &mut g_bar);
    assert!([w_bar, lr_bar, m_bar, v_bar, g_bar].iter().all(|x: &f64| x.is_finite()));
    assert_eq!((w_bar, lr_bar), (1.0, 0.0));
    let zeros = [0.0; 2];
    let lamb = LambOptions { stop_gradients: false, ..LambOptions::default() };
    let mut g_bar = zeros;
    let (_, backward) = optim::lamb_update::forward(zeros, &zeros, 0.1, zeros, zeros, 1, lamb).unwrap();
    let back = backward(([1.0; 2], zeros, zeros), &mut g_bar);
    leaves::check_finite("cotangent", &(back.0, back.1, back.2, back.3)).unwrap();
    leaves::check_finite("cotangent", &g_bar).unwrap();
}

const FLOWING: AdamOptions = AdamOptions { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, stop_gradients: false };
const STEPS: u64 = 8;

/// The gradient of a bowl, and its Hessian times a direction.
fn bowl([x, y]: [f64; 2]) -> [f64; 2] {
    [2.0 * (x - 1.0) + y, x + 6.0 * (y + 2.0)]
}

fn bowl_along([x_dot, y_dot]: [f64; 2]) -> [f64; 2] {
    [2.0 * x_dot + y_dot, x_dot + 6.0 * y_dot]
}

/// Weights and moments.
type State = ([f64; 2], [f64; 2], [f64; 2]);

/// The weights after the steps from `t` on.
fn train((mut w, mut m, mut v): State, lr: f64, t: u64) -> [f64; 2] {
    for t in t..=STEPS {
        (w, m, v) = adam_update(w, &bowl(w), lr, m, v, t, FLOWING).unwrap();
    }
    w
}

/// The cotangents of state and rate before step `t` for the cotangent of the weights after the last.
fn train_backward((w, m, v): State, lr: f64, t: u64, seed: [f64; 2]) -> (State, f64) {
    if t > STEPS {
        return ((seed, [0.0; 2], [0.0; 2]), 0.0);
    }
    let g = bowl(w);
    let (next, backward) = optim::adam_update::forward(w, &g, lr, m, v, t, FLOWING).unwrap();
    let (next_bar, later_bar) = train_backward(next, lr, t + 1, seed);
    let mut g_bar = [0.0; 2];
    let (w_bar, lr_bar, m_bar, v_bar) = backward(next_bar, &mut g_bar);
    let through = bowl_along(g_bar); // the Hessian is symmetric
    (([w_bar[0] + through[0], w_bar[1] + through[1]], m_bar, v_bar), lr_bar + later_bar)
}

fn train_forward((mut w, mut m, mut v): State, lr: f64, mut w_dot: [f64; 2], lr_dot: f64) -> [f64; 2] {
    let (mut m_dot, mut v_dot) = ([0.0; 2], [0.0; 2]);
    for t in 1..=STEPS {
        let (g, g_dot) = (bowl(w), bowl_along(w_dot));
        let next = optim::adam_update::jvp(w, &g, lr, m, v, t, FLOWING, w_dot, &g_dot, lr_dot, m_dot, v_dot);
        ((w, m, v), (w_dot, m_dot, v_dot)) = next.unwrap();
    }
    w_dot
}

#[test]
fn the_initial_weights_and_the_rate_through_many_steps_of_adam() {
    let state = |w: [f64; 2]| (w, [0.0; 2], [0.0; 2]);
    let report = check_gradients(
        &["start", "lr"],
        &([3.0, -1.0], 0.1),
        |&(start, lr)| train(state(start), lr, 1),
        |&(start, lr), seed| {
            let ((start_bar, ..), lr_bar) = train_backward(state(start), lr, 1, seed);
            (start_bar, lr_bar)
        },
        |&(start, lr), &(start_dot, lr_dot)| train_forward(state(start), lr, start_dot, lr_dot),
    );
    assert_eq!(report.unwrap().elements, 3);
}

/// The rate is trained by gradient descent on the loss after the steps, through the steps.
#[test]
fn a_learned_learning_rate_is_better_than_the_one_that_it_starts_from() {
    let start = ([3.0, -1.0], [0.0; 2], [0.0; 2]);
    // The minimum of the bowl, where its gradient is 0.
    let minimum = [24.0 / 11.0, -26.0 / 11.0];
    let away = |w: [f64; 2]| [w[0] - minimum[0], w[1] - minimum[1]];
    let loss = |lr: f64| away(train(start, lr, 1)).iter().map(|x| x * x).sum::<f64>();
    let mut lr = 0.01;
    let before = loss(lr);
    for _ in 0..200 {
        let (_, lr_bar) = train_backward(start, lr, 1, away(train(start, lr, 1)).map(|x| 2.0 * x));
        gradient_descent_update_inplace(&mut lr, &lr_bar, 1e-3, UpdateOptions::default()).unwrap();
    }
    assert!(loss(lr) < 0.1 * before, "{before} became {} at {lr}", loss(lr));
}
