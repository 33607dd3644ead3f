//! The wider set of optimizers, clipping and schedules against golden values, case by case: the pure form, the in-place
//! form and the stateful one.

mod golden;

use golden::{assert_close, container, number, read};
use grad_runtime::optim::{
    Clip, CosineDecay, ExponentialDecay, Joined, LearningRate, Optimizer, PiecewiseConstant, PolynomialDecay,
    Schedule, warmup,
};
use grad_runtime::prelude::*;
use serde_json::Value;

const RTOL: f64 = 1e-9;

/// The constants of a case, with a default for those that it doesn't give.
#[derive(Clone, Copy)]
struct Hyper<'a>(&'a Value);

impl Hyper<'_> {
    fn number(self, name: &str, default: f64) -> f64 {
        self.0.get(name).map_or(default, number)
    }

    fn steps(self, name: &str) -> u64 {
        self.0.get(name).map_or(0, |value| value.as_u64().unwrap())
    }

    fn flag(self, name: &str, default: bool) -> bool {
        self.0.get(name).map_or(default, |value| value.as_bool().unwrap())
    }
}

/// The steps of a case: gradients, and the parameters and updates that they lead to.
struct Steps {
    id: String,
    parameters: Container,
    gradients: Vec<Container>,
    expected: Vec<Container>,
    updates: Vec<Container>,
}

impl Steps {
    fn new(case: &Value) -> Self {
        let list = |value: &Value| value.as_array().unwrap().iter().map(container).collect::<Vec<_>>();
        let steps = Self {
            id: case["id"].as_str().unwrap().to_string(),
            parameters: container(&case["args"]["params"]),
            gradients: list(&case["args"]["grads"]),
            expected: list(&case["expected"]["params"]),
            updates: list(&case["expected"]["updates"]),
        };
        let counts = [steps.gradients.len(), steps.expected.len(), steps.updates.len()];
        assert!(counts[0] > 0 && counts == [counts[0]; 3], "{}: {counts:?}", steps.id);
        steps
    }

    /// Runs the steps, and compares parameters and updates after each.
    fn check(&self, form: &str, mut step: impl FnMut(Container, &Container, u64) -> Container) {
        let mut parameters = self.parameters.clone();
        let results = self.gradients.iter().zip(&self.expected).zip(&self.updates);
        for (((gradients, expected), update), t) in results.zip(1..) {
            let what = format!("{}, {form}, step {t}", self.id);
            let next = step(parameters.clone(), gradients, t);
            assert_close(&what, &next, expected, RTOL);
            let difference =
                leaves::zip_map(next.clone(), &parameters, |next, before| next - before).unwrap();
            assert_close(&format!("{what}, update"), &difference, update, RTOL);
            parameters = next;
        }
    }

    /// All three forms of a rule, which has to be one and the same thing three times.
    fn check_rule<O, L, const STATES: usize>(&self, options: O, rate: &L, clip: Option<Clip>)
    where
        O: UpdateRule<STATES> + Copy,
        L: LearningRate + Clone,
    {
        let clipped = |g: &Container| {
            let mut g = g.clone();
            clip.into_iter().for_each(|clip| clip.apply(&mut g));
            g
        };
        let fill = |value| leaves::map(self.parameters.clone(), |_| value);
        let mut states = options.initial_states().map(fill);
        self.check("pure", |w, g, t| {
            let (w, next) = options.update(w, &clipped(g), &rate.at(t - 1), states.clone(), t).unwrap();
            states = next;
            w
        });
        let mut states = options.initial_states().map(fill);
        self.check("in place", |mut w, g, t| {
            options.update_inplace(&mut w, &clipped(g), &rate.at(t - 1), states.each_mut(), t).unwrap();
            w
        });
        let mut optimizer = Optimizer::<O, Container, L, STATES>::with_options(options, rate.clone());
        if let Some(clip) = clip {
            optimizer = optimizer.with_clip(clip);
        }
        self.check("stateful", |mut w, g, _| {
            optimizer.step(&mut w, g).unwrap();
            w
        });
    }
}

fn adamw(h: Hyper<'_>) -> AdamWOptions {
    AdamWOptions {
        beta1: h.number("b1", 0.9),
        beta2: h.number("b2", 0.999),
        epsilon: h.number("eps", 1e-8),
        epsilon_root: h.number("eps_root", 0.0),
        weight_decay: h.number("weight_decay", 0.0),
        nesterov: h.flag("nesterov", false),
    }
}

