//! What is read of a text, and that any text can be read.

use super::*;

fn declared(text: &str) -> Declared {
    let mut declared = Declared::default();
    read_text(text, &mut declared);
    declared
}

fn fields(text: &str) -> Vec<(String, String, Option<String>)> {
    let fields = declared(text).fields.into_iter().filter(|field| field.derives);
    fields.map(|field| (field.owner, field.name, field.constant)).collect()
}

#[test]
fn fields_of_structs_with_a_derivative() {
    let text = r#"
        /* struct No { a: usize } " */
        struct Plain { a: usize }
        #[derive(Clone, Differentiable)] // struct {
        pub(crate) struct Layer<'a, T: Fn(f64) -> f64, const N: usize> where T: Copy {
            pub w: Vec<(f64, [f64; N])>, #[constant] pub(super) trace: std::collections::HashMap<String, f64>,
            units: usize, name: &'a str, label: char,
        }
        const A: char = '{'; const B: char = '\\''; const C: &str = r"{";
        macro_rules! m { ($real:ident) => { #[derive(Differentiable)] struct Pair(pub $real, #[constant] $real, u8); } }
        #[derive(Differentiable)] enum Shape { Circle { units: u32 } }
    "#;
    let text = text.replace("Differentiable)] // struct {", "Differentiable)] // struct {\n");
    let own = |owner: &str, name: &str, ty: Option<&str>| {
        (owner.to_owned(), name.to_owned(), ty.map(str::to_owned))
    };
    let expected = [
        own("Layer", "w", None),
        own("Layer", "trace", Some("std : : collections : : HashMap < String , f64 >")),
        own("Layer", "units", Some("usize")),
        own("Layer", "name", Some("& str")),
        own("Layer", "label", Some("char")),
        own("Pair", "0", None),
        own("Pair", "1", Some("$ real")),
        own("Pair", "2", Some("u8")),
    ];
    assert_eq!(fields(&text), expected);
}

#[test]
fn methods_with_derivatives() {
    let text = "
        #[differentiable] fn free(x: f64) -> f64 { fn inner(&self) {} x }
        impl A { fn plain(&mut self) {} #[differentiable(order = 2)] pub fn energy<T>(&self, x: T) -> f64 { 1.0 } fn after(&mut self) {} }
        #[differentiable] impl<T> Law for B<T> where T: Copy { fn step(&'a mut self, h: f64) { { 1 } } fn own(mut self: Self) {} fn new() {} }
    ";
    let found = declared(text).methods.into_iter().filter(|method| method.annotated);
    let found = found.map(|method| (method.name, method.receiver));
    let own = |name: &str, receiver: &str| (name.to_owned(), receiver.to_owned());
    let expected = [own("energy", "&self"), own("step", "&mutself"), own("own", "self")];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn whose_the_methods_are() {
    let text = "
        impl<T: Into<f64>> crate::a::A<T> where T: Copy { fn m(&self) -> impl Fn(f64) -> f64 { |x| x } }
        impl<'a> std::ops::Deref for &'a mut A { type Target = B; fn deref(&self) -> &B { &self.0 } }
        #[differentiable] trait Law<X>: Sized { fn m(&self) -> f64; }
        impl<F> Law<f64> for F where F: for<'a> Fn(&'a f64) {}
        macro_rules! each { ($t:ty) => { #[differentiable] impl Law for $t { fn m(self) -> f64 { 1.0 } } } }
        fn free(f: impl Fn(f64)) -> impl Iterator { f }
    ";
    let home = |owner: Option<&str>, of: Option<&str>| Home {
        owner: owner.map(str::to_owned),
        of: of.map(str::to_owned),
    };
    let found = declared(text);
    let methods: Vec<_> = found.methods.into_iter().map(|m| (m.name, m.annotated, m.home)).collect();
    let expected = [
        ("m".to_owned(), false, home(Some("A"), None)),
        ("deref".to_owned(), false, home(Some("A"), Some("Deref"))),
        ("m".to_owned(), true, home(None, Some("Law"))),
        ("m".to_owned(), true, home(Some("$"), Some("Law"))),
    ];
    assert_eq!(methods, expected);
    let of = |owner, of| home(owner, Some(of));
    let expected = [of(Some("A"), "Deref"), of(None, "Law"), of(Some("$"), "Law")];
    assert_eq!(found.implementations, expected);
}

#[test]
fn types_with_and_without_derivatives() {
    let text = "
        #[derive(Clone)] #[repr(C)] pub struct Plain<T> { a: T } /// text
        #[derive(Clone, Differentiable)] enum Shape { A } #[model] struct Made; struct Unit;
        #[cfg_attr(feature = \"grad\", derive(Differentiable))] struct Chosen(f64);
        models! { struct Inside { a: f64 } } fn f() { enum Local { A } }
    ";
    let own = |name: &str, differentiable| (name.to_owned(), differentiable);
    let expected = [
        own("Plain", false),
        own("Shape", true),
        own("Made", true),
        own("Unit", false),
        own("Chosen", true),
        own("Inside", true),
        own("Local", false),
    ];
    assert_eq!(declared(text).types, expected);
}

#[test]
fn aliases() {
    let text = "
        type Real = f64; pub type Pair = (Real, f64); type Point = [f64; 3]; type Table<T> = Vec<T>;
        impl Add for A { type Output = f64; } mod inner { pub(super) type Count = usize; }
        fn f() { type Local = f32; }
    ";
    let own = |name: &str, ty: &str| (name.to_owned(), ty.to_owned());
    let expected = [
        own("Real", "f64"),
        own("Pair", "( Real , f64 )"),
        own("Point", "[ f64 ; 3 ]"),
        own("Count", "usize"),
    ];
    assert_eq!(declared(text).aliases, expected);
}

#[test]
fn anything_can_be_read() {
    for text in [
        "'",
        "\"",
        "r#\"",
        "/*",
        "#[derive(Differentiable)] struct",
        "differentiable struct S<",
        "'\\",
        "é'é' differentiable }{)",
    ] {
        declared(&format!("{text} Differentiable"));
        declared(&format!("#[derive(Differentiable)] struct S {{ a: {text}"));
    }
}

#[test]
fn what_variants_hold() {
    let text = "#[derive(Differentiable)] enum Phase { Idle, #[doc = \"x\"] Hold(f64, #[constant] usize), Ramp { rate: f64, left: Option<u8> } }";
    let held: Vec<String> = declared(text)
        .payloads
        .iter()
        .map(|held| format!("{}::{}.{}: {}", held.owner, held.variant, held.name, held.ty))
        .collect();
    let expected = [
        "Phase::Hold.0: f64",
        "Phase::Hold.1: usize",
        "Phase::Ramp.rate: f64",
        "Phase::Ramp.left: Option < u8 >",
    ];
    assert_eq!(held, expected);
}
