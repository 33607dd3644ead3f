//! What `#[derive(Differentiable)]` writes, for types of every shape.
#![no_std]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]
#![allow(clippy::float_cmp, reason = "the numbers are small integers, so all arithmetic is exact")]
#![allow(dead_code, reason = "the constant fields are there to be left out")]

extern crate alloc;
extern crate std;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use grad_runtime::Tangent;
use grad_runtime::nalgebra::{Matrix2, SMatrix, SVector, Vector2};
use grad_runtime::prelude::*;

/// A layer of a network.
#[derive(Clone, Differentiable)]
pub struct Layer {
    /// The weights.
    pub w: SMatrix<f64, 2, 2>,
    /// The biases.
    pub b: SVector<f64, 2>,
    /// How many units there are.
    pub units: usize,
    name: &'static str,
    #[constant]
    trace: Vec<String>,
}

fn layer() -> Layer {
    Layer { w: Matrix2::identity(), b: Vector2::from([1.0, 2.0]), units: 2, name: "layer", trace: Vec::new() }
}

#[test]
fn a_tangent_mirrors_the_fields_that_carry_a_derivative() {
    let zero: LayerTangent = layer().zero_tangent();
    let LayerTangent { w, b } = zero;
    assert_eq!(w, Matrix2::zeros());
    assert_eq!(b, Vector2::zeros());
}

#[test]
fn a_step_moves_each_field() {
    let mut moved = layer();
    moved.step_along(&LayerTangent { w: Matrix2::identity(), b: Vector2::from([1.0, -1.0]) }, 2.0);
    assert_eq!(moved.w, Matrix2::identity() * 3.0);
    assert_eq!(moved.b, Vector2::from([3.0, 0.0]));
}

