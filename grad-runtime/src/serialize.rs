//! Serialization of what can't derive it: arrays, containers, variables and optimizers.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::leaves::{Leaf, Leaves, MAX_RANK, Order, Shape, key};
use crate::{Array, Container, Real, Variable, variable};

/// An array as it is written.
#[derive(Serialize, Deserialize)]
struct Written<D> {
    shape: Vec<usize>,
    data: D,
}

impl<T: Serialize> Serialize for Array<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { shape: self.shape().to_vec(), data: self.data() }.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Array<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { shape, data } = Written::<Vec<T>>::deserialize(deserializer)?;
        require_rank(shape.len())?;
        Array::new(&shape, data).map_err(D::Error::custom)
    }
}

/// Refuses more dimensions than a shape can have.
fn require_rank<E: Error>(rank: usize) -> Result<(), E> {
    if rank <= MAX_RANK { Ok(()) } else { Err(E::custom("the array has too many dimensions")) }
}

impl<T: Serialize> Serialize for Container<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Real + DeserializeOwned> Deserialize<'de> for Container<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = alloc::collections::BTreeMap::<String, Array<T>>::deserialize(deserializer)?;
        Container::from_entries(entries).map_err(D::Error::custom)
    }
}

impl<T: Serialize> Serialize for Variable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Variable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(variable)
    }
}

/// The leaves of a container of any type, to be copied into another of the same structure.
///
/// The states of an optimizer are written in this form: the tangent of a user's type needs no serialization of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedLeaves(Vec<SavedLeaf>);

#[derive(Clone, Debug, PartialEq)]
struct SavedLeaf {
    key: String,
    shape: Shape,
    data: Vec<f64>,
}

impl SavedLeaves {
    pub(crate) fn new<C: Leaves>(container: &C) -> Self {
        let save = |index| {
            let Leaf { data, shape } = container.leaf(index);
            let data = data.iter().map(|x| x.to_f64()).collect();
            SavedLeaf { key: key(container, index).to_string(), shape, data }
        };
        Self((0..container.leaf_count()).map(save).collect())
    }
}

impl Leaves for SavedLeaves {
    type Scalar = f64;

    fn leaf_count(&self) -> usize {
        self.0.len()
    }

    fn leaf(&self, index: usize) -> Leaf<'_, f64> {
        Leaf { data: &self.0[index].data, shape: self.0[index].shape }
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.0[index].key)
    }
}

/// A leaf as it is written; matrices in nalgebra's order are marked.
#[derive(Serialize, Deserialize)]
struct WrittenLeaf<K, D> {
    key: K,
    shape: Vec<usize>,
    column_major: bool,
    data: D,
}

impl Serialize for SavedLeaf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { key, shape, data } = self;
        let column_major = shape.order() == Order::ColumnMajor;
        WrittenLeaf { key, shape: shape.dims().to_vec(), column_major, data }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SavedLeaf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WrittenLeaf { key, shape: dims, column_major, data } =
            WrittenLeaf::<String, Vec<f64>>::deserialize(deserializer)?;
        require_rank(dims.len())?;
        let shape = match dims[..] {
            [rows, columns] if column_major => Shape::column_major(rows, columns),
            _ => Shape::of(&dims),
        };
        if dims.iter().try_fold(1_usize, |product, &length| product.checked_mul(length)) != Some(data.len()) {
            return Err(D::Error::custom("the number of elements isn't the product of the dimensions"));
        }
        Ok(Self { key, shape, data })
    }
}
