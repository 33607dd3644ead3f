//! The example `gradbench` answers recorded sessions of the benchmark's own tools, and anything else that
//! comes in a line.
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

/// Answers have to agree with the recorded ones to this, relative to the largest entry.
const TOLERANCE: f64 = 1e-10;

/// The tools that made the recordings sum naively, so that they agree among themselves to 5e-12 at best.
const LSE_TOLERANCE: f64 = 1e-8;

/// The example's executable, built in this test's own profile.
fn executable() -> &'static PathBuf {
    static EXECUTABLE: OnceLock<PathBuf> = OnceLock::new();
    EXECUTABLE.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        cargo.args(["build", "--example", "gradbench", "--message-format=json"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let output = cargo.stderr(Stdio::inherit()).output().expect("cargo runs");
        assert!(output.status.success(), "the example has to build");
        let artifacts = output.stdout.split(|&byte| byte == b'\n');
        artifacts
            .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
            .find(|artifact| artifact["target"]["name"] == "gradbench" && artifact["executable"].is_string())
            .and_then(|artifact| artifact["executable"].as_str().map(PathBuf::from))
            .expect("cargo says where the example is")
    })
}

/// A running tool.
struct Tool {
    process: Child,
    messages: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Tool {
    fn start() -> Self {
        let mut command = Command::new(executable());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the example starts");
        let messages = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("stdout is piped"));
        Self { process, messages, answers }
    }

    /// Sends one line and waits for the one that answers it.
    fn ask(&mut self, line: &[u8]) -> Value {
        let messages = self.messages.as_mut().expect("the conversation goes on");
        messages.write_all(line).expect("the tool reads");
        messages.write_all(b"\n").expect("the tool reads");
        messages.flush().expect("the tool reads");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the tool answers in UTF-8");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error} in the answer {answer:?}"))
    }

    fn tell(&mut self, message: &Value) -> Value {
        self.ask(message.to_string().as_bytes())
    }

    /// Ends the input; the tool has to end then, having said nothing more.
    fn finish(mut self) {
        drop(self.messages.take());
        let mut rest = String::new();
        self.answers.read_line(&mut rest).expect("the output ends");
        assert_eq!(rest, "", "one answer per message");
        assert!(self.process.wait().expect("the tool ends").success());
    }
}

/// The lines of a recording: a message each, with what is expected of its answer.
fn recording(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/data/gradbench/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the recording is there");
    text.lines().map(|line| serde_json::from_str(line).expect("the recording is JSON")).collect()
}

/// Replays a recording and compares every output.
fn replay(name: &str, tolerance: f64) {
    let mut tool = Tool::start();
    let mut compared = 0;
    for line in recording(name) {
        let message = &line["message"];
        let answer = tool.tell(message);
        assert_eq!(answer["id"], message["id"]);
        if message["kind"] == "define" {
            assert_eq!(answer["success"], true);
        }
        if message["kind"] == "evaluate" {
            let what = format!("{name} {} {}", message["function"], message["id"]);
            assert_eq!(answer["success"], true, "{what}: {}", answer["error"]);
            compare(&what, &answer["output"], &line["expected_output"], tolerance);
            check_timings(&answer["timings"]);
            compared += 1;
        }
    }
    assert!(compared > 0, "{name} has evaluations");
    tool.finish();
}

fn check_timings(timings: &Value) {
    let runs = timings.as_array().expect("timings are a list").iter();
    let runs = runs.filter(|timing| timing["name"] == "evaluate" && timing["nanoseconds"].is_u64());
    assert_eq!(runs.count(), 1, "one run was asked for: {timings}");
}

/// Compares two outputs entry by entry, relative to the largest entry that was expected.
fn compare(what: &str, output: &Value, expected: &Value, tolerance: f64) {
    let largest = largest(expected);
    if let Err(difference) = differ(output, expected, tolerance * largest) {
        panic!("{what}: {difference}, the largest entry being {largest:e}");
    }
}

