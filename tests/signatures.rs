//! Functions with signatures and names that few write: names that generated code would use itself, patterns, conditions, macros, functions
//! in all places where functions can stand.
#![allow(missing_docs, dead_code, deprecated, clippy::pedantic, clippy::style, clippy::complexity)]

use grad_runtime::prelude::*;

#[differentiable]
fn collide(grad: f64, tangent: f64, tape: f64, residuals: f64, out: f64) -> f64 {
    grad * tangent + tape * residuals * out
}
#[test]
fn names_of_ours() {
    assert_eq!(collide::grad(2., 3., 4., 5., 6.), (3., 2., 30., 24., 20.));
    assert_eq!(collide::jvp(2., 3., 4., 5., 6., 1., 0., 0., 0., 1.), (126., 23.));
    let mut d = [0.0; 5];
    let [a, b, c, e, f] = &mut d;
    assert_eq!(collide::grad_into(2., 3., 4., 5., 6., a, b, c, e, f), 126.);
    assert_eq!(d, [3., 2., 30., 24., 20.]);
}
#[differentiable]
fn bars(x: f64, x_bar: f64, x_dot: f64, d_x: f64, seed: f64, value: f64, backward: f64) -> f64 {
    let y_bar = x * x_bar;
    let x_bar2 = y_bar * x_dot;
    let seed2 = seed * d_x;
    x_bar2 + seed2 * value + backward
}
#[test]
fn cotangents() {
    assert_eq!(bars::grad(2., 3., 4., 5., 6., 7., 8.), (12., 8., 6., 42., 35., 30., 1.));
    let (v, b) = bars::forward(2., 3., 4., 5., 6., 7., 8.);
    assert_eq!(v, 24. + 210. + 8.);
    assert_eq!(b(1.0), (12., 8., 6., 42., 35., 30., 1.));
    assert_eq!(bars::jvp(2., 3., 4., 5., 6., 7., 8., 1., 0., 0., 0., 0., 0., 0.).1, 12.);
    let mut d = [0.0; 7];
    let [a, b2, c, e, f, g, h] = &mut d;
    bars::grad_into(2., 3., 4., 5., 6., 7., 8., a, b2, c, e, f, g, h);
    assert_eq!(d, [12., 8., 6., 42., 35., 30., 1.]);
}
#[differentiable]
fn slots(d_w: &[f64], w: &[f64], w_bar: &mut [f64], w_dot: f64, result: &mut f64) {
    for (i, tape) in w.iter().enumerate() {
        w_bar[i] *= tape * d_w[i];
        *result += w_bar[i] * w_dot;
    }
}
#[test]
fn in_slots() {
    let mut wb = [1., 2.];
    let mut r = 0.;
    let (_, back) = slots::forward(&[1., 2.], &[3., 4.], &mut wb, 5., &mut r);
    let mut db = [0., 0.];
    let mut dw = [0., 0.];
    let mut wbb = [0., 0.];
    let mut rb = 1.;
    let dd = back(&mut db, &mut dw, &mut wbb, &mut rb);
    assert_eq!((wb, r, dd), ([3., 16.], 95., 19.));
    assert_eq!((db, dw, wbb, rb), ([15., 40.], [5., 20.], [15., 40.], 1.));
}

#[differentiable]
fn forward(x: f64) -> f64 {
    x * x
}
#[differentiable]
fn grad(x: f64) -> f64 {
    forward(x) * x
}
#[differentiable]
fn jvp(x: f64, y: f64) -> f64 {
    grad(x) * forward(y)
}
#[differentiable]
fn grad_into(x: &[f64]) -> f64 {
    x.iter().map(|v| grad(*v)).sum()
}
#[differentiable]
fn value_and_grad(x: &[f64]) -> f64 {
    grad_into(x)
}
#[differentiable]
fn __pull(x: f64) -> f64 {
    x * x * x
}
#[differentiable]
fn std(core: f64, alloc: f64) -> f64 {
    core.sin() * alloc
}
#[test]
fn functions_called_like_items() {
    assert_eq!(jvp::grad(2., 3.), (12. * 9., 8. * 6.));
    assert_eq!(value_and_grad::value_and_grad(&[2., 3.]), (35., vec![12., 27.]));
    assert_eq!(forward::forward(3.).1(1.), 6.);
    assert_eq!(__pull::grad(2.), 12.);
    assert_eq!(std::grad(0., 3.), (3., 0.));
}

