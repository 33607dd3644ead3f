//! What people write beside loops and assignments: users' types, options, iterators, closures, references, vectors.
//!
//! A construct is a line of source with holes: `{a}`, `{b}`, `{c}` are expressions, `{cond}` is a condition, `{v}` and `{u}` are
//! arrays of three or more to be read, `{t}` is one by value; `{n}` makes names unique, `{new}` is the number that is left,
//! `{T}` is its type, and a number in braces is a constant.

use crate::ast::{Construct, Statement};
use crate::generate::Writer;

/// The types and functions that constructs use.
pub const ITEMS: &str = "
{derive}pub struct Pair { pub a: {T}, pub b: {T} }

{attribute}impl Pair {
    fn norm(&self, k: {T}) -> {T} { self.a * self.a * k + self.b }
    fn turned(self, k: {T}) -> Pair { Pair { a: self.b * k, b: self.a - k } }
    fn grow(&mut self, k: {T}) { self.a += k * self.b; self.b *= {0.5}; }
}

{derive}pub enum Figure { Circle({T}), Box { w: {T}, h: {T} }, Empty }

{attribute}fn root(x: {T}, k: {T}) -> Option<{T}> {
    if x < {0.25} { return None; }
    Some((x + {1.0}).sqrt() * k)
}

{attribute}fn both(x: {T}, y: {T}) -> Option<{T}> {
    let a = root(x, y)?;
    let Some(b) = root(y, a) else { return Some(a * y); };
    Some(a * b)
}
";

