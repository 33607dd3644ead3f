//! Two reverse sweeps over one set of residuals; the rotation is transposed, not differentiated.
use crate::ba::{Block, CAMERA, cross, dot};

/// The derivative of `ba::weight_error`.
pub fn weight_gradient(w: f64) -> f64 {
    -2.0 * w
}

/// What the turn of a vector leaves for the way back.
enum Turn {
    /// By no angle: the derivative is that of r x v.
    None,
    Some {
        axis: [f64; 3],
        angle: f64,
        sin: f64,
        cos: f64,
        along: f64,
        by_angle: [f64; 3],
    },
}

/// The derivative of `ba::reprojection_error` in camera, point and weight.
pub fn jacobian(camera: &[f64; CAMERA], x: &[f64; 3], w: f64, feature: &[f64; 2]) -> Block {
    let r = [camera[0], camera[1], camera[2]];
    let v = [x[0] - camera[3], x[1] - camera[4], x[2] - camera[5]];
    let (y, turn) = rotate(&r, &v);
    let (focal, k1, k2) = (camera[6], camera[9], camera[10]);
    let depth = 1.0 / y[2];
    let p = [y[0] * depth, y[1] * depth];
    let s = p[0] * p[0] + p[1] * p[1];
    let distortion = 1.0 + (k1 + k2 * s) * s;
    let scale = w * focal;
    let by_s = 2.0 * scale * (k1 + 2.0 * k2 * s);

    let (mut d_camera, mut d_point, mut d_weight) = ([[0.0; CAMERA]; 2], [[0.0; 3]; 2], [0.0; 2]);
    for i in 0..2 {
        let mut p_bar = [by_s * p[i] * p[0], by_s * p[i] * p[1]];
        p_bar[i] += scale * distortion;
        let y_bar = [p_bar[0] * depth, p_bar[1] * depth, -(p_bar[0] * p[0] + p_bar[1] * p[1]) * depth];
        let (r_bar, v_bar) = rotate_back(&r, &v, &turn, &y_bar);
        let row = &mut d_camera[i];
        row[..3].copy_from_slice(&r_bar);
        row[3..6].copy_from_slice(&v_bar.map(|entry| -entry));
        row[6] = w * distortion * p[i];
        row[7 + i] = w;
        row[9] = scale * s * p[i];
        row[10] = row[9] * s;
        d_point[i] = v_bar;
        d_weight[i] = focal * distortion * p[i] + camera[7 + i] - feature[i];
    }
    (d_camera, d_point, d_weight)
}

fn rotate(r: &[f64; 3], v: &[f64; 3]) -> ([f64; 3], Turn) {
    let squared_angle = dot(r, r);
    if squared_angle == 0.0 {
        let turned = cross(r, v);
        return ([v[0] + turned[0], v[1] + turned[1], v[2] + turned[2]], Turn::None);
    }
    let angle = squared_angle.sqrt();
    let (sin, cos) = angle.sin_cos();
    let axis = r.map(|entry| entry / angle);
    let turned = cross(&axis, v);
    let along = dot(&axis, v);
    let (mut y, mut by_angle) = ([0.0; 3], [0.0; 3]);
    for j in 0..3 {
        y[j] = v[j] * cos + turned[j] * sin + axis[j] * along * (1.0 - cos);
        by_angle[j] = turned[j] * cos + (axis[j] * along - v[j]) * sin;
    }
    (y, Turn::Some { axis, angle, sin, cos, along, by_angle })
}

/// The cotangents of r and v from that of the turned vector.
fn rotate_back(r: &[f64; 3], v: &[f64; 3], turn: &Turn, y_bar: &[f64; 3]) -> ([f64; 3], [f64; 3]) {
    let Turn::Some { axis, angle, sin, cos, along, by_angle } = turn else {
        let turned = cross(y_bar, r);
        return (cross(v, y_bar), [y_bar[0] + turned[0], y_bar[1] + turned[1], y_bar[2] + turned[2]]);
    };
    let versine = 1.0 - cos;
    let (back, normal) = (cross(y_bar, axis), cross(v, y_bar));
    let along_bar = dot(axis, y_bar) * versine;
    let (mut v_bar, mut axis_bar) = ([0.0; 3], [0.0; 3]);
    for j in 0..3 {
        v_bar[j] = y_bar[j] * cos + back[j] * sin + axis[j] * along_bar;
        axis_bar[j] = normal[j] * sin + y_bar[j] * along * versine + v[j] * along_bar;
    }
    let inverse = 1.0 / angle;
    let radial = dot(by_angle, y_bar) - dot(&axis_bar, axis) * inverse;
    let r_bar = [0, 1, 2].map(|j| axis_bar[j] * inverse + axis[j] * radial);
    (r_bar, v_bar)
}
