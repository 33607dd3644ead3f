//! One line for one point: from a call in Rust's own syntax to a [`Subject`](super::Subject).
//!
//! An argument is written as the function takes it: `x` by value, `&x` borrowed, `&mut x` in-out, and
//! `const n` where it carries no derivative. `=> [..]` gives the derivative that was found by hand, `kink` says that
//! differences can't.

/// Checks a function with one scalar result at a point: `check!(f(1.0, &[2.0, 3.0], const 4) => [1.0, 0.0, 5.0]);`.
macro_rules! check {
    ($($entry:tt)*) => { entry!(scalar $($entry)*) };
}

/// The same for any other result (arrays, tuples) and for functions with `&mut` arguments that return something.
macro_rules! check_map {
    ($($entry:tt)*) => { entry!(many $($entry)*) };
}

/// The same for functions that return nothing and change their `&mut` arguments.
macro_rules! check_place {
    ($($entry:tt)*) => { entry!(nothing $($entry)*) };
}

/// Checks `hvp` of a scalar function with `order = 2`: the gradient is `grad`'s, the Hessian symmetric, and its products are the
/// differences of the gradient.
macro_rules! check_hvp {
    ($($entry:tt)*) => { entry!(second $($entry)*) };
}

/// Separates the call from what is expected.
macro_rules! entry {
    ($kind:ident $($f:ident)::+ $arguments:tt) => {
        arguments!([$kind [$($f)::+] None, false] [] [] [] $arguments)
    };
    ($kind:ident $($f:ident)::+ $arguments:tt => $expected:expr) => {
        arguments!([$kind [$($f)::+] Some($expected.to_vec()), false] [] [] [] $arguments)
    };
    ($kind:ident $($f:ident)::+ $arguments:tt => $expected:expr, kink) => {
        arguments!([$kind [$($f)::+] Some($expected.to_vec()), true] [] [] [] $arguments)
    };
    ($kind:ident $($f:ident)::+ $arguments:tt, kink) => {
        arguments!([$kind [$($f)::+] None, true] [] [] [] $arguments)
    };
}

/// Sorts the arguments: all of them; those with a derivative; those whose cotangent has a buffer in `backward`.
macro_rules! arguments {
    ($head:tt $all:tt $active:tt $buffered:tt ()) => {
        subject!($head $all $active $buffered)
    };
    ($head:tt [$($all:tt)*] $active:tt $buffered:tt (const $e:expr $(, $($rest:tt)*)?)) => {
        arguments!($head [$($all)* (constant a b $e)] $active $buffered ($($($rest)*)?))
    };
    ($head:tt [$($all:tt)*] [$($active:tt)*] [$($buffered:tt)*] (&mut $e:expr $(, $($rest:tt)*)?)) => {
        arguments!($head [$($all)* (inout a b $e)] [$($active)* (inout a b $e)] [$($buffered)* (inout a b)]
            ($($($rest)*)?))
    };
    ($head:tt [$($all:tt)*] [$($active:tt)*] [$($buffered:tt)*] (& $e:expr $(, $($rest:tt)*)?)) => {
        arguments!($head [$($all)* (borrowed a b $e)] [$($active)* (borrowed a b $e)] [$($buffered)* (borrowed a b)]
            ($($($rest)*)?))
    };
    ($head:tt [$($all:tt)*] [$($active:tt)*] $buffered:tt ($e:expr $(, $($rest:tt)*)?)) => {
        arguments!($head [$($all)* (owned a b $e)] [$($active)* (owned a b $e)] $buffered ($($($rest)*)?))
    };
}

