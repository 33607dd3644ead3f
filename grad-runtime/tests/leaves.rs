//! The walk over the leaves of a container: static and generic structs, sequences, nalgebra's types.

use core::fmt;

use grad_runtime::leaves::{Leaf, Shape, write_child_key};
use grad_runtime::nalgebra::{DMatrix, Matrix2x3, Point3, RowVector3, SMatrix, SVector};
use grad_runtime::prelude::*;

/// What the derive has to write for a generic struct: a `Leaves` where every field is one, of the same scalar. The
/// bounds are on the fields' types; the unused lifetime keeps rustc from rejecting those that don't hold.
#[derive(Clone, Debug, PartialEq)]
struct Layer<W, B> {
    w: W,
    b: B,
}

impl<W, B> Leaves for Layer<W, B>
where
    for<'field> W: Leaves,
    for<'field> B: Leaves<Scalar = <W as Leaves>::Scalar>,
{
    type Scalar = <W as Leaves>::Scalar;

    fn leaf_count(&self) -> usize {
        self.w.leaf_count() + self.b.leaf_count()
    }

    fn leaf(&self, index: usize) -> Leaf<'_, Self::Scalar> {
        let rest = index;
        let count = self.w.leaf_count();
        if rest < count {
            return self.w.leaf(rest);
        }
        let rest = rest - count;
        let count = self.b.leaf_count();
        if rest < count {
            return self.b.leaf(rest);
        }
        leaves::out_of_range(rest - count)
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        let count = self.w.leaf_count();
        if index < count {
            return write_child_key(out, &"w", &self.w, index);
        }
        write_child_key(out, &"b", &self.b, index - count)
    }
}

impl<W, B> LeavesMut for Layer<W, B>
where
    for<'field> W: LeavesMut,
    for<'field> B: LeavesMut<Scalar = <W as Leaves>::Scalar>,
{
    fn leaf_mut(&mut self, index: usize) -> &mut [Self::Scalar] {
        let count = self.w.leaf_count();
        if index < count { self.w.leaf_mut(index) } else { self.b.leaf_mut(index - count) }
    }
}

/// A struct that is no container, as its field isn't: the bound that doesn't hold is no error as long as nobody asks.
#[allow(dead_code)]
struct Labelled {
    label: String,
}

impl Leaves for Labelled
where
    for<'field> String: Leaves,
{
    type Scalar = <String as Leaves>::Scalar;
    fn leaf_count(&self) -> usize {
        self.label.leaf_count()
    }
    fn leaf(&self, index: usize) -> Leaf<'_, Self::Scalar> {
        self.label.leaf(index)
    }
    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        write_child_key(out, &"label", &self.label, index)
    }
}

fn keys<C: Leaves>(container: &C) -> Vec<String> {
    (0..container.leaf_count()).map(|index| leaves::key(container, index).to_string()).collect()
}

fn shapes<C: Leaves>(container: &C) -> Vec<String> {
    (0..container.leaf_count()).map(|index| container.leaf(index).shape.to_string()).collect()
}

#[test]
fn structs_nest_and_their_keys_chain() {
    let inner = Layer { w: SMatrix::<f64, 2, 3>::zeros(), b: SVector::<f64, 2>::zeros() };
    let model = Layer { w: vec![inner.clone(), inner], b: (1.0, Some([2.0; 3])) };
    assert_eq!(keys(&model), ["w/0/w", "w/0/b", "w/1/w", "w/1/b", "b/0", "b/1"]);
    assert_eq!(shapes(&model), ["[2, 3] (column-major)", "[2]", "[2, 3] (column-major)", "[2]", "[]", "[3]"]);
    assert_eq!(leaves::find(&model, &"w/1/b"), Some(3));
}

