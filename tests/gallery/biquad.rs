//! Audio: a chain of biquad filters, run over a signal sample by sample, in single precision.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, Default, Differentiable)]
struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
    z1: f32,
    z2: f32,
}

#[differentiable]
impl Biquad {
    /// A low-pass (Bristow-Johnson's cookbook); the frequency in units of the sample rate.
    fn low_pass(frequency: f32, q: f32) -> Self {
        let w = 2.0 * std::f32::consts::PI * frequency;
        let alpha = w.sin() / (2.0 * q);
        let cos = w.cos();
        let a0 = 1.0 + alpha;
        Biquad {
            b: [(1.0 - cos) / 2.0 / a0, (1.0 - cos) / a0, (1.0 - cos) / 2.0 / a0],
            a: [-2.0 * cos / a0, (1.0 - alpha) / a0],
            ..Default::default()
        }
    }

    /// One sample, in transposed direct form II.
    fn process(&mut self, x: f32) -> f32 {
        let y = self.b[0] * x + self.z1;
        self.z1 = self.b[1] * x - self.a[0] * y + self.z2;
        self.z2 = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// The energy that passes.
#[differentiable]
fn energy(frequency: f32, q: f32, signal: &[f32]) -> f32 {
    let mut stages = [Biquad::low_pass(frequency, q), Biquad::low_pass(1.5 * frequency, 0.7)];
    let mut total = 0.0;
    for &sample in signal {
        let mut y = sample;
        for stage in stages.iter_mut() {
            y = stage.process(y);
        }
        total += y * y;
    }
    total
}

#[test]
fn a_low_pass() {
    let high: Vec<f32> = (0..24).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let low = vec![1.0_f32; 24];
    assert!(energy(0.1, 0.7, &high) < 0.1 * energy(0.1, 0.7, &low));
    let mixed = vec![0.5_f32, 0.1, -0.7, 0.3, 0.9, -0.2, 0.4];
    check!(energy(0.1_f32, 0.8_f32, &mixed));
}