/// The constructs.
const CONSTRUCTS: &[&str] = &[
    // Users' types.
    "let mut pair{n} = Pair { a: {a}, b: {b} }; pair{n}.grow({c}); let mut {new}: {T} = pair{n}.norm({a}) + pair{n}.turned({b}).a;",
    "let pair{n} = Pair { a: {a}, b: {b} }; let mut other{n} = Pair { a: {c}, ..pair{n} }; other{n}.b *= pair{n}.a; \
     let Pair { a: p{n}, b: q{n} } = other{n}; let mut {new}: {T} = p{n} * q{n};",
    "let mut pairs{n} = [Pair { a: {a}, b: {b} }, Pair { a: {c}, b: {a} }]; for pair in pairs{n}.iter_mut() { pair.a *= pair.b; } \
     let mut {new}: {T} = pairs{n}[0].a + pairs{n}[1].a * pairs{n}[1].b;",
    "let figure{n} = if {cond} { Figure::Circle({a}) } else { Figure::Box { w: {b}, h: {c} } }; let mut {new}: {T} = match figure{n} { \
     Figure::Circle(r) if r > {0.5} => r * r, Figure::Circle(r) => r.sin(), Figure::Box { w, h } => w * h, Figure::Empty => {0.5} };",
    // Options.
    "let option{n}: Option<{T}> = if {cond} { Some({a}) } else { None }; \
     let mut {new}: {T} = if let Some(z) = option{n} { z * z } else { {b} };",
    "let option{n}: Option<{T}> = if {cond} { Some({a}) } else { None }; \
     let mut {new}: {T} = option{n}.map(|z: {T}| z.sin() * {c}).unwrap_or({b});",
    "let mut best{n}: Option<{T}> = None; for z in {v}.iter() { if best{n}.is_none_or(|b| *z > b) { best{n} = Some(*z); } } \
     let mut {new}: {T} = best{n}.unwrap_or({a}) * {b};",
    "let mut {new}: {T} = both({a}, {b}).unwrap_or({c});",
    "let mut {new}: {T} = match both({a}, {b}) { Some(z) => z * {c}, None => {a} };",
    // Iterators.
    "let mut {new}: {T} = {v}.iter().map(|z| *z * {a}).fold({b}, |s, z| s + z.sin());",
    "let mut {new}: {T} = {v}.iter().zip({u}.iter()).map(|(p, q)| *p * *q).sum::<{T}>();",
    "let mut {new}: {T} = {v}.iter().filter(|z| **z > {0.25}).map(|z| z.tanh()).sum::<{T}>() * {a};",
    "let mut {new}: {T} = {v}.windows(2).map(|p| p[0] * p[1]).sum::<{T}>() + {a};",
    "let mut {new}: {T} = {v}.iter().enumerate().rev().map(|(i, z)| if i % 2 == 0 { *z * {a} } else { z.cos() }).sum::<{T}>();",
    "let mut {new}: {T} = {v}.iter().skip(1).take(2).copied().fold({a}, |s: {T}, z| s.max(z));",
    "let mut {new}: {T} = {v}.chunks(2).map(|p| p[0] * p[p.len() - 1]).sum::<{T}>();",
    "let mapped{n}: [{T}; 3] = {t}.map(|z| z * {a}); let mut {new}: {T} = mapped{n}[0] * mapped{n}[2];",
    "let made{n}: [{T}; 3] = std::array::from_fn(|i| {v}[i] * {a} + {b}); let mut {new}: {T} = made{n}[1] * made{n}[2];",
    "let list{n}: Vec<{T}> = {v}.iter().map(|z| z.sin() * {a}).collect(); let mut {new}: {T} = list{n}[1] * list{n}[0];",
    "let mut it{n} = {v}.iter(); let mut {new}: {T} = {a}; while let Some(z) = it{n}.next() { {new} = {new}.sin() * *z; }",
    // Closures.
    "let f{n} = |z: {T}| z * {a} + {b}; let mut {new}: {T} = f{n}({c}) * f{n}({0.5});",
    "let mut total{n}: {T} = {a}; let mut add{n} = |z: {T}| total{n} += z * z; add{n}({b}); add{n}({c}); let mut {new}: {T} = total{n};",
    // References that change.
    "let p{n}: [{T}; 2] = [{a}, {b}]; let q{n}: [{T}; 2] = [{c}, {a}]; let r{n} = if {cond} { &p{n} } else { &q{n} }; \
     let mut {new}: {T} = r{n}[0] * r{n}[1];",
    "let (mut p{n}, mut q{n}): ({T}, {T}) = ({a}, {b}); let slot{n} = if {cond} { &mut p{n} } else { &mut q{n} }; *slot{n} *= {c}; \
     *slot{n} += {0.5}; let mut {new}: {T} = p{n} * q{n};",
    "let mut before{n} = &{v}[0]; let mut {new}: {T} = {a}; for z in {v}.iter() { {new} += *before{n} * *z; before{n} = z; }",
    "let mut rest{n} = &{v}[..]; let mut {new}: {T} = {a}; while let [first, tail @ ..] = rest{n} { {new} = {new} * {0.5} + *first; rest{n} = tail; }",
    "let rows{n}: [[{T}; 2]; 3] = [[{a}, {b}], [{c}, {a}], [{b}, {0.5}]]; let mut best{n} = &rows{n}[0]; \
     for row in &rows{n} { if row[0] > best{n}[0] { best{n} = row; } } let mut {new}: {T} = best{n}[1] * best{n}[0];",
    "let (mut one{n}, mut two{n}): ([{T}; 2], [{T}; 2]) = ([{a}, {b}], [{c}, {a}]); let (mut from{n}, mut to{n}) = (&mut one{n}, &mut two{n}); \
     for i in 0..3_usize { to{n}[i % 2] = from{n}[0] * {0.5} + from{n}[1].sin(); std::mem::swap(&mut from{n}, &mut to{n}); } \
     let mut {new}: {T} = from{n}[0] + to{n}[1] * one{n}[1];",
    // Arrays of arrays, parts of arrays.
    "let mut grid{n}: [[{T}; 2]; 3] = [[{a}, {b}], [{c}, {0.5}], [{b}, {a}]]; \
     for i in 0..3_usize { for j in 0..2_usize { grid{n}[i][j] *= grid{n}[(i + 1) % 3][1 - j]; } } let mut {new}: {T} = grid{n}[0][1] + grid{n}[2][0];",
    "let mut grid{n}: [[{T}; 2]; 2] = [[{a}, {b}], [{c}, {0.5}]]; for row in grid{n}.iter_mut() { row[1] += row[0] * {a}; } \
     grid{n}.swap(0, 1); let mut {new}: {T} = grid{n}[0][1] * grid{n}[1][0];",
    "let mut parts{n}: [{T}; 4] = [{a}, {b}, {c}, {0.5}]; { let (l, r) = parts{n}.split_at_mut(2); l[0] *= r[1]; r[0] += l[1] * l[0]; \
     std::mem::swap(&mut l[1], &mut r[1]); } let mut {new}: {T} = parts{n}[1] * parts{n}[2] + parts{n}[3];",
    // Vectors.
    "let mut stack{n}: Vec<{T}> = Vec::new(); for z in {v}.iter() { stack{n}.push(*z * {a}); } if {cond} { stack{n}.pop(); } \
     let mut {new}: {T} = {b}; while let Some(z) = stack{n}.pop() { {new} = {new} * {0.5} + z; }",
    "let mut list{n}: Vec<{T}> = vec![{a}, {b}]; list{n}.push({c}); let last{n} = list{n}.pop().unwrap(); let mut {new}: {T} = last{n} * list{n}[1];",
    // Values out of blocks.
    "let mut {new}: {T} = 'block{n}: { if {cond} { break 'block{n} {a}; } let z: {T} = {b}; if z > {0.5} { break 'block{n} z * z; } z * {c} };",
    "let mut {new}: {T} = match {v}.len() % 2 { 0 if {cond} => {a}, 0 => {b}, _ => {c} };",
    "let (mut p{n}, mut q{n}): ({T}, {T}) = ({a}, {b}); (p{n}, q{n}) = (q{n} * {c}, p{n}); let mut {new}: {T} = p{n} - q{n};",
];

impl Writer<'_> {
    /// One of the constructs, where there are arrays for it.
    pub fn construct(&mut self) -> Option<Statement> {
        let template = *self.chance.pick(CONSTRUCTS);
        let any = [self.array(true)?, self.array(true)?];
        let [v, u] = any;
        let arrays = [v, u, self.array(false)?];
        let parts = [self.expression(1), self.expression(1), self.expression(1)].to_vec();
        let condition = self.condition(1);
        let (name, number) = self.declare_number();
        Some(Statement::Construct(Construct { template, arrays, parts, condition, name, number }))
    }
}
