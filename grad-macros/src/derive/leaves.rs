//! The walk over the leaves: `Leaves` and `LeavesMut`, for the type and for its tangent.
//!
//! Not every differentiable type is a container: a rotation isn't, and a struct whose fields have different scalars isn't
//! either. So every field's part is a condition of the impl, not a requirement of the derive.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Type, WherePredicate};

use super::bounds::{Bounds, extended, is_float, mentions, plain_number};
use super::model::{Field, Kind, Model, Variant};
use super::patterns::{Side, with_fields};
use super::{primal, tangent};

/// The walks over the type and over its tangent.
pub fn both(model: &Model, bounds: &Bounds) -> TokenStream {
    [Side::Primal, Side::Tangent].into_iter().map(|side| Walk::new(model, bounds, side).impls()).collect()
}

/// What the impls for one of the two types are made of.
struct Walk<'m> {
    model: &'m Model,
    bounds: &'m Bounds<'m>,
    side: Side,
    /// The type of every element of every leaf.
    scalar: TokenStream,
    /// Whether the scalar is a parameter of the impls, which the conditions set: a condition on `<Field as Leaves>::Scalar`
    /// would hide from rustc which type that is.
    open: bool,
    /// The type that sets the scalar, unless that is a float.
    first: Option<TokenStream>,
    /// The other types that have to be containers, of the same scalar.
    others: Vec<TokenStream>,
}

