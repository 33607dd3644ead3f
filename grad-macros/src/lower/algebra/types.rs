//! What is known of the results of operators, methods and constructors of linear algebra. A number among them is told to rustc with its
//! type, so that a type of the user's with the same name is an error and not a wrong derivative.

use proc_macro2::TokenStream;
use syn::{Ident, Path};

use super::super::Lower;
use crate::ir::{Algebra, Arg, Float, Prim, Ty};

use Algebra::{Isometry, Matrix, Point, Rotation, Translation};

/// A type, its numbers and how many they are.
type Known<'t> = (Algebra, &'t Ty, &'t Option<TokenStream>);

impl Lower<'_> {
    /// What a part of a matrix is.
    pub fn view_ty(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Algebra(_, number, _) => matrix(number, None),
            Ty::Constant => Ty::Constant,
            _ => Ty::Unknown,
        }
    }

    /// What a field is.
    pub fn field_ty(ty: &Ty, name: &Ident) -> Ty {
        let Ty::Algebra(kind, number, len) = ty else {
            return if matches!(ty, Ty::Constant) { Ty::Constant } else { Ty::Unknown };
        };
        match (kind, name.to_string().as_str()) {
            (Matrix | Point | Translation, "x" | "y" | "z" | "w" | "a" | "b") => (**number).clone(),
            (Matrix, name) if is_element(name) => (**number).clone(),
            (Translation, "vector") => matrix(number, len.clone()),
            (Isometry, "translation") => Ty::Algebra(Translation, number.clone(), None),
            (Isometry, "rotation") => Ty::Algebra(Rotation, number.clone(), None),
            _ => Ty::Unknown,
        }
    }

    /// What an operator gives.
    pub fn operator_result(&mut self, prim: Prim, operands: &[Ty]) -> Ty {
        match operands {
            [Ty::Algebra(kind, number, len)] => Ty::Algebra(*kind, number.clone(), len.clone()),
            [Ty::Algebra(a, number, len), Ty::Algebra(b, other, len_b)] => {
                self.floats.unify(number, other);
                combined(prim, (*a, number, len), (*b, other, len_b))
            }
            [Ty::Algebra(kind @ (Matrix | Point), number, len), other @ Ty::Float(_)]
                if matches!(prim, Prim::Mul | Prim::Div) =>
            {
                self.floats.unify(number, other);
                Ty::Algebra(*kind, number.clone(), len.clone())
            }
            [other @ Ty::Float(_), Ty::Algebra(kind @ (Matrix | Point), number, len)]
                if prim == Prim::Mul =>
            {
                self.floats.unify(number, other);
                Ty::Algebra(*kind, number.clone(), len.clone())
            }
            _ => Ty::Unknown,
        }
    }

    /// What a method gives.
    pub fn method_result(&self, args: &[Arg], method: &Ident) -> Ty {
        let receiver = match args.first() {
            Some(Arg::Value(v)) => self.ty(*v),
            Some(Arg::Ref { place, .. }) => self.place_ty(place),
            _ => Ty::Unknown,
        };
        let Ty::Algebra(kind, number, len) = &receiver else { return Ty::Unknown };
        let same = || receiver.clone();
        let other = |kind: Algebra| Ty::Algebra(kind, number.clone(), None);
        match (kind, method.to_string().as_str()) {
            (Matrix, "try_normalize") => Ty::Option(Box::new(matrix(number, len.clone()))),
            (Matrix, "try_inverse") => Ty::Option(Box::new(matrix(number, None))),
            (Matrix, name) if gives_number(name) => (**number).clone(),
            (Matrix, name) if keeps_shape(name) => matrix(number, len.clone()),
            (Matrix, name) if gives_matrix(name) => matrix(number, None),
            (Rotation, "angle" | "angle_to" | "scalar") => (**number).clone(),
            (Rotation, "scaled_axis" | "as_vector" | "vector" | "imag" | "matrix") => other(Matrix),
            (Rotation, "euler_angles") => Ty::Tuple(vec![(**number).clone(); 3]),
            (Rotation | Isometry | Translation, "inverse" | "transpose" | "inv_mul" | "clone") => same(),
            (Rotation, "to_rotation_matrix" | "rotation_to" | "powf" | "slerp") => other(Rotation),
            (Rotation | Isometry | Translation, "transform_point" | "inverse_transform_point") => {
                other(Point)
            }
            (Rotation | Isometry, "transform_vector" | "inverse_transform_vector" | "to_homogeneous") => {
                other(Matrix)
            }
            (Point, "to_homogeneous") => other(Matrix),
            _ => Ty::Unknown,
        }
    }

    /// What a constructor gives.
    pub fn constructed(&self, path: &Path, args: &[Arg]) -> Ty {
        let mut segments = path.segments.iter().rev();
        let (Some(function), Some(owner)) = (segments.next(), segments.next()) else { return Ty::Unknown };
        let name = owner.ident.to_string();
        let Some(kind) = Algebra::named(&name) else { return Ty::Unknown };
        if !is_constructor(&function.ident.to_string()) {
            return Ty::Unknown;
        }
        let written = syn::Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: alone(owner) });
        if let known @ Ty::Algebra(..) = self.known(&written) {
            return known;
        }
        let number = args.iter().find_map(|arg| {
            let ty = match arg {
                Arg::Value(v) => self.ty(*v),
                Arg::Ref { place, .. } => self.place_ty(place),
                Arg::Opaque(_) => return None,
            };
            number_in(&ty)
        });
        number.map_or(Ty::Unknown, |number| {
            let len = crate::parse::types::elements(&name, &owner.arguments);
            Ty::Algebra(kind, Box::new(number), len)
        })
    }
}

