//! `gmm`: the log-likelihood of a mixture of Gaussians, with a Wishart prior.
use grad_runtime::prelude::*;
use std::f64::consts::{LN_2, PI};

use serde_json::{Value, json};

use crate::request::{Answer, Input, Request, check_size, rows};

/// The prior on the precision matrices: scale and extra degrees of freedom.
pub struct Wishart {
    pub gamma: f64,
    pub m: usize,
}

/// The log-posterior of the `d`-dimensional points `x` (one after the other) under k Gaussians.
///
/// Per Gaussian: `alpha` its weight before the softmax, `mu` its centre, and the lower triangular square
/// root of its precision as `q`, the logarithms of the diagonal, and `l`, the rest column by column.
#[differentiable]
pub fn objective(
    alpha: &[f64],
    mu: &[f64],
    q: &[f64],
    l: &[f64],
    #[constant] x: &[f64],
    d: usize,
    #[constant] prior: &Wishart,
) -> f64 {
    let k = alpha.len();
    let n = x.len() / d;
    let triangle = d * (d - 1) / 2;
    let mut diagonals = vec![0.0; k * d];
    for i in 0..k * d {
        diagonals[i] = q[i].exp();
    }
    let mut offsets = vec![0.0; k];
    for c in 0..k {
        offsets[c] = alpha[c] + sum(&q[c * d..(c + 1) * d]);
    }

    let mut centred = vec![0.0; d];
    let mut scaled = vec![0.0; d];
    let mut terms = vec![0.0; k];
    let mut total = 0.0;
    for point in x.chunks_exact(d) {
        for c in 0..k {
            let diagonal = &diagonals[c * d..(c + 1) * d];
            let lower = &l[c * triangle..(c + 1) * triangle];
            subtract(point, &mu[c * d..(c + 1) * d], &mut centred);
            multiply_lower(diagonal, lower, &centred, &mut scaled);
            terms[c] = offsets[c] - 0.5 * sum_of_squares(&scaled);
        }
        total += log_sum_exp(&terms);
    }
    total - n as f64 * (log_sum_exp(alpha) + 0.5 * d as f64 * (2.0 * PI).ln())
        + log_prior(&diagonals, q, l, k, d, prior)
}

/// The logarithm of the Wishart density of the k precisions.
#[differentiable]
fn log_prior(
    diagonals: &[f64],
    q: &[f64],
    l: &[f64],
    k: usize,
    d: usize,
    #[constant] prior: &Wishart,
) -> f64 {
    let freedom = (d + prior.m + 1) as f64;
    let normalizer =
        freedom * d as f64 * (prior.gamma.ln() - 0.5 * LN_2) - log_gamma_multivariate(d + prior.m + 1, d);
    let squares = sum_of_squares(diagonals) + sum_of_squares(l);
    k as f64 * normalizer - 0.5 * prior.gamma * prior.gamma * squares + prior.m as f64 * sum(q)
}

/// a - b, element by element.
#[differentiable]
fn subtract(#[constant] a: &[f64], b: &[f64], difference: &mut [f64]) {
    for j in 0..a.len() {
        difference[j] = a[j] - b[j];
    }
}

/// The product of a lower triangular matrix, the part under its diagonal column by column, with `v`.
#[differentiable]
fn multiply_lower(diagonal: &[f64], lower: &[f64], v: &[f64], product: &mut [f64]) {
    let d = v.len();
    for i in 0..d {
        product[i] = diagonal[i] * v[i];
    }
    let mut start = 0;
    for j in 0..d {
        let column = &lower[start..start + d - j - 1];
        for (entry, &l) in product[j + 1..].iter_mut().zip(column) {
            *entry += l * v[j];
        }
        start += d - j - 1;
    }
}

#[differentiable]
fn sum(v: &[f64]) -> f64 {
    let mut total = 0.0;
    for &v_i in v {
        total += v_i;
    }
    total
}

