//! Reading the golden values: arrays and containers out of JSON, and comparing with a relative tolerance.

use grad_runtime::prelude::*;
use serde_json::Value;

/// The cases of a file, as parsed JSON.
pub fn read(file: &str) -> Value {
    let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A number; the ones that JSON can't write are strings.
pub fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => value.as_f64().unwrap_or_else(|| panic!("not a number: {value}")),
    }
}

/// An array, or a number as an array without dimensions.
pub fn array(value: &Value) -> Array {
    let Some(array) = value.get("$array") else { return Array::from(number(value)) };
    let shape: Vec<usize> =
        array["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap().try_into().unwrap()).collect();
    Array::new(&shape, array["data"].as_array().unwrap().iter().map(number).collect()).unwrap()
}

/// A container of arrays.
pub fn container(value: &Value) -> Container {
    let mut out = Container::new();
    fill(&mut out, "", value);
    out
}

fn fill(out: &mut Container, prefix: &str, value: &Value) {
    let Some(entries) = value.get("$container") else {
        out.insert(prefix.trim_end_matches('/'), array(value)).unwrap();
        return;
    };
    for (name, entry) in entries.as_object().unwrap() {
        fill(out, &format!("{prefix}{name}/"), entry);
    }
}

/// Requires equal structures and elements that agree to `rtol`, with an absolute tolerance of 1e-12.
#[track_caller]
pub fn assert_close<C: Leaves<Scalar = f64>>(what: &str, found: &C, expected: &C, rtol: f64) {
    leaves::same_structure(expected, found).unwrap_or_else(|error| panic!("{what}: {error}"));
    for index in 0..expected.leaf_count() {
        let key = leaves::key(expected, index);
        let pairs = found.leaf(index).data.iter().zip(expected.leaf(index).data);
        for (element, (found, expected)) in pairs.enumerate() {
            let same = found == expected
                || (found.is_nan() && expected.is_nan())
                || (found - expected).abs() <= 1e-12 + rtol * expected.abs();
            assert!(same, "{what}: element {element} of `{key}` is {found}, not {expected}");
        }
    }
}
