//! Hand-built IR and the code that it should become.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::parse_quote;

use super::emitter::Emitter;
use crate::ir::{
    Binding, Block, Body, Branch, BranchKind, Builder, Carried, Float, Head, Init, Loop, Op, Param, Place,
    Prim, Projection, Range, Replay, Stmt, StoreHow, TapeShape, Ty, V, VarKind,
};

/// One block of a body: its statements, and its results as the value of the block.
fn block(body: &Body, block: &Block, runtime: &TokenStream) -> TokenStream {
    let mut emitter = Emitter::new(body, &[block], runtime.clone());
    emitter.scoped(|emitter| {
        emitter.stmts(block);
        let tail = emitter.tail(&block.results);
        emitter.push(quote!(#tail));
    })
}

const F64: Ty = Ty::Float(Float::F64);

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn param(body: &mut Body, name: &str) -> V {
    let v = body.new_value(name, F64, Span::call_site());
    body.params.push(Param {
        name: ident(name),
        written: parse_quote!(f64),
        ty: F64,
        passing: VarKind::Owned,
        active: true,
        binding: Binding::Value(v),
    });
    v
}

fn slice(body: &mut Body, name: &str, kind: VarKind) -> Place {
    let ty = Ty::Slice(Box::new(F64));
    let m = body.new_var(name, ty.clone(), kind, Span::call_site());
    body.params.push(Param {
        name: ident(name),
        written: parse_quote!(&[f64]),
        ty,
        passing: kind,
        active: true,
        binding: Binding::Var(m),
    });
    Place::whole(m)
}

fn int(builder: &mut Builder<'_>, literal: i32) -> V {
    let literal = proc_macro2::Literal::i32_unsuffixed(literal);
    builder.bind("t", Ty::Int, Op::Literal(parse_quote!(#literal)))
}

fn pretty(tokens: &TokenStream) -> String {
    let file = syn::parse2(quote!(fn f() { #tokens })).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    prettyplease::unparse(&file)
}

/// The code of a block, and the code that it should be, both formatted alike.
#[track_caller]
fn expect(body: &Body, found: &Block, expected: &TokenStream) {
    let found = block(body, found, &quote!(rt));
    assert_eq!(pretty(&found), pretty(expected));
}

#[test]
fn a_formula_stays_a_formula() {
    let mut body = Body::new();
    let (x, y) = (param(&mut body, "x"), param(&mut body, "y"));
    let mut builder = Builder::new(&mut body, Span::call_site());
    let one = builder.number(1.0, x);
    let t1 = builder.prim(Prim::Sub, &[one, x]);
    let two = int(&mut builder, 2);
    let t2 = builder.prim(Prim::Powi, &[t1, two]);
    let square = builder.prim(Prim::Mul, &[x, x]);
    let t3 = builder.prim(Prim::Sub, &[y, square]);
    let hundred = builder.number(100.0, x);
    let t4 = builder.prim(Prim::Mul, &[hundred, t3]);
    let result = builder.prim(Prim::Add, &[t2, t4]);
    let mut found = builder.block;
    found.results.push(result);
    expect(&body, &found, &quote!((1.0 - x).powi(2) + 100.0 * (y - x * x)));
}

#[test]
fn parentheses_stand_where_they_have_to() {
    let mut body = Body::new();
    let (a, b) = (param(&mut body, "a"), param(&mut body, "b"));
    let mut builder = Builder::new(&mut body, Span::call_site());
    let sub = builder.prim(Prim::Sub, &[a, b]);
    let sub = builder.prim(Prim::Sub, &[a, sub]);
    let neg = builder.prim(Prim::Neg, &[sub]);
    let exp = builder.prim(Prim::Exp, &[neg]);
    let minus = builder.number(-2.0, a);
    let sqrt = builder.prim(Prim::Sqrt, &[minus]);
    let quotient = builder.prim(Prim::Div, &[a, b]);
    let quotient = builder.prim(Prim::Div, &[exp, quotient]);
    let product = builder.prim(Prim::Mul, &[sqrt, quotient]);
    let mut found = builder.block;
    found.results.push(product);
    expect(&body, &found, &quote!((-2.0_f64).sqrt() * ((-(a - (a - b))).exp() / (a / b))));
}

#[test]
fn a_value_with_two_uses_has_a_name_and_a_read_stays_before_the_write() {
    let mut body = Body::new();
    let x = param(&mut body, "t1");
    let w = slice(&mut body, "w", VarKind::RefMut);
    let mut builder = Builder::new(&mut body, Span::call_site());
    let zero = int(&mut builder, 0);
    let first = w.then(Projection::Index(zero));
    let old = builder.load("t", F64, first.clone());
    let square = builder.prim(Prim::Mul, &[x, x]);
    let sum = builder.prim(Prim::Add, &[old, square]);
    builder.store(first.clone(), StoreHow::Set, x);
    builder.store(first, StoreHow::Add, square);
    let mut found = builder.block;
    found.results.push(sum);
    expect(
        &body,
        &found,
        &quote! {
            let t2 = t1 * t1;
            let t3 = w[0] + t2;
            w[0] = t1;
            w[0] += t2;
            t3
        },
    );
}

/// `for i in 0..n { total += w[i] * w[i] }`, with a growing tape of the elements and the loop that reads it.
#[test]
fn a_loop_carries_in_a_variable_and_replays_from_its_tape() {
    let mut body = Body::new();
    let w = slice(&mut body, "w", VarKind::Ref);
    let bar = slice(&mut body, "w_bar", VarKind::Buffer);
    let tape = body.new_var("tape", Ty::Unknown, VarKind::Tape, Span::call_site());
    let (param, result) = (value(&mut body, "total", F64), value(&mut body, "total", F64));
    let (index, count, again) =
        (value(&mut body, "i", Ty::Int), value(&mut body, "n", Ty::Int), value(&mut body, "i", Ty::Int));
    let field = value(&mut body, "x", F64);
    let inner = {
        let mut builder = Builder::new(&mut body, Span::call_site());
        let x = builder.load("x", F64, w.then(Projection::Index(index)));
        let square = builder.prim(Prim::Mul, &[x, x]);
        let next = builder.prim(Prim::Add, &[param, square]);
        builder.block.stmts.push(Stmt::Record { tape, values: vec![x] });
        builder.block.results.push(next);
        builder.block
    };
    let back = {
        let mut builder = Builder::new(&mut body, Span::call_site());
        let two = builder.number(2.0, field);
        let part = builder.prim(Prim::Mul, &[two, field]);
        builder.store(bar.then(Projection::Index(again)), StoreHow::Add, part);
        builder.block
    };
    let mut builder = Builder::new(&mut body, Span::call_site());
    let start = int(&mut builder, 0);
    let end = builder.bind("t", Ty::Int, Op::Len(w));
    let init = builder.number(0.0, param);
    let range = Range { start, end, inclusive: false, adapters: Vec::new(), trip: None };
    let capacity = Some(count);
    let shape = TapeShape::Growing { capacity, buffer: None, span: Span::call_site() };
    builder.block.stmts.push(Stmt::Declare { var: tape, init: Init::Tape(shape) });
    let id = builder.body.new_loop();
    let head = Head::Range { index, range: range.clone() };
    builder.block.stmts.push(looped(id, head, vec![Carried { param, init, result }], inner, None, count));
    let unused = builder.body.new_value("count", Ty::Int, Span::call_site());
    let replay = Replay {
        of: id,
        forwards: false,
        range: Some((again, range)),
        count,
        tape: Some((tape, vec![field])),
    };
    let other = builder.body.new_loop();
    builder.block.stmts.push(looped(other, Head::Replay(replay), Vec::new(), back, None, unused));
    let mut found = builder.block;
    found.results.push(result);
    expect(
        &body,
        &found,
        &quote! {
            let t1 = w.len();
            let n = (0..t1).size_hint().0;
            let mut tape = rt::growing_tape!(n);
            let mut total = 0.0_f64;
            for i in 0..t1 {
                let x = w[i];
                tape.push(x);
                total += x * x;
            }
            for (i2, &x2) in tape.iter().enumerate().rev() {
                w_bar[i2] += 2.0 * x2;
            }
            total
        },
    );
}

fn value(body: &mut Body, name: &str, ty: Ty) -> V {
    body.new_value(name, ty, Span::call_site())
}

fn looped(
    id: crate::ir::LoopId,
    head: Head,
    carried: Vec<Carried>,
    body: Block,
    exit: Option<V>,
    count: V,
) -> Stmt {
    Stmt::Loop(Box::new(Loop {
        id,
        head,
        carried,
        body,
        exit,
        count,
        checkpoint: None,
        span: Span::call_site(),
    }))
}

/// The Fibonacci step: both next values read the other's old one.
#[test]
fn values_that_swap_are_assigned_at_once() {
    let mut body = Body::new();
    let (x, y) = (param(&mut body, "x"), param(&mut body, "y"));
    let [a, b, a_end, b_end] = ["a", "b", "a", "b"].map(|name| value(&mut body, name, F64));
    let count = value(&mut body, "count", Ty::Int);
    let inner = {
        let mut builder = Builder::new(&mut body, Span::call_site());
        let sum = builder.prim(Prim::Add, &[a, b]);
        let exit = builder.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![a, x]));
        builder.block.results = vec![b, sum];
        (builder.block, exit)
    };
    let mut builder = Builder::new(&mut body, Span::call_site());
    let id = builder.body.new_loop();
    let carried =
        vec![Carried { param: a, init: x, result: a_end }, Carried { param: b, init: y, result: b_end }];
    builder.block.stmts.push(looped(id, Head::Forever, carried, inner.0, Some(inner.1), count));
    let mut found = builder.block;
    found.results = vec![a_end, b_end];
    expect(
        &body,
        &found,
        &quote! {
            let mut a = x;
            let mut b = y;
            loop {
                let done = a > x;
                (a, b) = (b, a + b);
                if done {
                    break;
                }
            }
            (a, b)
        },
    );
}

#[test]
fn a_chain_of_branches_reads_as_one() {
    let mut body = Body::new();
    let x = param(&mut body, "x");
    let [outer, inner] = ["y", "y"].map(|name| value(&mut body, name, F64));
    let mut arm = |number: f64| {
        let mut builder = Builder::new(&mut body, Span::call_site());
        let number = builder.number(number, x);
        let product = builder.prim(Prim::Mul, &[number, x]);
        builder.block.results.push(product);
        builder.block
    };
    let (first, second, third) = (arm(1.0), arm(2.0), arm(3.0));
    let mut builder = Builder::new(&mut body, Span::call_site());
    let two = builder.number(2.0, x);
    let cond = builder.prim(Prim::Lt, &[x, two]);
    let kind = BranchKind::If(cond);
    builder.block.stmts.push(branch(kind, vec![second, third], inner));
    builder.block.results.push(inner);
    let otherwise = builder.block;
    let mut builder = Builder::new(&mut body, Span::call_site());
    let one = builder.number(1.0, x);
    let cond = builder.prim(Prim::Lt, &[x, one]);
    builder.block.stmts.push(branch(BranchKind::If(cond), vec![first, otherwise], outer));
    let square = builder.prim(Prim::Mul, &[outer, outer]);
    let mut found = builder.block;
    found.results.push(square);
    expect(
        &body,
        &found,
        &quote! {
            let y = if x < 1.0 { 1.0 * x } else if x < 2.0 { 2.0 * x } else { 3.0 * x };
            y * y
        },
    );
}

fn branch(kind: BranchKind, arms: Vec<Block>, result: V) -> Stmt {
    Stmt::Branch(Branch { kind, arms, results: vec![result], span: Span::call_site() })
}

/// Five hundred dependent statements: every temporary has one use, and the expressions stay short.
#[test]
fn a_long_chain_is_cut_into_lines() {
    let mut body = Body::new();
    let x = param(&mut body, "x");
    let mut builder = Builder::new(&mut body, Span::call_site());
    let last = (0..500).fold(x, |v, _| builder.prim(Prim::Sin, &[v]));
    let mut found = builder.block;
    found.results.push(last);
    let code = pretty(&block(&body, &found, &quote!(rt)));
    assert_eq!(code.matches(".sin()").count(), 500);
    assert_eq!(code.matches("let ").count(), 45);
}
