//! Functions that take functions: of other modules, methods called on `self`, such that may fail. They're found in the text of this file, so it
//! has no macros.

use grad_runtime::prelude::*;

mod numeric {
    use grad_runtime::prelude::*;
    #[differentiable]
    pub fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
        let h = (b - a) / n as f64;
        let mut total = f(a) + f(b);
        for i in 1..n {
            total += if i % 2 == 0 { 2.0 } else { 4.0 } * f(a + i as f64 * h);
        }
        total * h / 3.0
    }
    #[differentiable]
    pub fn newton<F>(f: F, start: f64) -> Option<f64>
    where
        F: Fn(f64) -> (f64, f64),
    {
        let mut x = start;
        for _ in 0..20 {
            let (v, d) = f(x);
            if d == 0.0 {
                return None;
            }
            let step = v / d;
            x -= step;
            if step.abs() < 1e-12 {
                return Some(x);
            }
        }
        None
    }
}
#[differentiable]
fn area(a: f64, b: f64, k: f64) -> f64 {
    numeric::simpson(|x| (k * x).sin() * x, a, b, 10)
}
#[differentiable]
fn root(c: f64) -> f64 {
    numeric::newton(|x| (x * x - c, 2.0 * x), 1.0).unwrap_or(0.0)
}
#[differentiable]
fn root_q(c: f64) -> Option<f64> {
    let r = numeric::newton(|x| (x * x - c, 2.0 * x), 1.0)?;
    Some(r * c)
}
#[derive(Clone, Differentiable)]
struct Beam {
    length: f64,
    stiffness: f64,
}
#[differentiable]
impl Beam {
    fn integrate(&self, f: impl Fn(f64) -> f64, n: usize) -> f64 {
        let h = self.length / n as f64;
        (0..n).map(|i| f((i as f64 + 0.5) * h) * h).sum()
    }
    fn deflection(&self, load: f64) -> f64 {
        self.integrate(|x| load * x * x / self.stiffness, 8)
    }
}
#[differentiable]
fn dynamic(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    f(x) + f(2.0 * x)
}
#[differentiable]
fn uses_dyn(a: f64, b: f64) -> f64 {
    dynamic(&|t| a * t.sin(), b)
}
#[differentiable]
fn locate(x: &[f64], t: f64) -> (usize, f64) {
    let i = x.iter().position(|v| *v > t).unwrap_or(x.len()).max(1) - 1;
    let j = (i + 1).min(x.len() - 1);
    (i, (t - x[i]) / (x[j] - x[i] + 0.1))
}
#[differentiable]
fn lookup(x: &[f64], y: &[f64], t: f64) -> f64 {
    let (i, u) = locate(x, t);
    y[i] * (1.0 - u) + y[i + 1] * u
}
#[test]
fn of_another_module() {
    check!(area(0.2, 1.3, 0.7));
}
#[test]
fn that_fail() {
    check!(root(2.3));
    let g = root_q::grad(4.0).unwrap();
    assert!((g - 3.0).abs() < 1e-9);
}
#[test]
fn of_self() {
    let g = Beam { length: 1.3, stiffness: 0.7 }.deflection_grad(0.3);
    let beam = |length: f64, load: f64| Beam { length, stiffness: 0.7 }.deflection(load);
    let h = 1e-5;
    assert!((g.0.length - (beam(1.3 + h, 0.3) - beam(1.3 - h, 0.3)) / (2.0 * h)).abs() < 1e-8);
    assert!((g.1 - (beam(1.3, 0.3 + h) - beam(1.3, 0.3 - h)) / (2.0 * h)).abs() < 1e-8);
}
#[test]
fn by_reference() {
    check!(uses_dyn(0.3, 0.7));
    check!(lookup(&vec![0.1, 0.5, 0.9], &vec![0.2, 0.7, 0.4], 0.6));
}

