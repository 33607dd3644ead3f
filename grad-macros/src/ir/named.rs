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
    is_name_of_rule(&method.to_string())
}

/// Whether the runtime has rules for methods of this name.
pub fn is_name_of_rule(name: &str) -> bool {
    OF_MATRICES.contains(&name)
        || matches!(name, "unwrap" | "expect" | "into_inner" | "sin_cos")
        || Prim::method(name).is_some()
}

/// Whether the runtime has no second derivative for the methods of this name that it has rules of.
pub fn has_first_rule_alone(method: &Ident) -> bool {
    let name = method.to_string();
    let has_second = [
        "adjoint",
        "component_mul",
        "cross",
        "determinant",
        "dot",
        "mean",
        "norm",
        "norm_squared",
        "normalize",
        "scale",
        "sum",
        "tr_mul",
        "trace",
        "transpose",
        "try_inverse",
    ];
    OF_MATRICES.contains(&name.as_str()) && !has_second.contains(&name.as_str())
}

/// Whether a path names a function of one of nalgebra's types that don't form a vector space.
pub fn is_turning(path: &syn::Path) -> bool {
    let owner = path.segments.iter().rev().nth(1).map(|owner| owner.ident.to_string());
    let owner = owner.unwrap_or_default();
    ["Rotation", "UnitQuaternion", "UnitComplex", "Isometry", "Similarity", "Unit"]
        .iter()
        .any(|name| owner.strip_prefix(name).is_some_and(|rest| matches!(rest, "" | "2" | "3")))
}