fn largest(value: &Value) -> f64 {
    match value {
        Value::Array(items) => items.iter().map(largest).fold(0.0, f64::max),
        Value::Object(fields) => fields.values().map(largest).fold(0.0, f64::max),
        other => other.as_f64().expect("outputs are made of numbers").abs(),
    }
}

fn differ(output: &Value, expected: &Value, allowed: f64) -> Result<(), String> {
    match (output, expected) {
        (Value::Array(output), Value::Array(expected)) if output.len() == expected.len() => {
            output.iter().zip(expected).try_for_each(|(output, expected)| differ(output, expected, allowed))
        }
        (Value::Object(output), Value::Object(expected)) if output.keys().eq(expected.keys()) => {
            output.values().zip(expected.values()).try_for_each(|(o, e)| differ(o, e, allowed))
        }
        (Value::Number(output), Value::Number(expected)) => {
            let difference =
                (output.as_f64().unwrap_or(f64::NAN) - expected.as_f64().unwrap_or(f64::NAN)).abs();
            // Written so that NaN doesn't pass.
            if difference <= allowed { Ok(()) } else { Err(format!("{output} instead of {expected}")) }
        }
        _ => Err(format!("the structure of {output} instead of {expected}")),
    }
}

#[test]
fn hello() {
    replay("hello", TOLERANCE);
}

#[test]
fn gmm() {
    replay("gmm", TOLERANCE);
}

#[test]
fn ba() {
    replay("ba", TOLERANCE);
}

#[test]
fn lstm() {
    replay("lstm", TOLERANCE);
}

#[test]
fn ht() {
    replay("ht", TOLERANCE);
}

#[test]
fn ode() {
    replay("ode", TOLERANCE);
}

#[test]
fn kmeans() {
    replay("kmeans", TOLERANCE);
}

#[test]
fn particle() {
    replay("particle", TOLERANCE);
}

#[test]
fn saddle() {
    replay("saddle", TOLERANCE);
}

#[test]
fn llsq() {
    replay("llsq", TOLERANCE);
}

#[test]
fn lse() {
    replay("lse", LSE_TOLERANCE);
}

#[test]
fn det() {
    replay("det", TOLERANCE);
}

/// A workload that isn't there is refused, first and last, and the conversation goes on.
#[test]
fn undefined_workloads_are_refused() {
    let mut tool = Tool::start();
    for line in recording("saddle") {
        let mut message = line["message"].clone();
        if message["kind"] != "start" {
            message["module"] = Value::from("turbine");
        }
        let answer = tool.tell(&message);
        assert_eq!(answer["id"], message["id"]);
        if message["kind"] != "start" {
            assert_eq!(answer["success"], false);
            assert_eq!(answer["error"], "the module `turbine` is not defined");
        }
    }
    tool.finish();
}

/// Expects a refusal with this id and a reason that contains `reason`.
#[track_caller]
fn assert_refused(answer: &Value, id: &Value, reason: &str) {
    assert_eq!(answer["id"], *id, "{answer}");
    assert_eq!(answer["success"], false, "{answer}");
    assert!(answer["error"].as_str().is_some_and(|error| error.contains(reason)), "{answer}");
}

