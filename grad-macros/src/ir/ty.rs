//! What the macro knows of types: what is written, and what follows from what is written.

use proc_macro2::{Ident, TokenStream};

/// A type, as far as it is known.
#[derive(Clone, Debug)]
pub enum Ty {
    /// A scalar that can carry a derivative.
    Float(Float),
    /// An integer of some kind; never carries a derivative.
    Int,
    Bool,
    /// Known to be constant, whatever it is: a string, a range, a user's table.
    Constant,
    Array(Box<Ty>, TokenStream),
    Slice(Box<Ty>),
    Vec(Box<Ty>),
    Tuple(Vec<Ty>),
    /// A value that may not be there: what an arm of a branch hands to its adjoint, where its type has no known zero.
    Option(Box<Ty>),
    /// Not known: rustc will find out, and dispatch through traits.
    Unknown,
    /// A type that the user wrote and that isn't one of the above.
    Named(Box<syn::Type>),
    /// A type of linear algebra by its written name, with the type of its numbers and how many there are, where the name says it.
    Algebra(Algebra, Box<Ty>, Option<TokenStream>),
}

/// What a type of linear algebra is. The name alone says it, so what is concluded from it is told to rustc as well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algebra {
    /// A matrix or a vector.
    Matrix,
    Point,
    Translation,
    /// A rotation, in the plane or in space.
    Rotation,
    Isometry,
}

impl Algebra {
    /// What the last segment of a path says, alone or before `::new`.
    pub fn named(name: &str) -> Option<Self> {
        let digit = |one: char| one.is_ascii_digit();
        let stem = name.trim_end_matches(digit);
        // `Matrix2x3`
        let rows = stem.strip_suffix('x').filter(|rows| rows.ends_with(digit));
        Some(match rows.unwrap_or(stem).trim_end_matches(digit) {
            "Matrix" | "Vector" | "RowVector" | "SMatrix" | "SVector" | "RowSVector" | "OMatrix"
            | "OVector" | "DMatrix" | "DVector" | "RowDVector" | "DMatrixView" | "DVectorView"
            | "MatrixView" | "VectorView" => Self::Matrix,
            "Point" | "OPoint" => Self::Point,
            "Translation" => Self::Translation,
            "Rotation" | "UnitQuaternion" | "UnitComplex" => Self::Rotation,
            "Isometry" | "IsometryMatrix" => Self::Isometry,
            _ => return None,
        })
    }
}

/// A scalar type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Float {
    F32,
    F64,
    /// A type parameter bound by `Real` or `RealField`.
    Generic(Ident),
}

impl Ty {
    /// Whether a value of this type can never carry a derivative.
    pub fn is_constant(&self) -> bool {
        match self {
            Self::Int | Self::Bool | Self::Constant => true,
            Self::Array(element, _) | Self::Slice(element) | Self::Vec(element) => element.is_constant(),
            Self::Tuple(elements) => elements.iter().all(Self::is_constant),
            Self::Float(_) | Self::Option(_) | Self::Unknown | Self::Named(_) | Self::Algebra(..) => false,
        }
    }

    /// Whether it is made of integers and booleans alone. What is merely concluded to be constant isn't.
    pub fn is_discrete(&self) -> bool {
        match self {
            Self::Int | Self::Bool => true,
            Self::Array(element, _) | Self::Slice(element) | Self::Vec(element) => element.is_discrete(),
            Self::Tuple(elements) => elements.iter().all(Self::is_discrete),
            _ => false,
        }
    }

    /// The type of something that starts as a constant, and may become what isn't: nothing is concluded from what it starts as.
    pub fn opened(self) -> Self {
        let open = |element: Box<Self>| Box::new(element.opened());
        match self {
            Self::Constant => Self::Unknown,
            Self::Array(element, len) => Self::Array(open(element), len),
            Self::Slice(element) => Self::Slice(open(element)),
            Self::Vec(element) => Self::Vec(open(element)),
            Self::Tuple(elements) => Self::Tuple(elements.into_iter().map(Self::opened).collect()),
            other => other,
        }
    }

    /// Whether its values are numbers or booleans.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::Float(_) | Self::Int | Self::Bool)
    }

    /// Whether it is a float.
    pub fn is_float(&self) -> bool {
        matches!(self, Self::Float(_))
    }

    /// What an index gives.
    pub fn element(&self) -> Ty {
        match self {
            Self::Array(element, _) | Self::Slice(element) | Self::Vec(element) => (**element).clone(),
            Self::Algebra(Algebra::Matrix | Algebra::Point, number, _) => (**number).clone(),
            Self::Constant => Self::Constant,
            _ => Self::Unknown,
        }
    }

    /// What the field `index` of a tuple is.
    pub fn tuple_field(&self, index: usize) -> Ty {
        match self {
            Self::Tuple(elements) => elements.get(index).cloned().unwrap_or(Self::Unknown),
            Self::Constant => Self::Constant,
            _ => Self::Unknown,
        }
    }
}
