//! Matrices, points, rotations, isometries: parts of matrices are places, methods with closures are loops. What isn't listed here
//! is a call that rustc looks up by type.

mod elementwise;
mod in_place;
mod made;
mod types;

pub use elementwise::has_elements;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Member};

use super::stmt::strip;
use super::{Lower, Term};
use crate::ir::{Algebra, Arg, Callee, CopyHow, Init, Place, Projection, Ty, V, View};

impl Lower<'_> {
    /// A method of a matrix that isn't a call.
    pub fn matrix_method(&mut self, place: &Place, name: &str, call: &ExprMethodCall) -> Option<Term> {
        let span = call.span();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        if is_view(name, arguments.len()) {
            return Some(self.view(place, call));
        }
        Some(match (name, &arguments[..]) {
            ("clone_owned" | "into_owned", []) => {
                let how = if place.is_view() { CopyHow::Plain } else { CopyHow::Clone };
                let (ty, varied) = (self.place_ty(place), self.is_varied_place(place));
                Term::Place(self.declare("copy", ty, varied, Init::Copy { from: place.clone(), how }, span))
            }
            ("copy_from", [from]) => self.overwrite(place, from, span),
            ("set_column" | "set_row", [at, from]) => {
                let part = if name == "set_row" { "row" } else { "column" };
                let at = self.index_argument(at);
                let part = view(syn::Ident::new(part, call.method.span()), None, vec![at]);
                self.overwrite(&place.then(part), from, span)
            }
            // Elements in the order of memory are those of the linear indices.
            ("as_slice" | "as_mut_slice", []) if self.is_whole_matrix(place) => {
                Term::Ref { place: place.clone(), mutable: name == "as_mut_slice" }
            }
            _ => {
                let changed = self.changed_in_place(place, name, call);
                return changed.or_else(|| self.elementwise(place, name, call));
            }
        })
    }

    /// Whether a place is a matrix, and no part of one.
    fn is_whole_matrix(&self, place: &Place) -> bool {
        !place.is_view() && matches!(self.place_ty(place), Ty::Algebra(Algebra::Matrix, ..))
    }

    /// `m.column(j)`, `m.fixed_view_mut::<2, 2>(i, j)`: a reference to a part.
    fn view(&mut self, place: &Place, call: &ExprMethodCall) -> Term {
        let name = call.method.to_string();
        let mutable = name.ends_with("_mut");
        let method = syn::Ident::new(name.trim_end_matches("_mut"), call.method.span());
        let args = call.args.iter().map(|argument| self.index_argument(argument)).collect();
        Term::Ref { place: place.then(view(method, call.turbofish.clone(), args)), mutable }
    }

    /// An index, or a tuple of them.
    fn index_argument(&mut self, argument: &Expr) -> V {
        if let Expr::Tuple(tuple) = strip(argument) {
            let parts: Vec<V> = tuple.elems.iter().map(|element| self.index_argument(element)).collect();
            return self.tuple_of(&parts, argument.span());
        }
        let term = self.expr(argument);
        let at = self.value(term, argument.span());
        if matches!(self.ty(at), Ty::Unknown) {
            self.learn(at, &Ty::Constant);
        }
        at
    }

    /// `part.copy_from(&other)`
    fn overwrite(&mut self, place: &Place, from: &Expr, span: Span) -> Term {
        let term = self.expr(from);
        let v = self.value(term, span);
        self.set(place.clone(), v);
        Term::Unit
    }

    /// A component of a unit quaternion, of which its tangent has none: `q.w` is `q.as_vector()[3]`.
    pub fn component(&mut self, place: &Place, member: &Member, span: Span) -> Option<Term> {
        let (Member::Named(name), Ty::Algebra(Algebra::Rotation, number, _)) = (member, self.place_ty(place))
        else {
            return None;
        };
        let at = match name.to_string().as_str() {
            "coords" => None,
            component => Some(["i", "j", "k", "w"].iter().position(|known| *known == component)?),
        };
        if !self.is_varied_place(place) {
            return None;
        }
        let callee = Callee::Method(syn::Ident::new("as_vector", name.span()), None);
        let receiver = Arg::Ref { place: place.clone(), mutable: false };
        let vector = self.emit_call(callee, vec![receiver], span);
        self.learn(vector, &Ty::Algebra(Algebra::Matrix, number, Some(quote::quote!(4))));
        let whole = self.spill(Term::Value(vector), "t", span);
        Some(Term::Place(match at {
            Some(at) => whole.then(Projection::Index(self.integer(at, span))),
            None => whole,
        }))
    }

    /// The step to a field: that to the coordinates of a point is known as such.
    pub fn field_step(&self, place: &Place, member: &Member) -> Projection {
        let coordinates = matches!(member, Member::Named(name) if name == "coords")
            && matches!(self.place_ty(place), Ty::Algebra(Algebra::Point, ..));
        if coordinates { Projection::Coordinates } else { Projection::Field(member.clone()) }
    }
}

fn view(
    method: syn::Ident,
    turbofish: Option<syn::AngleBracketedGenericArguments>,
    args: Vec<V>,
) -> Projection {
    Projection::View(Box::new(View { method, turbofish, args }))
}

/// Whether a method of a matrix looks at its elements or at a part of it, so that the matrix has to be memory.
pub fn needs_place(call: &ExprMethodCall) -> bool {
    let name = call.method.to_string();
    is_view(&name, call.args.len())
        || matches!(
            (name.as_str(), call.args.len()),
            ("map" | "map_with_location", 1) | ("zip_map" | "fold", 2) | ("zip_zip_map", 3)
        )
}

/// Whether a method gives a part of a matrix that can be written to.
fn is_view(name: &str, arguments: usize) -> bool {
    matches!(
        (name.trim_end_matches("_mut"), arguments),
        ("row" | "column" | "fixed_rows" | "fixed_columns", 1)
            | ("rows" | "columns" | "view" | "fixed_view" | "row_part" | "column_part", 2)
    )
}
