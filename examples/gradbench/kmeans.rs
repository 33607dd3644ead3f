//! `kmeans`: the sum of squared distances of points to their nearest centroids, and Newton's step for it.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::request::{Answer, Input, Request, rows};

/// The sum over the points of the squared distance to the nearest centroid; points and centroids have `d` coordinates each.
#[differentiable(order = 2, wrt(centroids))]
pub fn cost(points: &[f64], centroids: &[f64], d: usize) -> f64 {
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        let mut least = f64::INFINITY;
        for centroid in centroids.chunks_exact(d) {
            let mut distance = 0.0;
            for j in 0..d {
                distance += (point[j] - centroid[j]).powi(2);
            }
            // The first of several that are equally near wins.
            if distance < least {
                least = distance;
            }
        }
        total += least;
    }
    total
}

/// The points and the centroids, row after row.
pub struct Problem {
    pub points: Vec<f64>,
    pub centroids: Vec<f64>,
    pub d: usize,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        let (points, centroids) = (input.field("points")?, input.field("centroids")?);
        let first = centroids.list("centroids")?.next().ok_or("`centroids` has to have a row")?;
        let d = first.list("centroids")?.len();
        if d == 0 {
            return Err("`centroids` has to have columns".to_owned());
        }
        Ok(Self {
            points: points.table("points", points.list("points")?.len(), d)?,
            centroids: centroids.table("centroids", centroids.list("centroids")?.len(), d)?,
            d,
        })
    }

    /// The cost.
    pub fn value(&self) -> f64 {
        cost(&self.points, &self.centroids, self.d)
    }

    /// The gradient, divided by the Hessian's diagonal entry by entry. The Hessian has nothing beside its diagonal, so that its product
    /// with ones is the diagonal, and comes with the gradient.
    pub fn direction(&self) -> Vec<f64> {
        let ones = vec![1.0; self.centroids.len()];
        let (gradient, diagonal) = cost::hvp(&self.points, &self.centroids, self.d, &ones);
        gradient.iter().zip(&diagonal).map(|(slope, curvature)| slope / curvature).collect()
    }
}

/// Evaluates `cost` or `dir`.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    match request.function {
        "cost" => request.run(Problem::read, Problem::value, |_, value| Value::from(value)),
        "dir" => request.run(Problem::read, Problem::direction, |problem, step| rows(&step, problem.d)),
        _ => request.unknown_function(),
    }
}