impl<'m> Walk<'m> {
    /// The scalar is that of a field of floats or of generic numbers, if there is one, else the float that a field's type names, else
    /// that of the first field.
    fn new(model: &'m Model, bounds: &'m Bounds<'m>, side: Side) -> Self {
        let types: Vec<_> = model
            .active_fields()
            .filter(|field| !bounds.is_recursive(field))
            .map(|field| &field.ty)
            .collect();
        let named: Option<Type> = types.iter().find_map(|ty| named_float(ty));
        let plain = types.iter().find_map(|ty| plain_number(model, ty)).or(named.as_ref());
        let first = plain.or(types.first().copied()).filter(|ty| !is_float(ty));
        let leaves = bounds.path("Leaves");
        let on_side = |ty: &Type| on_side(bounds, side, ty);
        let scalar = match (plain, first) {
            (Some(float), None) => float.to_token_stream(),
            (_, None) => quote!(f64),
            (Some(parameter), Some(_)) => {
                let ty = on_side(parameter);
                quote!(<#ty as #leaves>::Scalar)
            }
            (None, Some(_)) => quote!(__Scalar),
        };
        let open = plain.is_none() && first.is_some();
        // A condition on what is known anyway would only get in rustc's way.
        let known =
            |ty: &&&Type| Some(**ty) == first || (plain.is_some() && plain_number(model, ty) == plain);
        let is_generic = model.generics.type_params().next().is_some();
        let common_name = |ty: &Type| common_name(ty, side, is_generic);
        let mut said: Vec<String> = first.map(common_name).into_iter().collect();
        let is_new = |ty: &&&Type| {
            let name = common_name(ty);
            let is_new = !said.contains(&name);
            said.push(name);
            is_new
        };
        let others = types.iter().filter(|ty| !known(ty)).filter(is_new).map(|ty| on_side(ty)).collect();
        Self { model, bounds, side, scalar, open, first: first.map(on_side), others }
    }

    /// What the fields have to be for the type to be a container.
    fn conditions(&self) -> Vec<WherePredicate> {
        let (leaves, scalar) = (self.bounds.path("Leaves"), &self.scalar);
        let same_scalar = quote!(#leaves<Scalar = #scalar>);
        let of_first = if self.open { &same_scalar } else { &leaves };
        let first = self.first.iter().map(|ty| self.bounds.if_it_holds(ty, of_first));
        let others = self.others.iter().map(|ty| self.bounds.if_it_holds(ty, &same_scalar));
        first.chain(others).collect()
    }

    fn impls(&self) -> TokenStream {
        let read = self.read();
        // A walk that writes needs fields that can be written: those that can take a step.
        let write = (matches!(self.side, Side::Tangent) || self.bounds.can_step()).then(|| self.write());
        quote!(#read #write)
    }

    fn read(&self) -> TokenStream {
        let [leaves, leaf, core] = ["Leaves", "Leaf", "core"].map(|name| self.bounds.path(name));
        let write_child_key = self.bounds.path("write_child_key");
        let (scalar, count, layout) = (&self.scalar, self.leaf_count(), self.layout());
        let one_leaf = self.find(|field| {
            let value = field.binding("a");
            quote!(#leaves::leaf(#value, index))
        });
        let one_key = self.find(|field| {
            let (value, key) = (field.binding("a"), field.key());
            quote!(#write_child_key(out, &#key, #value, index))
        });
        self.implement(&leaves, Vec::new(), &quote! {
            type Scalar = #scalar;
            #layout

            #[inline]
            fn leaf_count(&self) -> usize { #count }

            #[inline]
            fn leaf(&self, index: usize) -> #leaf<'_, Self::Scalar> { #one_leaf }

            fn write_key(&self, index: usize, out: &mut dyn #core::fmt::Write) -> #core::fmt::Result { #one_key }
        })
    }

    /// The names of a struct's fields, which its type tells; for an enum and a recursive type, nothing.
    fn layout(&self) -> Option<TokenStream> {
        let [leaves, layout] = ["Leaves", "Layout"].map(|name| self.bounds.path(name));
        if self.model.kind == Kind::Enum
            || self.model.active_fields().any(|field| self.bounds.is_recursive(field))
        {
            return None;
        }
        let fields = self.model.active_fields().map(|field| {
            let (key, ty) = (field.key(), on_side(self.bounds, self.side, &field.ty));
            quote!((#key, &<#ty as #leaves>::LAYOUT))
        });
        Some(quote!(const LAYOUT: #layout = #layout::Fields { fields: &[#(#fields),*] };))
    }

    fn write(&self) -> TokenStream {
        let leaves_mut = self.bounds.path("LeavesMut");
        let one_leaf = self.find(|field| {
            let value = field.binding("a");
            quote!(#leaves_mut::leaf_mut(#value, index))
        });
        let conditions = self
            .first
            .iter()
            .chain(&self.others)
            .map(|ty| self.bounds.if_it_holds(ty, &leaves_mut))
            .collect();
        self.implement(
            &leaves_mut,
            conditions,
            &quote! {
                #[inline]
                fn leaf_mut(&mut self, index: usize) -> &mut [Self::Scalar] { #one_leaf }
            },
        )
    }

    /// The number of leaves of all fields.
    fn leaf_count(&self) -> TokenStream {
        let leaves = self.bounds.path("Leaves");
        with_fields(self.model, self.side, (quote!(self), "a"), |variant| {
            let counts = variant.active().map(|field| {
                let value = field.binding("a");
                quote!(+ #leaves::leaf_count(#value))
            });
            quote!(0 #(#counts)*)
        })
    }

    /// What `found` makes of the field in which the leaf at `index` lies; there `index` counts from the field's first leaf.
    fn find(&self, found: impl Fn(&Field) -> TokenStream) -> TokenStream {
        let leaves = self.bounds.path("Leaves");
        let out_of_range = self.bounds.path("out_of_range");
        with_fields(self.model, self.side, (quote!(self), "a"), |variant: &Variant| {
            let fields = variant.active().map(|field| {
                let (value, found) = (field.binding("a"), found(field));
                quote! {
                    let count = #leaves::leaf_count(#value);
                    if index < count {
                        return #found;
                    }
                    let index = index - count;
                }
            });
            quote!(#(#fields)* #out_of_range(index))
        })
    }

    /// An impl for the type or for its tangent, under all conditions.
    fn implement(
        &self,
        path: &TokenStream,
        mut conditions: Vec<WherePredicate>,
        items: &TokenStream,
    ) -> TokenStream {
        conditions.extend(self.conditions());
        match self.side {
            Side::Primal => {
                let generics = self.with_scalar(extended(&self.model.generics, conditions));
                primal::implement(self.model, &generics, path, items)
            }
            Side::Tangent => {
                let (generics, tangent) = self.bounds.tangent_impl(conditions);
                tangent::implement_for(&self.with_scalar(generics), &tangent, path, items)
            }
        }
    }

    /// The generics of an impl with the scalar among them, where it is a parameter.
    fn with_scalar(&self, mut generics: Generics) -> Generics {
        if self.open {
            let (scalar, real) = (&self.scalar, self.bounds.path("Real"));
            generics.params.push(syn::parse_quote!(#scalar: #real));
        }
        generics
    }
}

/// A field's type, or that of its tangent.
fn on_side(bounds: &Bounds, side: Side, ty: &Type) -> TokenStream {
    match side {
        Side::Primal => ty.to_token_stream(),
        Side::Tangent => bounds.tangent_of(ty),
    }
}

/// The float that a type names: `f64` of `UnitQuaternion<f64>`. Where the numbers in it are others after all, the struct is no container.
fn named_float(ty: &Type) -> Option<Type> {
    let names = |float: &Type| {
        let Type::Path(path) = float else { return false };
        path.path.get_ident().is_some_and(|name| mentions(ty.to_token_stream(), name))
    };
    match [syn::parse_quote!(f64), syn::parse_quote!(f32)] {
        [double, _] if names(&double) => Some(double),
        [_, single] if names(&single) => Some(single),
        _ => None,
    }
}

/// A type by a name that its aliases share, and on the side of tangents by the name of its tangent, as far as that is known: a point's
/// is a vector. Two conditions on one type would leave rustc in doubt which of them to use.
fn common_name(ty: &Type, side: Side, is_generic: bool) -> String {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut()
        && let Some(name) = alias(&last.ident.to_string(), side, is_generic)
    {
        last.ident = quote::format_ident!("{name}");
        path.path = last.clone().into();
    }
    of_one_size(&ty.to_token_stream().to_string())
}

/// The name of a vector for what is one, or has one as its tangent; of a rotation of generic numbers rustc doesn't see that.
fn alias(name: &str, side: Side, is_generic: bool) -> Option<String> {
    let tangent = matches!(side, Side::Tangent);
    match name {
        "UnitQuaternion" | "Rotation3" if tangent && !is_generic => Some("Vector3".to_owned()),
        "UnitComplex" | "Rotation2" if tangent && !is_generic => Some("Vector1".to_owned()),
        _ if name.starts_with("Vector") || name.starts_with("Matrix") => Some(name.to_owned()),
        "SVector" | "SMatrix" | "DVector" | "DMatrix" => Some(name.to_owned()),
        _ => name.strip_prefix("Point").filter(|_| tangent).map(|size| format!("Vector{size}")),
    }
}

/// `Vector3 < f64 >` for `SVector < f64 , 3 >`, `Matrix2x3 < f64 >` for `SMatrix < f64 , 2 , 3 >`, `Matrix3 < f64 >` for a square one.
fn of_one_size(name: &str) -> String {
    let parts: Vec<&str> = name.split([' ', '<', '>', ',']).filter(|part| !part.is_empty()).collect();
    let (kind, number, size) = match parts[..] {
        ["SVector", number, size] | ["SMatrix", number, size, "1"] => ("Vector", number, size.to_owned()),
        ["SMatrix", number, rows, columns] if rows == columns => ("Matrix", number, rows.to_owned()),
        ["SMatrix", number, rows, columns] => ("Matrix", number, format!("{rows}x{columns}")),
        _ => return name.to_owned(),
    };
    format!("{kind}{size} < {number} >")
}
