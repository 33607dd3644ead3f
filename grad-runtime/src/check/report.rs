//! What a check of derivatives found.

use core::fmt::{self, Display, Write};

use super::{close, difference_tolerance, mode_tolerance};
use crate::leaves::{KeyText, Leaves, key, write_child_key};

/// The three derivatives by one element of the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Derivatives {
    /// The name of the parameter, with the key chain of the leaf in it.
    pub parameter: KeyText,
    /// The position of the element in the leaf's data.
    pub element: usize,
    /// By reverse mode.
    pub reverse: f64,
    /// By forward mode.
    pub forward: f64,
    /// By central differences.
    pub differences: f64,
}

impl Display for Derivatives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parameter, element, reverse, forward, differences } = self;
        if parameter.as_str().is_empty() {
            write!(f, "element {element}: ")?;
        } else if *element == 0 {
            write!(f, "`{parameter}`: ")?;
        } else {
            write!(f, "`{parameter}`, element {element}: ")?;
        }
        write!(f, "reverse {reverse}, forward {forward}, differences {differences}")
    }
}

/// Derivatives that agree, and how well. Differences are relative to what is allowed: 1 is the limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GradientReport {
    /// How many elements were looked at one by one.
    pub elements: usize,
    /// The largest difference between reverse and forward mode, in parts of what is allowed, and where it is.
    pub modes: Option<(f64, Derivatives)>,
    /// The largest difference between either mode and differences, in parts of what is allowed, and where it is.
    pub differences: Option<(f64, Derivatives)>,
}

impl GradientReport {
    /// Takes the derivatives by one element in; the differences may be off by `error`, and `largest` is the size of the
    /// largest derivative, whose rounding may be in all others.
    pub(super) fn add(&mut self, found: &Derivatives, error: f64, largest: f64, epsilon: f64) {
        self.elements += 1;
        let Derivatives { reverse, forward, differences, .. } = *found;
        let size = reverse.abs().max(forward.abs());
        let modes = excess(reverse, forward, mode_tolerance(epsilon) * size + 1e3 * epsilon * largest);
        let allowed = difference_tolerance(epsilon) * size.max(differences.abs()) + 10.0 * error;
        let by_differences = excess(reverse, differences, allowed).max(excess(forward, differences, allowed));
        keep_worst(&mut self.modes, modes, found);
        keep_worst(&mut self.differences, by_differences, found);
    }

    /// The report, or what is wrong.
    pub(super) fn verdict(self) -> Result<Self, GradientMismatch> {
        match (&self.modes, &self.differences) {
            (Some((excess, worst)), _) if *excess > 1.0 => Err(GradientMismatch::Modes(worst.clone())),
            (_, Some((excess, worst))) if *excess > 1.0 => Err(GradientMismatch::Differences(worst.clone())),
            _ => Ok(self),
        }
    }
}

/// A difference in parts of what is allowed; infinite where it isn't a number.
fn excess(a: f64, b: f64, allowed: f64) -> f64 {
    let parts = (a - b).abs() / allowed;
    if close(a, b, 0.0) {
        0.0
    } else if parts.is_nan() {
        f64::INFINITY
    } else {
        parts
    }
}

fn keep_worst(worst: &mut Option<(f64, Derivatives)>, excess: f64, found: &Derivatives) {
    if worst.as_ref().is_none_or(|(most, _)| excess > *most) {
        *worst = Some((excess, found.clone()));
    }
}

impl Display for GradientReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} elements agree", self.elements)?;
        if let Some((_, worst)) = &self.modes {
            write!(f, "; reverse and forward mode differ most at {worst}")?;
        }
        if let Some((_, worst)) = &self.differences {
            write!(f, "; both modes and differences differ most at {worst}")?;
        }
        Ok(())
    }
}

/// Derivatives that don't agree.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GradientMismatch {
    /// Reverse and forward mode differ, most at this element.
    Modes(Derivatives),
    /// The modes agree, but not with differences; most at this element.
    Differences(Derivatives),
    /// Each element agrees, but along a random direction the two sides of the dot-product identity differ: forward mode
    /// isn't linear in the tangents, or something differs at an element that wasn't looked at.
    Identity {
        /// The cotangents of reverse mode times the direction.
        reverse: f64,
        /// The seed times the tangent of forward mode.
        forward: f64,
    },
}

impl Display for GradientMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Modes(worst) => write!(f, "reverse and forward mode differ most at {worst}"),
            Self::Differences(worst) => write!(f, "both modes and differences differ most at {worst}"),
            Self::Identity { reverse, forward } => {
                write!(f, "along a random direction reverse mode gives {reverse}, forward mode {forward}")
            }
        }
    }
}

impl core::error::Error for GradientMismatch {}

/// The name of a parameter with the key chain of one of its leaves. The positions of a tuple of parameters are replaced by their
/// names.
pub(super) fn parameter<T: Leaves>(names: &[&str], tangent: &T, leaf: usize) -> KeyText {
    KeyText::new(&Named { names, tangent, leaf })
}

struct Named<'a, T> {
    names: &'a [&'a str],
    tangent: &'a T,
    leaf: usize,
}

impl<T: Leaves> Display for Named<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names {
            [] => write!(f, "{}", key(self.tangent, self.leaf)),
            [name] => write_child_key(f, name, self.tangent, self.leaf),
            names => {
                let mut position = Position { names, digits: 0, out: f, passed: false };
                write!(position, "{}", key(self.tangent, self.leaf))?;
                position.finish()
            }
        }
    }
}

/// Replaces the number that a key chain starts with, a position in a tuple, by the name of the parameter.
struct Position<'a, 'f, 'b> {
    names: &'a [&'a str],
    digits: usize,
    out: &'f mut fmt::Formatter<'b>,
    passed: bool,
}

impl Position<'_, '_, '_> {
    /// Writes the name, or the number where there is no name.
    fn finish(&mut self) -> fmt::Result {
        if core::mem::replace(&mut self.passed, true) {
            return Ok(());
        }
        match self.names.get(self.digits) {
            Some(name) => self.out.write_str(name),
            None => write!(self.out, "{}", self.digits),
        }
    }
}

impl Write for Position<'_, '_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character.to_digit(10).and_then(|digit| usize::try_from(digit).ok()) {
                Some(digit) if !self.passed => {
                    self.digits = self.digits.saturating_mul(10).saturating_add(digit);
                }
                _ => {
                    self.finish()?;
                    self.out.write_char(character)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_named_in_place_of_their_positions() {
        let tangent = (1.0, ([2.0], (3.0, 4.0)));
        let name = |names: &[&str], leaf| parameter(names, &tangent, leaf).as_str().to_string();
        assert_eq!(name(&["x", "net"], 0), "x");
        assert_eq!(name(&["x", "net"], 3), "net/1/1");
        assert_eq!(name(&[], 3), "1/1/1");
        assert_eq!(name(&["model"], 1), "model/1/0");
        assert_eq!(parameter(&["x"], &1.5, 0).as_str(), "x");
    }
}
