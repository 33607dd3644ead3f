//! Hand-built IR before and after.

use proc_macro2::Span;
use syn::parse_quote;

use super::whole;
use crate::ir::{
    Block, Body, Branch, BranchKind, Builder, Carried, Float, Head, Init, Loop, M, Op, Place, Prim, Stmt,
    StoreHow, Ty, V, VarKind, print,
};

const F64: Ty = Ty::Float(Float::F64);

fn value(body: &mut Body, name: &str) -> V {
    body.new_value(name, F64, Span::call_site())
}

/// What becomes of the statements that `write` adds: all of them ours.
fn simplified(write: impl FnOnce(&mut Builder<'_>, V, V) -> V) -> String {
    let mut body = Body::new();
    let (x, y) = (value(&mut body, "x"), value(&mut body, "y"));
    let mut builder = Builder::new(&mut body, Span::call_site());
    let result = write(&mut builder, x, y);
    let mut block = builder.block;
    block.results.push(result);
    after(body, block, 0)
}

fn after(mut body: Body, block: Block, first: usize) -> String {
    body.block = block;
    whole(&mut body, first, &[]);
    print::block(&body, &body.block)
}

#[test]
fn neutral_numbers_go() {
    let code = simplified(|b, x, _| {
        let (zero, one) = (b.number(0.0, x), b.number(1.0, x));
        let product = b.prim(Prim::Mul, &[one, x]);
        let quotient = b.prim(Prim::Div, &[product, one]);
        let sum = b.prim(Prim::Add, &[zero, quotient]);
        b.prim(Prim::Sub, &[sum, zero])
    });
    assert_eq!(code, "=> x\n");
}

#[test]
fn a_structural_zero_is_strong() {
    let code = simplified(|b, x, y| {
        let zero = b.number(0.0, x);
        let product = b.prim(Prim::Mul, &[x, zero]);
        b.prim(Prim::Add, &[product, y])
    });
    assert_eq!(code, "=> y\n");
}

#[test]
fn signs_and_factors_move_out() {
    let code = simplified(|b, x, y| {
        let two = b.number(2.0, x);
        let scaled = b.prim(Prim::Mul, &[x, two]);
        let negative = b.prim(Prim::Neg, &[scaled]);
        let product = b.prim(Prim::Mul, &[negative, y]);
        b.prim(Prim::Add, &[y, product])
    });
    assert_eq!(code, "t.10 = x * y\nt.11 = 2.0\nt.12 = t.11 * t.10\nt.6 = y - t.12\n=> t.6\n");
}

#[test]
fn like_terms_are_one() {
    let code = simplified(|b, x, y| {
        let product = b.prim(Prim::Mul, &[x, y]);
        let again = b.prim(Prim::Mul, &[y, x]);
        let first = b.prim(Prim::Add, &[x, product]);
        b.prim(Prim::Add, &[first, again])
    });
    assert!(code.contains("2.0") && code.matches(" * ").count() == 2, "{code}");
}

#[test]
fn a_known_power_is_a_product() {
    let code = simplified(|b, x, _| {
        let two = b.bind("t", Ty::Int, Op::Literal(parse_quote!(2)));
        b.bind("t", F64, Op::Prim(Prim::PowiPartial, vec![x, two]))
    });
    assert_eq!(code.matches('x').count(), 1, "{code}");
    assert!(code.contains("2.0") && !code.contains("powi"), "{code}");
}

/// The user's `1.0 * x + 0.0` is what he wrote: it tells -0 from 0 and signals what it signals.
#[test]
fn what_the_user_computes_stays() {
    let mut body = Body::new();
    let x = value(&mut body, "x");
    let mut builder = Builder::new(&mut body, Span::call_site());
    let (one, zero) = (builder.number(1.0, x), builder.number(0.0, x));
    let product = builder.prim(Prim::Mul, &[one, x]);
    let sum = builder.prim(Prim::Add, &[product, zero]);
    let again = builder.prim(Prim::Mul, &[one, x]);
    let last = builder.prim(Prim::Div, &[sum, again]);
    let mut block = builder.block;
    block.results.push(last);
    let first = body.values.len();
    let code = after(body, block, first);
    // Computed once where it was twice, but not less.
    assert_eq!(code, "t.1 = 1.0\nt.2 = 0.0\nt.3 = t.1 * x\nt.4 = t.3 + t.2\nt.6 = t.4 / t.3\n=> t.6\n");
}

/// d/(1 + e⁻ˣ)·y, where y = 1/(1 + e⁻ˣ) is there: no second division.
#[test]
fn an_inverse_is_used_again() {
    let code = simplified(|b, x, y| {
        let one = b.number(1.0, x);
        let inverse = b.prim(Prim::Div, &[one, x]);
        let quotient = b.prim(Prim::Div, &[y, x]);
        b.prim(Prim::Mul, &[inverse, quotient])
    });
    assert_eq!(code.matches('/').count(), 1, "{code}");
    let code = simplified(|b, x, y| {
        let one = b.number(1.0, x);
        let inverse = b.prim(Prim::Div, &[one, x]);
        let quotient = b.prim(Prim::Div, &[x, y]);
        b.prim(Prim::Mul, &[inverse, quotient])
    });
    assert_eq!(code.matches('/').count(), 2, "{code}");
}

fn memory(body: &mut Body, kind: VarKind) -> Place {
    Place::whole(body.new_var("w", F64, kind, Span::call_site()))
}

#[test]
fn a_read_is_shared_until_the_memory_changes() {
    let mut body = Body::new();
    let x = value(&mut body, "x");
    let w = memory(&mut body, VarKind::RefMut);
    let mut builder = Builder::new(&mut body, Span::call_site());
    let a = builder.load("a", F64, w.clone());
    let b = builder.load("b", F64, w.clone());
    builder.store(w.clone(), StoreHow::Set, x);
    let c = builder.load("c", F64, w);
    let mut block = builder.block;
    block.results = vec![a, b, c];
    assert_eq!(after(body, block, 0), "a = load w\nw := x\nc = load w\n=> a, a, c\n");
}

#[test]
fn writes_to_one_place_are_one() {
    let mut body = Body::new();
    let (x, y) = (value(&mut body, "x"), value(&mut body, "y"));
    let w = memory(&mut body, VarKind::Buffer);
    let mut builder = Builder::new(&mut body, Span::call_site());
    builder.block.stmts.push(Stmt::Clear { place: w.clone(), ty: F64 });
    let negative = builder.prim(Prim::Neg, &[y]);
    builder.store(w.clone(), StoreHow::Add, x);
    builder.store(w, StoreHow::Add, negative);
    let block = builder.block;
    assert_eq!(after(body, block, 0), "t.4 = x - y\nw := t.4\n");
}

#[test]
fn memory_that_nothing_reads_is_not_written() {
    let mut body = Body::new();
    let x = value(&mut body, "x");
    let w = memory(&mut body, VarKind::Local);
    let mut builder = Builder::new(&mut body, Span::call_site());
    builder.block.stmts.push(Stmt::Declare { var: M(0), init: Init::Value(x) });
    let read = builder.load("t", F64, w.clone());
    let sum = builder.prim(Prim::Add, &[read, x]);
    builder.store(w, StoreHow::Set, sum);
    let mut block = builder.block;
    block.results.push(x);
    assert_eq!(after(body, block, 0), "=> x\n");
}

#[test]
fn a_loop_carries_what_changes_and_is_needed() {
    let mut body = Body::new();
    let x = value(&mut body, "x");
    let [a, a_end, b, b_end, c, c_end] =
        ["a", "a_end", "b", "b_end", "c", "c_end"].map(|name| value(&mut body, name));
    let count = body.new_value("count", Ty::Int, Span::call_site());
    let exit = body.new_value("exit", Ty::Bool, Span::call_site());
    let mut builder = Builder::new(&mut body, Span::call_site());
    // `a` changes and is needed, `b` is needed and doesn't change, `c` changes for itself alone.
    let next = builder.prim(Prim::Mul, &[a, b]);
    let unneeded = builder.prim(Prim::Mul, &[c, c]);
    builder.block.results = vec![next, b, unneeded];
    let inner = builder.block;
    let carried = [(a, a_end), (b, b_end), (c, c_end)];
    let carried = carried.into_iter().map(|(param, result)| Carried { param, init: x, result }).collect();
    let id = body.new_loop();
    let looped = Loop {
        id,
        head: Head::Forever,
        carried,
        body: inner,
        exit: Some(exit),
        count,
        checkpoint: None,
        span: Span::call_site(),
    };
    let mut block = body.new_block();
    block.stmts.push(Stmt::Loop(Box::new(looped)));
    block.results = vec![a_end, b_end];
    let code = after(body, block, 0);
    assert_eq!(
        code,
        "a_end = loop carry(a = x) count count {\n    t.9 = a * x\n    => t.9\n} until exit\n=> a_end, x\n"
    );
}

fn choice(body: &mut Body, cond: V, then: V, otherwise: V, result: V) -> Stmt {
    let mut arms = vec![body.new_block(), body.new_block()];
    arms[0].results.push(then);
    arms[1].results.push(otherwise);
    Stmt::Branch(Branch { kind: BranchKind::If(cond), arms, results: vec![result], span: Span::call_site() })
}

#[test]
fn what_all_arms_agree_on_is_no_choice() {
    let mut body = Body::new();
    let [x, y, cond] = ["x", "y", "cond"].map(|name| value(&mut body, name));
    let branch = choice(&mut body, cond, x, x, y);
    let mut block = body.new_block();
    block.stmts.push(branch);
    block.results.push(y);
    assert_eq!(after(body, block, 0), "=> x\n");
}

/// `if cond { 0 } else { x } * y`: the product is computed where the factor isn't zero.
#[test]
fn a_product_with_a_choice_of_zero_moves_into_the_arm() {
    let mut body = Body::new();
    let [x, y, cond, chosen] = ["x", "y", "cond", "chosen"].map(|name| value(&mut body, name));
    let mut builder = Builder::new(&mut body, Span::call_site());
    let zero = builder.number(0.0, x);
    let branch = choice(builder.body, cond, zero, x, chosen);
    builder.block.stmts.push(branch);
    let product = builder.bind("product", F64, Op::Prim(Prim::Mul, vec![chosen, y]));
    let mut block = builder.block;
    block.results.push(product);
    super::adjoint(&mut body, &mut block, 0, &[]);
    let code = print::block(&body, &block);
    assert_eq!(
        code,
        "product = if cond {\n    t.6 = 0.0\n    => t.6\n} else {\n    t.7 = x * y\n    => t.7\n}\n=> product\n",
        "{code}"
    );
}

/// Five hundred dependent statements: every pass is linear.
#[test]
fn a_long_chain_stays_a_chain() {
    let code = simplified(|b, x, y| (0..500).fold(x, |v, _| b.prim(Prim::Hypot, &[v, y])));
    assert_eq!(code.lines().count(), 501);
}

/// Memory of ours at places by name is as good as values.
#[test]
fn an_array_of_known_places_is_no_memory() {
    let mut body = Body::new();
    let (x, y) = (value(&mut body, "x"), value(&mut body, "y"));
    let ty = Ty::Array(Box::new(F64), quote::quote!(2));
    let like = body.new_var("a", ty.clone(), VarKind::Owned, Span::call_site());
    let bar = body.new_var("a_bar", ty, VarKind::Local, Span::call_site());
    let mut builder = Builder::new(&mut body, Span::call_site());
    builder.block.stmts.push(Stmt::Declare { var: bar, init: Init::Zeros { like, len: None } });
    let index = |builder: &mut Builder<'_>, literal: syn::Expr| {
        let v = builder.bind("t", Ty::Int, Op::Literal(Box::new(literal)));
        Place::whole(bar).then(crate::ir::Projection::Index(v))
    };
    let (first, second) = (index(&mut builder, parse_quote!(0)), index(&mut builder, parse_quote!(1)));
    builder.store(first.clone(), StoreHow::Add, x);
    builder.store(second, StoreHow::Add, y);
    // The same place, written in another way.
    let again = index(&mut builder, parse_quote!(0usize));
    builder.store(again.clone(), StoreHow::Sub, y);
    let read = builder.load("t", F64, first);
    let mut block = builder.block;
    block.results.push(read);
    let code = after(body, block, 0);
    assert!(code.ends_with("= x - y\n=> t.8\n") && code.lines().count() == 2, "{code}");
}

