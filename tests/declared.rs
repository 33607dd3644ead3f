//! What is declared further down, or in a later module, is known all the same: constant fields, methods that change their
//! receiver, methods that are named like those of slices, aliases of numbers.
#![allow(missing_docs)]

use grad_runtime::prelude::*;

mod first {
    use super::last::{Layer, Scalar, Vector};
    use grad_runtime::prelude::*;

    #[differentiable]
    pub fn response(x: Scalar, layer: &Layer) -> Scalar {
        let mut sum: Scalar = 0.0;
        for k in 0..layer.units {
            sum += layer.w[k] * x * layer.gain as Scalar;
        }
        sum / layer.units as f64
    }

    #[differentiable]
    pub fn dot(a: &Vector, b: Vector) -> Scalar {
        a[0] * b[0] + a[1] * b[1]
    }
}

mod last {
    use grad_runtime::prelude::*;

    pub type Scalar = f64;
    pub type Vector = [Scalar; 2];

    #[derive(Clone, Differentiable)]
    pub struct Layer {
        pub w: Vec<Scalar>,
        pub units: usize,
        #[constant]
        pub gain: f32,
    }
}

#[test]
fn constant_fields_of_a_later_struct() {
    let layer = last::Layer { w: vec![1.0, 2.0], units: 2, gain: 4.0 };
    let (x, gradient) = first::response::grad(0.5, &layer);
    assert_eq!((x, gradient.w), (6.0, vec![1.0, 1.0]));
}

#[test]
fn aliases_of_numbers_and_arrays() {
    assert_eq!(first::dot::grad(&[1.0, 2.0], [3.0, 4.0]), ([3.0, 4.0], [1.0, 2.0]));
}

#[differentiable]
fn squared(segment: &Segment) -> f64 {
    let length: f64 = segment.len();
    length * length
}

#[differentiable]
fn moments(segment: &Segment) -> f64 {
    segment.len() * segment.count() + segment.first()
}

#[differentiable]
fn advanced(segment: Segment, step: f64) -> f64 {
    let mut segment = segment;
    let before = segment.take(step);
    before * segment.len()
}

#[differentiable]
fn summed(xs: &[f64]) -> f64 {
    let mut segment = Segment { from: 0.0, to: 1.0 };
    for x in xs {
        segment.max(*x);
    }
    segment.to * 2.0
}

#[differentiable]
fn positions(ts: &[f64]) -> f64 {
    ts.iter().copied().map(position).sum()
}

#[differentiable]
fn position(t: f64) -> f64 {
    t * t
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Segment {
    from: f64,
    to: f64,
}

#[differentiable]
impl Segment {
    fn len(&self) -> f64 {
        self.to - self.from
    }

    fn count(&self) -> f64 {
        self.from * 2.0
    }

    fn first(&self) -> f64 {
        self.from * self.to
    }

    fn take(&mut self, step: f64) -> f64 {
        let before = self.to;
        self.to += step * self.from;
        before
    }

    fn max(&mut self, x: f64) {
        self.to += x * x;
    }
}

#[test]
fn methods_with_the_names_of_slices() {
    let segment = Segment { from: 1.0, to: 3.0 };
    assert_eq!(squared::grad(&segment), SegmentTangent { from: -4.0, to: 4.0 });
    // (to - from) 2 from + from to
    assert_eq!(moments::grad(&segment), SegmentTangent { from: 5.0, to: 3.0 });
    assert_eq!(positions::grad(&[1.0, 2.0]), [2.0, 4.0]);
}

#[test]
fn methods_that_change_their_receiver() {
    // to (to + step from - from)
    let (segment, step) = advanced::grad(Segment { from: 1.0, to: 3.0 }, 2.0);
    assert_eq!((segment, step), (SegmentTangent { from: 3.0, to: 7.0 }, 3.0));
    assert_eq!(summed::grad(&[1.0, 2.0]), [4.0, 8.0]);
}

#[differentiable]
fn r#fn(r#type: f64, r#in: &[f64]) -> f64 {
    let mut r#match = r#type;
    for r#ref in r#in {
        r#match *= r#ref;
    }
    r#match
}

#[test]
fn raw_names() {
    assert_eq!(r#fn::grad(2.0, &[3.0, 5.0]), (15.0, vec![10.0, 6.0]));
    assert_eq!(r#fn::jvp(2.0, &[3.0, 5.0], 1.0, &[0.0, 1.0]), (30.0, 21.0));
}

#[differentiable]
fn widened(x: f32, xs: &[f32]) -> f64 {
    const TABLE: [f64; 2] = [2.0, 3.0];
    let y: f64 = x.into();
    let sum: f64 = xs.iter().copied().map(f64::from).sum();
    let mut total = 0.0;
    for (x, factor) in xs.iter().zip(&TABLE) {
        total += f64::from(*x) * factor;
    }
    y * sum + total
}

#[test]
fn casts_without_loss() {
    assert_eq!(widened::grad(2.0, &[3.0, 5.0]), (8.0, vec![4.0, 5.0]));
}
