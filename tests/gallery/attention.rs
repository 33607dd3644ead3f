//! Learning: one head of causal attention over a sequence of tokens, as flat matrices.

use grad_runtime::prelude::*;

#[differentiable]
fn matmul(a: &[f64], b: &[f64], inner: usize) -> Vec<f64> {
    let (rows, columns) = (a.len() / inner, b.len() / inner);
    let mut out = vec![0.0; rows * columns];
    for i in 0..rows {
        for k in 0..inner {
            let aik = a[i * inner + k];
            for j in 0..columns {
                out[i * columns + j] += aik * b[k * columns + j];
            }
        }
    }
    out
}

#[differentiable]
fn softmax_in_place(row: &mut [f64]) {
    let max = row.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for x in row.iter_mut() {
        *x = (*x - max).exp();
        sum += *x;
    }
    for x in row.iter_mut() {
        *x /= sum;
    }
}

#[differentiable]
fn attention(x: &[f64], wq: &[f64], wk: &[f64], wv: &[f64], d: usize) -> Vec<f64> {
    let n = x.len() / d;
    let (q, k, v) = (matmul(x, wq, d), matmul(x, wk, d), matmul(x, wv, d));
    let scale = 1.0 / (d as f64).sqrt();
    let mut out = vec![0.0; n * d];
    for i in 0..n {
        let qi = &q[i * d..(i + 1) * d];
        let mut scores: Vec<f64> = k
            .chunks(d)
            .take(i + 1)
            .map(|kj| scale * qi.iter().zip(kj).map(|(a, b)| a * b).sum::<f64>())
            .collect();
        softmax_in_place(&mut scores);
        for (p, vj) in scores.iter().zip(v.chunks_exact(d)) {
            for (o, v) in out[i * d..(i + 1) * d].iter_mut().zip(vj) {
                *o += p * v;
            }
        }
    }
    out
}

#[differentiable]
fn loss(x: &[f64], wq: &[f64], wk: &[f64], wv: &[f64], #[constant] target: &[f64], d: usize) -> f64 {
    let y = attention(x, wq, wk, wv, d);
    y.iter().zip(target).map(|(y, t)| (y - t).powi(2)).sum::<f64>() / target.len() as f64
}

#[test]
fn three_tokens() {
    let x = vec![0.5, -0.2, 0.1, 0.7, -0.4, 0.3];
    let (wq, wk, wv) = (vec![0.1, 0.8, -0.3, 0.5], vec![0.4, -0.6, 0.2, 0.9], vec![1.0, 0.0, 0.0, 1.0]);
    let y = attention(&x, &wq, &wk, &wv, 2);
    assert_eq!(y[..2], x[..2], "the first token sees itself alone");
    check!(loss(&x, &wq, &wk, &wv, const &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], const 2));
}
