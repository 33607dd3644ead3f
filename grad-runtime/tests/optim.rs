//! The optimizers on static and dynamic containers: what they have in common, whatever their formulas.

use grad_runtime::nalgebra::{Matrix2x3, Vector2};
use grad_runtime::optim::{Clip, CosineDecay, Optimizer};
use grad_runtime::prelude::*;

/// A static container of two leaves and the dynamic one with the same names.
type Static = (Matrix2x3<f64>, [f64; 3]);

fn containers(seed: f64) -> (Static, Container) {
    let number = |i: u32| (f64::from(i) * 1.7 + seed).sin() + 0.1;
    let matrix = Matrix2x3::from_fn(|i, j| number(u32::try_from(i * 3 + j).unwrap()));
    let vector = [6, 7, 8].map(number);
    let rows = [0, 1].map(|i| [0, 1, 2].map(|j| matrix[(i, j)]));
    let dynamic = Container::from_entries([("0", Array::from(rows)), ("1", Array::from(vector))]).unwrap();
    ((matrix, vector), dynamic)
}

/// Calls a macro with every rule.
macro_rules! with_every_rule {
    ($check:ident) => {
        $check(&UpdateOptions::default());
        $check(&MomentumOptions { nesterov: true, ..MomentumOptions::default() });
        $check(&AdamOptions::default());
        $check(&AdamWOptions { weight_decay: 0.1, nesterov: true, ..AdamWOptions::default() });
        $check(&AmsGradOptions::default());
        $check(&AdamaxOptions::default());
        $check(&AdadeltaOptions::default());
        $check(&AdagradOptions::default());
        $check(&RmsPropOptions { centered: true, epsilon: 1e-3, momentum: 0.5, ..RmsPropOptions::default() });
        $check(&LionOptions::default());
        $check(&LambOptions { decay_lambda: 0.1, ..LambOptions::default() });
        $check(&LambOptions::default());
        $check(&LambWOptions { weight_decay: 0.1, ..LambWOptions::default() });
        $check(&LarsOptions { decay_lambda: 0.1, ..LarsOptions::default() });
        $check(&LarsMomentumOptions { weight_decay: 0.1, ..LarsMomentumOptions::default() });
    };
}

/// Three steps on a static and on a dynamic container do the same.
fn static_and_dynamic_agree<O: UpdateRule<STATES>, const STATES: usize>(rule: &O) {
    let (mut w, mut dynamic_w) = containers(0.0);
    let fill = rule.initial_states();
    let mut states = fill.map(|value| leaves::map(w, |_| value));
    let mut dynamic_states = fill.map(|value| leaves::map(dynamic_w.clone(), |_| value));
    for t in 1..=3 {
        let (g, dynamic_g) = containers(10.0 * f64::from(u32::try_from(t).unwrap()));
        rule.update_inplace(&mut w, &g, &0.1, states.each_mut(), t).unwrap();
        rule.update_inplace(&mut dynamic_w, &dynamic_g, &0.1, dynamic_states.each_mut(), t).unwrap();
    }
    let copy = Container::from_leaves(&w).unwrap();
    let difference = leaves::zip_map(copy, &dynamic_w, |a, b| (a - b).abs()).unwrap();
    assert!(leaves::global_norm(&difference) < 1e-13, "{w:?} {dynamic_w:?}");
    assert!(leaves::global_norm(&leaves::zip_map(w, &containers(0.0).0, |a, b| a - b).unwrap()) > 1e-6);
}

#[test]
fn static_and_dynamic_containers_get_the_same_updates() {
    with_every_rule!(static_and_dynamic_agree);
}

