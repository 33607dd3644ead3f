//! Inverse kinematics of an arm with seven joints: angles that bring the hand to a pose, by damped Gauss-Newton steps with the
//! Jacobian that the compiler wrote.
//!
//! ```text
//! cargo run --release --example inverse_kinematics
//! ```

use grad_runtime::nalgebra::{
    Isometry3, SMatrix, SVector, Translation3, UnitQuaternion, UnitVector3, Vector3,
};
use grad_runtime::prelude::*;

const JOINTS: usize = 7;

/// Where a joint is, seen from the one before (metres), and the axis that it turns about.
struct Joint {
    offset: Translation3<f64>,
    axis: UnitVector3<f64>,
}

/// An arm whose axes cross at right angles, about 1.3 m long.
fn arm() -> [Joint; JOINTS] {
    let (y, z) = (Vector3::y_axis(), Vector3::z_axis());
    let joint = |height: f64, axis| Joint { offset: Translation3::new(0.0, 0.0, height), axis };
    [
        joint(0.34, z),
        joint(0.0, y),
        joint(0.2, z),
        joint(0.2, y),
        joint(0.2, z),
        joint(0.2, y),
        joint(0.13, z),
    ]
}

/// The pose of the hand.
#[differentiable]
fn hand(angles: &[f64; JOINTS], #[constant] arm: &[Joint; JOINTS]) -> Isometry3<f64> {
    let mut pose = Isometry3::identity();
    for (joint, angle) in arm.iter().zip(angles) {
        let turn = UnitQuaternion::from_axis_angle(&joint.axis, *angle);
        pose *= Isometry3::from_parts(joint.offset, turn);
    }
    pose
}

/// What is missing to the target: three lengths and the rotation vector, seen from the hand.
#[differentiable]
fn error(
    angles: &[f64; JOINTS],
    #[constant] arm: &[Joint; JOINTS],
    #[constant] target: &Isometry3<f64>,
) -> SVector<f64, 6> {
    let missing = hand(angles, arm).inv_mul(target);
    let (way, turn) = (missing.translation.vector, missing.rotation.scaled_axis());
    SVector::<f64, 6>::new(way.x, way.y, way.z, turn.x, turn.y, turn.z)
}

/// A row per component of the error.
fn jacobian(
    angles: &[f64; JOINTS],
    arm: &[Joint; JOINTS],
    target: &Isometry3<f64>,
) -> SMatrix<f64, 6, JOINTS> {
    let (_, backward) = error::forward(angles, arm, target);
    let mut rows = SMatrix::<f64, 6, JOINTS>::zeros();
    for row in 0..6 {
        let mut gradient = [0.0; JOINTS];
        backward(SVector::from_fn(|component, _| f64::from(u8::from(component == row))), &mut gradient);
        rows.set_row(row, &SVector::from(gradient).transpose());
    }
    rows
}

fn main() {
    let arm = arm();
    let reachable = hand(&[0.5, -0.9, 0.3, 1.2, -0.4, 0.8, 0.1], &arm);
    let mut angles = [0.1; JOINTS];
    for step in 0..100 {
        let missing = error(&angles, &arm, &reachable);
        println!("step {step:>2}: {:.3e} from the target", missing.norm());
        if missing.norm() < 1e-12 {
            break;
        }
        // The damping keeps the step finite where the arm is stretched out; it fades with the error.
        let j = jacobian(&angles, &arm, &reachable);
        let damped = j * j.transpose() + SMatrix::<f64, 6, 6>::identity() * (1e-2 * missing.norm_squared());
        let Some(factors) = damped.cholesky() else { break };
        let way = j.transpose() * factors.solve(&missing);
        let shorten = (0.5 / way.amax()).min(1.0);
        angles.iter_mut().zip(&way).for_each(|(angle, way)| *angle -= shorten * way);
    }
    let missing = error(&angles, &arm, &reachable).norm();
    assert!(missing < 1e-9, "the hand is {missing} from its target");
    println!("angles {angles:.4?}");
}