/// An index that isn't known may be any.
#[test]
fn a_write_somewhere_forgets_what_was_known() {
    let mut body = Body::new();
    let x = value(&mut body, "x");
    let somewhere = body.new_value("i", Ty::Int, Span::call_site());
    let ty = Ty::Array(Box::new(F64), quote::quote!(2));
    let a = body.new_var("a", ty, VarKind::Local, Span::call_site());
    let mut builder = Builder::new(&mut body, Span::call_site());
    builder.block.stmts.push(Stmt::Declare { var: a, init: Init::Elements(vec![x, x]) });
    let zero = builder.bind("t", Ty::Int, Op::Literal(parse_quote!(0)));
    let first = Place::whole(a).then(crate::ir::Projection::Index(zero));
    let one = builder.number(1.0, x);
    builder.store(Place::whole(a).then(crate::ir::Projection::Index(somewhere)), StoreHow::Set, one);
    let read = builder.load("read", F64, first);
    let mut block = builder.block;
    block.results.push(read);
    let code = after(body, block, 0);
    assert!(code.ends_with("read = load a[t.2]\n=> read\n"), "{code}");
}

/// What one arm writes, the other doesn't read, and after the branch nobody knows.
#[test]
fn a_write_in_an_arm_is_seen_there_alone() {
    let mut body = Body::new();
    let [x, y, cond] = ["x", "y", "cond"].map(|name| value(&mut body, name));
    let ty = Ty::Array(Box::new(F64), quote::quote!(1));
    let a = body.new_var("a", ty, VarKind::Local, Span::call_site());
    let zero = body.new_value("zero", Ty::Int, Span::call_site());
    let place = Place::whole(a).then(crate::ir::Projection::Index(zero));
    let mut arms = Vec::new();
    for written in [Some(y), None] {
        let mut builder = Builder::new(&mut body, Span::call_site());
        if let Some(written) = written {
            builder.store(place.clone(), StoreHow::Set, written);
        }
        let read = builder.load("inside", F64, place.clone());
        builder.block.results.push(read);
        arms.push(builder.block);
    }
    let chosen = value(&mut body, "chosen");
    let mut builder = Builder::new(&mut body, Span::call_site());
    builder.block.stmts.push(Stmt::Let { value: zero, op: Op::Literal(parse_quote!(0)) });
    builder.block.stmts.push(Stmt::Declare { var: a, init: Init::Elements(vec![x]) });
    let kind = BranchKind::If(cond);
    builder.block.stmts.push(Stmt::Branch(Branch {
        kind,
        arms,
        results: vec![chosen],
        span: Span::call_site(),
    }));
    let read = builder.load("after", F64, place);
    let mut block = builder.block;
    block.results = vec![chosen, read];
    let code = after(body, block, 0);
    assert!(code.contains("a[zero] := y\n    => y\n} else {\n"), "{code}");
    assert!(
        !code.contains("else {\n    => y") && code.contains("after = load a[zero]\n=> chosen, after"),
        "{code}"
    );
}