#[differentiable]
fn shadow(x: f64, v: &[f64]) -> f64 {
    let x = x * x;
    let v = v.iter().map(|v| v * x).sum::<f64>();
    let total = {
        let x = v * 2.0;
        let v = x + 1.0;
        v * x
    };
    let f = |x: f64| x * v;
    let x = f(x) + total;
    if let Some(x) = Some(x) { x * v } else { x }
}
#[test]
fn in_shadow() {
    let f = |x: f64, v: &[f64]| shadow(x, v);
    let (dx, dv) = shadow::grad(1.5, &[0.2, 0.3]);
    let h = 1e-6;
    assert!((dx - (f(1.5 + h, &[0.2, 0.3]) - f(1.5 - h, &[0.2, 0.3])) / (2. * h)).abs() < 1e-6);
    assert!((dv[0] - (f(1.5, &[0.2 + h, 0.3]) - f(1.5, &[0.2 - h, 0.3])) / (2. * h)).abs() < 1e-6);
}

mod consts {
    use grad_runtime::prelude::*;
    #[allow(non_upper_case_globals)]
    const f32: f64 = 2.0;
    #[allow(non_upper_case_globals)]
    const scale: f64 = 3.0;
    #[allow(non_upper_case_globals)]
    const tape: f64 = 5.0;
    #[allow(non_upper_case_globals)]
    const x_bar: f64 = 7.0;
    #[allow(non_upper_case_globals)]
    static offset: f64 = 11.0;
    #[differentiable]
    pub fn g(x: f64, n: usize) -> f64 {
        let mut y = x;
        for _ in 0..n {
            y = y * y * scale + tape;
            y = (y * x_bar * f32 + offset).sqrt();
        }
        y
    }
}
#[test]
fn constants() {
    let h = 1e-6;
    let d = consts::g::grad(0.7, 3);
    assert!((d - (consts::g(0.7 + h, 3) - consts::g(0.7 - h, 3)) / (2. * h)).abs() < 1e-6);
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pair(f64, f64);
#[differentiable]
fn patterns(
    (a, b): (f64, f64),
    &[p, q]: &[f64; 2],
    Point { x, y }: Point,
    Pair(m, n): Pair,
    mut k: f64,
    _: f64,
) -> f64 {
    k *= 2.0;
    a * b + p * q + x * y + m * n * k
}
#[test]
fn in_patterns() {
    let g = patterns::grad((1., 2.), &[3., 4.], Point { x: 5., y: 6. }, Pair(7., 8.), 9., 10.);
    assert_eq!(
        g,
        ((2., 1.), [4., 3.], PointTangent { x: 6., y: 5. }, PairTangent(8. * 18., 7. * 18.), 112., 0.)
    );
    let j = patterns::jvp(
        (1., 2.),
        &[3., 4.],
        Point { x: 5., y: 6. },
        Pair(7., 8.),
        9.,
        10.,
        (1., 0.),
        &[0., 0.],
        PointTangent { x: 1., y: 0. },
        PairTangent(0., 0.),
        0.,
        0.,
    );
    assert_eq!(j.1, 8.);
}
#[differentiable]
fn ref_patterns(
    &(a, b): &(f64, f64),
    &Point { x, y: z }: &Point,
    [u, .., w]: [f64; 3],
    (j, _): (f64, f64),
    &mut ref mut o: &mut f64,
) {
    *o += a * b * x * z * u * w * j;
}
#[test]
fn in_ref_patterns() {
    let mut o = 0.0;
    ref_patterns(&(1., 2.), &Point { x: 3., y: 4. }, [5., 6., 7.], (8., 9.), &mut o);
    assert_eq!(o, 1. * 2. * 3. * 4. * 5. * 7. * 8.);
}
#[differentiable]
fn at(whole @ Point { x, .. }: Point, ref r: f64) -> f64 {
    whole.y * x * r
}
#[test]
fn in_at() {
    assert_eq!(at::grad(Point { x: 2., y: 3. }, 5.), (PointTangent { x: 15., y: 10. }, 6.));
}

#[differentiable]
const fn square(x: f64) -> f64 {
    x * x
}
const NINE: f64 = square(3.0);
#[differentiable]
#[must_use = "why else"]
#[inline(always)]
#[doc(hidden)]
#[doc(alias = "sq")]
#[allow(clippy::many_single_char_names)]
#[cfg(all())]
pub(crate) extern "C" fn c_square(x: f64) -> f64 {
    x * x
}
#[cfg(any())]
#[differentiable]
fn absent(x: Missing) -> f64 {
    x
}
#[differentiable]
#[cfg(any())]
fn absent2(x: Missing) -> f64 {
    x
}
#[differentiable]
#[track_caller]
#[deprecated(note = "old")]
fn tracked(x: f64, v: &[f64]) -> f64 {
    x * v[0]
}
#[differentiable]
#[cold]
#[inline(never)]
fn cold(x: f64) -> f64 {
    x
}
#[test]
#[allow(deprecated)]
fn in_qualifiers() {
    assert_eq!(NINE, 9.0);
    assert_eq!(square::grad(3.0), 6.0);
    assert_eq!(c_square::grad(3.0), 6.0);
    assert_eq!(tracked::grad(3.0, &[2.0]), (2.0, vec![3.0]));
    assert_eq!(cold::grad(3.0), 1.0);
}
#[differentiable]
fn lifetimes<'a, 'b: 'a>(x: &'a [f64], y: &'b [f64; 2]) -> f64
where
    'b: 'a,
{
    x[0] * y[1]
}
#[differentiable]
fn pick<'a>(x: &'a [f64], y: &'a mut [f64], n: &'a usize, name: &'a str) -> f64 {
    y[*n] *= x[0];
    y[*n] + name.len() as f64
}
#[differentiable]
fn konst<const N: usize, const M: usize>(x: [[f64; M]; N]) -> f64 {
    let mut s = 0.;
    for r in &x {
        for c in r {
            s += c * c * M as f64;
        }
    }
    s
}
#[differentiable]
fn wher<T, const N: usize>(x: &[T; N]) -> T
where
    T: Real + core::iter::Sum<T>,
    [T; N]: Sized,
{
    x.iter().map(|x| x.sin()).sum::<T>()
}
trait Curve {
    fn at(&self, t: f64) -> f64;
}
#[derive(Clone, Differentiable)]
struct Line<T = f64> {
    a: T,
    b: T,
}
#[differentiable]
impl Line {
    fn val(&self, t: f64) -> f64 {
        self.a * t + self.b
    }
}
#[differentiable]
fn default_generic(l: &Line, m: Line<f64>, t: f64) -> f64 {
    l.val(t) * m.b
}
#[test]
fn in_generics() {
    assert_eq!(lifetimes::grad(&[2., 3.], &[4., 5.]), (vec![5., 0.], [0., 2.]));
    assert_eq!(konst::grad([[1., 2.], [3., 4.]]), [[4., 8.], [12., 16.]]);
    assert_eq!(wher::grad(&[0.0_f32, 0.0]), [1., 1.]);
    let (l, m, t) = default_generic::grad(&Line { a: 2., b: 3. }, Line { a: 5., b: 7. }, 11.);
    assert_eq!((l.a, l.b, m.a, m.b, t), (77., 7., 0., 25., 14.));
    let mut y = [1., 2.];
    let (v, back) = pick::forward(&[3., 4.], &mut y, &1, "ab");
    let (mut a, mut b) = ([0., 0.], [0., 0.]);
    back(1., &mut a, &mut b);
    assert_eq!((v, y, a, b), (8., [1., 6.], [2., 0.], [0., 3.]));
}

