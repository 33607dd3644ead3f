use grad_runtime::prelude::*;

#[differentiable]
fn inverse_root(x: f64) -> f64 {
    let y = f64::from_bits(0x5fe6_eb50_c7b5_37a9 - (x.to_bits() >> 1));
    y * (1.5 - 0.5 * x * y * y)
}

#[differentiable]
fn rounded(x: f64) -> f64 {
    let text = format!("{x:.3}");
    let y: f64 = text.parse().unwrap();
    y * x
}

#[differentiable]
fn on_purpose(x: f64) -> f64 {
    let y = f64::from_bits(0x5fe6_eb50_c7b5_37a9 - (stop_gradient(x).to_bits() >> 1));
    let y = y * (1.5 - 0.5 * x * y * y);
    println!("{}", y.to_string());
    y
}

fn main() {
    on_purpose::grad(2.0);
}
