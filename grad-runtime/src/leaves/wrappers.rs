//! References, boxes, options and tuples.

use core::fmt;

use crate::Variable;

use super::{Layout, Leaf, Leaves, LeavesMut, out_of_range, write_child_key};

/// Whatever derefs to a container is the same container: same leaves, same keys.
macro_rules! transparent {
    ($(#[$cfg:meta])* $wrapper:ty) => {
        $(#[$cfg])*
        impl<T: Leaves + ?Sized> Leaves for $wrapper {
            type Scalar = T::Scalar;
            const LAYOUT: Layout = T::LAYOUT;
            #[inline]
            fn leaf_count(&self) -> usize {
                (**self).leaf_count()
            }
            #[inline]
            fn leaf(&self, index: usize) -> Leaf<'_, T::Scalar> {
                (**self).leaf(index)
            }
            fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
                (**self).write_key(index, out)
            }
        }
    };
}
transparent!(&T);
transparent!(&mut T);
transparent!(
    #[cfg(feature = "alloc")]
    alloc::boxed::Box<T>
);

impl<T: LeavesMut + ?Sized> LeavesMut for &mut T {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T::Scalar] {
        (**self).leaf_mut(index)
    }
}

#[cfg(feature = "alloc")]
impl<T: LeavesMut + ?Sized> LeavesMut for alloc::boxed::Box<T> {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T::Scalar] {
        (**self).leaf_mut(index)
    }
}

impl<T: Leaves> Leaves for Variable<T> {
    type Scalar = T::Scalar;
    const LAYOUT: Layout = T::LAYOUT;

    #[inline]
    fn leaf_count(&self) -> usize {
        (**self).leaf_count()
    }

    #[inline]
    fn leaf(&self, index: usize) -> Leaf<'_, T::Scalar> {
        (**self).leaf(index)
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        (**self).write_key(index, out)
    }
}

impl<T: LeavesMut> LeavesMut for Variable<T> {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T::Scalar] {
        (**self).leaf_mut(index)
    }
}

impl<T: Leaves> Leaves for Option<T> {
    type Scalar = T::Scalar;

    #[inline]
    fn leaf_count(&self) -> usize {
        self.as_ref().map_or(0, T::leaf_count)
    }

    #[inline]
    fn leaf(&self, index: usize) -> Leaf<'_, T::Scalar> {
        match self {
            Some(value) => value.leaf(index),
            None => out_of_range(index),
        }
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        match self {
            Some(value) => value.write_key(index, out),
            None => out_of_range(index),
        }
    }
}

impl<T: LeavesMut> LeavesMut for Option<T> {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T::Scalar] {
        match self {
            Some(value) => value.leaf_mut(index),
            None => out_of_range(index),
        }
    }
}

/// Returns the result where the item holds the leaf; otherwise the leaf is among the items that follow.
macro_rules! step {
    ($rest:ident, $item:expr, $result:expr) => {
        let count = $item.leaf_count();
        if $rest < count {
            return $result;
        }
        let $rest = $rest - count;
    };
}

/// A tuple's items are named by their positions.
macro_rules! tuple {
    ($First:ident $first:tt $($Item:ident $item:tt)*) => {
        impl<$First: Leaves, $($Item: Leaves<Scalar = $First::Scalar>),*> Leaves for ($First, $($Item,)*) {
            type Scalar = $First::Scalar;
            const LAYOUT: Layout = Layout::Fields {
                fields: &[(stringify!($first), &$First::LAYOUT), $((stringify!($item), &$Item::LAYOUT)),*],
            };
            #[inline]
            fn leaf_count(&self) -> usize {
                self.$first.leaf_count() $(+ self.$item.leaf_count())*
            }
            #[inline]
            fn leaf(&self, index: usize) -> Leaf<'_, Self::Scalar> {
                let rest = index;
                step!(rest, self.$first, self.$first.leaf(rest));
                $(step!(rest, self.$item, self.$item.leaf(rest));)*
                out_of_range(rest)
            }
            fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
                let rest = index;
                step!(rest, self.$first, write_child_key(out, &$first, &self.$first, rest));
                $(step!(rest, self.$item, write_child_key(out, &$item, &self.$item, rest));)*
                out_of_range(rest)
            }
        }

        impl<$First: LeavesMut, $($Item: LeavesMut<Scalar = $First::Scalar>),*> LeavesMut for ($First, $($Item,)*) {
            #[inline]
            fn leaf_mut(&mut self, index: usize) -> &mut [Self::Scalar] {
                let rest = index;
                step!(rest, self.$first, self.$first.leaf_mut(rest));
                $(step!(rest, self.$item, self.$item.leaf_mut(rest));)*
                out_of_range(rest)
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0 B 1);
tuple!(A 0 B 1 C 2);
tuple!(A 0 B 1 C 2 D 3);
tuple!(A 0 B 1 C 2 D 3 E 4);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