macro_rules! make {
    ($(#[$m:meta])* $vis:vis $name:ident, $t:ty, |$x:ident| $body:expr) => {
        #[differentiable]
        $(#[$m])*
        $vis fn $name($x: $t, y: $t) -> $t { let k = $body; k * y }
    };
}
make!(/// Docs.
    pub made_sin, f64, |x| x.sin() + x);
make!(made_sq, f32, |x| x * x);
macro_rules! hygienic {
    ($name:ident, $x:ident, $e:expr) => {
        #[differentiable]
        fn $name($x: f64) -> f64 {
            let x = 3.0;
            let y = $e * x;
            y * x
        }
    };
}
hygienic!(hyg, w, w * w);
macro_rules! body {
    ($name:ident ($($p:ident : $t:ty),*) $b:block) => { #[differentiable] fn $name($($p: $t),*) -> f64 $b };
}
body!(with_block (x: f64, w: &[f64]) { let mut s = 0.0; for w in w { s += w * x; } s });
macro_rules! call_it {
    ($f:ident, $x:ident) => {
        #[differentiable]
        fn outer_call($x: f64) -> f64 {
            $f($x, $x)
        }
    };
}
call_it!(made_sin, q);
#[test]
fn in_macros() {
    assert_eq!(made_sin::grad(0., 3.), (6., 0.));
    assert_eq!(made_sq::grad(2.0_f32, 3.), (12., 4.));
    assert_eq!(hyg(2.0), 36.0);
    assert_eq!(hyg::grad(2.0), 36.0);
    assert_eq!(with_block::grad(2., &[3., 4.]), (7., vec![2., 2.]));
    assert_eq!(outer_call::grad(0.0), 0.0);
}

mod deep {
    pub mod er {
        use grad_runtime::prelude::*;
        #[differentiable]
        pub(in crate::deep) fn f(x: f64) -> f64 {
            x * 2.0
        }
        #[differentiable]
        pub(super) fn g(x: f64) -> f64 {
            self::f(x) * super::f(x) * crate::deep::er2::f(x)
        }
    }
    pub mod er2 {
        use grad_runtime::prelude::*;
        #[differentiable]
        pub fn f(x: f64) -> f64 {
            x * x * x
        }
    }
    use grad_runtime::prelude::*;
    #[differentiable]
    pub fn f(x: f64) -> f64 {
        x * x
    }
    #[differentiable]
    pub fn all(x: f64) -> f64 {
        er::f(x) + er::g(x) + er2::f(x) + f(x)
    }
    use er2::f as third;
    #[differentiable]
    pub fn renamed(x: f64) -> f64 {
        third(x) + {
            use er::f;
            f(x)
        }
    }
}
#[test]
fn in_nested() {
    // 2x + 2x^6 + x^3 + x^2
    assert_eq!(deep::all::grad(1.0), 2. + 12. + 3. + 2.);
    assert_eq!(deep::renamed::grad(2.0), 14.);
}
fn outer(x: f64) -> f64 {
    #[differentiable]
    fn inner(x: f64) -> f64 {
        #[differentiable]
        fn innermost(x: f64) -> f64 {
            x * x
        }
        const C: f64 = 2.0;
        fn plain(n: usize) -> usize {
            n + 1
        }
        innermost(x) * C * plain(1) as f64
    }
    inner::grad(x) + {
        #[differentiable]
        fn inner(x: f64) -> f64 {
            x
        }
        inner::grad(x)
    }
}
struct Holder;
impl Holder {
    fn method(x: f64) -> f64 {
        #[differentiable]
        fn inner(x: f64) -> f64 {
            x * x
        }
        inner::grad(x)
    }
}
#[test]
fn in_in_bodies() {
    assert_eq!(outer(3.), 25.);
    assert_eq!(Holder::method(3.), 6.);
    let c = || {
        #[differentiable]
        fn inside(x: f64) -> f64 {
            x * x
        }
        inside::grad(2.0)
    };
    assert_eq!(c(), 4.);
}
trait Law: Differentiable {
    #[differentiable]
    fn energy(&self, x: f64) -> f64;
    #[differentiable]
    fn double(&self, x: f64) -> f64 {
        let e = self.energy(x);
        e * 2.0 * x
    }
    fn name(&self) -> String {
        "law".into()
    }
}
#[derive(Clone, Differentiable)]
struct Spring {
    k: f64,
    r#type: f64,
}
impl Law for Spring {
    #[differentiable]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.k * x * x + self.r#type * x
    }
}
#[differentiable]
fn total(l: &impl Law, x: f64) -> f64 {
    l.double(x)
}
#[differentiable]
fn total2<L: Law>(l: &L, x: f64) -> f64 {
    l.double(x) + L::energy(l, x)
}
#[test]
fn required_and_provided_methods() {
    let s = Spring { k: 2., r#type: 3. };
    let (d, x) = total2::grad(&s, 2.0);
    // (0.5 k x^2 + t x)(2x + 1): dk = 2 * 5, dt = 2*5, dx = (k x + t) 5 + 10*2
    assert_eq!((d.k, d.r#type, x), (10., 10., 55.));
    let (d, x) = s.double_grad(2.0);
    assert_eq!((d.k, d.r#type, x), (8., 8., 7. * 4. + 20.));
}