/// The segment as a path of its own.
fn alone(segment: &syn::PathSegment) -> Path {
    Path { leading_colon: None, segments: std::iter::once(segment.clone()).collect() }
}

fn matrix(number: &Ty, len: Option<TokenStream>) -> Ty {
    Ty::Algebra(Matrix, Box::new(number.clone()), len)
}

/// The type of the numbers in something.
fn number_in(ty: &Ty) -> Option<Ty> {
    match ty {
        Ty::Float(Float::F32 | Float::F64 | Float::Generic(_)) => Some(ty.clone()),
        Ty::Algebra(_, number, _) => Some((**number).clone()),
        Ty::Array(element, _) | Ty::Slice(element) | Ty::Vec(element) => number_in(element),
        _ => None,
    }
}

fn combined(prim: Prim, (a, number, len): Known<'_>, (b, _, other): Known<'_>) -> Ty {
    let kind = match (prim, a, b) {
        (Prim::Add | Prim::Sub, Matrix, Matrix) => {
            return matrix(number, len.clone().or_else(|| other.clone()));
        }
        (Prim::Sub, Point, Point) => return matrix(number, len.clone()),
        (Prim::Add | Prim::Sub, Point, Matrix) => {
            return Ty::Algebra(Point, Box::new(number.clone()), len.clone());
        }
        (Prim::Mul, Rotation | Isometry, Matrix) => return matrix(number, other.clone()),
        (Prim::Mul, Matrix, Matrix | Rotation) => Matrix,
        (Prim::Mul, Matrix | Rotation | Isometry | Translation, Point) => Point,
        (Prim::Mul | Prim::Div, Rotation, Rotation) => Rotation,
        (Prim::Mul | Prim::Div, Translation, Translation) => Translation,
        (Prim::Mul, Isometry | Rotation | Translation, Isometry | Rotation | Translation) => Isometry,
        _ => return Ty::Unknown,
    };
    Ty::Algebra(kind, Box::new(number.clone()), None)
}

/// Whether a name is that of an element: `m11`, `m34`.
fn is_element(name: &str) -> bool {
    matches!(name.as_bytes(), [b'm', b'1'..=b'6', b'1'..=b'6'])
}

/// The methods of matrices that give a number.
fn gives_number(name: &str) -> bool {
    matches!(
        name,
        "norm"
            | "norm_squared"
            | "magnitude"
            | "magnitude_squared"
            | "dot"
            | "tr_dot"
            | "sum"
            | "product"
            | "trace"
            | "determinant"
            | "mean"
            | "variance"
            | "max"
            | "min"
            | "amax"
            | "amin"
            | "angle"
            | "metric_distance"
    )
}

/// The methods of matrices that give one of the same shape.
fn keeps_shape(name: &str) -> bool {
    matches!(
        name,
        "normalize"
            | "component_mul"
            | "component_div"
            | "cross"
            | "scale"
            | "unscale"
            | "abs"
            | "lerp"
            | "clone"
            | "symmetric_part"
            | "lower_triangle"
            | "upper_triangle"
            | "inf"
            | "sup"
            | "add_scalar"
    )
}

/// The methods of matrices that give another one.
fn gives_matrix(name: &str) -> bool {
    matches!(
        name,
        "transpose"
            | "adjoint"
            | "tr_mul"
            | "ad_mul"
            | "kronecker"
            | "diagonal"
            | "push"
            | "to_homogeneous"
            | "xy"
            | "xz"
            | "yz"
            | "xyz"
            | "insert_row"
            | "insert_column"
            | "remove_row"
            | "remove_column"
            | "row_sum"
            | "column_sum"
            | "row_mean"
            | "column_mean"
            | "cross_matrix"
    )
}

fn is_constructor(name: &str) -> bool {
    matches!(name, "new" | "translation" | "rotation" | "repeat" | "face_towards")
        || (name.starts_with("from") && name != "from_homogeneous")
}
