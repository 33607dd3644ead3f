//! The input and output of `ht`: the suite describes the model in more freedom than a hand has.
use std::ops::Range;

use serde_json::Value;

use crate::ht::{
    BONES, Correspondence, Model, Motion, POSE, bone_motions, complicated, error_at_vertex,
    error_in_triangle, global_rotation, placed, simple, skinned,
};
use crate::request::{Answer, Input, Request, check_size, rows};

/// A pose, the model and the measured points; `us` is empty in the simple case.
pub struct Problem {
    pub theta: [f64; POSE],
    pub us: Vec<[f64; 2]>,
    pub model: Model,
    pub data: Vec<Correspondence>,
}

/// The derivative of a pose along one of its parameters.
struct PoseTangent {
    /// The bones that the parameter moves, and perhaps others between them.
    bones: Range<usize>,
    motions: [Motion; BONES],
    rotation: [[f64; 3]; 3],
    shift: [f64; 3],
}

impl PoseTangent {
    fn along(parameter: usize, theta: &[f64; POSE], model: &Model) -> Self {
        let mut direction = [0.0; POSE];
        direction[parameter] = 1.0;
        let [x, y, z, right, up, forth, ..] = direction;
        let (_, motions) = bone_motions::jvp(theta, model, &direction);
        let (_, rotation) = global_rotation::jvp(&[theta[0], theta[1], theta[2]], &[x, y, z]);
        let moves = |motion: &Motion| motion.as_flattened().iter().any(|&entry| entry != 0.0);
        let first = motions.iter().position(moves).unwrap_or(0);
        let end = motions.iter().rposition(moves).map_or(0, |last| last + 1);
        Self { bones: first..end, motions, rotation, shift: [right, up, forth] }
    }
}

impl Problem {
    /// Whether the points belong to places in triangles, not to vertices.
    pub fn is_complicated(&self) -> bool {
        !self.us.is_empty()
    }

    fn read(input: Input) -> Result<Self, String> {
        let data = input.field("data")?;
        let model = read_model(data.field("model")?)?;
        let us: Result<Vec<[f64; 2]>, _> = input.field("us")?.list("us")?.map(|u| u.array("us")).collect();
        let us = us?;
        let limit = if us.is_empty() { model.base_positions.len() } else { model.triangles.len() };
        let data = read_correspondences(data, limit)?;
        if !us.is_empty() && us.len() != data.len() {
            return Err(format!("`us` has to be empty or {} pairs", data.len()));
        }
        check_size("the Jacobian", &[data.len(), 3, POSE + 2])?;
        check_size("the vertices and their tangents", &[model.base_positions.len(), 3, POSE])?;
        Ok(Self { theta: input.field("theta")?.array("theta")?, us, model, data })
    }

    /// The objective, point after point.
    pub fn value(&self) -> Vec<f64> {
        if self.is_complicated() {
            complicated(&self.theta, &self.us, &self.model, &self.data)
        } else {
            simple(&self.theta, &self.model, &self.data)
        }
    }

    /// Its Jacobian, row after row: the two derivatives in the point's own `us`, then those in the pose.
    ///
    /// Forward mode in three steps: the bones, the vertices that any point is compared with, the points.
    pub fn jacobian(&self) -> Vec<f64> {
        let columns = self.columns();
        let vertices = self.vertices_with_tangents();
        let mut jacobian = Vec::with_capacity(3 * self.data.len() * columns);
        for (i, at) in self.data.iter().enumerate() {
            let first = jacobian.len();
            jacobian.resize(first + 3 * columns, 0.0);
            let mut fill = |column: usize, tangent: [f64; 3]| {
                for (j, entry) in tangent.into_iter().enumerate() {
                    jacobian[first + j * columns + column] = entry;
                }
            };
            if let Some(u) = self.us.get(i) {
                let corners = self.model.triangles[at.index].map(|corner| &vertices[corner]);
                let places = corners.map(|corner| corner.0);
                let error = |u_dot: [f64; 2], corners_dot: [[f64; 3]; 3]| {
                    error_in_triangle::jvp(u, &places, &at.point, &u_dot, &corners_dot).1
                };
                fill(0, error([1.0, 0.0], [[0.0; 3]; 3]));
                fill(1, error([0.0, 1.0], [[0.0; 3]; 3]));
                for k in 0..POSE {
                    fill(2 + k, error([0.0; 2], corners.map(|corner| corner.1[k])));
                }
            } else {
                let (vertex, vertex_dots) = &vertices[at.index];
                for (k, vertex_dot) in vertex_dots.iter().enumerate() {
                    fill(k, error_at_vertex::jvp(vertex, &at.point, vertex_dot).1);
                }
            }
        }
        jacobian
    }

