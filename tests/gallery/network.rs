//! Learning: a network whose layers have an activation each, given as a list of layers.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(dead_code)] // The test has two of them.
enum Activation {
    Relu,
    Tanh,
    Gelu,
    Identity,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer {
    weights: Vec<Vec<f64>>,
    biases: Vec<f64>,
    #[constant]
    activation: Activation,
}

#[differentiable]
fn activate(#[constant] activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Relu => x.max(0.0),
        Activation::Tanh => x.tanh(),
        Activation::Gelu => 0.5 * x * (1.0 + (0.797_884_560_8 * (x + 0.044_715 * x.powi(3))).tanh()),
        Activation::Identity => x,
    }
}

#[differentiable]
impl Layer {
    fn apply(&self, input: &[f64]) -> Vec<f64> {
        self.weights
            .iter()
            .zip(&self.biases)
            .map(|(row, bias)| {
                let z = row.iter().zip(input).fold(*bias, |z, (w, x)| z + w * x);
                activate(self.activation, z)
            })
            .collect()
    }
}

#[differentiable]
fn loss(layers: &[Layer], #[constant] inputs: &[Vec<f64>], #[constant] labels: &[usize]) -> f64 {
    let mut total = 0.0;
    for (input, &label) in inputs.iter().zip(labels) {
        let mut x = input.clone();
        for layer in layers {
            x = layer.apply(&x);
        }
        let max = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
        let log_norm = max + x.iter().map(|z| (z - max).exp()).sum::<f64>().ln();
        total += log_norm - x[label];
    }
    total / inputs.len() as f64
}

#[test]
fn two_classes() {
    let layers = vec![
        Layer {
            weights: vec![vec![0.5, -0.3], vec![0.2, 0.8], vec![-0.7, 0.1]],
            biases: vec![0.1, 0.0, 0.3],
            activation: Activation::Gelu,
        },
        Layer {
            weights: vec![vec![0.4, 0.9, -0.2], vec![-0.6, 0.3, 0.5]],
            biases: vec![0.0, 0.1],
            activation: Activation::Tanh,
        },
    ];
    let (inputs, labels) = (vec![vec![1.0, 0.5], vec![-0.4, 0.9]], [0, 1]);
    let value = loss(&layers, &inputs, &labels);
    assert!(value > 0.0 && value < 2.0);
    check!(loss(&layers, const &inputs, const &labels));
}

sample_struct!(Layer LayerTangent { weights, biases });
