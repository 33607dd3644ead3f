//! The gradient and optimizer functions against the values of the reference implementation, case by case.

mod golden;

use golden::{array, assert_close, container, number, read};
use grad_runtime::prelude::*;
use serde_json::Value;

const RTOL: f64 = 1e-10;

/// A rate: a number, or a container of layer-wise rates.
enum Rates {
    Uniform(f64),
    LayerWise(Container),
}

/// Does a call with the rate in its own type.
macro_rules! with_rate {
    ($rates:expr, |$lr:ident| $call:expr) => {
        match $rates {
            Rates::Uniform($lr) => {
                let $lr = *$lr;
                $call
            }
            Rates::LayerWise($lr) => $call,
        }
    };
}

/// The outputs of one call: the containers that the file expects, by name.
type Outputs = Vec<(&'static str, Container)>;

/// One call of an optimizer function: weights, gradients and moments in, results out.
struct Call<'a> {
    case: &'a Value,
    ws: Container,
    gradients: Container,
    moments: [Container; 2],
    step: u64,
}

fn rates(case: &Value) -> Rates {
    let lr = &case["args"]["lr"];
    if lr.get("$container").is_some() { Rates::LayerWise(container(lr)) } else { Rates::Uniform(number(lr)) }
}

/// An option, or the default where the case doesn't give it.
fn option(case: &Value, name: &str, default: f64) -> f64 {
    case["kwargs"].get(name).map_or(default, number)
}

fn stop_gradients(case: &Value) -> bool {
    case["kwargs"].get("stop_gradients").is_none_or(|value| value.as_bool().unwrap())
}

fn adam_options(case: &Value) -> AdamOptions {
    let default = AdamOptions::default();
    AdamOptions {
        beta1: option(case, "beta1", default.beta1),
        beta2: option(case, "beta2", default.beta2),
        epsilon: option(case, "epsilon", default.epsilon),
        stop_gradients: stop_gradients(case),
    }
}

fn lamb_options(case: &Value) -> LambOptions {
    let AdamOptions { beta1, beta2, epsilon, stop_gradients } = adam_options(case);
    LambOptions {
        beta1,
        beta2,
        epsilon,
        max_trust_ratio: option(case, "max_trust_ratio", 10.0),
        decay_lambda: option(case, "decay_lambda", 0.0),
        stop_gradients,
    }
}

fn lars_options(case: &Value) -> LarsOptions {
    LarsOptions { decay_lambda: option(case, "decay_lambda", 0.0), stop_gradients: stop_gradients(case) }
}

impl Call<'_> {
    /// The pure form.
    fn pure(self) -> Result<Outputs, StructureError> {
        let Call { case, ws, gradients, moments: [m, v], step } = self;
        let g = &gradients;
        let update = UpdateOptions { stop_gradients: stop_gradients(case) };
        let rates = &rates(case);
        with_rate!(rates, |lr| match case["fn"].as_str().unwrap() {
            "optimizer_update" => Ok(vec![("ws", optimizer_update(ws, g, lr, update)?)]),
            "gradient_descent_update" => Ok(vec![("ws", gradient_descent_update(ws, g, lr, update)?)]),
            "lars_update" => Ok(vec![("ws", lars_update(ws, g, lr, lars_options(case))?)]),
            "adam_update" => {
                let (ws, m, v) = adam_update(ws, g, lr, m, v, step, adam_options(case))?;
                Ok(vec![("ws", ws), ("mw", m), ("vw", v)])
            }
            "lamb_update" => {
                let (ws, m, v) = lamb_update(ws, g, lr, m, v, step, lamb_options(case))?;
                Ok(vec![("ws", ws), ("mw", m), ("vw", v)])
            }
            other => panic!("an unknown function: {other}"),
        })
    }

    /// The in-place form; where it fails, nothing has been written.
    fn in_place(self) -> Result<Outputs, StructureError> {
        let Call { case, mut ws, gradients, moments: [mut m, mut v], step } = self;
        let before = (ws.clone(), m.clone(), v.clone());
        let (w, g) = (&mut ws, &gradients);
        let update = UpdateOptions { stop_gradients: stop_gradients(case) };
        let rates = &rates(case);
        let result = with_rate!(rates, |lr| match case["fn"].as_str().unwrap() {
            "optimizer_update" => optimizer_update_inplace(w, g, lr, update),
            "gradient_descent_update" => gradient_descent_update_inplace(w, g, lr, update),
            "lars_update" => lars_update_inplace(w, g, lr, lars_options(case)),
            "adam_update" => adam_update_inplace(w, g, lr, &mut m, &mut v, step, adam_options(case)),
            "lamb_update" => lamb_update_inplace(w, g, lr, &mut m, &mut v, step, lamb_options(case)),
            other => panic!("an unknown function: {other}"),
        });
        if let Err(error) = result {
            assert_eq!((ws, m, v), before);
            return Err(error);
        }
        Ok(vec![("ws", ws), ("mw", m), ("vw", v)])
    }
}

/// The first call of a case.
fn first_call<'a>(case: &'a Value, gradients: &Value) -> Call<'a> {
    let args = &case["args"];
    let moment = |name: &str| args.get(name).map_or_else(Container::new, container);
    Call {
        case,
        ws: container(&args["ws"]),
        gradients: container(gradients),
        moments: [moment("mw_tm1"), moment("vw_tm1")],
        step: args.get("step").map_or(0, |step| step.as_u64().unwrap()),
    }
}

