//! Forward kinematics of an arm with seven joints: the squared distance of the hand from a target.

use std::rc::Rc;

use grad_runtime::prelude::*;

use crate::case::{Case, array, array_mut, gradient, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

const JOINTS: usize = 7;

/// Length along the joint's x axis and along its z axis (metres), then cosine and sine of the twist between
/// the joint's axis and the next one: the Denavit-Hartenberg parameters of an arm whose axes cross at right angles.
const LINKS: [[f64; 4]; JOINTS] = [
    [0.02, 0.34, 0.0, -1.0],
    [0.00, 0.01, 0.0, 1.0],
    [0.05, 0.40, 0.0, 1.0],
    [0.05, 0.00, 0.0, -1.0],
    [0.00, 0.40, 0.0, -1.0],
    [0.03, 0.02, 0.0, 1.0],
    [0.00, 0.13, 1.0, 0.0],
];

#[differentiable]
fn reach(q: &[f64; JOINTS], #[constant] links: &[[f64; 4]; JOINTS], #[constant] target: &[f64; 3]) -> f64 {
    let mut frame = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut hand = [0.0; 3];
    for i in 0..JOINTS {
        let [along_x, along_z, cos_twist, sin_twist] = links[i];
        let (sin, cos) = q[i].sin_cos();
        for row in 0..3 {
            let [x, y, z] = frame[row];
            let forward = cos * x + sin * y;
            let side = cos * y - sin * x;
            hand[row] += along_x * forward + along_z * z;
            frame[row] = [forward, cos_twist * side + sin_twist * z, cos_twist * z - sin_twist * side];
        }
    }
    let mut distance = 0.0;
    for row in 0..3 {
        let gap = hand[row] - target[row];
        distance += gap * gap;
    }
    distance
}

/// The adjoint of the chain: each joint keeps `forward` and `side`, from which the sine and cosine's cotangents
/// follow without the frame itself: `d forward / dq = side` and `d side / dq = -forward`.
fn by_hand(q: &[f64; JOINTS], target: &[f64; 3], q_bar: &mut [f64; JOINTS]) -> f64 {
    let mut frame = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut hand = [0.0; 3];
    let mut kept = [([[0.0; 2]; 3], 0.0, 0.0); JOINTS];
    for i in 0..JOINTS {
        let [along_x, along_z, cos_twist, sin_twist] = LINKS[i];
        let (sin, cos) = q[i].sin_cos();
        kept[i].1 = sin;
        kept[i].2 = cos;
        for row in 0..3 {
            let [x, y, z] = frame[row];
            let forward = cos * x + sin * y;
            let side = cos * y - sin * x;
            kept[i].0[row] = [forward, side];
            hand[row] += along_x * forward + along_z * z;
            frame[row] = [forward, cos_twist * side + sin_twist * z, cos_twist * z - sin_twist * side];
        }
    }
    let gap: [f64; 3] = std::array::from_fn(|row| hand[row] - target[row]);
    let hand_bar = gap.map(|gap| 2.0 * gap);
    let mut frame_bar = [[0.0; 3]; 3];
    for i in (0..JOINTS).rev() {
        let [along_x, along_z, cos_twist, sin_twist] = LINKS[i];
        let (turned, sin, cos) = kept[i];
        let mut angle_bar = 0.0;
        for row in 0..3 {
            let [forward, side] = turned[row];
            let [x_bar, y_bar, z_bar] = frame_bar[row];
            let forward_bar = x_bar + along_x * hand_bar[row];
            let side_bar = cos_twist * y_bar - sin_twist * z_bar;
            angle_bar += forward_bar * side - side_bar * forward;
            frame_bar[row] = [
                cos * forward_bar - sin * side_bar,
                sin * forward_bar + cos * side_bar,
                sin_twist * y_bar + cos_twist * z_bar + along_z * hand_bar[row],
            ];
        }
        q_bar[i] += angle_bar;
    }
    gap[0] * gap[0] + gap[1] * gap[1] + gap[2] * gap[2]
}

/// Not the derivative of the program but of the geometry: joint i turns the hand about its axis, so the hand's
/// velocity is the axis times the lever. What a roboticist writes, and no differentiator can know.
fn by_geometry(q: &[f64; JOINTS], target: &[f64; 3], q_bar: &mut [f64; JOINTS]) -> f64 {
    let mut frame = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut hand = [0.0; 3];
    let mut axes = [([0.0; 3], [0.0; 3]); JOINTS];
    for i in 0..JOINTS {
        let [along_x, along_z, cos_twist, sin_twist] = LINKS[i];
        let (sin, cos) = q[i].sin_cos();
        axes[i] = (frame.map(|row| row[2]), hand);
        for row in 0..3 {
            let [x, y, z] = frame[row];
            let forward = cos * x + sin * y;
            let side = cos * y - sin * x;
            hand[row] += along_x * forward + along_z * z;
            frame[row] = [forward, cos_twist * side + sin_twist * z, cos_twist * z - sin_twist * side];
        }
    }
    let gap: [f64; 3] = std::array::from_fn(|row| hand[row] - target[row]);
    for (bar, (axis, base)) in q_bar.iter_mut().zip(&axes) {
        let lever: [f64; 3] = std::array::from_fn(|row| hand[row] - base[row]);
        let [a, b, c] = *axis;
        let velocity =
            [b * lever[2] - c * lever[1], c * lever[0] - a * lever[2], a * lever[1] - b * lever[0]];
        *bar += 2.0 * (gap[0] * velocity[0] + gap[1] * velocity[1] + gap[2] * velocity[2]);
    }
    gap[0] * gap[0] + gap[1] * gap[1] + gap[2] * gap[2]
}

#[derive(Clone)]
struct Overloaded([f64; 3]);

impl Program<1> for Overloaded {
    fn run<S: Scalar>(&self, q: &[S]) -> [S; 1] {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        let mut frame = [[one, zero, zero], [zero, one, zero], [zero, zero, one]];
        let mut hand = [zero; 3];
        for (q, [along_x, along_z, cos_twist, sin_twist]) in q.iter().zip(LINKS) {
            let (sin, cos) = (q.sin(), q.cos());
            for row in 0..3 {
                let [x, y, z] = frame[row];
                let forward = cos * x + sin * y;
                let side = cos * y - sin * x;
                hand[row] = hand[row] + forward * along_x + z * along_z;
                frame[row] = [forward, side * cos_twist + z * sin_twist, z * cos_twist - side * sin_twist];
            }
        }
        let gaps = [hand[0] - self.0[0], hand[1] - self.0[1], hand[2] - self.0[2]];
        [gaps[0] * gaps[0] + gaps[1] * gaps[1] + gaps[2] * gaps[2]]
    }
}

pub fn case() -> Case {
    let target = Rc::new([0.4, -0.3, 0.6]);
    let program = Overloaded(*target);
    let (same, third, fourth) = (Rc::clone(&target), Rc::clone(&target), Rc::clone(&target));
    Case {
        name: "arm, 7 joints",
        known: "the arm",
        point: Random::new(5).numbers(JOINTS, -1.5, 1.5),
        outputs: 1,
        variants: vec![
            value(move |q| reach(array(q), &LINKS, &target)),
            gradient("by hand", move |q, bar| by_hand(array(q), &same, array_mut(bar))),
            gradient("generated", move |q, bar| reach::grad_into(array(q), &LINKS, &fourth, array_mut(bar))),
            gradient("by geometry", move |q, bar| by_geometry(array(q), &third, array_mut(bar))),
            peers::easy_ml(&program),
            peers::aad(&program),
            peers::num_dual::<JOINTS, 1>(&program),
        ],
    }
}