/// Whatever doesn't match, and with whatever it doesn't: an error that names the leaf, and nothing is written.
fn mismatches_write_nothing<O: UpdateRule<STATES>, const STATES: usize>(rule: &O) {
    let (_, w) = containers(0.0);
    let (_, g) = containers(1.0);
    let states = || [0.5; STATES].map(|value| leaves::map(w.clone(), |_| value));
    let missing = Container::from_entries([("0", [[1.0; 3]; 2])]).unwrap();
    let mut wrong = w.clone();
    wrong.insert("1", [1.0; 4]).unwrap();
    let check = |g: &Container, rates: &Container, mut s: [Container; STATES], shape: bool, culprit: &str| {
        let (mut updated, before) = (w.clone(), s.clone());
        let error = rule.update_inplace(&mut updated, g, rates, s.each_mut(), 1).unwrap_err();
        assert_eq!((&updated, &s), (&w, &before), "{error}");
        let text = error.to_string();
        assert!(text.contains("`1`") && text.contains(culprit) && text.contains("[3]"), "{text}");
        assert_eq!(text.contains("[4]"), shape, "{text}");
        assert!(rule.update(w.clone(), g, rates, s, 1).is_err());
    };
    let rates = Container::from_entries([("0", 0.1), ("1", 0.2), ("extra", 0.3)]).unwrap();
    for (bad, shape) in [(&missing, false), (&wrong, true)] {
        check(bad, &rates, states(), shape, "gradient");
        check(&g, bad, states(), shape, "learning rate");
        for k in 0..STATES {
            let mut states = states();
            states[k] = bad.clone();
            check(&g, &rates, states, shape, O::STATE_NAMES[k]);
        }
    }
}

#[test]
fn a_mismatch_of_any_operand_is_an_error_and_nothing_is_written() {
    with_every_rule!(mismatches_write_nothing);
}

/// The same rate as a number, by layers and by elements.
fn rates_in_every_form_agree<O: UpdateRule<STATES>, const STATES: usize>(rule: &O) {
    let ((w, _), (g, _)) = (containers(0.0), containers(1.0));
    let run = |rates: &dyn Fn(&mut Static, [&mut Static; STATES])| {
        let (mut w, mut states) = (w, [leaves::map(w, |_| 0.25); STATES]);
        rates(&mut w, states.each_mut());
        (w, states)
    };
    let uniform = run(&|w, s| rule.update_inplace(w, &g, &0.125, s, 2).unwrap());
    let by_layer = run(&|w, s| rule.update_inplace(w, &g, &(0.125, [0.125]), s, 2).unwrap());
    let by_element = run(&|w, s| {
        rule.update_inplace(w, &g, &(Matrix2x3::from_element(0.125), [0.125; 3]), s, 2).unwrap();
    });
    let container = Container::from_entries([("0", 0.125), ("1", 0.125), ("2", 7.0)]).unwrap();
    let dynamic = run(&|w, s| rule.update_inplace(w, &g, &container, s, 2).unwrap());
    assert!(uniform == by_layer && uniform == by_element && uniform == dynamic);
}

#[test]
fn a_rate_can_be_a_number_or_an_array_or_one_for_each_layer() {
    with_every_rule!(rates_in_every_form_agree);
}

#[test]
fn single_precision_takes_rates_of_either_precision() {
    let options = UpdateOptions::default();
    assert_eq!(optimizer_update([1.0_f32, 2.0], &[1.0_f32, 4.0], 0.5, options), Ok([0.5, 0.0]));
    assert_eq!(optimizer_update([1.0_f32, 2.0], &[1.0_f32, 4.0], 0.5_f32, options), Ok([0.5, 0.0]));
    let (w, m, v) = adam_update(3.0_f32, &6.0_f32, 0.1, 6.0, 36.0_f32, 1, AdamOptions::default()).unwrap();
    assert!((w - 2.968_377_3).abs() < 1e-6 && (m - 6.0).abs() < 1e-6 && (v - 36.0).abs() < 1e-4);
}

