//! The function with its directions: the signature that the tangent body has.

use proc_macro2::Span;
use syn::{ReturnType, Type, parse_quote};

use super::super::face::{self, Face};
use super::super::types;
use crate::ir::VarKind;
use crate::parse::{Function, Parameter};

/// A direction for each active parameter, passed as the parameter is.
pub fn directions(function: &Function) -> Vec<Parameter> {
    let runtime = face::runtime(function);
    let mut names = Face::new(function).names();
    let direction = |parameter: &Parameter| {
        let tangent = types::tangent(&parameter.written, &parameter.ty, &runtime);
        let buffer = types::buffer(&parameter.written, &parameter.ty, &runtime);
        let written: Type = match parameter.passing {
            VarKind::Ref => parse_quote!(&#buffer),
            VarKind::RefMut => parse_quote!(&mut #buffer),
            _ => parse_quote!(#tangent),
        };
        Parameter {
            name: names.fresh(&format!("{}_dot", parameter.name), Span::call_site()),
            written: Box::new(written),
            ..parameter.clone()
        }
    };
    function.parameters.iter().filter(|parameter| parameter.active).map(direction).collect()
}

/// The face of `(primals, directions) -> derivative`, with the directions of the active parameters of `of`; whether a derivative is
/// taken for the directions, too.
pub fn along(function: &Function, of: &Function, active: bool) -> Face {
    let directions = &directions(of);
    let mut face = Face::new(&with_directions(function, directions));
    let (primals, dots) = face.params.split_at_mut(function.parameters.len());
    let active_of = of.parameters.iter().zip(primals).filter(|(parameter, _)| parameter.active);
    for (dot, (_, primal)) in dots.iter_mut().zip(active_of) {
        dot.active = active;
        dot.like = primal.name.clone();
    }
    face
}

fn with_directions(function: &Function, directions: &[Parameter]) -> Function {
    let face = Face::new(function);
    let mut along = function.clone();
    for direction in directions {
        let (name, ty) = (&direction.name, &direction.written);
        along.original.sig.inputs.push(parse_quote!(#name: #ty));
        along.parameters.push(direction.clone());
    }
    let derivative = face.seed();
    let derivative: Type = parse_quote!(#derivative);
    along.original.sig.output = ReturnType::Type(parse_quote!(->), Box::new(derivative));
    along.options.aux = false;
    along
}
