//! Audio: a voice of frequency modulation with an envelope, held against a recorded loudness curve.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Envelope {
    attack: f32,
    decay: f32,
    sustain: f32,
    release: f32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Attack,
    Decay,
    Sustain,
    Release,
}

impl Envelope {
    fn stage(&self, t: f32, gate: f32) -> Stage {
        match t {
            t if t > gate => Stage::Release,
            t if t < self.attack => Stage::Attack,
            t if t < self.attack + self.decay => Stage::Decay,
            _ => Stage::Sustain,
        }
    }
}

#[differentiable]
fn level(envelope: &Envelope, t: f32, gate: f32) -> f32 {
    match envelope.stage(t, gate) {
        Stage::Attack => t / envelope.attack,
        Stage::Decay => 1.0 - (1.0 - envelope.sustain) * (t - envelope.attack) / envelope.decay,
        Stage::Sustain => envelope.sustain,
        Stage::Release => envelope.sustain * (-(t - gate) / envelope.release).exp(),
    }
}

#[differentiable]
fn voice(envelope: &Envelope, frequency: f32, depth: f32, #[constant] samples: usize) -> Vec<f32> {
    let rate = 40.0;
    let mut phase = 0.0;
    let mut out = Vec::with_capacity(samples);
    for i in 0..samples {
        let t = i as f32 / rate;
        let modulator = depth * (2.0 * std::f32::consts::TAU * t).sin();
        phase += std::f32::consts::TAU * frequency * (1.0 + modulator) / rate;
        phase %= std::f32::consts::TAU;
        out.push(level(envelope, t, 0.4) * phase.sin());
    }
    out
}

#[differentiable]
fn mismatch(envelope: &Envelope, frequency: f32, depth: f32, #[constant] recorded: &[f32]) -> f32 {
    let rendered = voice(envelope, frequency, depth, recorded.len());
    rendered.iter().zip(recorded).map(|(a, b)| (a - b).powi(2)).sum()
}

#[test]
fn a_voice() {
    let envelope = Envelope { attack: 0.11, decay: 0.13, sustain: 0.6, release: 0.2 };
    let recorded = voice(&envelope, 3.0, 0.2, 24);
    assert_eq!(mismatch(&envelope, 3.0, 0.2, &recorded), 0.0);
    check!(mismatch(&envelope, 3.1_f32, 0.15_f32, const &recorded));
}

sample_struct!(Envelope EnvelopeTangent { attack, decay, sustain, release });
