//! The conversation: one JSON object per line in, one per line out, whatever comes in.
use std::io::{self, BufRead, ErrorKind, Write};
use std::panic::{self, AssertUnwindSafe};

use serde_json::{Value, json};

use crate::request::{Answer, Request};

/// Evaluates one function of a workload; the error is the reason that the suite is told.
pub type Workload = fn(&Request) -> Result<Answer, String>;

/// Answers every line of `messages` on `answers` until the input ends.
///
/// # Errors
/// Those of reading and writing, except that a reader who has gone away ends the conversation quietly.
pub fn serve(
    mut messages: impl BufRead,
    mut answers: impl Write,
    workload: fn(&str) -> Option<Workload>,
) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if messages.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let written = writeln!(answers, "{}", answer(&line, workload)).and_then(|()| answers.flush());
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
    }
}

/// The answer to one line.
fn answer(line: &[u8], workload: fn(&str) -> Option<Workload>) -> Value {
    let message: Value = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(error) => return refusal(&salvaged_id(line), &format!("the line is not JSON: {error}")),
    };
    let id = message.get("id").cloned().unwrap_or(Value::Null);
    if !message.is_object() {
        return refusal(&id, "a message has to be a JSON object");
    }
    if !id.is_i64() && !id.is_u64() {
        return refusal(&id, "a message needs an integer `id`");
    }
    match message.get("kind").and_then(Value::as_str) {
        Some("start") => json!({ "id": id, "tool": "grad" }),
        Some("define") => define(&id, &message, workload),
        Some("evaluate") => evaluate(&id, &message, workload),
        Some(_) => json!({ "id": id }),
        None => refusal(&id, "a message needs a string `kind`"),
    }
}

/// Says whether the module that the message names is one of ours.
fn define(id: &Value, message: &Value, workload: fn(&str) -> Option<Workload>) -> Value {
    match module(message, workload) {
        Ok(_) => json!({ "id": id, "success": true }),
        Err(reason) => refusal(id, &reason),
    }
}

/// Runs the function that the message names.
fn evaluate(id: &Value, message: &Value, workload: fn(&str) -> Option<Workload>) -> Value {
    match try_evaluate(message, workload) {
        Ok(answer) => {
            json!({ "id": id, "success": true, "output": answer.output, "timings": answer.timings })
        }
        Err(reason) => refusal(id, &reason),
    }
}

/// The evaluation itself. A panic is the last line of defence against input that no check foresaw; it
/// ends the evaluation, not the conversation.
fn try_evaluate(message: &Value, workload: fn(&str) -> Option<Workload>) -> Result<Answer, String> {
    let run = module(message, workload)?;
    let request = Request::new(message)?;
    let answer = panic::catch_unwind(AssertUnwindSafe(|| run(&request)))
        .unwrap_or_else(|_| Err("the evaluation panicked".to_owned()))?;
    if has_null(&answer.output) {
        return Err("the result has a number that is not finite, which JSON can't express".to_owned());
    }
    Ok(answer)
}

fn module(message: &Value, workload: fn(&str) -> Option<Workload>) -> Result<Workload, String> {
    let name = message.get("module").and_then(Value::as_str).ok_or("the message needs a string `module`")?;
    workload(name).ok_or_else(|| format!("the module `{name}` is not defined"))
}

fn refusal(id: &Value, reason: &str) -> Value {
    json!({ "id": id, "success": false, "error": reason })
}

/// The integer after `"id":` in a line that isn't JSON, so that its sender can tell which one failed.
fn salvaged_id(line: &[u8]) -> Value {
    let line = String::from_utf8_lossy(line);
    let after_key = line.split_once("\"id\"").map_or("", |(_, rest)| rest);
    let number = after_key.trim_start().strip_prefix(':').unwrap_or("").trim_start();
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(number.len());
    number[..end].parse::<i64>().map_or(Value::Null, Value::from)
}

/// `serde_json` turns a number that isn't finite into `null`; no output has a `null` of its own.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(fields) => fields.values().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
