//! Every optimizer of the runtime on a container whose size is known: the calibration, without an allocator.

use cortex_m_semihosting::hprintln;
use grad_runtime::optim::{self, Clip, CosineDecay, Optimizer, UpdateRule};
use models::magnetometer::{self, CalibrationTangent, Readings};

use crate::{SKEWED, check::verdict};

const STEPS: usize = 100;

/// What the loss, 0.26 at the start, has to fall below.
const ENOUGH: f32 = 0.01;

/// A schedule is a learning rate like any other.
const COSINE: CosineDecay = CosineDecay { init_value: 0.2, decay_steps: 100, alpha: 0.0, exponent: 1.0 };

/// Whether each optimizer descends.
pub fn run(readings: &Readings) -> bool {
    hprintln!("loss after {STEPS} steps");
    descends("Sgd", optim::Sgd::new(0.1), readings)
        & descends("Momentum", optim::Momentum::new(0.02), readings)
        & descends("Adam", optim::Adam::new(0.02), readings)
        & descends("AdamW", optim::AdamW::new(0.02), readings)
        & descends("AmsGrad", optim::AmsGrad::new(0.02), readings)
        & descends("Adamax", optim::Adamax::new(0.02), readings)
        & descends("Adadelta", optim::Adadelta::new(1.0), readings)
        & descends("Adagrad", optim::Adagrad::new(0.1), readings)
        & descends("RmsProp", optim::RmsProp::new(0.005), readings)
        & descends("Lion", optim::Lion::new(0.006), readings)
        & descends("Lamb", optim::Lamb::new(0.02), readings)
        & descends("LambW", optim::LambW::new(0.02), readings)
        & descends("Lars", optim::Lars::new(0.02), readings)
        & descends("LarsMomentum", optim::LarsMomentum::new(5.0), readings)
        & descends("Sgd, clipped", optim::Sgd::new(0.1).with_clip(Clip::GlobalNorm(0.5)), readings)
        & descends("Sgd, cosine", optim::Sgd::new(COSINE), readings)
}

fn descends<O, L, const STATES: usize>(
    name: &str,
    mut optimizer: Optimizer<O, CalibrationTangent, L, STATES>,
    readings: &Readings,
) -> bool
where
    O: UpdateRule<STATES>,
    L: optim::LearningRate,
{
    let mut calibration = exports::calibration(&SKEWED);
    let mut taken = true;
    for _ in 0..STEPS {
        let (_, gradient) = magnetometer::loss::value_and_grad(&calibration, readings);
        taken &= optimizer.step(&mut calibration, &gradient).is_ok();
    }
    let loss = magnetometer::loss(&calibration, readings);
    let agrees = taken && loss < ENOUGH;
    hprintln!("  {name:14} {loss:12e} {}", verdict(agrees));
    agrees
}
