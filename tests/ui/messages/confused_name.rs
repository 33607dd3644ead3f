use grad_runtime::prelude::*;

macro_rules! scaled {
    ($name:ident, $x:ident, $value:expr) => {
        #[differentiable]
        fn $name($x: f64) -> f64 {
            let x = 3.0;
            $value * x
        }
    };
}

macro_rules! summed {
    ($name:ident, $x:ident, $value:expr) => {
        #[differentiable]
        fn $name($x: f64, x: f64) -> f64 {
            $value + x
        }
    };
}

scaled!(not_square, x, x * x);
summed!(not_double, x, x * x);

fn main() {}
