//! The equations, each from left to right: the right side never costs more.

use crate::ir::Prim;
use crate::ir::V;

/// What an operand is, as far as the equations look.
#[derive(Clone, Copy, Debug)]
pub enum Term {
    Number(f64),
    /// `-x`
    Neg(V),
    /// `number · x`
    Scaled(f64, V),
    /// `x + y`
    Sum(V, V),
    /// `x - y`
    Difference(V, V),
    /// `x / y`
    Quotient(V, V),
    /// `1 / x`, also where the user wrote it
    Inverse(V),
    Other,
}

/// An operand: the value and what it is; whether this is its only use.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    pub v: V,
    pub term: Term,
    pub once: bool,
}

/// The right side of an equation.
#[derive(Clone, Debug)]
pub enum Simpler {
    Value(V),
    Number(f64),
    Neg(Box<Simpler>),
    Prim(Prim, Box<Simpler>, Box<Simpler>),
    /// `xⁿ`
    Power(V, i32),
}

use Simpler::{Number, Power, Value};
use Term::{Difference, Inverse, Neg, Quotient, Scaled, Sum};

fn neg(a: Simpler) -> Simpler {
    Simpler::Neg(Box::new(a))
}

fn prim(prim: Prim, a: Simpler, b: Simpler) -> Simpler {
    Simpler::Prim(prim, Box::new(a), Box::new(b))
}

fn scaled(number: f64, v: V) -> Simpler {
    prim(Prim::Mul, Number(number), Value(v))
}

/// A simpler form of `-a`.
#[rustfmt::skip]
pub fn unary(op: Prim, a: Operand) -> Option<Simpler> {
    Some(match (op, a.term) {
        (Prim::Neg, Term::Number(p))          => Number(-p),
        (Prim::Neg, Neg(x))                   => Value(x),                    // -(-x)    = x
        (Prim::Neg, Scaled(p, x))             => scaled(-p, x),               // -(p·x)   = (-p)·x
        (Prim::Neg, Difference(x, y)) if a.once => prim(Prim::Sub, Value(y), Value(x)), // -(x - y) = y - x
        _ => return None,
    })
}

