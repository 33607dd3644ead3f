//! The log-likelihood of a Gaussian mixture: 25 components in 10 dimensions, 1000 points.
//!
//! Each component has a weight `alpha`, a mean `mu`, and the inverse Cholesky factor of its covariance: the
//! diagonal as logarithms `q`, the rest row by row in `l` (the parametrisation of the `ADBench` suite).

use std::rc::Rc;

use grad_runtime::prelude::*;

use crate::case::{Case, gradient, split, split_mut, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

const D: usize = 10;
const K: usize = 25;
const POINTS: usize = 1000;
const BELOW: usize = D * (D - 1) / 2;
const SIZES: [usize; 4] = [K, K * D, K * D, K * BELOW];

#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut max = f64::NEG_INFINITY;
    for &v in x {
        max = max.max(v);
    }
    let mut sum = 0.0;
    for &v in x {
        sum += (v - max).exp();
    }
    max + sum.ln()
}

#[differentiable]
#[expect(clippy::cast_precision_loss, reason = "a point count fits a double exactly")]
fn log_likelihood(alpha: &[f64], mu: &[f64], q: &[f64], l: &[f64], #[constant] points: &[f64]) -> f64 {
    let k = alpha.len();
    let d = mu.len() / k;
    let below = d * (d - 1) / 2;
    let mut scale = vec![0.0; k * d];
    let mut offset = vec![0.0; k];
    for c in 0..k {
        offset[c] = alpha[c];
        for j in 0..d {
            scale[c * d + j] = q[c * d + j].exp();
            offset[c] += q[c * d + j];
        }
    }
    let mut density = vec![0.0; k];
    let mut delta = vec![0.0; d];
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        for c in 0..k {
            let mu = &mu[c * d..(c + 1) * d];
            let scale = &scale[c * d..(c + 1) * d];
            let l = &l[c * below..(c + 1) * below];
            let mut start = 0;
            let mut distance = 0.0;
            for i in 0..d {
                delta[i] = point[i] - mu[i];
                let mut z = scale[i] * delta[i];
                for (l, delta) in l[start..start + i].iter().zip(&delta) {
                    z += l * delta;
                }
                start += i;
                distance += z * z;
            }
            density[c] = offset[c] - 0.5 * distance;
        }
        let mut max = f64::NEG_INFINITY;
        for &v in &density {
            max = max.max(v);
        }
        let mut sum = 0.0;
        for &v in &density {
            sum += (v - max).exp();
        }
        total += max + sum.ln();
    }
    total - (points.len() / d) as f64 * log_sum_exp(alpha)
}

struct Bars<'a> {
    alpha: &'a mut [f64],
    mu: &'a mut [f64],
    q: &'a mut [f64],
    l: &'a mut [f64],
}

/// `log_sum_exp` that leaves the terms' weights, its partial derivatives, in `x`.
fn log_sum_exp_weights(x: &mut [f64]) -> f64 {
    let max = x.iter().fold(f64::NEG_INFINITY, |max, &v| max.max(v));
    let mut sum = 0.0;
    for v in &mut *x {
        *v = (*v - max).exp();
        sum += *v;
    }
    let scale = 1.0 / sum;
    for v in x {
        *v *= scale;
    }
    max + sum.ln()
}

/// One sweep over the points. A point keeps its `delta` and `z` of every component; the exponentials of the
/// log-sum-exp become the weights; what belongs to `alpha` and `q` together is summed over the points first.
#[expect(clippy::cast_precision_loss, reason = "a point count fits a double exactly")]
fn by_hand(alpha: &[f64], mu: &[f64], q: &[f64], l: &[f64], points: &[f64], bars: &mut Bars) -> f64 {
    let k = alpha.len();
    let d = mu.len() / k;
    let below = d * (d - 1) / 2;
    let scale: Vec<f64> = q.iter().map(|q| q.exp()).collect();
    let offset: Vec<f64> =
        alpha.iter().zip(q.chunks_exact(d)).map(|(a, q)| q.iter().fold(*a, |s, q| s + q)).collect();
    let mut scale_bar = vec![0.0; k * d];
    let mut offset_bar = vec![0.0; k];
    let mut density = vec![0.0; k];
    let (mut deltas, mut zs) = (vec![0.0; k * d], vec![0.0; k * d]);
    let mut delta_bar = vec![0.0; d];
    let mut total = 0.0;
    for point in points.chunks_exact(d) {
        for c in 0..k {
            let (delta, z) = (&mut deltas[c * d..][..d], &mut zs[c * d..][..d]);
            let (mu, scale, l) = (&mu[c * d..][..d], &scale[c * d..][..d], &l[c * below..][..below]);
            let (mut start, mut distance) = (0, 0.0);
            for i in 0..d {
                delta[i] = point[i] - mu[i];
                let mut sum = scale[i] * delta[i];
                for (l, delta) in l[start..start + i].iter().zip(&*delta) {
                    sum += l * delta;
                }
                start += i;
                z[i] = sum;
                distance += sum * sum;
            }
            density[c] = offset[c] - 0.5 * distance;
        }
        total += log_sum_exp_weights(&mut density);
        for c in 0..k {
            let weight = density[c];
            offset_bar[c] += weight;
            let (delta, z) = (&deltas[c * d..][..d], &zs[c * d..][..d]);
            let (scale, scale_bar) = (&scale[c * d..][..d], &mut scale_bar[c * d..][..d]);
            let (l, l_bar) = (&l[c * below..][..below], &mut bars.l[c * below..][..below]);
            let mut start = 0;
            for i in 0..d {
                let z_bar = -weight * z[i];
                scale_bar[i] += z_bar * delta[i];
                delta_bar[i] = z_bar * scale[i];
                let rows = l[start..start + i].iter().zip(&mut l_bar[start..start + i]);
                for ((l, l_bar), (delta, delta_bar)) in rows.zip(delta.iter().zip(&mut delta_bar)) {
                    *l_bar += z_bar * delta;
                    *delta_bar += z_bar * l;
                }
                start += i;
            }
            for (mu_bar, delta_bar) in bars.mu[c * d..][..d].iter_mut().zip(&delta_bar) {
                *mu_bar -= delta_bar;
            }
        }
    }
    let mut weights = alpha.to_vec();
    let normaliser = log_sum_exp_weights(&mut weights);
    let n = (points.len() / d) as f64;
    for c in 0..k {
        bars.alpha[c] += offset_bar[c] - n * weights[c];
        for i in c * d..(c + 1) * d {
            bars.q[i] += offset_bar[c] + scale_bar[i] * scale[i];
        }
    }
    total - n * normaliser
}

