//! The methods that the runtime has rules of.

use proc_macro2::Ident;

use crate::ir::Prim;

/// Methods of nalgebra's types.
const OF_MATRICES: [&str; 20] = [
    "norm",
    "norm_squared",
    "normalize",
    "sum",
    "transpose",
    "component_mul",
    "component_div",
    "cross",
    "dot",
    "scale",
    "inverse",
    "to_rotation_matrix",
    "transform_point",
    "transform_vector",
    "cholesky",
    "lu",
    "solve",
    "determinant",
    "trace",
    "try_inverse",
];

/// Whether the runtime has a rule for methods of this name. A user's type may have one as well: it goes first.
pub fn is_named(method: &Ident) -> bool {
    let name = method.to_string();
    OF_MATRICES.contains(&name.as_str())
        || matches!(name.as_str(), "unwrap" | "expect" | "sin_cos")
        || Prim::method(&name).is_some()
}
