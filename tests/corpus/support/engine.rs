//! What is asked of a derivative, for functions over flat vectors.

use super::differences::{Difference, differences};
use super::random::Random;

/// What `grad`, `value_and_grad` and `grad_into` returned at one point.
pub struct Services {
    pub grad: Vec<f64>,
    pub value: f64,
    pub value_grad: Vec<f64>,
    pub into_value: f64,
    /// The buffers of `grad_into`, which started at [`Services::BUFFER`].
    pub into_buffers: Vec<f64>,
}

impl Services {
    /// What the buffers hold before `grad_into` adds to them.
    pub const BUFFER: f64 = 0.75;
}

/// The values of the program and, for each seed, the cotangents of its arguments.
pub type Reverse<'a> = dyn Fn(&[f64], &[Vec<f64>], f64) -> (Vec<f64>, Vec<Vec<f64>>) + 'a;

/// A program and its generated items at one point, over flat vectors of its active numbers.
///
/// Results are the returned value, then the final values of the `&mut` arguments.
pub struct Subject<'a> {
    pub name: &'a str,
    pub epsilon: f64,
    pub point: Vec<f64>,
    pub primal: &'a dyn Fn(&[f64]) -> Vec<f64>,
    /// One call of `forward`, then one of `backward` per seed. Borrowed buffers hold the last argument before; it is
    /// added to the other cotangents as well.
    pub reverse: &'a Reverse<'a>,
    pub jvp: &'a dyn Fn(&[f64], &[f64]) -> (Vec<f64>, Vec<f64>),
    /// For functions with one scalar result and no `&mut` argument.
    pub services: Option<&'a dyn Fn(&[f64]) -> Services>,
}

/// What an entry says beyond the point.
#[derive(Clone, Default)]
pub struct Expectation {
    /// The Jacobian, row by row (for a scalar function: the gradient).
    pub derivative: Option<Vec<f64>>,
    /// The point is a kink, or a derivative is infinite there: differences say nothing.
    pub kink: bool,
}

impl Subject<'_> {
    /// Runs all checks and panics with all that failed.
    ///
    /// # Panics
    /// Where a check fails.
    pub fn check(&self, expectation: &Expectation) {
        let failures = self.failures(expectation);
        assert!(failures.is_empty(), "{} at {:?}:\n  {}", self.name, self.point, failures.join("\n  "));
    }

    /// All that is wrong with the program's derivatives at the point.
    pub fn failures(&self, expectation: &Expectation) -> Vec<String> {
        let mut report = Report { epsilon: self.epsilon, failures: Vec::new() };
        let value = (self.primal)(&self.point);
        let columns = self.forward_mode(&value, &mut report);
        let rows = self.reverse_mode(&value, &mut report);
        for (i, row) in rows.iter().enumerate() {
            let column: Vec<f64> = columns.iter().map(|column| column[i]).collect();
            report.close(&format!("row {i}: reverse against forward mode"), row, &column);
        }
        if let Some(expected) = &expectation.derivative {
            report.expected(&rows.concat(), expected);
        }
        if !expectation.kink {
            self.against_differences(&columns, &mut report);
            self.dot_product_identity(value.len(), &rows, &mut report);
        }
        if let Some(services) = self.services {
            self.check_services(&services(&self.point), value[0], &rows[0], &mut report);
        }
        report.failures
    }

    fn forward_mode(&self, value: &[f64], report: &mut Report) -> Vec<Vec<f64>> {
        let columns = (0..self.point.len()).map(|i| {
            let (jvp_value, column) = (self.jvp)(&self.point, &unit(self.point.len(), i));
            report.bits("value of jvp", &jvp_value, value);
            column
        });
        columns.collect()
    }

    /// The rows of the Jacobian; also: `backward` twice, `forward` twice, buffers that aren't zero.
    fn reverse_mode(&self, value: &[f64], report: &mut Report) -> Vec<Vec<f64>> {
        let units: Vec<Vec<f64>> = (0..value.len()).map(|i| unit(value.len(), i)).collect();
        let twice = [units.clone(), units.clone()].concat();
        let (forward_value, rows) = (self.reverse)(&self.point, &twice, 0.0);
        report.bits("value of forward", &forward_value, value);
        let (first, again) = rows.split_at(units.len());
        report.bits("backward called again", &again.concat(), &first.concat());
        let (_, repeated) = (self.reverse)(&self.point, &units, 0.0);
        report.bits("forward called again", &repeated.concat(), &first.concat());
        let (_, shifted) = (self.reverse)(&self.point, &units, 0.5);
        for (row, shifted) in first.iter().zip(&shifted) {
            report.added("backward into buffers that hold 0.5", shifted, row, 0.5);
        }
        first.to_vec()
    }

    fn against_differences(&self, columns: &[Vec<f64>], report: &mut Report) {
        for (index, column) in columns.iter().enumerate() {
            for (output, difference) in
                differences(self.primal, &self.point, index, self.epsilon).iter().enumerate()
            {
                report.difference(&format!("d{output}/d{index}"), column[output], difference);
            }
        }
    }

    /// u · (J v) = (Jᵀ u) · v, for seeds u and tangents v in general position.
    fn dot_product_identity(&self, outputs: usize, rows: &[Vec<f64>], report: &mut Report) {
        let size = rows.concat().iter().fold(1.0, |largest: f64, entry| largest.max(entry.abs()));
        let mut random = Random::new(0x5eed);
        for _ in 0..3 {
            let (u, v) = (random.vector(outputs), random.vector(self.point.len()));
            let (_, forward) = (self.jvp)(&self.point, &v);
            let (_, reverse) = (self.reverse)(&self.point, std::slice::from_ref(&u), 0.0);
            report.scalar("dot-product identity", dot(&u, &forward), dot(&reverse[0], &v), size);
        }
    }

    fn check_services(&self, services: &Services, value: f64, row: &[f64], report: &mut Report) {
        report.bits("value of value_and_grad", &[services.value], &[value]);
        report.bits("value of grad_into", &[services.into_value], &[value]);
        report.close("grad", &services.grad, row);
        report.close("gradient of value_and_grad", &services.value_grad, row);
        report.added("grad_into", &services.into_buffers, row, Services::BUFFER);
    }
}

