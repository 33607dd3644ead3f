//! All directions at once, each where it reaches: an angle moves the bones that hang on its joint, no
//! others. The global rotation is folded into the tangents of the bones' motions.
use crate::ht::{BONES, Correspondence, Model, Motion, POSE, multiply};
use crate::ht_input::Problem;

/// Directions in which the tangent of a vertex isn't known beforehand: all but the translation.
const MOVING: usize = POSE - 3;

/// The tangents of a vertex: three for the global rotation, then the fingers' angles.
type Tangents = [[f64; 3]; MOVING];

/// The tangent of a bone's motion in one direction.
struct BoneTangent {
    bone: usize,
    /// The direction, as an index of [`Tangents`].
    direction: usize,
    /// The columns, padded so that they fill vector registers.
    columns: [[f64; 4]; 4],
}

/// A skeleton in its pose.
struct Skeleton {
    motions: [[[f64; 4]; 4]; BONES],
    tangents: Vec<BoneTangent>,
    rotation_tangents: [[[f64; 3]; 3]; 3],
    /// The columns of the global rotation, with the mirror in the first.
    rotation: [[f64; 3]; 3],
    translation: [f64; 3],
}

/// The Jacobian of `ht::simple` or `ht::complicated`, row after row.
pub fn jacobian(problem: &Problem) -> Vec<f64> {
    let skeleton = Skeleton::new(&problem.theta, &problem.model);
    let count = problem.model.base_positions.len();
    let mut vertices = Vec::with_capacity(count);
    let mut tangents = Vec::with_capacity(count);
    for (position, weights) in problem.model.base_positions.iter().zip(&problem.model.weights) {
        let (vertex, tangent) = skeleton.pose(position, weights);
        vertices.push(vertex);
        tangents.push(tangent);
    }
    if problem.is_complicated() {
        complicated(problem, &vertices, &tangents)
    } else {
        simple(&problem.data, &tangents)
    }
}

fn simple(data: &[Correspondence], tangents: &[Tangents]) -> Vec<f64> {
    let mut jacobian = vec![0.0; 3 * data.len() * POSE];
    for (rows, correspondence) in jacobian.chunks_exact_mut(3 * POSE).zip(data) {
        let tangents = &tangents[correspondence.index];
        for (j, row) in rows.chunks_exact_mut(POSE).enumerate() {
            row[3 + j] = -1.0;
            for (direction, tangent) in tangents.iter().enumerate() {
                row[column(direction)] = -tangent[j];
            }
        }
    }
    jacobian
}

fn complicated(problem: &Problem, vertices: &[[f64; 3]], tangents: &[Tangents]) -> Vec<f64> {
    let mut jacobian = vec![0.0; 3 * problem.data.len() * (POSE + 2)];
    let points = jacobian.chunks_exact_mut(3 * (POSE + 2)).zip(&problem.data).zip(&problem.us);
    for ((rows, correspondence), &[u, v]) in points {
        let corners = problem.model.triangles[correspondence.index];
        let [a, b, c] = corners.map(|corner| vertices[corner]);
        let [a_dot, b_dot, c_dot] = corners.map(|corner| &tangents[corner]);
        for (j, row) in rows.chunks_exact_mut(POSE + 2).enumerate() {
            row[0] = c[j] - a[j];
            row[1] = c[j] - b[j];
            row[5 + j] = -1.0;
            for direction in 0..MOVING {
                let place =
                    u * a_dot[direction][j] + v * b_dot[direction][j] + (1.0 - u - v) * c_dot[direction][j];
                row[2 + column(direction)] = -place;
            }
        }
    }
    jacobian
}

/// The pose parameter of a direction.
fn column(direction: usize) -> usize {
    if direction < 3 { direction } else { direction + 3 }
}

