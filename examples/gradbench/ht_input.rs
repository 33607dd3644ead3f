//! The input and output of `ht`: the suite describes the model in more freedom than a hand has.
use serde_json::Value;

use crate::ht::{
    BONES, Correspondence, Model, Motion, POSE, complicated, errors_in_triangles, posed_vertices, simple,
};
use crate::request::{Answer, Input, Request, check_size, rows};

/// A pose, the model and the measured points; `us` is empty in the simple case.
pub struct Problem {
    pub theta: [f64; POSE],
    pub us: Vec<[f64; 2]>,
    pub model: Model,
    pub data: Vec<Correspondence>,
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
    pub fn jacobian(&self) -> Vec<f64> {
        let Self { theta, us, model, data } = self;
        let columns = self.columns();
        let mut jacobian = vec![0.0; 3 * data.len() * columns];
        let mut fill = |column: usize, tangent: &[f64]| {
            for (row, &entry) in jacobian.chunks_exact_mut(columns).zip(tangent) {
                row[column] = entry;
            }
        };
        if self.is_complicated() {
            let vertices = posed_vertices(theta, model);
            let still = vec![[0.0; 3]; vertices.len()];
            for (column, direction) in [[1.0, 0.0], [0.0, 1.0]].into_iter().enumerate() {
                let directions = vec![direction; us.len()];
                let triangles = &model.triangles;
                let errors = errors_in_triangles::jvp(us, &vertices, triangles, data, &directions, &still);
                fill(column, &errors.1);
            }
        }
        for parameter in 0..POSE {
            let mut direction = [0.0; POSE];
            direction[parameter] = 1.0;
            let errors = if self.is_complicated() {
                complicated::jvp(theta, us, model, data, &direction)
            } else {
                simple::jvp(theta, model, data, &direction)
            };
            fill(columns - POSE + parameter, &errors.1);
        }
        jacobian
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