#[test]
fn a_tangent_is_cloned_compared_and_shown() {
    let tangent = PairTangent(1.0, (), [2.0, 3.0], ());
    assert_eq!(tangent.clone(), tangent);
    assert_ne!(PairTangent(1.0, (), [2.0, 4.0], ()), tangent);
    assert_eq!(format!("{tangent:?}"), "PairTangent(1.0, (), [2.0, 3.0], ())");
    assert_eq!(format!("{:?}", PointTangent { x: 1.0, r#type: 2.0 }), "PointTangent { x: 1.0, type: 2.0 }");
    assert_eq!(format!("{:?}", ShapeTangent::Nothing), "Nothing");
    assert_eq!(format!("{:?}", ShapeTangent::Circle { radius: 1.0 }), "Circle { radius: 1.0 }");
}

/// A tuple struct keeps the numbers of its fields.
#[derive(Differentiable)]
pub struct Pair(pub f64, usize, pub [f32; 2], bool);

#[test]
fn a_tuple_struct_keeps_the_numbers_of_its_fields() {
    let zero = Pair(1.0, 7, [1.0, 2.0], true).zero_tangent();
    assert_eq!(zero, PairTangent(0.0, (), [0.0; 2], ()));
}

/// A raw identifier is a name like others, and the path of the runtime can be given.
#[derive(Differentiable)]
#[differentiable(crate = ::grad_runtime)]
struct Point {
    x: f64,
    r#type: f64,
}

/// Nothing but a name.
#[derive(Differentiable)]
struct Unit;

/// Nothing that carries a derivative.
#[derive(Differentiable)]
struct Settings {
    steps: u32,
    verbose: bool,
    letter: char,
}

#[test]
fn what_holds_no_numbers_has_a_space_of_dimension_zero() {
    let mut zero = Settings { steps: 1, verbose: true, letter: 'a' }.zero_tangent();
    zero.accumulate(&SettingsTangent {});
    zero.scale(2.0);
    assert_eq!(zero.inner(&zero), 0.0);
    assert_eq!(Unit.zero_tangent(), UnitTangent);
}

/// Generic in types and constants; `S` is of no concern to the tangent.
#[derive(Differentiable)]
struct Generic<T, const N: usize, S: Clone = u8> {
    a: T,
    many: Vec<T>,
    array: [T; N],
    fixed: [f64; N],
    #[constant]
    other: S,
}

/// The tangent of generic code is what the parameter's own traits say.
fn zero_of<T: Real>(value: &Generic<T, 2>) -> GenericTangent<T, 2> {
    value.zero_tangent()
}

#[test]
fn a_generic_struct_has_a_generic_tangent() {
    let mut value =
        Generic { a: 1.0_f32, many: vec![2.0], array: [3.0, 4.0], fixed: [5.0, 6.0], other: 0_u8 };
    let zero = zero_of(&value);
    assert_eq!(zero, GenericTangent { a: 0.0, many: vec![0.0], array: [0.0; 2], fixed: [0.0; 2] });
    value.step_along(&GenericTangent { a: 1.0, many: vec![2.0], array: [3.0, 4.0], fixed: [5.0, 6.0] }, 1.0);
    assert_eq!((value.a, value.many, value.array, value.fixed), (2.0, vec![4.0], [6.0, 8.0], [10.0, 12.0]));
}

/// Types of the user inside of each other, with a where clause.
#[derive(Differentiable)]
struct Model<T>
where
    T: Real,
{
    scale: T,
    layers: Vec<Layer>,
    inner: Generic<T, 1>,
    variable: Variable<T>,
    option: Option<(T, f64)>,
}

fn model() -> Model<f64> {
    let inner = Generic { a: 1.0, many: vec![], array: [3.0], fixed: [5.0], other: 0_u8 };
    Model { scale: 2.0, layers: vec![layer(), layer()], inner, variable: variable(1.0), option: None }
}

#[test]
fn containers_nest() {
    let zero = model().zero_tangent();
    assert_eq!(zero.layers.len(), 2);
    assert_eq!(zero.inner.array, [0.0]);
    assert_eq!((zero.scale, zero.variable, zero.option), (0.0, 0.0, None));
}

#[test]
fn variables_are_found_at_every_depth() {
    assert!(is_variable(&model(), false));
    assert!(!is_variable(&model(), true));
    assert!(!is_variable(&layer(), false));
    assert!(is_variable(&Trained { w: variable([1.0]), steps: 1 }, true));
}

/// All of its numbers are trained.
#[derive(Differentiable)]
struct Trained {
    w: Variable<[f64; 1]>,
    steps: usize,
}

/// Borrows what it reads and what it changes.
#[derive(Differentiable)]
struct Borrowed<'a, T = f64> {
    read: &'a [T],
    changed: &'a mut [f64],
    name: &'a str,
}

/// Holds a type with a lifetime.
#[derive(Differentiable)]
struct Outer<'a> {
    inner: Borrowed<'a>,
    gain: f64,
}

/// Borrows what it changes, and nothing else.
#[derive(Differentiable)]
struct Cursor<'a, T> {
    target: &'a mut [T],
}

#[test]
fn a_tangent_owns_what_its_type_borrows() {
    let zero: OuterTangent = {
        let (numbers, mut changed) = (vec![1.0, 2.0], [3.0]);
        let inner = Borrowed { read: &numbers, changed: &mut changed, name: "inner" };
        Outer { inner, gain: 1.0 }.zero_tangent()
    };
    assert_eq!(zero.inner, BorrowedTangent { read: vec![0.0; 2], changed: vec![0.0] });
    assert_eq!(zero.gain, 0.0);
}

#[test]
fn what_is_borrowed_by_mut_takes_steps() {
    let mut numbers = [1.0_f64, 2.0];
    Cursor { target: &mut numbers }.step_along(&CursorTangent { target: vec![1.0, -1.0] }, 1.0);
    assert_eq!(numbers, [2.0, 1.0]);
}

/// Variants of every form.
#[derive(Differentiable)]
enum Shape {
    Circle { radius: f64, corners: usize },
    Rectangle(f64, bool, f64),
    Nothing,
}

#[test]
fn an_enum_keeps_its_variants() {
    let mut circle = Shape::Circle { radius: 1.0, corners: 0 };
    assert_eq!(circle.zero_tangent(), ShapeTangent::Circle { radius: 0.0 });
    circle.step_along(&ShapeTangent::Circle { radius: 3.0 }, 0.5);
    assert!(matches!(circle, Shape::Circle { radius: 2.5, .. }));
    assert_eq!(Shape::Rectangle(1.0, true, 2.0).zero_tangent(), ShapeTangent::Rectangle(0.0, (), 0.0));
    assert_eq!(Shape::Nothing.zero_tangent(), ShapeTangent::Nothing);
    assert_ne!(ShapeTangent::Nothing, ShapeTangent::Circle { radius: 0.0 });
}