type Form = fn(Call<'_>) -> Result<Outputs, StructureError>;
const FORMS: [(&str, Form); 2] = [("pure", |call| call.pure()), ("in place", |call| call.in_place())];

fn check_outputs(what: &str, outputs: &Outputs, expected: &Value) {
    for (name, expected) in expected.as_object().unwrap() {
        let found =
            outputs.iter().find(|(output, _)| output == name).unwrap_or_else(|| panic!("{what}: no {name}"));
        assert_close(&format!("{what}, {name}"), &found.1, &container(expected), RTOL);
    }
}

/// A single call of an optimizer function, in both forms.
fn check_update(id: &str, case: &Value) {
    let args = &case["args"];
    let gradients = args.get("dcdws").unwrap_or(&args["effective_grads"]);
    for (form, run) in FORMS {
        let what = format!("{id}, {form}");
        let result = run(first_call(case, gradients));
        if case["expected"].get("$error").is_none() {
            check_outputs(
                &what,
                &result.unwrap_or_else(|error| panic!("{what}: {error}")),
                &case["expected"],
            );
            continue;
        }
        // Both cases that fail lack the key `b`, one in the gradients and one in the rates.
        let Err(StructureError::Missing { key, what: missing, .. }) = result else {
            panic!("{what}: {result:?}")
        };
        assert_eq!(key.as_str(), "b", "{what}");
        assert_eq!(missing, if case["fn"] == "lamb_update" { "learning rate" } else { "gradient" }, "{what}");
    }
    if let Some(after) = case.get("args_after") {
        assert_close(id, &caller_afterwards(case), &container(&after["ws"]), RTOL);
    }
}

/// What the caller's container of weights holds after a call, in the form that the case asks for.
fn caller_afterwards(case: &Value) -> Container {
    let call = first_call(case, &case["args"]["dcdws"]);
    if case["kwargs"].get("inplace") == Some(&Value::Bool(false)) {
        let mine = call.ws.clone();
        call.pure().unwrap();
        return mine;
    }
    let outputs = call.in_place().unwrap();
    outputs.into_iter().next().unwrap().1
}

/// A sequence of calls, each on the results of the one before.
fn check_sequence(id: &str, case: &Value) {
    let gradients = case["args"]["dcdws"].as_array().unwrap();
    let expected = case["expected"]["trajectory"].as_array().unwrap();
    assert_eq!(gradients.len(), expected.len(), "{id}");
    for (form, run) in FORMS {
        let mut call = first_call(case, &gradients[0]);
        for (i, (gradients, expected)) in gradients.iter().zip(expected).enumerate() {
            let step = call.step;
            call.gradients = container(gradients);
            let outputs = run(call).unwrap();
            check_outputs(&format!("{id}, {form}, step {i}"), &outputs, expected);
            let mut outputs = outputs.into_iter().map(|(_, output)| output);
            let mut next = || outputs.next().unwrap_or_default();
            call =
                Call { ws: next(), moments: [next(), next()], step: step + 1, ..first_call(case, gradients) };
        }
    }
}

/// `adam_step`, in both forms.
fn check_adam_step(id: &str, case: &Value) {
    let args = &case["args"];
    let (g, m, v) = (container(&args["dcdws"]), container(&args["mw"]), container(&args["vw"]));
    let step = args["step"].as_u64().unwrap();
    let (delta, m1, v1) = adam_step(&g, &m, &v, step, adam_options(case)).unwrap();
    let pure = vec![("delta", delta), ("mw", m1), ("vw", v1)];
    check_outputs(id, &pure, &case["expected"]);
    let (mut delta, mut m, mut v) = (g, m, v);
    adam_step_inplace(&mut delta, &mut m, &mut v, step, adam_options(case)).unwrap();
    assert_eq!(vec![("delta", delta), ("mw", m), ("vw", v)], pure, "{id}");
}

fn check_inplace(id: &str, case: &Value) {
    let (mut x, value) = (variable(array(&case["args"]["x"])), array(&case["args"]["val"]));
    let returned = match case["fn"].as_str().unwrap() {
        "inplace_update" => inplace_update(&mut x, &value),
        "inplace_decrement" => inplace_decrement(&mut x, &value),
        _ => inplace_increment(&mut x, &value),
    };
    let returned = detach(returned.unwrap().clone());
    let expected = array(&case["expected"]["x"]);
    assert_close(id, &returned, &expected, RTOL);
    assert_close(id, &detach(x), &expected, RTOL);
}

fn check_stop_gradient(id: &str, case: &Value) {
    let x = array(&case["args"]["x"]);
    let expected = array(&case["expected"]["x"]);
    assert_eq!(stop_gradient(x.clone()), expected, "{id}");
    assert_eq!(stop_gradient(variable(x.clone())), variable(expected.clone()), "{id}: the type is kept");
    assert_eq!(detach(variable(x)), expected, "{id}");
}

#[test]
fn every_case_agrees() {
    let file = read("ivy.json");
    let mut counts = [0; 5];
    for case in file["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let kind = match (case["fn"].as_str().unwrap(), case.get("mode").and_then(Value::as_str)) {
            ("adam_step", None) => {
                check_adam_step(id, case);
                0
            }
            ("inplace_update" | "inplace_decrement" | "inplace_increment", None) => {
                check_inplace(id, case);
                1
            }
            ("stop_gradient", None) => {
                check_stop_gradient(id, case);
                2
            }
            ("execute_with_gradients", _) => continue,
            (_, None) => {
                check_update(id, case);
                3
            }
            (_, Some("sequence")) => {
                check_sequence(id, case);
                4
            }
            (function, mode) => panic!("{id}: an unknown kind of case: {function} {mode:?}"),
        };
        counts[kind] += 1;
    }
    assert_eq!(counts, [4, 3, 1, 20, 4]);
}