/// Two ways to the same numbers.
///
/// # Panics
/// Where they differ by more than rounding.
pub fn assert_close(name: &str, epsilon: f64, got: &[f64], expected: &[f64]) {
    let mut report = Report { epsilon, failures: Vec::new() };
    report.close("gradient of hvp", got, expected);
    assert!(report.failures.is_empty(), "{name}: {}", report.failures.join("\n  "));
}

/// Collects what differs.
struct Report {
    epsilon: f64,
    failures: Vec<String>,
}

impl Report {
    /// Rounding in different orders, of sums with some cancellation.
    const ROUNDING: f64 = 4096.0;

    fn bits(&mut self, what: &str, got: &[f64], expected: &[f64]) {
        let same = got.len() == expected.len() && got.iter().zip(expected).all(|(a, b)| identical(*a, *b));
        if !same {
            self.failures.push(format!("{what}: {got:?}, not {expected:?} bit for bit"));
        }
    }

    fn scalar(&mut self, what: &str, got: f64, expected: f64, size: f64) {
        let tolerance = Self::ROUNDING * self.epsilon * size;
        let same = identical(got, expected) || (got - expected).abs() <= tolerance;
        if !same {
            self.failures.push(format!("{what}: {got:e}, not {expected:e} (tolerance {tolerance:e})"));
        }
    }

    fn close(&mut self, what: &str, got: &[f64], expected: &[f64]) {
        if got.len() != expected.len() {
            self.failures.push(format!("{what}: {got:?} has another length than {expected:?}"));
            return;
        }
        let largest = expected.iter().filter(|x| x.is_finite()).fold(1.0, |l: f64, x| l.max(x.abs()));
        for (i, (&a, &b)) in got.iter().zip(expected).enumerate() {
            self.scalar(&format!("{what} [{i}]"), a, b, largest);
        }
    }

    /// An entry that is written as zero is exactly zero.
    fn expected(&mut self, got: &[f64], expected: &[f64]) {
        self.close("expected derivative", got, expected);
        for (i, (&a, &b)) in got.iter().zip(expected).enumerate() {
            if b == 0.0 && a != 0.0 {
                self.failures.push(format!("expected derivative [{i}]: {a:e}, not exactly zero"));
            }
        }
    }

    /// The derivative was added to buffers that held `start`.
    fn added(&mut self, what: &str, got: &[f64], row: &[f64], start: f64) {
        let expected: Vec<f64> = row.iter().map(|entry| entry + start).collect();
        self.close(what, got, &expected);
    }

    /// The tolerance is what the differences say of themselves, and they must say something.
    fn difference(&mut self, what: &str, got: f64, by: &Difference) {
        let size = got.abs().max(by.value.abs()).max(1.0);
        if by.error > self.epsilon.sqrt() * size || by.error.is_nan() {
            self.failures
                .push(format!("{what}: differences are no use here: {:e} ± {:e}", by.derivative, by.error));
        }
        let tolerance = 4.0 * by.error + Self::ROUNDING * self.epsilon * size;
        if (got - by.derivative).abs() > tolerance || got.is_nan() {
            self.failures
                .push(format!("{what}: {got:e}, but differences give {:e} ± {tolerance:e}", by.derivative));
        }
    }
}

/// Equal bits, where any NaN is as good as another.
fn identical(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn unit(length: usize, index: usize) -> Vec<f64> {
    let mut vector = vec![0.0; length];
    vector[index] = 1.0;
    vector
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
