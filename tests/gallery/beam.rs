//! Structures: the deflection of a simply supported beam under several loads, by superposition.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
enum Load {
    Point { force: f64, at: f64 },
    Uniform(f64),
    Moment { moment: f64, at: f64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Beam {
    length: f64,
    width: f64,
    height: f64,
    modulus: f64,
}

#[differentiable]
impl Beam {
    fn stiffness(&self) -> f64 {
        self.modulus * self.width * self.height.powi(3) / 12.0
    }

    fn deflection(&self, load: &Load, x: f64) -> f64 {
        let l = self.length;
        let ei = self.stiffness();
        match *load {
            Load::Point { force, at } if x <= at => {
                let b = l - at;
                force * b * x * (l * l - b * b - x * x) / (6.0 * l * ei)
            }
            Load::Point { force, at } => {
                let (a, y) = (at, l - x);
                force * a * y * (l * l - a * a - y * y) / (6.0 * l * ei)
            }
            Load::Uniform(q) => q * x * (l.powi(3) - 2.0 * l * x * x + x.powi(3)) / (24.0 * ei),
            Load::Moment { moment, at } => {
                let macaulay = if x > at { (x - at).powi(2) } else { 0.0 };
                let slope = l / 3.0 - at + at * at / (2.0 * l);
                moment / ei * (x.powi(3) / (6.0 * l) - 0.5 * macaulay - slope * x)
            }
        }
    }
}

#[differentiable]
fn sag(beam: &Beam, loads: &[Load], #[constant] stations: usize) -> f64 {
    (1..stations)
        .map(|k| beam.length * k as f64 / stations as f64)
        .map(|x| loads.iter().map(|load| beam.deflection(load, x)).sum::<f64>())
        .fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn a_beam() {
    let beam = Beam { length: 4.0, width: 0.1, height: 0.2, modulus: 1.1e7 };
    let middle = sag(&beam, &[Load::Point { force: 2.0, at: 2.0 }], 4);
    assert!((middle - 2.0 * 64.0 / (48.0 * beam.stiffness())).abs() < 1e-12);
    let loads =
        vec![Load::Uniform(1.5), Load::Point { force: 2.0, at: 1.3 }, Load::Moment { moment: 0.4, at: 2.6 }];
    check!(sag(&beam, &loads, const 7));
}

sample_struct!(Beam BeamTangent { length, width, height, modulus });

impl crate::support::Flat for Load {
    fn write(&self, out: &mut Vec<f64>) {
        match *self {
            Self::Point { force, at } => out.extend([force, at]),
            Self::Uniform(q) => out.push(q),
            Self::Moment { moment, at } => out.extend([moment, at]),
        }
    }
}
impl crate::support::Flat for LoadTangent {
    fn write(&self, out: &mut Vec<f64>) {
        match *self {
            Self::Point { force, at } => out.extend([force, at]),
            Self::Uniform(q) => out.push(q),
            Self::Moment { moment, at } => out.extend([moment, at]),
        }
    }
}
impl crate::support::Sample for Load {
    type Tangent = LoadTangent;
    const EPSILON: f64 = f64::EPSILON;
    fn read(&self, source: &mut &[f64]) -> Self {
        match self {
            Self::Point { force, at } => Self::Point { force: force.read(source), at: at.read(source) },
            Self::Uniform(q) => Self::Uniform(q.read(source)),
            Self::Moment { moment, at } => Self::Moment { moment: moment.read(source), at: at.read(source) },
        }
    }
    fn tangent(&self, source: &mut &[f64]) -> LoadTangent {
        match self {
            Self::Point { force, at } => {
                LoadTangent::Point { force: force.read(source), at: at.read(source) }
            }
            Self::Uniform(q) => LoadTangent::Uniform(q.read(source)),
            Self::Moment { moment, at } => {
                LoadTangent::Moment { moment: moment.read(source), at: at.read(source) }
            }
        }
    }
}
