//! The rule of a method against the method itself: values, forward mode, reverse mode, all forms of the operands.

use grad_runtime::nalgebra::{DMatrix, Matrix3};

/// Checks the rule of a method of one operand.
macro_rules! check {
    ($method:ident, $forward:ident, $jvp:ident: $receiver:expr) => {
        check!(|x| x.$method(), $forward, $jvp: $receiver)
    };
    (|$x:ident| $call:expr, $forward:ident, $jvp:ident: $receiver:expr) => {{
        let receiver = $receiver;
        let dot = direction(&receiver, 1);
        let method = of_one(&receiver, |$x| $call);
        let expected = {
            let step = 1e-6;
            method(&stepped(&receiver, &dot, step)).difference(&method(&stepped(&receiver, &dot, -step)), 2.0 * step)
        };
        let (value, tangent) = (&receiver).$jvp(&dot);
        assert_eq!(value, method(&receiver));
        assert_near(&tangent, &expected);

        let (value, pullback) = (&receiver).$forward();
        assert_eq!(value, method(&receiver));
        let seed = direction(&value, 3);
        let (bar,) = pull(&pullback, seed.clone(), ((),));
        assert_adjoint(bar.inner(&dot), seed.inner(&tangent));
        assert_eq!(pull(&receiver.clone().$forward().1, seed, ((),)), (bar,));
        assert_eq!(receiver.clone().$jvp(dot).1, tangent);
    }};
}

/// Checks the rule of a method of two operands.
macro_rules! check_two {
    (|$x:ident, $y:ident| $call:expr, @number $forward:ident, $jvp:ident: $receiver:expr, $argument:expr) => {{
        let (left, right): (_, f64) = ($receiver, $argument);
        let (left_dot, right_dot) = (direction(&left, 1), 0.7);
        let method = of_two(&left, &right, |$x, $y| $call);
        let step = 1e-6;
        let after = method(&stepped(&left, &left_dot, step), &(right + right_dot * step));
        let before = method(&stepped(&left, &left_dot, -step), &(right - right_dot * step));
        let expected = after.difference(&before, 2.0 * step);
        let (value, tangent) = (&left).$jvp(right, &left_dot, right_dot);
        assert_eq!(value, method(&left, &right));
        assert_near(&tangent, &expected);
        let mut shares = (&left).$jvp(right, left_dot.clone(), Skip).1;
        shares.accumulate(&left.clone().$jvp(right, Skip, right_dot).1);
        assert_near(&shares, &tangent);

        let (value, pullback) = (&left).$forward(right);
        assert_eq!(value, method(&left, &right));
        let seed = direction(&value, 3);
        let (left_bar, right_bar) = pull(&pullback, seed.clone(), ((), ()));
        assert_adjoint(left_bar.inner(&left_dot) + right_bar * right_dot, seed.inner(&tangent));
        assert_eq!(pull(&left.clone().$forward(right).1, seed, ((), ())), (left_bar, right_bar));
    }};
    (|$x:ident, $y:ident| $call:expr, $forward:ident, $jvp:ident: $receiver:expr, $argument:expr) => {{
        let (left, right) = ($receiver, $argument);
        let (left_dot, right_dot) = (direction(&left, 1), direction(&right, 2));
        let method = of_two(&left, &right, |$x, $y| $call);
        let expected = {
            let step = 1e-6;
            let after = method(&stepped(&left, &left_dot, step), &stepped(&right, &right_dot, step));
            after.difference(
                &method(&stepped(&left, &left_dot, -step), &stepped(&right, &right_dot, -step)),
                2.0 * step,
            )
        };
        let (value, tangent) = (&left).$jvp(&right, &left_dot, right_dot.clone());
        assert_eq!(value, method(&left, &right));
        assert_near(&tangent, &expected);
        let mut shares = (&left).$jvp(&right, left_dot.clone(), Skip).1;
        shares.accumulate(&left.clone().$jvp(&right, Skip, &right_dot).1);
        assert_near(&shares, &tangent);

        let (value, pullback) = (&left).$forward(&right);
        assert_eq!(value, method(&left, &right));
        let seed = direction(&value, 3);
        let (left_bar, right_bar) = pull(&pullback, seed.clone(), ((), ()));
        assert_adjoint(left_bar.inner(&left_dot) + right_bar.inner(&right_dot), seed.inner(&tangent));
        assert_eq!(pull(&left.clone().$forward(&right).1, seed, ((), ())), (left_bar, right_bar));
    }};
}

/// A function of one operand, whose type is that of `_like`.
pub fn of_one<X, Y, F: Fn(&X) -> Y>(_like: &X, function: F) -> F {
    function
}

/// A function of two operands, whose types are those of the others.
pub fn of_two<A, B, Y, F: Fn(&A, &B) -> Y>(_left: &A, _right: &B, function: F) -> F {
    function
}

#[track_caller]
pub fn assert_adjoint(by_adjoint: f64, by_tangent: f64) {
    assert!(
        (by_adjoint - by_tangent).abs() < 1e-11 * (1.0 + by_tangent.abs()),
        "{by_adjoint} is not {by_tangent}"
    );
}

/// A dense matrix with elements between -1 and 1.
pub fn dynamic(rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, j| (f64::from(u8::try_from(3 * i + j).unwrap_or(0)) * 1.3).sin())
}

/// A matrix without symmetries.
pub fn square() -> Matrix3<f64> {
    Matrix3::new(1.0, 2.0, 3.0, 0.5, -1.0, 2.0, 0.1, 0.2, 4.0)
}

pub(crate) use {check, check_two};
