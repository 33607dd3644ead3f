#[differentiable]
fn smooth<T: Real>(x: T, y: T) -> T {
    (x * y).sin() + x / y
}
