//! One evaluation: its input, read and checked, and its runs, timed.
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// No problem may ask for more numbers than this (2 GiB of them): an allocation that fails would end the
/// process, and the process has to outlive its input.
const MOST_NUMBERS: usize = 1 << 28;

/// What a workload answers: the output of the last run, and how long each run took.
pub struct Answer {
    pub output: Value,
    pub timings: Vec<Value>,
}

/// A request to evaluate one function of a workload.
pub struct Request<'a> {
    pub function: &'a str,
    pub input: Input<'a>,
}

impl<'a> Request<'a> {
    /// Reads the fields that all workloads have in common.
    ///
    /// # Errors
    /// Names the field that is missing.
    pub fn new(message: &'a Value) -> Result<Self, String> {
        let function = message.get("function").and_then(Value::as_str);
        let input = message.get("input").ok_or("the message needs an `input`")?;
        Ok(Self { function: function.ok_or("the message needs a string `function`")?, input: Input(input) })
    }

    /// The answer to a function that the workload doesn't have.
    pub fn unknown_function<T>(&self) -> Result<T, String> {
        Err(format!("the module has no function `{}`", self.function))
    }

    /// Prepares a problem, then runs `function` on it as often as the input asks, timing each.
    ///
    /// # Errors
    /// Those of `prepare`, and run limits that are no numbers.
    pub fn run<P, T>(
        &self,
        prepare: impl FnOnce(Input<'a>) -> Result<P, String>,
        function: impl Fn(&P) -> T,
        output: impl FnOnce(&P, T) -> Value,
    ) -> Result<Answer, String> {
        let min_runs = self.input.limit("min_runs", 1.0)?;
        let min_seconds = self.input.limit("min_seconds", 0.0)?;
        let start = Instant::now();
        let problem = prepare(self.input)?;
        let mut timings = vec![timing("prepare", start.elapsed())];
        let mut runs = 0.0;
        let mut total = Duration::ZERO;
        loop {
            let start = Instant::now();
            let result = std::hint::black_box(function(std::hint::black_box(&problem)));
            let elapsed = start.elapsed();
            timings.push(timing("evaluate", elapsed));
            total += elapsed;
            runs += 1.0;
            if runs >= min_runs && total.as_secs_f64() >= min_seconds {
                return Ok(Answer { output: output(&problem, result), timings });
            }
        }
    }
}

fn timing(name: &str, elapsed: Duration) -> Value {
    let nanoseconds = u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX);
    json!({ "name": name, "nanoseconds": nanoseconds })
}

/// A part of the input, with readers that say what is wrong with it.
#[derive(Clone, Copy)]
pub struct Input<'a>(pub &'a Value);

impl<'a> Input<'a> {
    /// The field `key` of an object.
    ///
    /// # Errors
    /// When there is no such field.
    pub fn field(self, key: &str) -> Result<Input<'a>, String> {
        self.0.get(key).map(Input).ok_or_else(|| format!("the input needs a field `{key}`"))
    }

    /// A field that may be left out.
    fn limit(self, key: &str, default: f64) -> Result<f64, String> {
        self.0.get(key).map_or(Ok(default), |value| Input(value).number(key))
    }

    /// This value as a number; `name` is what a complaint calls it.
    ///
    /// # Errors
    /// When it is something else.
    pub fn number(self, name: &str) -> Result<f64, String> {
        self.0.as_f64().ok_or_else(|| format!("`{name}` has to be a number"))
    }

    /// This value as an integer, which may be written `3` or `3.0`.
    ///
    /// # Errors
    /// When it is something else.
    pub fn integer(self, name: &str) -> Result<i64, String> {
        // Nine quadrillion is the last whole number that a double and an `i64` agree on.
        let whole = |x: &f64| x.fract() == 0.0 && x.abs() <= 9e15;
        #[expect(clippy::cast_possible_truncation, reason = "the number is whole and in range")]
        let rounded = self.0.as_f64().filter(whole).map(|x| x as i64);
        rounded.ok_or_else(|| format!("`{name}` has to be an integer"))
    }

    /// This value as a count between `least` and the largest size that a problem may have.
    ///
    /// # Errors
    /// When it isn't an integer or out of range.
    pub fn count(self, name: &str, least: usize) -> Result<usize, String> {
        let count = usize::try_from(self.integer(name)?).ok();
        count
            .filter(|count| (least..=MOST_NUMBERS).contains(count))
            .ok_or_else(|| format!("`{name}` has to be between {least} and {MOST_NUMBERS}"))
    }

    /// This value as a list.
    ///
    /// # Errors
    /// When it is something else.
    pub fn list(self, name: &str) -> Result<impl ExactSizeIterator<Item = Input<'a>>, String> {
        let items = self.0.as_array().ok_or_else(|| format!("`{name}` has to be a list"))?;
        Ok(items.iter().map(Input))
    }

    /// This value as a list of numbers.
    ///
    /// # Errors
    /// When it is something else.
    pub fn numbers(self, name: &str) -> Result<Vec<f64>, String> {
        self.list(name)?.map(|item| item.number(name)).collect()
    }

    /// This value as a list of exactly `N` numbers.
    ///
    /// # Errors
    /// When it is something else.
    pub fn array<const N: usize>(self, name: &str) -> Result<[f64; N], String> {
        let numbers = self.numbers(name)?;
        numbers.try_into().map_err(|_| format!("`{name}` has to have {N} numbers"))
    }

    /// This value as a list of `rows` lists of `columns` numbers, row after row.
    ///
    /// # Errors
    /// When it is something else.
    pub fn table(self, name: &str, rows: usize, columns: usize) -> Result<Vec<f64>, String> {
        let lists = self.list(name)?;
        let shape = || format!("`{name}` has to be {rows} lists of {columns} numbers");
        if lists.len() != rows {
            return Err(shape());
        }
        let mut numbers = Vec::with_capacity(lists.len());
        for list in lists {
            let row = list.numbers(name)?;
            if row.len() != columns {
                return Err(shape());
            }
            numbers.extend(row);
        }
        Ok(numbers)
    }
}

/// Refuses a problem of `factors` that needs more memory than a problem may have.
///
/// # Errors
/// When the product is too large.
pub fn check_size(what: &str, factors: &[usize]) -> Result<(), String> {
    let size = factors.iter().try_fold(1_usize, |size, &factor| size.checked_mul(factor));
    match size {
        Some(size) if size <= MOST_NUMBERS => Ok(()),
        _ => Err(format!("the problem is too large: {what}")),
    }
}

/// `numbers` as a list of lists of `columns`, which is how the suite writes a matrix.
pub fn rows(numbers: &[f64], columns: usize) -> Value {
    match columns {
        0 => json!([]),
        _ => numbers.chunks(columns).collect(),
    }
}
