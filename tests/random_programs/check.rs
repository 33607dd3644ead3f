//! Runs in the crate of the generated programs: the generated derivatives against dual numbers, at a few points.

use crate::dual::{self, Dual};

pub const INPUTS: usize = 9;

/// The arguments of every program, flat: `x`, `y`, `v`, `w`.
pub type Point = [f64; INPUTS];

/// A program, its items and its copy over dual numbers.
pub struct Subject {
    pub primal: fn(&Point) -> f64,
    pub gradient: fn(&Point) -> (f64, Point),
    pub pair: fn(&Point) -> (f64, Point, Point),
    pub jvp: fn(&Point, &Point) -> (f64, f64),
    pub dual: fn(&[Dual; INPUTS]) -> Dual,
    /// The gradient, and the Hessian times a direction, of programs that have second derivatives.
    pub second: Option<fn(&Point, &Point) -> (Point, Point)>,
}

/// `hvp` of a program over flat points.
#[macro_export]
macro_rules! second {
    ($program:ident) => {
        Some(|p, d| {
            let flat = |(x, y, v, w): (f64, f64, [f64; 3], Vec<f64>)| [x, y, v[0], v[1], v[2], w[0], w[1], w[2], w[3]];
            let (gradient, product) = $program::entry::hvp(
                p[0], p[1], [p[2], p[3], p[4]], &p[5..], d[0], d[1], [d[2], d[3], d[4]], &d[5..],
            );
            (flat(gradient), flat(product))
        })
    };
}

#[macro_export]
macro_rules! subject {
    ($program:ident, $dual:ident, $second:expr) => {
        $crate::check::Subject {
            primal: |p| $program::entry(p[0], p[1], [p[2], p[3], p[4]], &p[5..]),
            gradient: |p| {
                let (value, (x, y, v, w)) = $program::entry::value_and_grad(p[0], p[1], [p[2], p[3], p[4]], &p[5..]);
                (value, [x, y, v[0], v[1], v[2], w[0], w[1], w[2], w[3]])
            },
            pair: |p| {
                let (value, backward) = $program::entry::forward(p[0], p[1], [p[2], p[3], p[4]], &p[5..]);
                let pull = || {
                    let mut w = [0.0; 4];
                    let (x, y, v) = backward(1.0, &mut w);
                    [x, y, v[0], v[1], v[2], w[0], w[1], w[2], w[3]]
                };
                (value, pull(), pull())
            },
            jvp: |p, d| {
                $program::entry::jvp(p[0], p[1], [p[2], p[3], p[4]], &p[5..], d[0], d[1], [d[2], d[3], d[4]], &d[5..])
            },
            dual: |p| $dual::entry(p[0], p[1], [p[2], p[3], p[4]], &p[5..]),
            second: $second,
        }
    };
}

const POINTS: [Point; 4] = [
    [0.5, -0.75, 1.25, 0.3, -0.4, 0.9, -1.1, 0.2, 0.7],
    [-1.3, 0.6, 0.15, -0.8, 1.7, -0.35, 0.45, 1.2, -0.65],
    [2.1, 1.9, -0.55, 0.85, 0.05, 1.45, 0.95, -0.25, 0.1],
    [0.0, 1.0, 0.0, -1.0, 0.5, 0.0, 2.0, 0.5, 0.5],
];

/// Beyond this size rounding and overflow take over, and nothing is compared.
const LARGE: f64 = 1e6;

/// Relative to the largest entry of the gradient.
const TOLERANCE: f64 = 1e-9;

/// How second derivatives may differ from differences that agree among themselves.
const ROUGH: f64 = 1e-4;

/// Prints one line about the program: `ok`, `ok twice` (to second order as well), `skipped` or what differs.
pub fn check(name: &str, subject: &Subject) {
    let (mut compared, mut twice) = (0, 0);
    for point in &POINTS {
        let found = at_point(subject, point).and_then(|first| Ok((first, second_beside(subject, point)?)));
        match found {
            Ok((first, second)) => {
                compared += usize::from(first);
                twice += usize::from(second);
            }
            Err(difference) => {
                println!("program {name}: FAILED at {point:?}: {difference}");
                return;
            }
        }
    }
    let verdict = match (compared, twice) {
        (0, _) => "skipped",
        (_, 0) => "ok",
        _ => "ok twice",
    };
    println!("program {name}: {verdict}");
}