#[test]
fn malformed_messages_are_refused() {
    let lines: [(&[u8], Value, &str); 9] = [
        (b"", Value::Null, "not JSON"),
        (b"{\"id\": 7, \"kind\": \"evaluate\"", json!(7), "not JSON"),
        (b"\xff\xfe {\"id\":-3,", json!(-3), "not JSON"),
        (b"[1, 2]", Value::Null, "JSON object"),
        (b"{}", Value::Null, "integer `id`"),
        (b"{\"id\": \"x\", \"kind\": \"start\"}", json!("x"), "integer `id`"),
        (b"{\"id\": 1}", json!(1), "string `kind`"),
        (b"{\"id\": 2, \"kind\": \"define\"}", json!(2), "string `module`"),
        (b"{\"id\": 3, \"kind\": \"evaluate\", \"module\": \"lse\"}", json!(3), "`input`"),
    ];
    let mut tool = Tool::start();
    for (line, id, reason) in lines {
        assert_refused(&tool.ask(line), &id, reason);
    }
    let nested = format!("{{\"id\": 4, \"kind\": {}", "[".repeat(100_000));
    assert_refused(&tool.ask(nested.as_bytes()), &json!(4), "not JSON");
    assert_eq!(tool.tell(&json!({ "id": 5, "kind": "gossip" })), json!({ "id": 5 }));
    assert_eq!(tool.tell(&json!({ "id": 6, "kind": "start" }))["id"], 6);
    tool.finish();
}

/// Input that doesn't fit gets the reason, and none of it ends the tool.
#[test]
fn bad_input_is_refused() {
    let cases = [
        ("hello", "square", json!("1"), "has to be a number"),
        ("hello", "cube", json!(1.0), "no function `cube`"),
        ("hello", "square", json!(1e200), "not finite"),
        ("llsq", "primal", json!({ "x": [1.0], "n": 1 }), "`n` has to be between 2 and"),
        ("llsq", "primal", json!({ "x": [1.0], "n": 2.5 }), "`n` has to be an integer"),
        ("llsq", "gradient", json!({ "x": [null], "n": 2 }), "`x` has to be a number"),
        ("lse", "gradient", json!({ "x": [] }), "must not be empty"),
        ("lse", "gradient", json!({ "x": [1.0], "min_runs": "many" }), "`min_runs` has to be a number"),
        ("ode", "gradient", json!({ "x": [1.0], "s": 0 }), "`s` has to be between 1 and"),
        ("ode", "gradient", json!({ "x": [1.0, 2.0], "s": 200_000_000 }), "too large"),
        ("det", "primal", json!({ "A": [1.0, 2.0, 3.0], "ell": 2 }), "4 numbers"),
        ("det", "primal", json!({ "A": [], "ell": 1000 }), "larger than 64"),
        ("ba", "jacobian", json!({ "n": 1, "m": 1, "p": 1e15 }), "`p` has to be between"),
        ("lstm", "jacobian", json!({ "main_params": [], "sequence": [] }), "two steps"),
        ("gmm", "jacobian", json!({ "d": 0, "k": 1, "n": 1 }), "`d` has to be between 1 and"),
        ("ht", "jacobian", json!({ "data": { "model": {} } }), "needs a field `base_positions`"),
    ];
    let mut tool = Tool::start();
    for (id, (module, function, input, reason)) in cases.into_iter().enumerate() {
        let message =
            json!({ "id": id, "kind": "evaluate", "module": module, "function": function, "input": input });
        assert_refused(&tool.tell(&message), &json!(id), reason);
    }
    tool.finish();
}

/// Both lower limits are met: the number of runs and the time that they take.
#[test]
fn runs_are_repeated() {
    let mut tool = Tool::start();
    let evaluate = |tool: &mut Tool, input: Value| {
        let message =
            json!({ "id": 2, "kind": "evaluate", "module": "lse", "function": "primal", "input": input });
        let answer = tool.tell(&message);
        let timings = answer["timings"].as_array().expect("timings are a list").clone();
        let runs = timings.iter().filter(|timing| timing["name"] == "evaluate");
        runs.map(|timing| timing["nanoseconds"].as_u64().expect("an integer")).collect::<Vec<_>>()
    };
    let runs = evaluate(&mut tool, json!({ "x": [1, 2.0], "min_runs": 5, "min_seconds": 0 }));
    assert_eq!(runs.len(), 5);
    let runs = evaluate(&mut tool, json!({ "x": [1, 2.0], "min_runs": 1, "min_seconds": 0.001 }));
    assert!(runs.iter().sum::<u64>() >= 1_000_000);
    tool.finish();
}
