//! Fields of structs: those that never carry a derivative, and casts of others.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, Differentiable)]
struct Model {
    w: [f64; 3],
    units: usize,
    clip: bool,
    #[constant]
    table: Vec<f64>,
    #[constant]
    scale: f64,
    steps: u32,
}

#[differentiable]
impl Model {
    fn value(&self, x: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.units {
            sum += self.w[i] * x * self.table[i];
        }
        if self.clip {
            sum = sum.min(100.0);
        }
        sum / self.units as f64
    }

    fn zipped(&self) -> f64 {
        self.w.iter().zip(&self.table).map(|(w, t)| w * t).sum()
    }

    fn update(&mut self, x: f64) {
        self.steps += 1;
        for i in 0..self.units {
            self.w[i] = self.w[i] * x + self.table[i] * self.steps as f64;
        }
    }
}

#[differentiable]
fn total(models: &[Model], x: f64) -> f64 {
    let mut sum = 0.0;
    for model in models {
        sum += model.w[0] * x * model.scale + model.value(x) * model.units as f64;
    }
    sum
}

fn model() -> Model {
    Model { w: [1.0, 2.0, 4.0], units: 2, clip: true, table: vec![0.5, 0.25, 8.0], scale: 0.25, steps: 3 }
}

#[test]
fn fields_that_count_or_choose() {
    let (ModelTangent { w }, x) = model().value_grad(2.0);
    assert_eq!((w, x), ([0.5, 0.25, 0.0], 0.5));
    assert_eq!(model().zipped_grad().w, [0.5, 0.25, 8.0]);
    let (models, x) = total::grad(&[model(), model()], 2.0);
    assert_eq!((models[1].w, x), ([1.5, 0.5, 0.0], 2.5));
}

#[test]
fn constant_fields_are_written() {
    let mut changed = model();
    let ((), backward) = changed.update_forward(3.0);
    assert_eq!((changed.w, changed.steps), ([5.0, 7.0, 4.0], 4));
    let mut bar = ModelTangent { w: [1.0, 1.0, 1.0] };
    assert_eq!((backward(&mut bar), bar.w), (3.0, [3.0, 3.0, 1.0]));
    let mut changed = model();
    let mut dot = ModelTangent { w: [1.0, 0.0, 0.0] };
    let ((), ()) = changed.update_jvp(3.0, &mut dot, 1.0);
    assert_eq!((dot.w, changed.steps), ([4.0, 2.0, 0.0], 4));
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Mixed {
    single: f32,
    double: f64,
    count: u8,
}

#[differentiable]
fn widened(mixed: &Mixed) -> f64 {
    mixed.single as f64 * mixed.double * mixed.count as f64
}

#[differentiable]
fn narrowed(mixed: Mixed) -> f32 {
    mixed.double as f32 * mixed.single
}

#[test]
fn a_cast_of_a_field_is_cast_back() {
    let mixed = Mixed { single: 1.5, double: 2.0, count: 3 };
    let MixedTangent { single, double } = widened::grad(&mixed);
    assert_eq!((single, double), (6.0, 4.5));
    assert_eq!(widened::jvp(&mixed, &MixedTangent { single: 1.0, double: 0.0 }), (9.0, 6.0));
    let MixedTangent { single, double } = narrowed::grad(mixed);
    assert_eq!((single, double), (2.0, 1.5));
}
