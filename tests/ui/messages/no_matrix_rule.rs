//! A method of nalgebra's without a rule is refused on its name.

use grad_runtime::nalgebra::Matrix3;
use grad_runtime::prelude::*;

#[differentiable]
fn grown(m: &Matrix3<f64>) -> f64 {
    m.exp().trace()
}

fn main() {
    assert!(grown(&Matrix3::zeros()) > 0.0);
}
