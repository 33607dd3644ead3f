//! The kernels. Each file has the function as a user would write it, the best derivative that can be written by
//! hand, the function once more for the peers that overload operators, and the point at which it's measured.
#![allow(
    clippy::many_single_char_names,
    clippy::similar_names,
    reason = "the names are those of the formulas"
)]

mod arm;
mod dot;
mod gmm;
mod heat;
mod isometries;
mod logistic;
mod lstm;
mod mlp;
mod pendulum;
mod reprojection;
mod rosenbrock;

use crate::case::Case;

/// All kernels, in the order of the table.
pub fn all() -> Vec<Case> {
    vec![
        rosenbrock::case(),
        dot::case(),
        logistic::case(),
        mlp::case(),
        arm::case(),
        isometries::case(),
        gmm::case(),
        reprojection::case(),
        lstm::case(),
        pendulum::case(),
        heat::case(),
    ]
}