/// The functions over flat vectors. Each argument has two names: `a` is its value, `b` its tangent or cotangent.
macro_rules! subject {
    ([second [$($f:tt)+] $expected:expr, $kink:expr]
     [$(($mode:ident $a:ident $b:ident $e:expr))*]
     [$(($active:ident $x:ident $x_bar:ident $sample:expr))*] $buffered:tt) => {{
        use $crate::support::{Expectation, Sample, Subject, assert_close, flatten, read, tangent};
        $( let $x = $sample; )*
        let mut point: Vec<f64> = Vec::new();
        $( point.extend(flatten(&$x)); )*
        fn epsilon<T: Sample>(_: &T) -> f64 { T::EPSILON }
        let mut rounding = 0.0_f64;
        $( rounding = rounding.max(epsilon(&$x)); )*
        let product = |mut source: &[f64], mut direction: &[f64]| {
            $( let $x = read(&$x, &mut source); )*
            $( let $x_bar = tangent(&$x, &mut direction); )*
            let (gradient, product) =
                $($f)+::hvp($( pass!($mode $a $e), )* $( pass!($active $x_bar $sample), )*);
            (flatten(&gradient), flatten(&product))
        };
        let still = vec![0.0; point.len()];
        let gradient = flatten(&$($f)+::grad($( pass!($mode $a $e) ),*));
        assert_close(stringify!($($f)+), rounding, &product(&point, &still).0, &gradient);
        Subject {
            name: stringify!($($f)+),
            epsilon: rounding,
            point,
            primal: &|source: &[f64]| product(source, &still).0,
            // The Hessian is its own transpose.
            reverse: &|source: &[f64], seeds: &[Vec<f64>], start: f64| {
                let products = seeds.iter().map(|seed| product(source, seed).1);
                let rows = products.map(|row| row.into_iter().map(|entry| entry + start).collect()).collect();
                (product(source, &still).0, rows)
            },
            jvp: &product,
            services: None,
        }
        .check(&Expectation { derivative: $expected, kink: $kink });
    }};
    ([$kind:ident [$($f:tt)+] $expected:expr, $kink:expr]
     [$(($mode:ident $a:ident $b:ident $e:expr))*]
     [$(($active:ident $x:ident $x_bar:ident $sample:expr))*]
     [$(($place:ident $y:ident $y_bar:ident))*]) => {{
        #[allow(unused_imports)]
        use $crate::support::{Expectation, Sample, Subject, flatten, read, same, tangent};
        $( let $x = $sample; )*
        let mut point: Vec<f64> = Vec::new();
        $( point.extend(flatten(&$x)); )*
        fn epsilon<T: Sample>(_: &T) -> f64 { T::EPSILON }
        let mut rounding = 0.0_f64;
        $( rounding = rounding.max(epsilon(&$x)); )*
        #[allow(unused)] // Which of these names a signature needs, it alone knows.
        let subject = Subject {
            name: stringify!($($f)+),
            epsilon: rounding,
            point,
            primal: &|mut source: &[f64]| {
                $( let mut $x = read(&$x, &mut source); )*
                let value = $($f)+($( pass!($mode $a $e) ),*);
                let mut out = flatten(&value);
                $( finals!($place $y out); )*
                out
            },
            reverse: &|mut source: &[f64], seeds: &[Vec<f64>], start: f64| {
                $( let mut $x = read(&$x, &mut source); )*
                let (value, backward) = $($f)+::forward($( pass!($mode $a $e) ),*);
                let mut out = flatten(&value);
                $( finals!($place $y out); overwritten!($place $y); )*
                let pull = |seed: &Vec<f64>| {
                    let mut source = &seed[..];
                    seeded!($kind output value source);
                    $( buffer!($place $y $y_bar source start); )*
                    let returned = flatten(&call_back!($kind backward output $( $y_bar )*));
                    let mut returned = returned.into_iter();
                    let mut bars = Vec::new();
                    $( cotangent!($active $x $x_bar bars returned start); )*
                    bars
                };
                let bars = seeds.iter().map(pull).collect();
                (out, bars)
            },
            jvp: &|mut source: &[f64], mut direction: &[f64]| {
                $( let mut $x = read(&$x, &mut source); )*
                $( let mut $x_bar = tangent(&$x, &mut direction); )*
                let pair = $($f)+::jvp($( pass!($mode $a $e), )* $( pass!($active $x_bar $sample), )*);
                let (mut out, mut dot) = tangents!($kind pair);
                $( finals!($place $y out); finals!($place $y_bar dot); )*
                (out, dot)
            },
            services: services!($kind [$($f)+] [$(($mode $a $b $e))*] [$(($active $x $x_bar $sample))*]),
        };
        subject.check(&Expectation { derivative: $expected, kink: $kink });
    }};
}

