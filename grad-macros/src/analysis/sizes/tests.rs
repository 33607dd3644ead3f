//! Which integers are known to be the same, and which to be at most others.

use std::collections::HashMap;

use crate::diag::Errors;
use crate::ir::{Body, Op, Place, Projection, Stmt, Ty, V, VarKind};
use crate::parse::{Home, Options};

use super::{Polynomial, Sizes};

/// The body of a function over integers, and what is known of them.
fn known(statements: &str) -> (Body, Sizes) {
    let source = format!(
        "fn f(x: &[f64; 8], y: f64, a: usize, b: usize, c: usize) -> f64 {{ let mut s = y; {statements} s }}"
    );
    let errors = Errors::default();
    let function = syn::parse_str(&source).expect("a function");
    let function = crate::parse::item(Options::default(), function, Home::default(), &errors);
    let body = crate::lower::function(&function, &errors);
    assert!(errors.finish().is_none(), "{source}");
    let body = body.expect("a body");
    let sizes = Sizes::of(&body, &body.block, &HashMap::new());
    (body, sizes)
}

/// The value with this name.
fn named(body: &Body, name: &str) -> V {
    let index = body.values.iter().rposition(|value| value.name == name).expect("a value of that name");
    V(u32::try_from(index).expect("few values"))
}

/// Whether `left` and `right` are the same, in `let left = ..; let right = ..;`.
fn same(statements: &str) -> bool {
    let (body, sizes) = known(&format!("{statements} s *= x[left] * x[right];"));
    sizes.value(named(&body, "left")) == sizes.value(named(&body, "right"))
}

/// Whether `left` is at most `right`.
fn at_most(statements: &str) -> bool {
    let (body, sizes) = known(statements);
    sizes.is_at_most(&sizes.value(named(&body, "left")), &sizes.value(named(&body, "right")))
}

#[test]
fn formulas_that_are_the_same() {
    assert!(same("let left = a + b - a; let right = b + 0;"));
    assert!(same("let left = (a + 1) * b; let right = b * a + b;"));
    assert!(same("let left = a * b * c; let right = c * (b * a);"));
    assert!(same("let left = a + 3 - 1; let right = 2 + a;"));
    assert!(same("let left = a * 2; let right = a + a;"));
}

#[test]
fn formulas_that_may_differ() {
    assert!(!same("let left = a + b; let right = a + c;"));
    assert!(!same("let left = a * b; let right = a + b;"));
    assert!(!same("let left = a / 2 * 2; let right = a + 0;"));
    assert!(!same("let left = a / 2; let right = a + 0;"));
    assert!(!same("let left = a % b; let right = a - b;"));
    assert!(!same("let left = a + 1; let right = a - 1;"));
    assert!(!same("let left = a * a; let right = a + 0;"));
}

#[test]
fn what_is_at_most_something_else() {
    let in_loop =
        |formulas: &str| at_most(&format!("for i in 0..a {{ {formulas} s *= x[left] * x[right]; }}"));
    assert!(in_loop("let left = i + 1; let right = a + 0;"));
    assert!(in_loop("let left = i * 1; let right = a + b;"));
    assert!(!in_loop("let left = i + 2; let right = a + 0;"));
    assert!(!in_loop("let left = a + 0; let right = i + 1;"));
    assert!(!in_loop("let left = b + 0; let right = a + 0;"));
    // The products of an index aren't bounded, though they could be.
    assert!(!in_loop("let left = i * b; let right = a * b;"));
}

#[test]
fn the_end_of_an_inclusive_range_is_reached() {
    let left = "let left = i + 1; let right = a + 0; s *= x[left] * x[right];";
    assert!(at_most(&format!("for i in 0..a {{ {left} }}")));
    assert!(!at_most(&format!("for i in 0..=a {{ {left} }}")));
}

#[test]
fn lengths_of_parts() {
    let (body, sizes) = known("let part = &x[a..a + b]; for i in 0..part.len() { s *= part[i]; }");
    let mut lengths = Vec::new();
    body.block.for_each_stmt(&mut |stmt| {
        if let Stmt::Let { op: Op::Len(place), .. } = stmt {
            lengths.push(sizes.length(place));
        }
    });
    let b = body.params.iter().find(|parameter| parameter.name == "b").expect("the parameter b");
    let crate::ir::Binding::Value(b) = b.binding else { panic!("b is a value") };
    assert_eq!(lengths, [Some(sizes.value(b))]);
}

#[test]
fn the_length_of_an_array_is_in_its_type() {
    let (mut body, _) = known("");
    let array = Ty::Array(Box::new(Ty::Int), syn::parse_quote!(5));
    let m = body.new_var("m", array, VarKind::Local, proc_macro2::Span::call_site());
    let v = body.new_var("v", Ty::Vec(Box::new(Ty::Int)), VarKind::Local, proc_macro2::Span::call_site());
    let sizes = Sizes::of(&body, &body.block, &HashMap::new());
    assert_eq!(sizes.length(&Place::whole(m)), Some(Polynomial::constant(5)));
    assert_eq!(sizes.length(&Place::whole(v)), None);
    assert_eq!(sizes.length(&Place::whole(m).then(Projection::Index(V(0)))), None);
}

#[test]
fn a_value_in_the_place_of_another() {
    let (a, b) = (V(0), V(1));
    let square = Polynomial::atom(a).times(&Polynomial::atom(a)).plus(&Polynomial::atom(b), 3);
    let next = Polynomial::atom(a).plus(&Polynomial::constant(1), 1);
    let expected = Polynomial::atom(a)
        .times(&Polynomial::atom(a))
        .plus(&Polynomial::atom(a), 2)
        .plus(&Polynomial::constant(1), 1)
        .plus(&Polynomial::atom(b), 3);
    assert_eq!(square.with(a, &next), expected);
    assert_eq!(square.plus(&square, -1).as_constant(), Some(0));
    assert_eq!((Polynomial::atom(a).as_value(), square.as_value()), (Some(a), None));
}