#[test]
fn nothing_becomes_nan_that_was_a_number() {
    let zeros = [0.0; 2];
    let no_epsilon = AdamOptions { epsilon: 0.0, ..AdamOptions::default() };
    let (delta, ..) = adam_step(&[1.0, -1.0], &zeros, &zeros, 0, no_epsilon).unwrap();
    assert_eq!(delta, zeros);
    for decay_lambda in [0.0, 0.5] {
        let w =
            lars_update(zeros, &zeros, 0.1, LarsOptions { decay_lambda, ..LarsOptions::default() }).unwrap();
        assert_eq!(w, zeros);
    }
    let w = lars_update(zeros, &[3.0, 4.0], 0.1, LarsOptions { decay_lambda: 2.0, ..LarsOptions::default() });
    assert!(w.unwrap().iter().all(|w| w.is_finite()));
    let huge = lars_update([3e200, 4e200], &[3e-200, 4e-200], 1e-300, LarsOptions::default()).unwrap();
    assert!(huge.iter().all(|w| w.is_finite()));
    assert_eq!(clip_by_global_norm(zeros, 0.0), zeros);
}

#[test]
fn a_failed_step_leaves_the_optimizer_as_it_was() {
    let mut optimizer = Adam::new(0.1).with_clip(Clip::Value(0.5)).checked();
    let mut w = vec![1.0, 2.0];
    assert!(optimizer.step(&mut w, &vec![1.0]).is_err());
    assert_eq!((optimizer.steps(), optimizer.states()), (0, None));
    optimizer.step(&mut w, &vec![1.0, -1.0]).unwrap();
    let before = (w.clone(), optimizer.clone());
    assert!(optimizer.step(&mut w, &vec![1.0, f64::NAN]).is_err());
    assert!(optimizer.step(&mut w, &vec![1.0]).is_err());
    assert!(optimizer.step(&mut vec![1.0], &vec![1.0, 1.0]).is_err());
    assert!((w, optimizer) == before);
}

#[test]
fn schedules_count_the_steps_of_the_optimizer() {
    let schedule = CosineDecay { init_value: 1.0, decay_steps: 2, ..CosineDecay::default() };
    let mut optimizer = Sgd::new(schedule);
    let mut w = 10.0;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let before: f64 = w;
        optimizer.step(&mut w, &1.0).unwrap();
        seen.push(before - w);
    }
    assert!(
        (seen[0] - 1.0).abs() < 1e-12 && (seen[1] - 0.5).abs() < 1e-12 && seen[2].abs() < 1e-12,
        "{seen:?}"
    );
}

/// Every optimizer gets near the minimum of a bowl.
fn finds_the_minimum<O: UpdateRule<STATES>, const STATES: usize>(rule: O, rate: f64) {
    let mut optimizer = Optimizer::<O, Vector2<f64>, _, STATES>::with_options(
        rule,
        CosineDecay { init_value: rate, decay_steps: 2000, ..CosineDecay::default() },
    );
    let mut w = Vector2::new(3.0, -4.0);
    for _ in 0..2000 {
        let gradient = Vector2::new(2.0 * (w.x - 1.0), 6.0 * (w.y + 2.0));
        optimizer.step(&mut w, &gradient).unwrap();
    }
    assert!((w - Vector2::new(1.0, -2.0)).norm() < 2e-2, "{w}");
}

#[test]
fn every_optimizer_finds_the_minimum_of_a_bowl() {
    finds_the_minimum(UpdateOptions::default(), 0.1);
    finds_the_minimum(MomentumOptions::default(), 0.02);
    finds_the_minimum(AdamOptions::default(), 0.1);
    finds_the_minimum(AdamWOptions::default(), 0.1);
    finds_the_minimum(AmsGradOptions::default(), 0.1);
    finds_the_minimum(AdamaxOptions::default(), 0.1);
    finds_the_minimum(AdadeltaOptions { epsilon: 1e-3, ..AdadeltaOptions::default() }, 1.0);
    finds_the_minimum(AdagradOptions::default(), 1.0);
    finds_the_minimum(RmsPropOptions::default(), 0.05);
    finds_the_minimum(LionOptions::default(), 0.01);
    finds_the_minimum(LambOptions::default(), 0.05);
    finds_the_minimum(LambWOptions::default(), 0.05);
    finds_the_minimum(LarsOptions::default(), 0.05);
    finds_the_minimum(LarsMomentumOptions { trust_coefficient: 0.1, ..LarsMomentumOptions::default() }, 0.1);
}
