//! A made-up hand: bones in the places of real ones, vertices scattered about.
use crate::random::Random;
use crate::workloads::ht::{BONES, Correspondence, Model, Motion, POSE};
use crate::workloads::ht_input::Problem;

/// A hand of so many vertices, with a measured point for every correspondence.
pub fn problem(vertices: usize, correspondences: usize, complicated: bool) -> Problem {
    let mut random = Random::new(9);
    let model = model(&mut random, vertices);
    let limit = if complicated { model.triangles.len() } else { vertices };
    let data = (0..correspondences)
        .map(|i| Correspondence { point: entries(&mut random), index: i * 37 % limit })
        .collect();
    let pairs = if complicated { correspondences } else { 0 };
    let us = (0..pairs).map(|_| [random.uniform(0.0, 0.5), random.uniform(0.0, 0.5)]).collect();
    let mut theta = [0.0; POSE];
    theta.fill_with(|| random.uniform(-1.0, 1.0));
    Problem { theta, us, model, data }
}

fn model(random: &mut Random, vertices: usize) -> Model {
    let base_relatives = std::array::from_fn(|_| turn(random));
    let inverse_base_absolutes = std::array::from_fn(|_| turn(random));
    Model {
        // The palm, then four bones in a row for each finger, then the wrist.
        parents: std::array::from_fn(|b| match b {
            0 => None,
            _ if b % 4 == 1 => Some(0),
            _ => Some(b - 1),
        }),
        base_relatives,
        inverse_base_absolutes,
        base_positions: (0..vertices).map(|_| position(random)).collect(),
        weights: (0..vertices).map(weights).collect(),
        triangles: (0..2 * vertices).map(|i| [i, i + 1, 3 * i + 2].map(|corner| corner % vertices)).collect(),
        is_mirrored: false,
    }
}

/// Four bones hold a vertex; the other weights are zero, as in real models.
fn weights(vertex: usize) -> [f64; BONES] {
    let mut weights = [0.0; BONES];
    for (i, weight) in [0.4, 0.3, 0.2, 0.1].into_iter().enumerate() {
        weights[(vertex + 5 * i) % BONES] = weight;
    }
    weights
}

fn entries(random: &mut Random) -> [f64; 3] {
    [random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5)]
}

fn position(random: &mut Random) -> [f64; 4] {
    let [x, y, z] = entries(random);
    [x, y, z, 1.0]
}

/// A turn around the third axis and a shift.
fn turn(random: &mut Random) -> Motion {
    let (sin, cos) = random.uniform(-0.5, 0.5).sin_cos();
    let [x, y, z] = entries(random);
    [[cos, -sin, 0.0, x], [sin, cos, 0.0, y], [0.0, 0.0, 1.0, z]]
}