impl Skeleton {
    fn new(theta: &[f64; POSE], model: &Model) -> Self {
        let (mut rotation, mut rotation_tangents) = global_rotation(&[theta[0], theta[1], theta[2]]);
        if model.is_mirrored {
            for matrix in rotation_tangents.iter_mut().chain([&mut rotation]) {
                matrix[0] = matrix[0].map(|entry| -entry);
            }
        }
        let mut skeleton = Self {
            motions: [[[0.0; 4]; 4]; BONES],
            tangents: Vec::with_capacity(3 * BONES),
            rotation_tangents,
            rotation,
            translation: [theta[3], theta[4], theta[5]],
        };
        skeleton.move_bones(theta, model);
        skeleton.tangents.sort_by_key(|tangent| tangent.direction);
        skeleton
    }

    /// Forward mode along the skeleton: a bone has the directions of its parent and its own.
    fn move_bones(&mut self, theta: &[f64; POSE], model: &Model) {
        let mut absolutes = [[[0.0; 4]; 3]; BONES];
        let mut absolute_tangents: Vec<Vec<(usize, Motion)>> = Vec::with_capacity(BONES);
        for b in 0..BONES {
            let (turn, turn_tangents) = bone_rotation(theta, b);
            let base = &model.base_relatives[b];
            let parent = model.parents[b];
            let base = parent.map_or(*base, |parent| multiply(&absolutes[parent], base));
            absolutes[b] = multiply(&base, &turn);
            let mut directions = Vec::with_capacity(4);
            if let Some(parent) = parent {
                let relative = multiply(&model.base_relatives[b], &turn);
                for (direction, tangent) in &absolute_tangents[parent] {
                    directions.push((*direction, multiply(tangent, &relative)));
                }
            }
            for (direction, tangent) in turn_tangents.into_iter().flatten() {
                directions.push((direction, linear_product(&base, &tangent)));
            }
            let inverse = &model.inverse_base_absolutes[b];
            self.motions[b] = columns(&multiply(&absolutes[b], inverse));
            for &(direction, ref tangent) in &directions {
                let tangent = self.rotated(&columns(&multiply(tangent, inverse)));
                self.tangents.push(BoneTangent { bone: b, direction, columns: tangent });
            }
            absolute_tangents.push(directions);
        }
    }

    fn rotated(&self, columns: &[[f64; 4]; 4]) -> [[f64; 4]; 4] {
        columns.map(|column| {
            let [x, y, z] = turn(&self.rotation, &column);
            [x, y, z, 0.0]
        })
    }

    /// One vertex and its tangents.
    fn pose(&self, position: &[f64; 4], weights: &[f64; BONES]) -> ([f64; 3], Tangents) {
        let mut skinned = [0.0; 4];
        for (motion, &weight) in self.motions.iter().zip(weights) {
            add_moved(&mut skinned, motion, position, weight);
        }
        let mut vertex = turn(&self.rotation, &skinned);
        for (entry, shift) in vertex.iter_mut().zip(&self.translation) {
            *entry += shift;
        }
        let mut tangents = [[0.0; 3]; MOVING];
        for (tangent, rotation) in tangents.iter_mut().zip(&self.rotation_tangents) {
            *tangent = turn(rotation, &skinned);
        }
        let mut rest = &self.tangents[..];
        while let Some(BoneTangent { direction, .. }) = rest.first() {
            let mut sum = [0.0; 4];
            while let Some((tangent, others)) = rest.split_first() {
                if tangent.direction != *direction {
                    break;
                }
                add_moved(&mut sum, &tangent.columns, position, weights[tangent.bone]);
                rest = others;
            }
            tangents[*direction] = [sum[0], sum[1], sum[2]];
        }
        (vertex, tangents)
    }
}

/// Adds `weight` times what the matrix makes of `position`.
fn add_moved(sum: &mut [f64; 4], columns: &[[f64; 4]; 4], position: &[f64; 4], weight: f64) {
    for (column, entry) in columns.iter().zip(position) {
        let factor = weight * entry;
        for i in 0..4 {
            sum[i] += column[i] * factor;
        }
    }
}

/// The product of a 3x3 matrix, column by column, with the first three entries of `v`.
fn turn(matrix: &[[f64; 3]; 3], v: &[f64; 4]) -> [f64; 3] {
    [0, 1, 2].map(|i| matrix[0][i] * v[0] + matrix[1][i] * v[1] + matrix[2][i] * v[2])
}

