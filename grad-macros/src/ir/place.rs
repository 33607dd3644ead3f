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

    /// The same part of another variable.
    pub fn rebased(&self, base: M) -> Self {
        Self { base, projections: self.projections.clone() }
    }

    /// The values that its indices name.
    pub fn operands(&self) -> Vec<V> {
        let mut out = Vec::new();
        for projection in &self.projections {
            match projection {
                Projection::Index(v) => out.push(*v),
                Projection::Field(_) => {}
                Projection::Slice { start, end } => {
                    out.extend(start.operand().into_iter().chain(end.operand()))
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
                Projection::Field(_) => {}
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
