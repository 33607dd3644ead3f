use grad_runtime::prelude::*;

#[derive(Clone, Differentiable)]
struct State {
    x: f64,
}

#[differentiable]
fn step(state: State) -> State {
    State { x: state.x * 2.0 }
}

fn main() {
    let _ = step::jacobian(State { x: 1.0 });
}
