//! Symbolic regression: an expression tree with constants to be fitted.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Expr {
    Constant(f64),
    Variable(usize),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Sin(Box<Expr>),
    Pow { base: Box<Expr>, exponent: i32 },
}

#[differentiable]
fn evaluate(expr: &Expr, #[constant] x: &[f64]) -> f64 {
    match expr {
        Expr::Constant(c) => *c,
        Expr::Variable(i) => x[*i],
        Expr::Add(a, b) => evaluate(a, x) + evaluate(b, x),
        Expr::Mul(a, b) => evaluate(a, x) * evaluate(b, x),
        Expr::Sin(a) => evaluate(a, x).sin(),
        Expr::Pow { base, exponent } => evaluate(base, x).powi(*exponent),
    }
}

#[differentiable]
fn loss(expr: &Expr, #[constant] data: &[(Vec<f64>, f64)]) -> f64 {
    data.iter().map(|(x, y)| (evaluate(expr, x) - y).powi(2)).sum()
}

#[test]
fn a_tree() {
    use Expr::{Add, Constant, Mul, Pow, Sin, Variable};
    let boxed = Box::new;
    let tree = Add(
        boxed(Mul(boxed(Constant(2.0)), boxed(Sin(boxed(Variable(0)))))),
        boxed(Pow { base: boxed(Add(boxed(Variable(1)), boxed(Constant(0.5)))), exponent: 3 }),
    );
    let data = [(vec![0.3, 0.1], 0.9), (vec![-0.5, 0.4], 0.2)];
    assert!((evaluate(&tree, &[0.0, 0.5]) - 1.0).abs() < 1e-15);
    let ExprTangent::Add(left, right) = loss::grad(&tree, &data) else { panic!("a sum") };
    let ExprTangent::Mul(scale, _) = *left else { panic!("a product") };
    let by_hand: f64 = data.iter().map(|(x, y)| 2.0 * (evaluate(&tree, x) - y) * x[0].sin()).sum();
    assert_eq!(*scale, ExprTangent::Constant(by_hand));
    let ExprTangent::Pow { base } = *right else { panic!("a power") };
    assert!(matches!(*base, ExprTangent::Add(..)));
}