fn rmsprop(h: Hyper<'_>) -> RmsPropOptions {
    RmsPropOptions {
        decay: h.number("decay", 0.9),
        epsilon: h.number("eps", 1e-8),
        epsilon_in_root: h.flag("eps_in_sqrt", true),
        initial_scale: h.number("initial_scale", 0.0),
        centered: h.flag("centered", false),
        momentum: h.number("momentum", 0.0),
        nesterov: h.flag("nesterov", false),
    }
}

fn lars(h: Hyper<'_>) -> LarsMomentumOptions {
    LarsMomentumOptions {
        momentum: h.number("momentum", 0.9),
        nesterov: h.flag("nesterov", false),
        weight_decay: h.number("weight_decay", 0.0),
        trust_coefficient: h.number("trust_coefficient", 0.001),
        epsilon: h.number("eps", 0.0),
    }
}

fn check_optimizer(case: &Value) {
    let steps = Steps::new(case);
    let h = Hyper(&case["hyper"]);
    let lr =
        &h.0.get("learning_rate").map_or(f64::NAN, |lr| if lr.is_object() { f64::NAN } else { number(lr) });
    let (beta1, beta2, epsilon) = (h.number("b1", 0.9), h.number("b2", 0.999), h.number("eps", 1e-8));
    let momentum =
        MomentumOptions { momentum: h.number("momentum", 0.0), nesterov: h.flag("nesterov", false) };
    let clip_norm = Clip::GlobalNorm(h.number("max_norm", f64::INFINITY));
    match case["optimizer"].as_str().unwrap() {
        "sgd" if h.0.get("momentum").is_none() => {
            steps.check_rule(UpdateOptions::default(), lr, None);
            steps.check_rule(momentum, lr, None);
        }
        "sgd" => steps.check_rule(momentum, lr, None),
        "sgd with schedule" => steps.check_rule(momentum, &cosine(Hyper(&h.0["learning_rate"])), None),
        "adam" | "adamw" => steps.check_rule(adamw(h), lr, None),
        "chain(clip_by_global_norm, adam)" => steps.check_rule(adamw(h), lr, Some(clip_norm)),
        "amsgrad" => steps.check_rule(AmsGradOptions { beta1, beta2, epsilon }, lr, None),
        "adamax" => steps.check_rule(AdamaxOptions { beta1, beta2, epsilon }, lr, None),
        "rmsprop" => steps.check_rule(rmsprop(h), lr, None),
        "adagrad" => {
            let initial_accumulator = h.number("initial_accumulator_value", 0.1);
            steps.check_rule(AdagradOptions { initial_accumulator, epsilon }, lr, None);
        }
        "adadelta" => steps.check_rule(AdadeltaOptions { rho: h.number("rho", 0.9), epsilon }, lr, None),
        "lion" => {
            steps.check_rule(
                LionOptions { beta1, beta2, weight_decay: h.number("weight_decay", 0.0) },
                lr,
                None,
            );
        }
        "lamb" => {
            let weight_decay = h.number("weight_decay", 0.0);
            steps.check_rule(LambWOptions { beta1, beta2, epsilon, weight_decay }, lr, None);
        }
        "lars" => steps.check_rule(lars(h), lr, None),
        // The updates of these two are the clipped gradients, and they are added: gradient descent with the rate -1.
        "clip_by_global_norm" => steps.check_rule(UpdateOptions::default(), &-1.0, Some(clip_norm)),
        "clip" => {
            let clip = Clip::Value(h.number("max_delta", f64::NAN));
            steps.check_rule(UpdateOptions::default(), &-1.0, Some(clip));
        }
        other => panic!("an unknown optimizer: {other}"),
    }
}

#[test]
fn every_optimizer_agrees() {
    let file = read("optax.json");
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 27);
    cases.iter().for_each(check_optimizer);
}

fn cosine(h: Hyper<'_>) -> CosineDecay {
    CosineDecay {
        init_value: h.number("init_value", f64::NAN),
        decay_steps: h.steps("decay_steps"),
        alpha: h.number("alpha", 0.0),
        exponent: h.number("exponent", 1.0),
    }
}