mod summed {
    use grad_runtime::prelude::*;
    #[differentiable]
    pub fn apply<G: FnMut(f64) -> f64>(mut f: G, x: f64) -> f64 {
        let y = f(x);
        y + f(2.0 * x)
    }
    #[differentiable]
    pub fn bisect(f: &dyn Fn(f64) -> f64, mut lo: f64, mut hi: f64) -> Result<f64, String> {
        let (mut flo, fhi) = (f(lo), f(hi));
        if flo * fhi > 0.0 {
            return Err("no change of sign".to_string());
        }
        for _ in 0..4 {
            let mid = 0.5 * (lo + hi);
            let fm = f(mid);
            if fm * flo < 0.0 {
                hi = mid;
            } else {
                lo = mid;
                flo = fm;
            }
        }
        let slope = (f(hi) - f(lo)) / (hi - lo);
        Ok(lo - f(lo) / slope)
    }
}
mod multiplied {
    use grad_runtime::prelude::*;
    #[differentiable]
    pub fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        f(x) * f(3.0 * x)
    }
}
#[differentiable]
fn both(x: f64, k: f64) -> f64 {
    summed::apply(|t| k * t * t, x) + multiplied::apply(|t| t + k, x)
}
#[differentiable]
fn items(x: f64) -> f64 {
    summed::apply(f64::sin, x) + multiplied::apply(&f64::cos, x)
}
#[differentiable]
fn counted(x: f64) -> f64 {
    let mut calls = 0.0;
    let y = summed::apply(
        |t| {
            calls += t;
            t * calls
        },
        x,
    );
    y + calls
}
#[differentiable]
fn solved(c: f64) -> Result<f64, String> {
    let r = summed::bisect(&|x| x * x * x - c, 0.0, 2.0)?;
    Ok(r * c)
}
#[differentiable]
fn solved_or(c: f64) -> f64 {
    match summed::bisect(&|x| x * x * x - c, 0.0, 2.0) {
        Ok(r) => r * c,
        Err(_) => -c,
    }
}
#[derive(Clone, Differentiable)]
struct Grid<const N: usize> {
    h: f64,
    values: [f64; N],
}
#[differentiable]
impl<const N: usize> Grid<N> {
    fn map_sum(&self, mut f: impl FnMut(usize, f64) -> f64) -> f64 {
        let mut total = 0.0;
        for (i, &v) in self.values.iter().enumerate() {
            total += f(i, v) * self.h;
        }
        total
    }
    fn try_each<F>(&self, f: F) -> Option<f64>
    where
        F: Fn(f64) -> Option<f64>,
    {
        let mut total = 0.0;
        for &v in &self.values {
            total += f(v)?;
        }
        Some(total)
    }
    fn energy(&self, k: f64) -> f64 {
        self.map_sum(|i, v| k * v * v * i as f64) + self.map_sum(|_, v| v.sin())
    }
    fn logs(&self, k: f64) -> f64 {
        self.try_each(|v| if v > 0.0 { Some(v.ln() * k) } else { None }).unwrap_or(k)
    }
}
#[differentiable]
fn grids(h: f64, k: f64, x: [f64; 3]) -> f64 {
    let g = Grid { h, values: x };
    g.energy(k) + g.logs(k)
}
#[test]
fn of_two_modules() {
    check!(both(0.3, 0.7));
    check!(items(0.3));
    check!(counted(0.7));
    check!(solved_or(2.3));
    check!(solved_or(20.3));
}
#[test]
fn with_errors() {
    let g = solved::grad(2.3).unwrap();
    let h = 1e-6;
    let d = (solved(2.3 + h).unwrap() - solved(2.3 - h).unwrap()) / (2.0 * h);
    assert!((g - d).abs() < 1e-6);
    assert!(solved::grad(30.0).is_err());
}
#[test]
fn of_generic_types() {
    check!(grids(0.3, 0.7, [0.1, 0.2, 0.5]));
    check!(grids(0.3, 0.7, [0.1, -0.2, 0.5]));
}
