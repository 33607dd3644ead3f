use grad_runtime::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct Spring {
    k: f64,
}

impl Spring {
    #[differentiable]
    fn stiff(k: f64) -> Self {
        Self { k: k * k }
    }
}

fn main() {
    let _ = Spring::stiff(2.0);
}
