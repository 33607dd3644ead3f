//! The types of `nalgebra`, and the tangent that each has.
