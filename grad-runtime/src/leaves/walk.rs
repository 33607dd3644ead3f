//! Mapping and zipping the elements of containers, and copying them to and from one flat slice.

use super::{KeyText, Leaves, LeavesMut, Matching, StructureError, key};
use crate::Real;

/// The number of elements over all leaves.
///
/// ```
/// assert_eq!(grad_runtime::leaves::element_count(&([[0.0; 2]; 3], 1.0)), 7);
/// ```
pub fn element_count<C: Leaves + ?Sized>(container: &C) -> usize {
    (0..container.leaf_count()).map(|index| container.leaf(index).data.len()).sum()
}

/// The elements of all leaves, each with the index of its leaf and its position there.
///
/// ```
/// let elements = grad_runtime::leaves::leaf_elements(&([5.0, 6.0], 7.0)).collect::<Vec<_>>();
/// assert_eq!(elements, [(0, 0, 5.0), (0, 1, 6.0), (1, 0, 7.0)]);
/// ```
pub fn leaf_elements<C: Leaves + ?Sized>(container: &C) -> impl Iterator<Item = (usize, usize, C::Scalar)> {
    let elements = |leaf| container.leaf(leaf).data.iter().copied().enumerate();
    (0..container.leaf_count()).flat_map(move |leaf| elements(leaf).map(move |(i, x)| (leaf, i, x)))
}

/// The container with every element replaced by the function's value.
///
/// ```
/// assert_eq!(grad_runtime::leaves::map(([1.0, 2.0], 3.0), |x| 2.0 * x), ([2.0, 4.0], 6.0));
/// ```
#[must_use]
pub fn map<C: LeavesMut>(mut container: C, f: impl FnMut(C::Scalar) -> C::Scalar) -> C {
    map_inplace(&mut container, f);
    container
}

/// Replaces every element by the function's value.
///
/// ```
/// let mut gradients = ([1.0, 2.0], 3.0);
/// grad_runtime::leaves::map_inplace(&mut gradients, |_| 0.0);
/// assert_eq!(gradients, ([0.0, 0.0], 0.0));
/// ```
pub fn map_inplace<C: LeavesMut + ?Sized>(container: &mut C, mut f: impl FnMut(C::Scalar) -> C::Scalar) {
    for index in 0..container.leaf_count() {
        for element in container.leaf_mut(index) {
            *element = f(*element);
        }
    }
}

/// The first container with every element replaced by the function's value of it and its counterpart.
///
/// # Errors
/// Where a leaf of `a` is missing in `b` or has another shape there.
///
/// ```
/// use grad_runtime::leaves::zip_map;
///
/// assert_eq!(zip_map(([1.0, 2.0], 3.0), &([4.0, 5.0], 6.0), |a, b| a * b), Ok(([4.0, 10.0], 18.0)));
/// ```
pub fn zip_map<A, B>(
    mut a: A,
    b: &B,
    f: impl FnMut(A::Scalar, B::Scalar) -> A::Scalar,
) -> Result<A, StructureError>
where
    A: LeavesMut,
    B: Leaves + ?Sized,
{
    zip_inplace(&mut a, b, f)?;
    Ok(a)
}

/// Replaces every element by the function's value of it and its counterpart; leaves that only `b` has are ignored.
///
/// # Errors
/// Where a leaf of `a` is missing in `b` or has another shape there; nothing has been written then.
///
/// ```
/// let mut total = ([1.0, 2.0], 3.0);
/// grad_runtime::leaves::zip_inplace(&mut total, &([4.0, 5.0], 6.0), |a, b| a + b)?;
/// assert_eq!(total, ([5.0, 7.0], 9.0));
/// # Ok::<(), grad_runtime::leaves::StructureError>(())
/// ```
pub fn zip_inplace<A, B>(
    a: &mut A,
    b: &B,
    mut f: impl FnMut(A::Scalar, B::Scalar) -> A::Scalar,
) -> Result<(), StructureError>
where
    A: LeavesMut + ?Sized,
    B: Leaves + ?Sized,
{
    let matching = Matching::new("counterpart", a, b)?;
    for index in 0..a.leaf_count() {
        let other = matching.leaf(a, index, b).data;
        for (x, &y) in a.leaf_mut(index).iter_mut().zip(other) {
            *x = f(*x, y);
        }
    }
    Ok(())
}