/// A simpler form of `a op b`.
#[rustfmt::skip]
#[allow(clippy::many_single_char_names, clippy::match_same_arms, reason = "one line per equation, in the letters of algebra")]
pub fn binary(op: Prim, a: Operand, b: Operand) -> Option<Simpler> {
    use Prim::{Add, Div, Mul, Sub};
    Some(match (op, a.term, b.term) {
        (_, Term::Number(p), Term::Number(q)) => return fold(op, p, q).map(Number),
        (Mul, Term::Number(1.0), _)           => Value(b.v),                  // 1·b      = b
        (Mul | Div, _, Term::Number(1.0))     => Value(a.v),                  // a·1      = a,  a/1 = a
        (Mul, Term::Number(-1.0), _)          => neg(Value(b.v)),             // -1·b     = -b
        (Mul | Div, _, Term::Number(-1.0))    => neg(Value(a.v)),             // a·(-1)   = -a
        (Mul, Term::Number(0.0), _)           => Number(0.0),                 // 0·b      = 0: a zero of structure is strong
        (Mul, _, Term::Number(0.0))           => Number(0.0),                 // a·0      = 0
        (Div, Term::Number(0.0), _)           => Number(0.0),                 // 0/b      = 0
        (Add, Term::Number(0.0), _)           => Value(b.v),                  // 0 + b    = b
        (Add | Sub, _, Term::Number(0.0))     => Value(a.v),                  // a + 0    = a,  a - 0 = a
        (Sub, Term::Number(0.0), _)           => neg(Value(b.v)),             // 0 - b    = -b
        (Add, Scaled(p, x), Scaled(q, y)) if x == y => scaled(p + q, x),      // p·x + q·x = (p + q)·x
        (Sub, Scaled(p, x), Scaled(q, y)) if x == y => scaled(p - q, x),      // p·x - q·x = (p - q)·x
        (Add, Scaled(p, x), _) if x == b.v    => scaled(p + 1.0, x),          // p·b + b  = (p + 1)·b
        (Add, _, Scaled(q, y)) if y == a.v    => scaled(q + 1.0, y),          // a + q·a  = (q + 1)·a
        (Add, _, _) if a.v == b.v             => scaled(2.0, a.v),            // a + a    = 2·a
        (Add, Sum(x, y), _) if y == b.v && a.once => prim(Add, Value(x), scaled(2.0, y)), // (x + b) + b = x + 2·b
        (Sub, Difference(x, y), _) if y == b.v && a.once => prim(Sub, Value(x), scaled(2.0, y)), // (x - b) - b = x - 2·b
        (Add, _, Neg(y))                      => prim(Sub, Value(a.v), Value(y)), // a + (-y) = a - y
        (Add, Neg(x), _)                      => prim(Sub, Value(b.v), Value(x)), // -x + b   = b - x
        (Sub, _, Neg(y))                      => prim(Add, Value(a.v), Value(y)), // a - (-y) = a + y
        (Add, _, Scaled(q, y)) if q < 0.0     => prim(Sub, Value(a.v), scaled(-q, y)), // a + (-q)·y = a - q·y
        (Sub, _, Scaled(q, y)) if q < 0.0     => prim(Add, Value(a.v), scaled(-q, y)), // a - (-q)·y = a + q·y
        (Mul | Div, Neg(x), Neg(y))           => prim(op, Value(x), Value(y)), // (-x)·(-y) = x·y
        (Mul | Div, Neg(x), Term::Number(q))  => prim(op, Value(x), Number(-q)), // (-x)·q   = x·(-q)
        (Mul, Term::Number(p), Neg(y))        => scaled(-p, y),               // p·(-y)   = (-p)·y
        (Div, Term::Number(p), Neg(y))        => prim(Div, Number(-p), Value(y)), // p/(-y)   = (-p)/y
        (Mul | Div, Neg(x), _) if a.once      => neg(prim(op, Value(x), Value(b.v))), // (-x)·b   = -(x·b)
        (Mul | Div, _, Neg(y)) if b.once      => neg(prim(op, Value(a.v), Value(y))), // a·(-y)   = -(a·y)
        (Mul, Inverse(x), Quotient(d, y)) if x == y && b.once => prim(Mul, Value(a.v), prim(Mul, Value(a.v), Value(d))), // 1/x·(d/x) = 1/x·(1/x·d)
        (Mul, Term::Number(p), Scaled(q, y))  => scaled(p * q, y),            // p·(q·y)  = pq·y
        (Mul, Scaled(p, x), Term::Number(q))  => scaled(p * q, x),            // (p·x)·q  = pq·x
        (Mul, _, Scaled(q, y)) if b.once      => prim(Mul, Number(q), prim(Mul, Value(a.v), Value(y))), // a·(q·y) = q·(a·y)
        (Mul, Scaled(p, x), _) if a.once      => prim(Mul, Number(p), prim(Mul, Value(x), Value(b.v))), // (p·x)·b = p·(x·b)
        (Mul, _, Term::Number(q))             => scaled(q, a.v),              // a·q      = q·a
        (Prim::PowiPartial, ..)               => return power(a.v, b.term),
        _ => return None,
    })
}

/// `n·xⁿ⁻¹` for a known `n`.
fn power(x: V, n: Term) -> Option<Simpler> {
    let Term::Number(n) = n else { return None };
    #[allow(clippy::cast_possible_truncation, reason = "the number is an exponent as the user wrote it")]
    let exponent = n as i32;
    if f64::from(exponent).to_bits() != n.to_bits() {
        return None;
    }
    Some(match exponent {
        0 => Number(0.0),
        1 => Number(1.0),
        2 => scaled(2.0, x),
        3 => prim(Prim::Mul, Number(3.0), prim(Prim::Mul, Value(x), Value(x))),
        _ => prim(Prim::Mul, Number(n), Power(x, exponent.checked_sub(1)?)),
    })
}

/// Arithmetic on two numbers, where it stays finite.
fn fold(op: Prim, p: f64, q: f64) -> Option<f64> {
    let number = match op {
        Prim::Add => p + q,
        Prim::Sub => p - q,
        Prim::Mul => p * q,
        Prim::Div => p / q,
        _ => return None,
    };
    number.is_finite().then_some(number)
}
