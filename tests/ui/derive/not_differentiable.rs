use grad_runtime::prelude::*;

struct Material;

#[derive(Differentiable)]
struct Pair<T> {
    a: T,
    b: T,
}

fn needs_a_derivative<T: Differentiable>(_value: &T) {}

fn main() {
    needs_a_derivative(&Material);
    needs_a_derivative(&Pair { a: 1, b: 2 });
    needs_a_derivative(&"text");
}
