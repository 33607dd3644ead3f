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
pub fn simple(theta: &[f64; POSE], model: &Model, data: &[Correspondence]) -> Vec<f64> {
    let vertices = posed_vertices(theta, model);
    data.iter().flat_map(|at| error_at_vertex(&vertices[at.index], &at.point)).collect()
}

/// From places in triangles, with the barycentric coordinates `us`, to the points measured of them.
pub fn complicated(theta: &[f64; POSE], us: &[[f64; 2]], model: &Model, data: &[Correspondence]) -> Vec<f64> {
    let vertices = posed_vertices(theta, model);
    let error = |(at, u): (&Correspondence, &[f64; 2])| {
        let corners = model.triangles[at.index].map(|corner| vertices[corner]);
        error_in_triangle(u, &corners, &at.point)
    };
    data.iter().zip(us).flat_map(error).collect()
}

/// From a vertex to the point that was measured of it.
#[differentiable]
pub fn error_at_vertex(vertex: &[f64; 3], #[constant] point: &[f64; 3]) -> [f64; 3] {
    [point[0] - vertex[0], point[1] - vertex[1], point[2] - vertex[2]]
}

/// From a place in a triangle between posed vertices to the point that was measured of it.
#[differentiable]
pub fn error_in_triangle(u: &[f64; 2], corners: &[[f64; 3]; 3], #[constant] point: &[f64; 3]) -> [f64; 3] {
    let mut error = *point;
    for j in 0..3 {
        error[j] -= u[0] * corners[0][j] + u[1] * corners[1][j] + (1.0 - u[0] - u[1]) * corners[2][j];
    }
    error
}

/// All vertices of the mesh in the pose `theta`.
pub fn posed_vertices(theta: &[f64; POSE], model: &Model) -> Vec<[f64; 3]> {
    let motions = bone_motions(theta, model);
    let rotation = global_rotation(&[theta[0], theta[1], theta[2]]);
    let shift = [theta[3], theta[4], theta[5]];
    let pose = |(base, weights): (&[f64; 4], &[f64; BONES])| {
        placed(&skinned(&motions, base, weights), &rotation, &shift, model.is_mirrored)
    };
    model.base_positions.iter().zip(&model.weights).map(pose).collect()
}

/// Where the bones take the vertex `base`, which follows each of them with its weight.
#[differentiable]
pub fn skinned(
    motions: &[[[f64; 4]; 3]],
    #[constant] base: &[f64; 4],
    #[constant] weights: &[f64],
) -> [f64; 3] {
    let mut skinned = [0.0; 3];
    for b in 0..motions.len() {
        let position = apply(&motions[b], base);
        for j in 0..3 {
            skinned[j] += weights[b] * position[j];
        }
    }
    skinned
}

/// A vertex that the bones have moved, in its place in space.
#[differentiable]
pub fn placed(skinned: &[f64; 3], rotation: &[[f64; 3]; 3], shift: &[f64; 3], mirrored: bool) -> [f64; 3] {
    let x = if mirrored { -skinned[0] } else { skinned[0] };
    let mut vertex = *shift;
    for j in 0..3 {
        vertex[j] += rotation[j][0] * x + rotation[j][1] * skinned[1] + rotation[j][2] * skinned[2];
    }
    vertex
}

/// How each bone moves what is attached to it, from rest to the pose.
#[differentiable]
pub fn bone_motions(theta: &[f64; POSE], #[constant] model: &Model) -> [[[f64; 4]; 3]; BONES] {
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
pub fn global_rotation(r: &[f64; 3]) -> [[f64; 3]; 3] {
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