fn at_point(subject: &Subject, point: &Point) -> Result<bool, String> {
    let value = (subject.primal)(point);
    let mut by_dual = [0.0; INPUTS];
    dual::overflowed();
    let mut uncertainty = 0.0_f64;
    for (i, derivative) in by_dual.iter_mut().enumerate() {
        let mut direction = [0.0; INPUTS];
        direction[i] = 1.0;
        let result = along(subject, point, &direction);
        same_bits("dual value", result.v, value)?;
        *derivative = result.d;
        uncertainty = uncertainty.max(result.uncertainty());
    }
    let (gradient_value, gradient) = (subject.gradient)(point);
    let (pair_value, pair, again) = (subject.pair)(point);
    same_bits("value_and_grad's value", gradient_value, value)?;
    same_bits("forward's value", pair_value, value)?;
    let size = by_dual.iter().fold(1.0, |largest: f64, d| largest.max(d.abs()));
    // `max` drops a NaN, so each number is asked on its own.
    // Inside a program that overflows on its way, zero times infinity is anybody's.
    if dual::overflowed() || !value.is_finite() || size > LARGE || by_dual.iter().any(|d| !d.is_finite()) {
        return Ok(false);
    }
    // Where paths cancel almost wholly, two right evaluations differ by their rounding and nothing can be told.
    if uncertainty > TOLERANCE * size {
        return Ok(false);
    }
    for i in 0..INPUTS {
        close(&format!("value_and_grad [{i}]"), gradient[i], by_dual[i], size)?;
        close(&format!("backward [{i}]"), pair[i], by_dual[i], size)?;
        same_bits(&format!("backward again [{i}]"), again[i], pair[i])?;
    }
    let (jvp_value, derivative) = (subject.jvp)(point, &DIRECTION);
    same_bits("jvp's value", jvp_value, value)?;
    close("jvp", derivative, along(subject, point, &DIRECTION).d, size)?;
    Ok(true)
}

const DIRECTION: Point = [0.5, -1.0, 0.25, 0.75, -0.5, 1.0, -0.25, 0.125, -0.875];

/// Second derivatives a little off the point: where two numbers are equal, a gradient may be continuous and bend, and differences
/// give the mean of both sides.
fn second_beside(subject: &Subject, point: &Point) -> Result<bool, String> {
    if subject.second.is_none() {
        return Ok(false);
    }
    let beside = std::array::from_fn(|i| point[i] + 0.01 + 0.037 * (0.618 * i as f64).fract());
    Ok(at_point(subject, &beside)? && second_at(subject, &beside)?)
}

/// The Hessian times a direction, against differences of the gradient where these tell anything.
fn second_at(subject: &Subject, point: &Point) -> Result<bool, String> {
    let Some(second) = subject.second else { return Ok(false) };
    let (gradient, product) = second(point, &DIRECTION);
    let (_, expected) = (subject.gradient)(point);
    let size = expected.iter().fold(1.0, |largest: f64, d| largest.max(d.abs()));
    for i in 0..INPUTS {
        close(&format!("hvp's gradient [{i}]"), gradient[i], expected[i], size)?;
    }
    let by_steps = [2e-3, 1e-3].map(|step| slope(subject, point, step));
    let size = by_steps[1].iter().fold(size, |largest: f64, d| largest.max(d.abs()));
    let off = (0..INPUTS).fold(0.0, |most: f64, i| most.max((by_steps[0][i] - by_steps[1][i]).abs()));
    // At a kink, or where it bends too much, two steps don't agree.
    if !(off <= 0.1 * ROUGH * size) {
        return Ok(false);
    }
    for i in 0..INPUTS {
        if !((product[i] - by_steps[1][i]).abs() <= ROUGH * size) {
            return Err(format!("hvp [{i}] is {:e}, but differences of the gradient give {:e}", product[i], by_steps[1][i]));
        }
    }
    Ok(true)
}

/// The gradient's slope along the direction, by differences of fourth order.
fn slope(subject: &Subject, point: &Point, step: f64) -> Point {
    let at = |times: f64| (subject.gradient)(&std::array::from_fn(|i| point[i] + times * step * DIRECTION[i])).1;
    let [one, back, two, further] = [1.0, -1.0, 2.0, -2.0].map(at);
    std::array::from_fn(|i| (8.0 * (one[i] - back[i]) - (two[i] - further[i])) / (12.0 * step))
}

fn along(subject: &Subject, point: &Point, direction: &Point) -> Dual {
    (subject.dual)(&std::array::from_fn(|i| dual::moving(point[i], direction[i])))
}

fn same_bits(what: &str, got: f64, expected: f64) -> Result<(), String> {
    let same = got.to_bits() == expected.to_bits() || (got.is_nan() && expected.is_nan());
    if same { Ok(()) } else { Err(format!("{what} is {got:e}, not {expected:e} bit for bit")) }
}

fn close(what: &str, got: f64, expected: f64, size: f64) -> Result<(), String> {
    if (got - expected).abs() <= TOLERANCE * size { Ok(()) } else { Err(format!("{what} is {got:e}, not {expected:e}")) }
}