#[test]
#[should_panic(expected = "tangents of different variants of `Shape` don't add up")]
fn different_variants_do_not_add_up() {
    ShapeTangent::Nothing.accumulate(&ShapeTangent::Circle { radius: 1.0 });
}

/// A recursive type, by its name and by `Self`.
#[derive(Differentiable)]
enum Expr {
    Constant(f64),
    X,
    Sum(Box<Expr>, Box<Self>),
}

/// A generic recursive type.
#[derive(Differentiable)]
enum Tree<T> {
    Leaf(T),
    Node(Box<Tree<T>>, Vec<Self>),
}

#[test]
fn recursive_types_have_recursive_tangents() {
    let sum = Expr::Sum(Box::new(Expr::Constant(2.0)), Box::new(Expr::X));
    let zero: ExprTangent = sum.zero_tangent();
    assert_eq!(zero, ExprTangent::Sum(Box::new(ExprTangent::Constant(0.0)), Box::new(ExprTangent::X)));

    let mut tree = Tree::Node(Box::new(Tree::Leaf(1.0)), vec![Tree::Leaf(2.0)]);
    let ones = TreeTangent::Node(Box::new(TreeTangent::Leaf(1.0)), vec![TreeTangent::Leaf(1.0)]);
    tree.step_along(&ones, 3.0);
    let Tree::Node(first, rest) = tree else { unreachable!("a step keeps the variant") };
    assert!(matches!(*first, Tree::Leaf(4.0)));
    assert!(matches!(rest[..], [Tree::Leaf(5.0)]));
}

/// One variant, and none.
#[derive(Differentiable)]
enum Only {
    One(f64),
}

/// There are no values, so there is nothing to match.
#[derive(Differentiable)]
enum Never {}

#[test]
fn an_enum_of_one_variant_needs_no_other() {
    let mut one = OnlyTangent::One(2.0);
    one.accumulate(&OnlyTangent::One(3.0));
    assert_eq!(one.inner(&OnlyTangent::One(2.0)), 10.0);
}

#[test]
fn tangents_are_their_own_tangents() {
    let mut sum = LayerTangent { w: Matrix2::identity(), b: Vector2::from([1.0, 2.0]) };
    let zero: LayerTangent = sum.zero_tangent();
    assert_eq!(zero, sum.zero_like());
    let direction = sum;
    sum.step_along(&direction, 2.0);
    assert_eq!(sum.inner(&direction), 3.0 * (2.0 + 5.0));
    sum.set_zero();
    assert_eq!(sum, zero);
}

#[test]
fn a_type_inside_a_function_has_its_tangent_there() {
    #[derive(Differentiable)]
    struct Local {
        x: f64,
    }
    assert_eq!(Local { x: 1.0 }.zero_tangent(), LocalTangent { x: 0.0 });
}

/// Types of the user with the names that generated code could trip over.
mod shadowed {
    use grad_runtime::Differentiable;

    pub struct Clone;
    pub struct Debug;
    pub struct Option;
    pub struct Tangent;
    pub mod core {}

    #[derive(Differentiable)]
    pub struct Value {
        pub x: f64,
        #[constant]
        pub marks: (Clone, Debug, Option, Tangent),
    }
}

#[test]
fn generated_code_does_not_depend_on_names_in_scope() {
    let marks = (shadowed::Clone, shadowed::Debug, shadowed::Option, shadowed::Tangent);
    let value = shadowed::Value { x: 1.0, marks };
    assert_eq!(value.zero_tangent(), shadowed::ValueTangent { x: 0.0 });
}

/// The key chains of all leaves.
fn keys(container: &impl Leaves) -> Vec<String> {
    (0..container.leaf_count()).map(|index| format!("{}", leaves::key(container, index))).collect()
}

#[test]
fn a_struct_is_a_container() {
    let mut layer = layer();
    assert_eq!(keys(&layer), ["w", "b"]);
    assert_eq!(keys(&layer.zero_tangent()), ["w", "b"]);
    assert_eq!(layer.leaf(1).data, [1.0, 2.0]);
    layer.leaf_mut(0)[1] = 7.0;
    assert_eq!(layer.w, Matrix2::new(1.0, 0.0, 7.0, 1.0));
}