    /// The vertices that points are compared with, each with its derivative along every parameter of the pose; others are zero.
    fn vertices_with_tangents(&self) -> Vec<([f64; 3], [[f64; 3]; POSE])> {
        let Self { theta, model, .. } = self;
        let motions = bone_motions(theta, model);
        let (turn, shift) = ([theta[0], theta[1], theta[2]], [theta[3], theta[4], theta[5]]);
        let rotation = global_rotation(&turn);
        let dots: Vec<PoseTangent> = (0..POSE).map(|k| PoseTangent::along(k, theta, model)).collect();
        let mut vertices = vec![([0.0; 3], [[0.0; 3]; POSE]); model.base_positions.len()];
        for v in self.compared() {
            let (base, weights) = (&model.base_positions[v], &model.weights[v]);
            let moved = skinned(&motions, base, weights);
            let (vertex, vertex_dots) = &mut vertices[v];
            *vertex = placed(&moved, &rotation, &shift, model.is_mirrored);
            for (dot, vertex_dot) in dots.iter().zip(vertex_dots) {
                let bones = dot.bones.clone();
                let (motions, motions_dot) = (&motions[bones.clone()], &dot.motions[bones.clone()]);
                let (_, moved_dot) = skinned::jvp(motions, base, &weights[bones], motions_dot);
                let (mirrored, dots) = (model.is_mirrored, (&dot.rotation, &dot.shift));
                (_, *vertex_dot) =
                    placed::jvp(&moved, &rotation, &shift, mirrored, &moved_dot, dots.0, dots.1);
            }
        }
        vertices
    }

    /// The numbers of the vertices that points are compared with.
    fn compared(&self) -> Vec<usize> {
        let mut compared = vec![false; self.model.base_positions.len()];
        for at in &self.data {
            if self.is_complicated() {
                self.model.triangles[at.index].into_iter().for_each(|corner| compared[corner] = true);
            } else {
                compared[at.index] = true;
            }
        }
        (0..compared.len()).filter(|&v| compared[v]).collect()
    }

    /// Columns of the Jacobian.
    pub fn columns(&self) -> usize {
        if self.is_complicated() { POSE + 2 } else { POSE }
    }
}

fn read_correspondences(data: Input, limit: usize) -> Result<Vec<Correspondence>, String> {
    let indices = data.field("correspondences")?.list("correspondences")?;
    let points = data.field("points")?.list("points")?;
    if indices.len() != points.len() {
        return Err("`correspondences` and `points` have to be equally long".to_owned());
    }
    let read = |(index, point): (Input, Input)| {
        let index = index_below("correspondences", index, limit)?;
        Ok(Correspondence { point: point.array("points")?, index })
    };
    indices.zip(points).map(read).collect()
}

fn read_model(model: Input) -> Result<Model, String> {
    let base_positions: Result<Vec<[f64; 4]>, String> =
        model.field("base_positions")?.list("base_positions")?.map(|p| p.array("base_positions")).collect();
    let base_positions = base_positions?;
    let weights: Result<Vec<[f64; BONES]>, String> =
        model.field("weights")?.list("weights")?.map(|w| w.array("weights")).collect();
    let weights = weights?;
    if weights.len() != base_positions.len() {
        return Err("`weights` and `base_positions` have to be equally long".to_owned());
    }
    let triangles: Result<Vec<[usize; 3]>, String> = model
        .field("triangles")?
        .list("triangles")?
        .map(|triangle| read_triangle(triangle, base_positions.len()))
        .collect();
    Ok(Model {
        parents: read_parents(model.field("parents")?)?,
        base_relatives: read_motions(model, "base_relatives")?,
        inverse_base_absolutes: read_motions(model, "inverse_base_absolutes")?,
        triangles: triangles?,
        is_mirrored: model.field("is_mirrored")?.0.as_bool().ok_or("`is_mirrored` has to be a boolean")?,
        base_positions,
        weights,
    })
}

fn read_triangle(triangle: Input, vertices: usize) -> Result<[usize; 3], String> {
    let corners: Result<Vec<usize>, String> =
        triangle.list("triangles")?.map(|corner| index_below("triangles", corner, vertices)).collect();
    corners?.try_into().map_err(|_| "a triangle has to have three corners".to_owned())
}

fn index_below(name: &str, index: Input, limit: usize) -> Result<usize, String> {
    let index = index.count(name, 0)?;
    if index < limit { Ok(index) } else { Err(format!("`{name}` has the index {index} of {limit}")) }
}

/// The parents as indices; the suite writes -1 where there is none.
fn read_parents(parents: Input) -> Result<[Option<usize>; BONES], String> {
    let mut read = Vec::with_capacity(BONES);
    for (bone, parent) in parents.list("parents")?.enumerate() {
        let parent = parent.integer("parents")?;
        read.push(match usize::try_from(parent) {
            Err(_) => None,
            Ok(parent) if parent < bone => Some(parent),
            Ok(_) => return Err("a parent has to come before its bone".to_owned()),
        });
    }
    read.try_into().map_err(|_| format!("`parents` has to have {BONES} entries"))
}

/// Matrices whose last row is that of every rigid motion, (0, 0, 0, 1).
fn read_motions(model: Input, key: &str) -> Result<[Motion; BONES], String> {
    let mut motions = Vec::with_capacity(BONES);
    for matrix in model.field(key)?.list(key)? {
        let rows: Result<Vec<[f64; 4]>, String> = matrix.list(key)?.map(|row| row.array(key)).collect();
        match rows?[..] {
            [first, second, third, [0.0, 0.0, 0.0, 1.0]] => {
                motions.push([first, second, third]);
            }
            _ => return Err(format!("`{key}` has to be matrices of 4 rows, the last (0, 0, 0, 1)")),
        }
    }
    motions.try_into().map_err(|_| format!("`{key}` has to have {BONES} matrices"))
}

/// Evaluates `objective` or `jacobian`.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    match request.function {
        "objective" => request.run(Problem::read, Problem::value, |_, value| Value::from(value)),
        "jacobian" => request
            .run(Problem::read, Problem::jacobian, |problem, jacobian| rows(&jacobian, problem.columns())),
        _ => request.unknown_function(),
    }
}
