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
    set_directions(&mut face, of, active);
    face
}

/// The face of `(primals, directions) -> (value, derivative)`, the function `jvp`.
pub fn jvp(function: &Function, of: &Function) -> Face {
    let mut function = with_directions(function, &directions(of));
    let face = Face::new(of);
    let (value, derivative) = (&face.result, face.seed());
    function.original.sig.output = ReturnType::Type(parse_quote!(->), parse_quote!((#value, #derivative)));
    let mut jvp = Face::new(&function);
    set_directions(&mut jvp, of, true);
    jvp
}

/// Of each direction: the parameter whose it is, and whether a derivative is taken for it.
fn set_directions(face: &mut Face, of: &Function, active: bool) {
    let names = of.parameters.iter().filter(|parameter| parameter.active).map(|parameter| &parameter.name);
    let first = of.parameters.len();
    for (dot, name) in face.params.iter_mut().skip(first).zip(names) {
        dot.active = active;
        dot.like = name.clone();
    }
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
