//! The derivatives as a person would write them who knows the objectives and wants them fast.
//!
//! They keep the algorithms of the objectives (det expands, ode goes through every step, ht poses every
//! vertex), and no result that the objective has computed is computed twice without need.
pub mod ba;
pub mod det;
pub mod gmm;
pub mod ht;
pub mod kmeans;
pub mod llsq;
pub mod lse;
pub mod lstm;
pub mod ode;
pub mod particle;
pub mod saddle;
