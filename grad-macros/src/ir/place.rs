//! Where memory is read and written.

use super::{M, V};

/// A part of a variable: `a[i][j]`, `s.pos[0]`, `t.0`, `v[lo..hi]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    pub base: M,
    pub projections: Vec<Projection>,
}

/// One step into a variable.
#[derive(Clone, PartialEq, Debug)]
pub enum Projection {
    /// `[i]`
    Index(V),
    /// `.name` or `.0`
    Field(syn::Member),
    /// `[lo..hi]`
    Slice { start: Bound, end: Bound },
    /// A field of a variant of an enum that is known to be that variant here.
    Payload(Box<Payload>),
    /// `.column(j)`: a part of a matrix.
    View(Box<View>),
    /// `.coords` of a point; its tangent is a vector already, so there this step is left out.
    Coordinates,
}

/// A part of a matrix, by the method that gives it; the one for a part to write to has the same name with `_mut`.
#[derive(Clone, PartialEq, Debug)]
pub struct View {
    pub method: syn::Ident,
    pub turbofish: Option<syn::AngleBracketedGenericArguments>,
    /// Indices, or tuples of them.
    pub args: Vec<V>,
}

/// What an enum holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Payload {
    /// The variant, of the primal type.
    pub variant: syn::Path,
    pub member: syn::Member,
    /// Whether this is a part of a tangent.
    pub tangent: bool,
    /// Its type, if it's believed to carry no derivative; rustc confirms it.
    pub constant: Option<syn::Type>,
}

impl Payload {
    /// Whether two parts of one enum are different ones; a variant may be written by several paths.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let name = |payload: &Self| payload.variant.segments.last().map(|last| last.ident.clone());
        name(self) != name(other) || self.member != other.member
    }

    /// The variant's path in the type that is meant: `ShapeTangent::Circle`.
    pub fn path(&self) -> syn::Path {
        let mut path = self.variant.clone();
        if self.tangent
            && let Some(owner) = path.segments.iter_mut().nth_back(1)
        {
            owner.ident = syn::Ident::new(&format!("{}Tangent", owner.ident), owner.ident.span());
        }
        path
    }
}

impl Projection {
    /// The part of a tangent that belongs to a field of what a constructor (of a struct or a variant) makes.
    pub fn tangent_field(constructor: &syn::Path, member: &syn::Member) -> Self {
        let mut segments = constructor.segments.iter().rev();
        let upper = |segment: Option<&syn::PathSegment>| {
            segment.is_some_and(|segment| segment.ident.to_string().starts_with(char::is_uppercase))
        };
        if upper(segments.next()) && upper(segments.next()) {
            let variant = constructor.clone();
            return Self::Payload(Box::new(Payload {
                variant,
                member: member.clone(),
                tangent: true,
                constant: None,
            }));
        }
        Self::Field(member.clone())
    }
}

/// An end of a sub-slice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    Open,
    At(V),
    /// `..=v`
    Through(V),
}

impl Place {
    /// A whole variable.
    pub fn whole(base: M) -> Self {
        Self { base, projections: Vec::new() }
    }

    /// This place, one step further.
    pub fn then(&self, projection: Projection) -> Self {
        let mut place = self.clone();
        place.projections.push(projection);
        place
    }

    /// The same part of the adjoint or tangent of the variable.
    pub fn rebased(&self, base: M) -> Self {
        let mut place = Self { base, projections: self.projections.clone() };
        place.projections.retain(|projection| *projection != Projection::Coordinates);
        for projection in &mut place.projections {
            if let Projection::Payload(payload) = projection {
                payload.tangent = true;
                payload.constant = None;
            }
        }
        place
    }

    /// Whether it's a part that carries no derivative in a variable that may; the adjoint and the tangent have no such part.
    pub fn is_constant(&self) -> bool {
        self.projections
            .iter()
            .any(|part| matches!(part, Projection::Payload(payload) if payload.constant.is_some()))
    }

    /// Whether it's a part of a matrix by a method, so that the expression for it is a value of its own.
    pub fn is_view(&self) -> bool {
        matches!(self.projections.last(), Some(Projection::View(_)))
    }

    /// The values that its indices name.
    pub fn operands(&self) -> Vec<V> {
        let mut out = Vec::new();
        for projection in &self.projections {
            match projection {
                Projection::Index(v) => out.push(*v),
                Projection::Field(_) | Projection::Payload(_) | Projection::Coordinates => {}
                Projection::View(view) => out.extend(&view.args),
                Projection::Slice { start, end } => {
                    out.extend(start.operand().into_iter().chain(end.operand()));
                }
            }
        }
        out
    }

    /// Rewrites the values that its indices name.
    pub fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        for projection in &mut self.projections {
            match projection {
                Projection::Index(v) => *v = f(*v),
                Projection::Field(_) | Projection::Payload(_) | Projection::Coordinates => {}
                Projection::View(view) => view.args.iter_mut().for_each(|v| *v = f(*v)),
                Projection::Slice { start, end } => {
                    start.map(f);
                    end.map(f);
                }
            }
        }
    }
}

impl Bound {
    /// The value of the bound, if it has one.
    pub fn operand(self) -> Option<V> {
        match self {
            Self::Open => None,
            Self::At(v) | Self::Through(v) => Some(v),
        }
    }

    fn map(&mut self, f: &mut impl FnMut(V) -> V) {
        match self {
            Self::Open => {}
            Self::At(v) | Self::Through(v) => *v = f(*v),
        }
    }
}