#[test]
fn containers_nest_with_key_chains() {
    let inner_keys = ["inner/a", "inner/array", "inner/fixed"];
    let layer_keys = ["layers/0/w", "layers/0/b", "layers/1/w", "layers/1/b"];
    let expected = [&["scale"][..], &layer_keys, &inner_keys, &["variable"]].concat();
    assert_eq!(
        keys(&Flat { scale: 2.0, layers: vec![layer(), layer()], inner: inner(), variable: 1.0 }),
        expected
    );
    let tangent =
        Flat { scale: 2.0, layers: vec![layer(), layer()], inner: inner(), variable: 1.0 }.zero_tangent();
    assert_eq!(keys(&tangent), expected);
}

fn inner() -> Inner<f64> {
    Inner { a: 1.0, array: [1.0; 2], fixed: [1.0; 3] }
}

/// A generic container in a container.
#[derive(Differentiable)]
struct Inner<T: Real> {
    a: T,
    array: [T; 2],
    fixed: [f64; 3],
}

/// A container of containers.
#[derive(Differentiable)]
struct Flat<T: Real> {
    scale: T,
    layers: Vec<Layer>,
    inner: Inner<T>,
    variable: T,
}

#[test]
fn a_generic_container_is_one_for_the_right_numbers() {
    let generic = Generic { a: 1.0, many: vec![2.0; 3], array: [3.0, 4.0], fixed: [5.0, 6.0], other: 0_u8 };
    assert_eq!(keys(&generic), ["a", "many", "array", "fixed"]);
}

#[test]
fn an_enum_has_the_leaves_of_its_variant() {
    assert_eq!(keys(&Shape::Circle { radius: 1.0, corners: 0 }), ["radius"]);
    assert_eq!(keys(&Shape::Rectangle(1.0, true, 2.0)), ["0", "2"]);
    assert!(keys(&ShapeTangent::Nothing).is_empty());
    let sum = Expr::Sum(Box::new(Expr::Constant(2.0)), Box::new(Expr::X));
    assert_eq!(keys(&sum), ["0/0"]);
    assert_eq!(keys(&sum.zero_tangent()), ["0/0"]);
}

#[test]
fn a_raw_identifier_is_a_plain_key() {
    assert_eq!(keys(&Point { x: 1.0, r#type: 2.0 }), ["x", "type"]);
}

#[test]
#[should_panic(expected = "the index is 1 past the container's last leaf")]
fn an_index_past_the_last_leaf_panics() {
    layer().leaf(2);
}

/// Differentiable, but no container: its numbers have two types.
#[derive(Differentiable)]
struct Mixed {
    single: f32,
    double: f64,
    layer: Layer,
}

#[test]
fn what_is_no_container_still_has_a_tangent() {
    let zero = Mixed { single: 1.0, double: 2.0, layer: layer() }.zero_tangent();
    assert_eq!((zero.single, zero.double), (0.0, 0.0));
}

/// Two types that hold each other.
#[derive(Differentiable)]
#[differentiable(recursive)]
struct Statement {
    weight: f64,
    inner: Option<Box<Block>>,
}

/// The other one.
#[derive(Differentiable)]
struct Block {
    statements: Vec<Statement>,
}

#[test]
fn types_that_hold_each_other_have_tangents() {
    let block = Block { statements: vec![Statement { weight: 1.0, inner: None }] };
    let zero = Statement { weight: 1.0, inner: Some(Box::new(block)) }.zero_tangent();
    let inner = zero.inner.map(|block| block.statements.len());
    assert_eq!((zero.weight, inner), (0.0, Some(1)));
}

#[test]
fn a_tangent_is_copied_where_its_fields_are() {
    fn copied<T: Copy>(value: &T) -> T {
        *value
    }
    let tangent = LayerTangent { w: Matrix2::identity(), b: Vector2::from([1.0, 2.0]) };
    assert_eq!(copied(&tangent), tangent);
    assert_eq!(copied(&ShapeTangent::Circle { radius: 1.0 }), ShapeTangent::Circle { radius: 1.0 });
}