/// All elements, leaf after leaf, in a new vector.
///
/// ```
/// assert_eq!(grad_runtime::leaves::flatten(&([[1.0, 2.0], [3.0, 4.0]], 5.0)), [1.0, 2.0, 3.0, 4.0, 5.0]);
/// ```
#[cfg(feature = "alloc")]
pub fn flatten<C: Leaves + ?Sized>(container: &C) -> alloc::vec::Vec<C::Scalar> {
    let mut flat = alloc::vec::Vec::with_capacity(element_count(container));
    for index in 0..container.leaf_count() {
        flat.extend_from_slice(container.leaf(index).data);
    }
    flat
}

/// Copies all elements, leaf after leaf, into a slice.
///
/// # Errors
/// Where the slice hasn't exactly as many elements as the container; nothing has been written then.
///
/// ```
/// let mut flat = [0.0; 3];
/// grad_runtime::leaves::flatten_into(&([1.0, 2.0], 3.0), &mut flat)?;
/// assert_eq!(flat, [1.0, 2.0, 3.0]);
/// # Ok::<(), grad_runtime::leaves::StructureError>(())
/// ```
pub fn flatten_into<C: Leaves + ?Sized>(container: &C, flat: &mut [C::Scalar]) -> Result<(), StructureError> {
    same_length(container, flat.len())?;
    let mut rest = flat;
    for index in 0..container.leaf_count() {
        let data = container.leaf(index).data;
        let (head, tail) = rest.split_at_mut(data.len());
        head.copy_from_slice(data);
        rest = tail;
    }
    Ok(())
}

/// Copies a slice, leaf after leaf, into the container.
///
/// # Errors
/// Where the slice hasn't exactly as many elements as the container; nothing has been written then.
///
/// ```
/// let mut parameters = ([0.0; 2], 0.0);
/// grad_runtime::leaves::unflatten_from(&mut parameters, &[1.0, 2.0, 3.0])?;
/// assert_eq!(parameters, ([1.0, 2.0], 3.0));
/// # Ok::<(), grad_runtime::leaves::StructureError>(())
/// ```
pub fn unflatten_from<C: LeavesMut + ?Sized>(
    container: &mut C,
    flat: &[C::Scalar],
) -> Result<(), StructureError> {
    same_length(container, flat.len())?;
    let mut rest = flat;
    for index in 0..container.leaf_count() {
        let leaf = container.leaf_mut(index);
        let (head, tail) = rest.split_at(leaf.len());
        leaf.copy_from_slice(head);
        rest = tail;
    }
    Ok(())
}

/// Requires that every element is finite; `what` says in the error what the container is.
///
/// # Errors
/// Names the first leaf, and its first element, that is infinite or NaN.
///
/// ```
/// use grad_runtime::leaves::check_finite;
///
/// assert!(check_finite("gradient", &([1.0, 2.0], 3.0)).is_ok());
/// let error = check_finite("gradient", &([1.0, f64::INFINITY], 3.0)).unwrap_err();
/// assert_eq!(error.to_string(), "the gradient of the leaf `0` is inf at element 1");
/// ```
pub fn check_finite<C: Leaves + ?Sized>(what: &'static str, container: &C) -> Result<(), StructureError> {
    for index in 0..container.leaf_count() {
        let data = container.leaf(index).data;
        if let Some(element) = data.iter().position(|x| !x.is_finite()) {
            let (key, value) = (KeyText::new(&key(container, index)), data[element].to_f64());
            return Err(StructureError::NotFinite { key, what, element, value });
        }
    }
    Ok(())
}

/// Requires that a flat slice has as many elements as the container.
fn same_length<C: Leaves + ?Sized>(container: &C, found: usize) -> Result<(), StructureError> {
    let expected = element_count(container);
    if expected == found { Ok(()) } else { Err(StructureError::Length { expected, found }) }
}