#[test]
fn floats_without_a_gap_are_one_leaf() {
    assert_eq!(shapes(&[[[1.0; 4]; 3]; 2]), ["[2, 3, 4]"]);
    assert_eq!(shapes(&vec![[1.0_f32; 3]; 5]), ["[5, 3]"]);
    assert_eq!(shapes(&vec![vec![1.0; 3]; 2]), ["[3]", "[3]"]);
    assert_eq!(shapes(&Vec::<f64>::new()), ["[0]"]);
    assert_eq!(shapes(&Vec::<Vec<f64>>::new()), [""; 0]);
    assert_eq!(shapes(&[SVector::<f64, 3>::zeros(); 2]), ["[3]", "[3]"]);
    assert_eq!([[1.0, 2.0], [3.0, 4.0]].leaf(0).data, [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn arrays_deeper_than_the_largest_rank_are_containers_of_arrays() {
    let eight = [[[[[[[[1.0]; 1]; 1]; 1]; 1]; 1]; 1]; 2];
    assert_eq!(shapes(&eight), ["[2, 1, 1, 1, 1, 1, 1, 1]"]);
    let mut nine = [eight; 2];
    assert_eq!(keys(&nine), ["0", "1"]);
    nine.leaf_mut(1)[1] = 5.0;
    assert_eq!(leaves::flatten(&nine), [1.0, 1.0, 1.0, 5.0]);
}

#[test]
fn matrices_keep_their_own_order() {
    let m = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    assert_eq!(m.leaf(0).data, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_eq!(shapes(&RowVector3::new(1.0, 2.0, 3.0)), ["[1, 3]"]);
    assert_eq!(shapes(&DMatrix::<f64>::zeros(3, 1)), ["[3, 1]"]);
    assert_eq!(shapes(&Point3::new(1.0, 2.0, 3.0)), ["[3]"]);
    assert_eq!(m.columns(1, 2).leaf(0).data, [2.0, 5.0, 3.0, 6.0]);
}

#[test]
fn two_orders_do_not_match_where_it_matters() {
    let error = leaves::same_structure(&Matrix2x3::<f64>::zeros(), &[[0.0; 3]; 2]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the counterpart of the leaf `` has shape [2, 3], but the leaf has shape [2, 3] (column-major)"
    );
    assert!(leaves::same_structure(&RowVector3::<f64>::zeros(), &[[0.0; 3]; 1]).is_ok());
}

#[test]
fn a_mismatch_names_the_leaf_and_both_shapes() {
    let expected = Layer { w: [[0.0; 3]; 2], b: [0.0; 2] };
    let found = Layer { w: [[0.0; 2]; 3], b: [0.0; 2] };
    let error = leaves::same_structure(&expected, &found).unwrap_err();
    let StructureError::Shape { key, expected, found, .. } = &error else { panic!("{error}") };
    assert_eq!(key.as_str(), "w");
    assert_eq!((**expected, **found), (Shape::of(&[2, 3]), Shape::of(&[3, 2])));
}

#[test]
fn missing_and_unexpected_leaves_are_told_apart() {
    let two = (1.0, 2.0);
    let three = (1.0, 2.0, [3.0]);
    let missing = leaves::same_structure(&three, &two).unwrap_err();
    assert_eq!(missing.to_string(), "there is no counterpart for the leaf `2` of shape [1]");
    let unexpected = leaves::same_structure(&two, &three).unwrap_err();
    assert_eq!(unexpected.to_string(), "there is a leaf `2` of shape [1] too many");
}

#[test]
fn zipping_writes_nothing_where_the_structures_differ() {
    let mut a = Layer { w: [1.0, 2.0], b: [3.0, 4.0] };
    let before = a.clone();
    let b = Layer { w: [1.0, 2.0], b: [3.0] };
    assert!(leaves::zip_inplace(&mut a, &b, |a, b| a + b).is_err());
    assert_eq!(a, before);
}

#[test]
fn flattening_there_and_back_changes_nothing() {
    let model = Layer { w: Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), b: vec![[7.0, 8.0], [9.0, 10.0]] };
    let flat = leaves::flatten(&model);
    let mut copy = leaves::map(model.clone(), |_| 0.0);
    assert_ne!(copy, model);
    leaves::unflatten_from(&mut copy, &flat).unwrap();
    assert_eq!(copy, model);
    assert_eq!(
        leaves::unflatten_from(&mut copy, &flat[1..]),
        Err(StructureError::Length { expected: 10, found: 9 })
    );
    assert_eq!(copy, model);
}

#[test]
#[should_panic(expected = "1 past the container's last leaf")]
fn an_index_past_the_last_leaf_panics() {
    let _ = (1.0, [2.0]).leaf(2);
}

/// What is derived for a struct and for its tangent tells at compile time that their leaves match.
#[test]
fn a_struct_and_its_tangent_match_by_their_types() {
    #[derive(Clone, Differentiable)]
    struct Dense<T: Real> {
        w: [[T; 2]; 3],
        #[constant]
        units: usize,
        b: T,
    }
    #[derive(Clone, Differentiable)]
    struct Pair(Dense<f64>, f64);
    #[derive(Clone, Differentiable)]
    struct Swapped {
        b: f64,
        w: [[f64; 2]; 3],
    }
    const {
        assert!(Pair::LAYOUT.same_keys(&PairTangent::LAYOUT));
        assert!(Dense::<f64>::LAYOUT.same_keys(&DenseTangent::<f64>::LAYOUT));
        assert!(!Dense::<f64>::LAYOUT.same_keys(&Swapped::LAYOUT));
        assert!(!Pair::LAYOUT.same_keys(&Dense::<f64>::LAYOUT));
    }
    let layer = Dense { w: [[1.0; 2]; 3], units: 3, b: 2.0 };
    let swapped = Swapped { b: 5.0, w: [[7.0; 2]; 3] };
    assert_eq!(layer.units, 3);
    let sum = leaves::zip_map(layer, &swapped, |a, b| a + b).unwrap();
    assert_eq!((sum.w, sum.b), ([[8.0; 2]; 3], 7.0));
}
