//! The types of parts of variables. What a struct has in a field is known by the sources; what is concluded from it is claimed beside the
//! derivative, so that rustc confirms it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Member, Type};

use super::Lower;
use super::variant::last_is;
use crate::ir::{Claim, Float, Place, Projection, Ty};
use crate::parse::expected;

/// On the way to a part of a variable.
struct Walk {
    ty: Ty,
    /// From the first field on whose type is known by the sources.
    belief: Option<Claim>,
    /// Whether what is here is a reference to something of that type.
    behind: bool,
}

impl Lower<'_> {
    /// What is known of the type of a place.
    pub fn place_ty(&self, place: &Place) -> Ty {
        let (ty, known) = self.longest_known_part(place);
        let mut walk = Walk { ty, belief: None, behind: false };
        for projection in &place.projections[known..] {
            self.walk(&mut walk, projection);
        }
        let ty = self.floats.resolve(&walk.ty);
        match walk.belief {
            None => ty,
            Some(_) if walk.behind => Ty::Unknown,
            Some(belief) => self.claim(belief, believed(&ty)),
        }
    }

    fn walk(&self, walk: &mut Walk, projection: &Projection) {
        if let (Projection::Field(member), Ty::Named(owner)) = (projection, &walk.ty)
            && let Some(ty) = expected::field(owner, member)
        {
            let start = || Claim { of: (**owner).clone(), part: quote!(it), ty: TokenStream::new() };
            let belief = walk.belief.get_or_insert_with(start);
            belief.part.extend(quote!(.#member));
            walk.behind = matches!(ty, Type::Reference(_));
            walk.ty = self.known(&ty);
            return;
        }
        let shown = walk.belief.as_ref().map(|belief| shown(&belief.part, projection));
        walk.behind = false;
        walk.ty = self.part_ty(&walk.ty, projection);
        match (&mut walk.belief, shown) {
            (Some(belief), Some(Some(part))) => belief.part = part,
            (_, Some(None)) => walk.ty = Ty::Unknown,
            _ => {}
        }
    }

    fn part_ty(&self, ty: &Ty, projection: &Projection) -> Ty {
        match projection {
            Projection::Index(_) => ty.element(),
            Projection::Field(Member::Unnamed(index)) => ty.tuple_field(index.index as usize),
            Projection::Field(Member::Named(name)) => Self::field_ty(ty, name),
            Projection::View(_) | Projection::Coordinates => self.view_ty(ty),
            Projection::Payload(payload) => match &payload.constant {
                Some(known) => crate::parse::types::known(known, &self.scalars),
                None => super::variant::payload_ty(ty, &payload.variant, &self.scalars),
            },
            Projection::Slice { .. } => match ty {
                Ty::Array(element, _) | Ty::Vec(element) | Ty::Slice(element) => Ty::Slice(element.clone()),
                Ty::Constant => Ty::Constant,
                _ => Ty::Unknown,
            },
        }
    }

    /// The type of the variable, or of the longest part on the way to `place` whose type was written down, and the number of
    /// projections to there.
    fn longest_known_part(&self, place: &Place) -> (Ty, usize) {
        let is_on_the_way =
            |part: &Place| part.base == place.base && place.projections.starts_with(&part.projections);
        let parts = self.part_types.iter().filter(|(part, _)| is_on_the_way(part));
        match parts.max_by_key(|(part, _)| part.projections.len()) {
            Some((part, ty)) => (ty.clone(), part.projections.len()),
            None => (self.body.var(place.base).ty.clone(), 0),
        }
    }

    /// Claims that a part is of a type, if there is anything to say of it.
    fn claim(&self, belief: Claim, ty: Ty) -> Ty {
        if let Some(name) = self.name_of(&ty) {
            let claim = Claim { ty: name, ..belief };
            let mut claims = self.claims.borrow_mut();
            if !claims.contains(&claim) {
                claims.push(claim);
            }
        }
        ty
    }

    /// The name of a type, with gaps; that of linear algebra has a name that the function may not know, and its numbers are claimed where they
    /// are read.
    fn name_of(&self, ty: &Ty) -> Option<TokenStream> {
        let inner = |element: &Ty| self.name_of(element).unwrap_or_else(|| quote!(_));
        match ty {
            Ty::Float(Float::F32) => Some(quote!(f32)),
            Ty::Float(Float::F64) => Some(quote!(f64)),
            Ty::Float(Float::Generic(name)) => Some(name.to_token_stream()),
            Ty::Array(element, len) => {
                let element = inner(element);
                Some(quote!([#element; #len]))
            }
            Ty::Slice(element) => {
                let element = inner(element);
                Some(quote!([#element]))
            }
            Ty::Vec(element) => {
                let element = inner(element);
                let runtime = &self.runtime;
                Some(quote!(#runtime::__private::Vec<#element>))
            }
            Ty::Tuple(elements) => {
                let elements = elements.iter().map(inner);
                Some(quote!((#(#elements,)*)))
            }
            _ => None,
        }
    }
}

/// How a step from a part is shown to rustc, which is asked for the type alone, if it can be.
fn shown(part: &TokenStream, projection: &Projection) -> Option<TokenStream> {
    match projection {
        Projection::Index(_) => Some(quote!(#part[0])),
        Projection::Field(member) => Some(quote!(#part.#member)),
        Projection::Slice { .. } => Some(quote!(#part[..])),
        Projection::Coordinates => Some(quote!(#part.coords)),
        Projection::Payload(payload) if last_is(&payload.variant, "Some") => {
            Some(quote!((*#part.as_ref().unwrap())))
        }
        Projection::View(_) | Projection::Payload(_) => None,
    }
}

/// What is concluded of a type in the sources: of what carries no derivative nothing, as that would be lost without a word, and nothing of a
/// type whose name may mean something else where it isn't written.
fn believed(ty: &Ty) -> Ty {
    let inner = |element: &Ty| Box::new(believed(element));
    match ty {
        Ty::Float(_) | Ty::Algebra(..) => ty.clone(),
        Ty::Array(element, len) => Ty::Array(inner(element), len.clone()),
        Ty::Slice(element) => Ty::Slice(inner(element)),
        Ty::Vec(element) => Ty::Vec(inner(element)),
        Ty::Tuple(elements) => Ty::Tuple(elements.iter().map(believed).collect()),
        _ => Ty::Unknown,
    }
}
