//! Learning rates: one number, or a container of layer-wise rates.

use crate::Real;
use crate::leaves::{KeyText, Leaves, Shape, StructureError, counterpart, keep, key, same_key};

/// How the rates of the leaves are found, once it is known that every leaf has one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RatePlan {
    /// The container of rates is one number.
    Uniform,
    /// Every leaf has its own.
    LayerWise,
}

/// What a rate is called in an error.
const WHAT: &str = "learning rate";

impl RatePlan {
    /// Requires that every leaf of `w` has a rate: a single element, or as many as the leaf, in its shape.
    #[inline]
    pub(crate) fn new<W, R>(w: &W, rates: &R) -> Result<Self, StructureError>
    where
        W: Leaves + ?Sized,
        R: Leaves + ?Sized,
    {
        if is_number(rates) { Ok(Self::Uniform) } else { Self::layer_wise(w, rates) }
    }

    fn layer_wise<W, R>(w: &W, rates: &R) -> Result<Self, StructureError>
    where
        W: Leaves + ?Sized,
        R: Leaves + ?Sized,
    {
        for index in 0..w.leaf_count() {
            let shape = w.leaf(index).shape;
            let found = rates.leaf(counterpart(WHAT, w, index, rates)?).shape;
            if found.element_count() != 1 && found != shape {
                let key = KeyText::new(&key(w, index));
                return Err(StructureError::Shape {
                    key,
                    what: WHAT,
                    expected: keep(shape),
                    found: keep(found),
                });
            }
        }
        Ok(Self::LayerWise)
    }

    /// The rate of the leaf at `index` of `w`.
    #[inline]
    pub(crate) fn rate<'r, W, R>(
        self,
        w: &W,
        index: usize,
        rates: &'r R,
    ) -> LeafRate<'r, W::Scalar, R::Scalar>
    where
        W: Leaves + ?Sized,
        R: Leaves + ?Sized,
    {
        match rates.leaf(self.place(w, index, rates)).data {
            [rate] => LeafRate::One(W::Scalar::from_f64(rate.to_f64())),
            rates => LeafRate::Each(rates),
        }
    }

    /// The index in `rates` of the rate of the leaf at `index` of `w`.
    #[inline]
    pub(crate) fn place<W, R>(self, w: &W, index: usize, rates: &R) -> usize
    where
        W: Leaves + ?Sized,
        R: Leaves + ?Sized,
    {
        match self {
            Self::Uniform => 0,
            // Every leaf has been found once, so the default is never taken.
            Self::LayerWise => counterpart(WHAT, w, index, rates).unwrap_or_default(),
        }
    }
}

/// Whether a container is a single number without a name, as a float is.
#[inline]
fn is_number<R: Leaves + ?Sized>(rates: &R) -> bool {
    if const { R::LAYOUT.is_number() } {
        return true;
    }
    rates.leaf_count() == 1 && rates.leaf(0).shape == Shape::SCALAR && same_key(rates, 0, &0.0, 0)
}

/// The rate of one leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LeafRate<'a, T, R> {
    /// The same for every element.
    One(T),
    /// One for each element.
    Each(&'a [R]),
}
