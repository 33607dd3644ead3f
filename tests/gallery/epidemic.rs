//! Epidemiology: SEIR with a contact rate that changes by phase, held against daily case counts.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Compartments {
    s: f64,
    e: f64,
    i: f64,
    r: f64,
}

#[differentiable]
impl Compartments {
    fn total(&self) -> f64 {
        self.s + self.e + self.i + self.r
    }

    fn day(self, beta: f64, incubation: f64, recovery: f64) -> (Self, f64) {
        let infections = beta * self.s * self.i / self.total();
        let onsets = self.e / incubation;
        let recoveries = self.i / recovery;
        let next = Self {
            s: self.s - infections,
            e: self.e + infections - onsets,
            i: self.i + onsets - recoveries,
            r: self.r + recoveries,
        };
        (next, onsets)
    }
}

/// The contact rate on a day: before, during and after a lockdown.
#[differentiable]
fn contact_rate(rates: &[f64; 3], day: usize) -> f64 {
    match day {
        0..=4 => rates[0],
        5 => 0.5 * (rates[0] + rates[1]),
        6..=9 => rates[1],
        _ => rates[2],
    }
}

#[differentiable]
fn misfit(rates: &[f64; 3], incubation: f64, recovery: f64, #[constant] cases: &[u32]) -> f64 {
    let start = Compartments { s: 9_990.0, e: 6.0, i: 4.0, r: 0.0 };
    let (_, loss) = cases.iter().enumerate().fold((start, 0.0), |(state, loss), (day, &count)| {
        let (state, onsets) = state.day(contact_rate(rates, day), incubation, recovery);
        (state, loss + onsets - f64::from(count) * onsets.ln())
    });
    loss
}

#[test]
fn an_outbreak() {
    let cases = [2, 2, 3, 5, 6, 7, 9, 8, 8, 7, 9, 11, 14];
    let rates = [0.8, 0.3, 0.6];
    assert!(misfit(&rates, 3.0, 5.0, &cases) < misfit(&[0.1, 0.1, 0.1], 3.0, 5.0, &cases));
    check!(misfit(&rates, 3.0, 5.0, const &cases));
}