fn exponential(h: Hyper<'_>, init_value: &str) -> ExponentialDecay {
    ExponentialDecay {
        init_value: h.number(init_value, f64::NAN),
        transition_steps: h.steps("transition_steps"),
        decay_rate: h.number("decay_rate", f64::NAN),
        transition_begin: h.steps("transition_begin"),
        staircase: h.flag("staircase", false),
        end_value: h.0.get("end_value").map(number),
    }
}

fn polynomial(h: Hyper<'_>) -> PolynomialDecay {
    PolynomialDecay {
        init_value: h.number("init_value", f64::NAN),
        end_value: h.number("end_value", f64::NAN),
        power: h.number("power", 1.0),
        transition_steps: h.steps("transition_steps"),
        transition_begin: h.steps("transition_begin"),
    }
}

/// A straight line up, and then another schedule.
fn warm<S: Schedule>(h: Hyper<'_>, then: S) -> Joined<PolynomialDecay, S> {
    warmup(h.number("init_value", f64::NAN), h.number("peak_value", f64::NAN), h.steps("warmup_steps"), then)
}

fn warm_cosine(h: Hyper<'_>) -> impl Schedule + use<> {
    let peak = h.number("peak_value", f64::NAN);
    let decay_steps = h.steps("decay_steps") - h.steps("warmup_steps");
    let alpha = h.number("end_value", f64::NAN) / peak;
    warm(h, CosineDecay { init_value: peak, decay_steps, alpha, exponent: 1.0 })
}

/// The boundaries are an object with numbers as names; the file has two of them.
fn piecewise(h: Hyper<'_>) -> PiecewiseConstant<2> {
    let entries = h.0["boundaries_and_scales"].as_object().unwrap();
    let pairs: Vec<_> =
        entries.iter().map(|(boundary, scale)| (boundary.parse().unwrap(), number(scale))).collect();
    PiecewiseConstant {
        init_value: h.number("init_value", f64::NAN),
        boundaries_and_scales: pairs.try_into().unwrap(),
    }
}

fn schedule(case: &Value) -> Box<dyn Fn(u64) -> f64> {
    fn boxed(schedule: impl Schedule + 'static) -> Box<dyn Fn(u64) -> f64> {
        Box::new(move |count| schedule.rate(count))
    }
    let h = Hyper(&case["hyper"]);
    match case["schedule"].as_str().unwrap() {
        "constant" => boxed(h.number("value", f64::NAN)),
        "cosine_decay" => boxed(cosine(h)),
        "exponential_decay" => boxed(exponential(h, "init_value")),
        "linear" | "polynomial" => boxed(polynomial(h)),
        "piecewise_constant" => boxed(piecewise(h)),
        "warmup_cosine_decay" => boxed(warm_cosine(h)),
        "warmup_exponential_decay" => boxed(warm(h, exponential(h, "peak_value"))),
        "warmup_constant" => boxed(warm(h, h.number("peak_value", f64::NAN))),
        "join_schedules" => {
            assert_eq!(h.0["schedules"], serde_json::json!(["constant 0.5", "linear 1.0->0.0 over 4"]));
            let second = PolynomialDecay { transition_steps: 4, ..PolynomialDecay::default() };
            boxed(Joined { first: 0.5, boundary: h.0["boundaries"][0].as_u64().unwrap(), second })
        }
        "sgdr" => {
            let cycle = |i: usize| Hyper(&h.0["cosine_kwargs"][i]);
            let boundary = cycle(0).steps("decay_steps");
            boxed(Joined { first: warm_cosine(cycle(0)), boundary, second: warm_cosine(cycle(1)) })
        }
        other => panic!("an unknown schedule: {other}"),
    }
}

#[test]
fn every_schedule_agrees() {
    let file = read("optax.json");
    let cases = file["schedules"].as_array().unwrap();
    assert_eq!(cases.len(), 13);
    for case in cases {
        let schedule = schedule(case);
        let counts = case["args"]["counts"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap());
        let expected = case["expected"]["values"].as_array().unwrap();
        assert_eq!(counts.len(), expected.len());
        for (count, expected) in counts.zip(expected) {
            let (found, expected) = (schedule(count), number(expected));
            let close = (found - expected).abs() <= 1e-12 + RTOL * expected.abs();
            assert!(close, "{}: {found} at {count}, not {expected}", case["id"]);
        }
    }
}
