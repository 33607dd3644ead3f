//! `ht`: hand tracking, the distance between the posed mesh of a hand and points that were measured.

use grad_runtime::prelude::*;
/// Pose parameters: global rotation (3), translation (3), and four angles for each of five fingers.
pub const POSE: usize = 26;

/// Bones of the skeleton: the palm, four for each of five fingers, and the wrist.
pub const BONES: usize = 22;

/// A rigid motion: the upper three rows of a 4x4 matrix.
pub type Motion = [[f64; 4]; 3];

/// A mesh with a skeleton.
pub struct Model {
    /// The bone that each bone is attached to, which comes before it; none for a root.
    pub parents: [Option<usize>; BONES],
    pub base_relatives: [[[f64; 4]; 3]; BONES],
    pub inverse_base_absolutes: [[[f64; 4]; 3]; BONES],
    /// The vertices at rest, homogeneous.
    pub base_positions: Vec<[f64; 4]>,
    /// How much each vertex follows each bone.
    pub weights: Vec<[f64; BONES]>,
    pub triangles: Vec<[usize; 3]>,
    pub is_mirrored: bool,
}

/// A measured point and the index of the vertex or the triangle that it belongs to.
pub struct Correspondence {
    pub point: [f64; 3],
    pub index: usize,
}

/// From the vertices to the points that were measured of them.
#[differentiable]
pub fn simple(
    theta: &[f64; POSE],
    #[constant] model: &Model,
    #[constant] data: &[Correspondence],
) -> Vec<f64> {
    let vertices = posed_vertices(theta, model);
    let mut errors = vec![0.0; 3 * data.len()];
    for (i, correspondence) in data.iter().enumerate() {
        for j in 0..3 {
            errors[3 * i + j] = correspondence.point[j] - vertices[correspondence.index][j];
        }
    }
    errors
}

/// From places in triangles, with the barycentric coordinates `us`, to the points measured of them.
#[differentiable]
pub fn complicated(
    theta: &[f64; POSE],
    #[constant] us: &[[f64; 2]],
    #[constant] model: &Model,
    #[constant] data: &[Correspondence],
) -> Vec<f64> {
    errors_in_triangles(us, &posed_vertices(theta, model), &model.triangles, data)
}

/// From places in triangles between posed `vertices` to the points measured of them.
#[differentiable]
pub fn errors_in_triangles(
    us: &[[f64; 2]],
    vertices: &[[f64; 3]],
    #[constant] triangles: &[[usize; 3]],
    #[constant] data: &[Correspondence],
) -> Vec<f64> {
    let mut errors = vec![0.0; 3 * data.len()];
    for (i, correspondence) in data.iter().enumerate() {
        let [a, b, c] = triangles[correspondence.index];
        let [u, v] = us[i];
        for j in 0..3 {
            let place = u * vertices[a][j] + v * vertices[b][j] + (1.0 - u - v) * vertices[c][j];
            errors[3 * i + j] = correspondence.point[j] - place;
        }
    }
    errors
}

/// All vertices of the mesh in the pose `theta`.
#[differentiable]
pub fn posed_vertices(theta: &[f64; POSE], #[constant] model: &Model) -> Vec<[f64; 3]> {
    let motions = bone_motions(theta, model);
    let rotation = global_rotation(&[theta[0], theta[1], theta[2]]);
    let mut vertices = vec![[0.0; 3]; model.base_positions.len()];
    for (v, base) in model.base_positions.iter().enumerate() {
        let mut skinned = [0.0; 3];
        for b in 0..BONES {
            let position = apply(&motions[b], base);
            for j in 0..3 {
                skinned[j] += model.weights[v][b] * position[j];
            }
        }
        if model.is_mirrored {
            skinned[0] = -skinned[0];
        }
        for j in 0..3 {
            vertices[v][j] = rotation[j][0] * skinned[0]
                + rotation[j][1] * skinned[1]
                + rotation[j][2] * skinned[2]
                + theta[3 + j];
        }
    }
    vertices
}

/// How each bone moves what is attached to it, from rest to the pose.
#[differentiable]
fn bone_motions(theta: &[f64; POSE], #[constant] model: &Model) -> [[[f64; 4]; 3]; BONES] {
    let mut absolutes = [[[0.0; 4]; 3]; BONES];
    let mut motions = [[[0.0; 4]; 3]; BONES];
    for b in 0..BONES {
        let relative = multiply(&model.base_relatives[b], &bone_rotation(theta, b));
        absolutes[b] = match model.parents[b] {
            Some(parent) => multiply(&absolutes[parent], &relative),
            None => relative,
        };
        motions[b] = multiply(&absolutes[b], &model.inverse_base_absolutes[b]);
    }
    motions
}

/// The turn of bone `b` in its joint: the second bone of a finger turns around x and z, the next two
/// around x, all others are stiff. A finger has four angles, and four bones from number 1 on.
#[differentiable]
fn bone_rotation(theta: &[f64; POSE], b: usize) -> [[f64; 4]; 3] {
    let (x, z) = match b % 4 {
        2 => (theta[b + 4], theta[b + 5]),
        3 => (theta[b + 5], 0.0),
        0 if b > 0 => (theta[b + 5], 0.0),
        _ => (0.0, 0.0),
    };
    euler(x, z)
}

/// The rotation by `x` around the first axis, then by `z` around the third.
#[differentiable]
fn euler(x: f64, z: f64) -> [[f64; 4]; 3] {
    let (sin_x, cos_x) = x.sin_cos();
    let (sin_z, cos_z) = z.sin_cos();
    [
        [cos_z, -sin_z * cos_x, sin_z * sin_x, 0.0],
        [sin_z, cos_z * cos_x, -cos_z * sin_x, 0.0],
        [0.0, sin_x, cos_x, 0.0],
    ]
}

/// The rotation around the axis `r` by the angle |r|; none if the angle is tiny.
#[differentiable]
fn global_rotation(r: &[f64; 3]) -> [[f64; 3]; 3] {
    let angle = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
    if angle < 1e-4 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let [x, y, z] = [r[0] / angle, r[1] / angle, r[2] / angle];
    let (s, c) = angle.sin_cos();
    let k = 1.0 - c;
    [
        [x * x + (1.0 - x * x) * c, x * y * k - z * s, x * z * k + y * s],
        [x * y * k + z * s, y * y + (1.0 - y * y) * c, y * z * k - x * s],
        [x * z * k - y * s, y * z * k + x * s, z * z + (1.0 - z * z) * c],
    ]
}

/// The motion `b`, followed by the motion `a`.
#[differentiable]
pub fn multiply(a: &[[f64; 4]; 3], b: &[[f64; 4]; 3]) -> [[f64; 4]; 3] {
    let mut product = [[0.0; 4]; 3];
    for i in 0..3 {
        for j in 0..4 {
            product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
        }
        product[i][3] += a[i][3];
    }
    product
}

/// Where the motion takes the homogeneous `position`.
#[differentiable]
pub fn apply(motion: &[[f64; 4]; 3], #[constant] position: &[f64; 4]) -> [f64; 3] {
    let mut moved = [0.0; 3];
    for i in 0..3 {
        let row = &motion[i];
        moved[i] = row[0] * position[0] + row[1] * position[1] + row[2] * position[2] + row[3] * position[3];
    }
    moved
}
