//! What is found where a method has no derivative, so that the error is in the user's words.

/// A type whose method has a derivative.
#[diagnostic::on_unimplemented(
    message = "no derivative is known for this method of `{Self}`",
    label = "an active value goes through it",
    note = "mark the method with `#[differentiable]` if the type is yours",
    note = "or write `stop_gradient(..)` around the call to treat it as a constant"
)]
pub trait DifferentiableMethod {
    /// What its derivative gives.
    type Pair;
}

/// A type whose method has a second derivative.
#[diagnostic::on_unimplemented(
    message = "no second derivative is known for this method of `{Self}`",
    label = "an active value goes through it, and the function has `order = 2`",
    note = "write `#[differentiable(order = 2)]` on the method or on its block",
    note = "or write `stop_gradient(..)` around the call to treat it as a constant"
)]
pub trait SecondOrderMethod {
    /// What comes back.
    type Pair;
}

/// A type that derives its derivative, and derefs to no other one.
pub trait Derived {}

/// A method of this name with as many arguments, for types that derive. It takes `&mut self`, and is found after all that takes `self` or
/// `&self`.
#[doc(hidden)]
#[macro_export]
macro_rules! missing {
    ($name:ident ($($argument:expr),*)) => {
        $crate::missing!(DifferentiableMethod $name ($($argument),*));
    };
    ($bound:ident $name:ident ($($argument:expr),*)) => {
        $crate::missing!(@count $bound $name ($($argument),*) [] [A B C D E F G H I J K L M N O P]);
    };
    (@count $bound:ident $name:ident () [$($argument:ident)*] $free:tt) => {
        trait Missing: $crate::__private::method::Derived {
            fn $name<$($argument),*>(&mut self, $(_: $argument),*)
                -> <Self as $crate::__private::method::$bound>::Pair
            where
                Self: $crate::__private::method::$bound,
            {
                ::core::unreachable!()
            }
        }
        impl<T: $crate::__private::method::Derived + ?Sized> Missing for T {}
    };
    (@count $bound:ident $name:ident ($first:expr $(, $rest:expr)*) [$($argument:ident)*] [$next:ident $($free:ident)*]) => {
        $crate::missing!(@count $bound $name ($($rest),*) [$($argument)* $next] [$($free)*]);
    };
}
