use grad_runtime::prelude::*;

#[derive(Clone, Differentiable)]
struct Node {
    value: f64,
    next: Option<Box<Node>>,
}

#[differentiable]
fn f(list: &Node) -> f64 {
    let mut node = list;
    let mut product = node.value;
    while let Some(next) = &node.next {
        node = next;
        product *= node.value;
    }
    product
}

fn main() {}
