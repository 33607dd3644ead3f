//! Audio: a compressor with attack and release, and the loudness of what comes out of it.

use grad_runtime::prelude::*;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Settings {
    threshold: f64,
    ratio: f64,
    attack: f64,
    release: f64,
}

#[differentiable]
fn decibel(x: f64) -> f64 {
    20.0 * (x.abs() + 1e-9).log10()
}

/// The gain curve with a soft knee of 6 dB.
#[differentiable]
fn reduction(level: f64, settings: &Settings) -> f64 {
    const KNEE: f64 = 6.0;
    let over = level - settings.threshold;
    let slope = 1.0 / settings.ratio - 1.0;
    match over {
        o if 2.0 * o < -KNEE => 0.0,
        o if 2.0 * o.abs() <= KNEE => slope * (o + KNEE / 2.0).powi(2) / (2.0 * KNEE),
        o => slope * o,
    }
}

#[differentiable]
fn loudness(settings: &Settings, #[constant] samples: &[f64], #[constant] lookahead: usize) -> f64 {
    let mut delay: VecDeque<f64> = VecDeque::from(vec![0.0; lookahead]);
    let mut smooth = 0.0;
    let mut power = 0.0;
    for &sample in samples {
        let wanted = reduction(decibel(sample), settings);
        let rate = if wanted < smooth { settings.attack } else { settings.release };
        smooth += (wanted - smooth) * rate;
        delay.push_back(sample);
        let Some(late) = delay.pop_front() else { continue };
        power += (late * 10_f64.powf(smooth / 20.0)).powi(2);
    }
    10.0 * (power / samples.len() as f64).log10()
}

#[test]
fn a_drum() {
    let settings = Settings { threshold: -18.0, ratio: 4.0, attack: 0.5, release: 0.05 };
    let samples: Vec<f64> =
        (0..40).map(|i| 0.9 * (-0.1 * f64::from(i)).exp() * (0.8 * f64::from(i)).sin()).collect();
    assert!(loudness(&settings, &samples, 2) < -10.0);
    check!(loudness(&{ settings }, const &samples, const 2));
    check!(loudness(&settings, const &samples, const 0));
}

sample_struct!(Settings SettingsTangent { threshold, ratio, attack, release });
