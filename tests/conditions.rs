//! Parts of functions that are there in some configurations only: the derivative is that of the configuration.
#![allow(missing_docs, dead_code, clippy::pedantic, clippy::style, clippy::complexity)]

use grad_runtime::prelude::*;

#[differentiable]
fn cfg_params(x: f64, #[cfg(any())] y: f64, #[cfg(all())] z: f64, #[allow(unused)] w: f64) -> f64 {
    x * z
}
#[test]
fn in_cfg_params() {
    assert_eq!(cfg_params::grad(2., 3., 4.), (3., 2., 0.));
}

#[differentiable]
fn cfg_body(x: f64) -> f64 {
    #[cfg(any())]
    let y = missing(x);
    #[cfg(all())]
    let y = x * x;
    #[cfg(any())]
    {
        return 0.0;
    }
    #[cfg(not(all()))]
    const K: f64 = 1.0;
    #[cfg(all())]
    const K: f64 = 2.0;
    #[allow(clippy::let_and_return)]
    let z = y * K;
    if cfg!(any()) { 0.0 } else { z }
}
#[test]
fn in_cfg_body() {
    assert_eq!(cfg_body::grad(3.), 12.);
}

#[differentiable]
fn either(x: f64, w: &[f64]) -> f64 {
    let mut y = x;
    #[cfg(not(test))]
    for w in w {
        y += w;
    }
    #[cfg(test)]
    for w in w {
        y *= w;
    }
    y
}

#[differentiable]
fn calls_either(x: f64) -> f64 {
    either(x, &[x, 2.0])
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Gains {
    p: f64,
    #[cfg(test)]
    i: f64,
    #[cfg(not(test))]
    d: f64,
}

#[differentiable]
impl Gains {
    fn doubled(self) -> Self {
        Self {
            p: self.p * 2.0,
            #[cfg(test)]
            i: self.i * 3.0,
            #[cfg(not(test))]
            d: self.d * 5.0,
        }
    }

    fn total(&self, kind: usize) -> f64 {
        match kind {
            #[cfg(not(test))]
            0 => self.d,
            #[cfg(test)]
            0 => self.p * self.i,
            _ => [
                #[cfg(not(test))]
                self.d,
                #[cfg(test)]
                self.p,
                1.0,
            ][0],
        }
    }
}

#[differentiable]
fn through_gains(gains: Gains, kind: usize) -> f64 {
    gains.doubled().total(kind)
}

#[differentiable]
fn constant_here(x: f64, #[cfg_attr(test, constant)] y: f64) -> f64 {
    x * y
}

#[test]
fn the_configuration_decides() {
    assert_eq!(either::grad(2.0, &[3.0, 5.0]), (15.0, vec![10.0, 6.0]));
    // 2 x²
    assert_eq!(calls_either::grad(3.0), 12.0);
    assert_eq!(through_gains::grad(Gains { p: 2.0, i: 5.0 }, 0), GainsTangent { p: 30.0, i: 12.0 });
    assert_eq!(through_gains::grad(Gains { p: 2.0, i: 5.0 }, 1), GainsTangent { p: 2.0, i: 0.0 });
    assert_eq!(constant_here::grad(3.0, 5.0), 5.0);
}