#[differentiable]
fn sum_of_squares(v: &[f64]) -> f64 {
    let mut total = 0.0;
    for &v_i in v {
        total += v_i * v_i;
    }
    total
}

/// ln Σ exp(vᵢ), without overflow.
#[differentiable]
fn log_sum_exp(v: &[f64]) -> f64 {
    let mut largest = v[0];
    for &v_i in v {
        largest = v_i.max(largest);
    }
    let mut total = 0.0;
    for &v_i in v {
        total += (v_i - largest).exp();
    }
    largest + total.ln()
}

/// The logarithm of the multivariate gamma function of dimension `d` at a / 2.
fn log_gamma_multivariate(a: usize, d: usize) -> f64 {
    let mut total = (d * (d - 1)) as f64 / 4.0 * PI.ln();
    for j in 0..d {
        total += log_gamma_half(a - j);
    }
    total
}

/// ln Γ(a / 2), a > 0: from Γ(1/2) = √π or Γ(1) = 1 upwards by Γ(z + 1) = z·Γ(z).
fn log_gamma_half(a: usize) -> f64 {
    let (mut z, mut total) = if a % 2 == 1 { (0.5, 0.5 * PI.ln()) } else { (1.0, 0.0) };
    while z < 0.5 * a as f64 {
        total += z.ln();
        z += 1.0;
    }
    total
}

/// The mixture and the points, as [`objective`] takes them.
pub struct Problem {
    pub alpha: Vec<f64>,
    pub mu: Vec<f64>,
    pub q: Vec<f64>,
    pub l: Vec<f64>,
    pub x: Vec<f64>,
    pub d: usize,
    pub prior: Wishart,
}

/// The gradient of the objective.
pub struct Gradient {
    pub alpha: Vec<f64>,
    pub mu: Vec<f64>,
    pub q: Vec<f64>,
    pub l: Vec<f64>,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        let count = |key| input.field(key)?.count(key, 1);
        let (d, k, n) = (count("d")?, count("k")?, count("n")?);
        check_size("the precisions", &[k, d, d])?;
        let table = |key, rows, columns| input.field(key)?.table(key, rows, columns);
        let alpha = input.field("alpha")?.numbers("alpha")?;
        if alpha.len() != k {
            return Err(format!("`alpha` has to have {k} numbers"));
        }
        Ok(Self {
            alpha,
            mu: table("mu", k, d)?,
            q: table("q", k, d)?,
            l: table("l", k, d * (d - 1) / 2)?,
            x: table("x", n, d)?,
            d,
            prior: Wishart {
                gamma: input.field("gamma")?.number("gamma")?,
                m: input.field("m")?.count("m", 0)?,
            },
        })
    }

    /// The objective.
    pub fn value(&self) -> f64 {
        objective(&self.alpha, &self.mu, &self.q, &self.l, &self.x, self.d, &self.prior)
    }

    /// Its gradient in the mixture.
    pub fn gradient(&self) -> Gradient {
        let (alpha, mu, q, l) =
            objective::grad(&self.alpha, &self.mu, &self.q, &self.l, &self.x, self.d, &self.prior);
        Gradient { alpha, mu, q, l }
    }
}

/// The gradient as the suite wants it: one entry per Gaussian.
fn output(problem: &Problem, gradient: &Gradient) -> Value {
    let d = problem.d;
    json!({
        "alpha": gradient.alpha,
        "mu": rows(&gradient.mu, d),
        "q": rows(&gradient.q, d),
        "l": rows(&gradient.l, d * (d - 1) / 2),
    })
}

/// Evaluates `objective` or `jacobian`.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    match request.function {
        "objective" => request.run(Problem::read, Problem::value, |_, value| Value::from(value)),
        "jacobian" => request.run(Problem::read, Problem::gradient, |problem, g| output(problem, &g)),
        _ => request.unknown_function(),
    }
}