/// A 3x4 matrix by columns.
fn columns(motion: &Motion) -> [[f64; 4]; 4] {
    [0, 1, 2, 3].map(|j| [motion[0][j], motion[1][j], motion[2][j], 0.0])
}

/// A motion times a tangent, whose last row is zero, so that the translation has no part in it.
fn linear_product(a: &Motion, b: &Motion) -> Motion {
    let linear = a.map(|[x, y, z, _]| [x, y, z, 0.0]);
    multiply(&linear, b)
}

/// The turn of a bone and its tangents, as `ht::bone_rotation` has it.
fn bone_rotation(theta: &[f64; POSE], b: usize) -> (Motion, [Option<(usize, Motion)>; 2]) {
    let stiff = (0.0_f64.sin_cos(), 0.0_f64.sin_cos());
    if b < 2 || b % 4 == 1 {
        return (euler(stiff.0, stiff.1), [None, None]);
    }
    let finger = 6 + 4 * ((b - 2) / 4);
    let first = b % 4 == 2;
    let angle = match b % 4 {
        2 => finger,
        3 => finger + 2,
        _ => finger + 3,
    };
    let x = theta[angle].sin_cos();
    let z = if first { theta[finger + 1].sin_cos() } else { stiff.1 };
    // The derivative of (sin, cos) is (cos, -sin); the third row and column of the other factor stay.
    let mut by_x = euler((x.1, -x.0), z);
    by_x[0][0] = 0.0;
    by_x[1][0] = 0.0;
    let mut by_z = euler(x, (z.1, -z.0));
    by_z[2] = [0.0; 4];
    (euler(x, z), [Some((angle - 3, by_x)), first.then_some((finger - 2, by_z))])
}

/// The rotation around the first axis, then around the third, from sines and cosines.
fn euler((sin_x, cos_x): (f64, f64), (sin_z, cos_z): (f64, f64)) -> Motion {
    [
        [cos_z, -sin_z * cos_x, sin_z * sin_x, 0.0],
        [sin_z, cos_z * cos_x, -cos_z * sin_x, 0.0],
        [0.0, sin_x, cos_x, 0.0],
    ]
}

/// The columns of the global rotation and those of its three tangents.
fn global_rotation(r: &[f64; 3]) -> ([[f64; 3]; 3], [[[f64; 3]; 3]; 3]) {
    let angle = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
    if angle < 1e-4 {
        return ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [[[0.0; 3]; 3]; 3]);
    }
    let axis = r.map(|entry| entry / angle);
    let (s, c) = angle.sin_cos();
    let mut rotation = [[0.0; 3]; 3];
    let mut tangents = [[[0.0; 3]; 3]; 3];
    for j in 0..3 {
        for i in 0..3 {
            let (sign, other) = cross_entry(i, j);
            let unit = if i == j { 1.0 } else { 0.0 };
            let outer = axis[i] * axis[j];
            let skew = sign * axis[other];
            rotation[j][i] = outer + (unit - outer) * c + skew * s;
            for (direction, tangent) in tangents.iter_mut().enumerate() {
                // The tangents of the angle and the axis by r: the axis, and (I - a·aᵀ) / angle.
                let axis_dot = |i: usize| {
                    let unit = if i == direction { 1.0 } else { 0.0 };
                    (unit - axis[i] * axis[direction]) / angle
                };
                let outer_dot = axis_dot(i) * axis[j] + axis[i] * axis_dot(j);
                let by_angle = (outer - unit) * s + skew * c;
                tangent[j][i] =
                    outer_dot * (1.0 - c) + sign * axis_dot(other) * s + by_angle * axis[direction];
            }
        }
    }
    (rotation, tangents)
}

/// The sign and the index of the axis' entry in row i, column j of its cross product matrix.
fn cross_entry(i: usize, j: usize) -> (f64, usize) {
    match (3 + i - j) % 3 {
        1 => (1.0, 3 - i - j),
        2 => (-1.0, 3 - i - j),
        _ => (0.0, 0),
    }
}
