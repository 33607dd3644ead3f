//! Oceanography: the height of the tide from its constituents, and how well it fits a gauge.

use grad_runtime::prelude::*;

/// Degrees per hour of M2, S2, K1 and O1.
const SPEEDS: [f64; 4] = [28.984_104, 30.0, 15.041_069, 13.943_036];

#[derive(Clone, Debug, Differentiable)]
struct Constituent {
    amplitude: f64,
    phase: f64,
}

#[differentiable]
fn height(mean: f64, constituents: &[Constituent], #[constant] hours: f64) -> f64 {
    mean + constituents
        .iter()
        .zip(SPEEDS)
        .map(|(c, speed)| c.amplitude * (speed * hours - c.phase).to_radians().cos())
        .sum::<f64>()
}

/// The mean square of what the gauge measured beside the prediction; readings that are missing don't count.
#[differentiable]
fn misfit(mean: f64, constituents: &[Constituent], #[constant] gauge: &[Option<f64>]) -> f64 {
    let (sum, count) = gauge
        .iter()
        .enumerate()
        .filter_map(|(hour, reading)| reading.map(|level| (hour as f64, level)))
        .fold((0.0, 0), |(sum, count), (hour, level)| {
            (sum + (height(mean, constituents, hour) - level).powi(2), count + 1)
        });
    if count == 0 { 0.0 } else { sum / count as f64 }
}

#[test]
fn a_gauge() {
    let constituents = vec![
        Constituent { amplitude: 1.9, phase: 110.0 },
        Constituent { amplitude: 0.7, phase: 150.0 },
        Constituent { amplitude: 0.2, phase: 20.0 },
    ];
    let gauge = [Some(1.1), None, Some(3.2), Some(4.0), None, Some(2.2)];
    assert!(misfit(2.5, &constituents, &[None]) == 0.0);
    check!(misfit(2.5, &constituents.clone(), const &gauge));
    check!(height(2.5, &constituents, const 7.5));
}

sample_struct!(Constituent ConstituentTangent { amplitude, phase });
