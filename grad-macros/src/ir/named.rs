//! The methods that the runtime has rules of.

use proc_macro2::Ident;

use super::Prim;

/// Methods of nalgebra's types.
const OF_MATRICES: [&str; 43] = [
    "adjoint",
    "amax",
    "amin",
    "angle",
    "angle_to",
    "cholesky",
    "component_div",
    "component_mul",
    "coords",
    "cross",
    "determinant",
    "dot",
    "euler_angles",
    "inv_mul",
    "inverse",
    "inverse_transform_point",
    "inverse_transform_vector",
    "lerp",
    "lu",
    "mean",
    "metric_distance",
    "norm",
    "norm_squared",
    "normalize",
    "qr",
    "rotation_to",
    "scale",
    "scaled_axis",
    "slerp",
    "solve",
    "sum",
    "svd",
    "symmetric_eigen",
    "to_homogeneous",
    "to_rotation_matrix",
    "tr_mul",
    "trace",
    "transform",
    "transform_point",
    "transform_vector",
    "transpose",
    "try_inverse",
    "variance",
];

/// Whether the runtime has a rule for methods of this name. A user's type may have one as well: it goes first.
pub fn has_rule(method: &Ident) -> bool {
    let name = method.to_string();
    OF_MATRICES.contains(&name.as_str())
        || matches!(name.as_str(), "unwrap" | "expect" | "into_inner" | "sin_cos")
        || Prim::method(&name).is_some()
}
