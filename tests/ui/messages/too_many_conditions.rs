use grad_runtime::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x;
    #[cfg(debug_assertions)]
    {
        y += x;
    }
    #[cfg(unix)]
    {
        y *= x;
    }
    #[cfg(not(debug_assertions))]
    {
        y -= x;
    }
    #[cfg(test)]
    let y = y * x;
    #[cfg(target_pointer_width = "64")]
    let y = y + x;
    y
}

fn main() {}
