use grad_runtime::prelude::*;

#[derive(Differentiable)]
struct View<'a> {
    data: &'a [f64],
}

fn needs_a_step<T: StepAlong>(_value: T) {}

fn main() {
    needs_a_step(&1.0);
    needs_a_step(View { data: &[] });
}