/// `grad`, `value_and_grad` and `grad_into`, which scalar functions have.
macro_rules! services {
    (scalar [$($f:tt)+] [$(($mode:ident $a:ident $b:ident $e:expr))*]
     [$(($active:ident $x:ident $x_bar:ident $sample:expr))*]) => {
        Some(&|mut source: &[f64]| {
            use $crate::support::Services;
            $( let $x = read(&$x, &mut source); )*
            let grad = $($f)+::grad($( pass!($mode $a $e) ),*);
            let (value, value_grad) = $($f)+::value_and_grad($( pass!($mode $a $e) ),*);
            $( let mut $x_bar = same(&$x, Services::BUFFER); )*
            let into_value = $($f)+::grad_into($( pass!($mode $a $e), )* $( &mut $x_bar, )*);
            let mut into_buffers: Vec<f64> = Vec::new();
            $( into_buffers.extend(flatten(&$x_bar)); )*
            Services {
                grad: flatten(&grad),
                value: value.into(),
                value_grad: flatten(&value_grad),
                into_value: into_value.into(),
                into_buffers,
            }
        })
    };
    ($kind:ident $($rest:tt)*) => { None };
}

/// The cotangent of the result, where there is one.
macro_rules! seeded {
    (nothing $seed:ident $value:ident $source:ident) => {};
    ($kind:ident $seed:ident $value:ident $source:ident) => {
        let $seed = tangent(&$value, &mut $source);
    };
}

/// What the caller hands to `backward`: a gradient so far, or the cotangent of the final value.
macro_rules! buffer {
    (borrowed $y:ident $y_bar:ident $source:ident $start:ident) => {
        let mut $y_bar = same(&$y, $start);
    };
    (inout $y:ident $y_bar:ident $source:ident $start:ident) => {
        let mut $y_bar = tangent(&$y, &mut $source);
    };
}

macro_rules! call_back {
    (nothing $backward:ident $seed:ident $($y_bar:ident)*) => { $backward($( &mut $y_bar ),*) };
    ($kind:ident $backward:ident $seed:ident $($y_bar:ident)*) => { $backward($seed, $( &mut $y_bar ),*) };
}

/// The cotangent of an argument, shifted by `start` where it isn't already.
macro_rules! cotangent {
    (owned $x:ident $x_bar:ident $bars:ident $returned:ident $start:ident) => {
        $bars.extend($returned.by_ref().take(flatten(&$x).len()).map(|bar| bar + $start));
    };
    (borrowed $x:ident $x_bar:ident $bars:ident $returned:ident $start:ident) => {
        $bars.extend(flatten(&$x_bar));
    };
    (inout $x:ident $x_bar:ident $bars:ident $returned:ident $start:ident) => {
        $bars.extend(flatten(&$x_bar).iter().map(|bar| bar + $start));
    };
}

/// The argument in a call.
macro_rules! pass {
    (constant $a:ident $e:expr) => {
        $e
    };
    (owned $a:ident $e:expr) => {
        $a.clone()
    };
    (borrowed $a:ident $e:expr) => {
        &$a
    };
    (inout $a:ident $e:expr) => {
        &mut $a
    };
}

/// The final value of an in-out argument is a result.
macro_rules! finals {
    (inout $y:ident $out:ident) => {
        $out.extend(flatten(&$y))
    };
    (borrowed $y:ident $out:ident) => {};
}

/// Between the halves the caller does what it likes with an in-out argument.
macro_rules! overwritten {
    (inout $y:ident) => {
        $crate::support::overwrite(&mut $y)
    };
    (borrowed $y:ident) => {};
}

/// The value and its tangent, flat.
macro_rules! tangents {
    (nothing $pair:ident) => {{
        let _ = $pair;
        (Vec::new(), Vec::new())
    }};
    ($kind:ident $pair:ident) => {
        (flatten(&$pair.0), flatten(&$pair.1))
    };
}

/// Teaches the harness a struct and its tangent, whose fields are the same.
macro_rules! sample_struct {
    ($name:ident $tangent:ident { $($fields:tt)+ }) => { sample_struct!(f64 $name $tangent { $($fields)+ }); };
    ($real:ident $name:ident $tangent:ident { $($field:ident),+ }) => {
        impl $crate::support::Flat for $name {
            fn write(&self, out: &mut Vec<f64>) {
                $(self.$field.write(out);)+
            }
        }
        impl $crate::support::Flat for $tangent {
            fn write(&self, out: &mut Vec<f64>) {
                $(self.$field.write(out);)+
            }
        }
        impl $crate::support::Sample for $name {
            type Tangent = $tangent;
            const EPSILON: f64 = $real::EPSILON as f64;
            fn read(&self, source: &mut &[f64]) -> Self {
                let mut copy = self.clone();
                $(copy.$field = self.$field.read(source);)+
                copy
            }
            fn tangent(&self, source: &mut &[f64]) -> $tangent {
                $tangent { $($field: self.$field.tangent(source)),+ }
            }
        }
    };
}
