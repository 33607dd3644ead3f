//! Navigation: attitude from a gyroscope with a bias, held against what the accelerometer sees of gravity.

use grad_runtime::prelude::*;

type Quaternion = [f64; 4];

#[differentiable]
fn hamilton(p: Quaternion, q: Quaternion) -> Quaternion {
    let [pw, px, py, pz] = p;
    let [qw, qx, qy, qz] = q;
    [
        pw * qw - px * qx - py * qy - pz * qz,
        pw * qx + px * qw + py * qz - pz * qy,
        pw * qy - px * qz + py * qw + pz * qx,
        pw * qz + px * qy - py * qx + pz * qw,
    ]
}

/// The quaternion of a rotation vector, by a series where it is short.
#[differentiable]
fn exponential(v: [f64; 3]) -> Quaternion {
    let angle2 = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    let (w, s) = if angle2 < 1e-8 {
        (1.0 - angle2 / 8.0, 0.5 - angle2 / 48.0)
    } else {
        let angle = angle2.sqrt();
        ((0.5 * angle).cos(), (0.5 * angle).sin() / angle)
    };
    [w, s * v[0], s * v[1], s * v[2]]
}

#[differentiable]
fn gravity_in_body(q: Quaternion) -> [f64; 3] {
    let [w, x, y, z] = q;
    [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), w * w - x * x - y * y + z * z]
}

#[differentiable]
fn misalignment(
    bias: [f64; 3],
    #[constant] gyro: &[[f64; 3]],
    #[constant] accelerometer: &[[f64; 3]],
    #[constant] dt: f64,
) -> f64 {
    let mut q = [1.0, 0.0, 0.0, 0.0];
    let mut total = 0.0;
    for (rate, down) in gyro.iter().zip(accelerometer) {
        let turn = std::array::from_fn(|k| (rate[k] - bias[k]) * dt);
        q = hamilton(q, exponential(turn));
        let norm = q.iter().map(|c| c * c).sum::<f64>().sqrt();
        for c in q.iter_mut() {
            *c /= norm;
        }
        let expected = gravity_in_body(q);
        total += expected.iter().zip(down).map(|(e, d)| (e - d).powi(2)).sum::<f64>();
    }
    total / gyro.len() as f64
}

#[test]
fn a_gyroscope() {
    let gyro = [[0.3, -0.1, 0.2], [0.1, 0.4, -0.2], [0.0, 0.0, 0.0], [-0.5, 0.2, 0.1]];
    let down = [[0.0, 0.0, 1.0]; 4];
    assert!(misalignment([0.0; 3], &gyro, &down, 0.1) < 0.1);
    check!(misalignment([0.02, -0.01, 0.03], const &gyro, const &down, const 0.1));
}