#[derive(Clone)]
struct Overloaded(Rc<Vec<f64>>);

impl Overloaded {
    fn log_sum_exp<S: Scalar>(x: &[S]) -> S {
        let max = x.iter().fold(f64::NEG_INFINITY, |max, v| max.max(v.value()));
        let sum = x.iter().fold(S::constant(0.0), |sum, &v| sum + (v - max).exp());
        sum.ln() + max
    }
}

impl Program<1> for Overloaded {
    #[expect(clippy::cast_precision_loss, reason = "a point count fits a double exactly")]
    fn run<S: Scalar>(&self, flat: &[S]) -> [S; 1] {
        let (alpha, rest) = flat.split_at(K);
        let (mu, rest) = rest.split_at(K * D);
        let (q, l) = rest.split_at(K * D);
        let scale: Vec<S> = q.iter().map(|q| q.exp()).collect();
        let offset: Vec<S> =
            alpha.iter().zip(q.chunks_exact(D)).map(|(&a, q)| q.iter().fold(a, |s, &q| s + q)).collect();
        let mut total = S::constant(0.0);
        for point in self.0.chunks_exact(D) {
            let density: Vec<S> = (0..K)
                .map(|c| {
                    let delta: Vec<S> = (0..D).map(|i| -mu[c * D + i] + point[i]).collect();
                    let mut row = &l[c * BELOW..];
                    let mut distance = S::constant(0.0);
                    for i in 0..D {
                        let start = scale[c * D + i] * delta[i];
                        let z = row[..i].iter().zip(&delta).fold(start, |z, (&l, &delta)| z + l * delta);
                        row = &row[i..];
                        distance = distance + z * z;
                    }
                    offset[c] - distance * 0.5
                })
                .collect();
            total = total + Self::log_sum_exp(&density);
        }
        [total - Self::log_sum_exp(alpha) * (self.0.len() / D) as f64]
    }
}

pub fn case() -> Case {
    let mut random = Random::new(6);
    let points = Rc::new(random.numbers(POINTS * D, -1.0, 1.0));
    let program = Overloaded(Rc::clone(&points));
    let (same, third) = (Rc::clone(&points), Rc::clone(&points));
    Case {
        name: "GMM d10 k25 n1000",
        known: "nothing",
        point: random.numbers(SIZES.iter().sum(), -0.5, 0.5),
        outputs: 1,
        variants: vec![
            value(move |flat| {
                let [alpha, mu, q, l] = split(flat, SIZES);
                log_likelihood(alpha, mu, q, l, &points)
            }),
            gradient("by hand", move |flat, bar| {
                let [alpha, mu, q, l] = split(flat, SIZES);
                let [alpha_bar, mu_bar, q_bar, l_bar] = split_mut(bar, SIZES);
                by_hand(
                    alpha,
                    mu,
                    q,
                    l,
                    &same,
                    &mut Bars { alpha: alpha_bar, mu: mu_bar, q: q_bar, l: l_bar },
                )
            }),
            gradient("generated", move |flat, bar| {
                let [alpha, mu, q, l] = split(flat, SIZES);
                let [alpha_bar, mu_bar, q_bar, l_bar] = split_mut(bar, SIZES);
                log_likelihood::grad_into(alpha, mu, q, l, &third, alpha_bar, mu_bar, q_bar, l_bar)
            }),
            peers::easy_ml(&program),
            peers::aad(&program),
        ],
    }
}
