//! One sweep over the points, with what the Gaussians have to say about a point kept in between.
use crate::gmm::{Gradient, Problem};

/// What doesn't depend on the point, and what is kept of one point.
struct Work {
    diagonals: Vec<f64>,
    centred: Vec<f64>,
    scaled: Vec<f64>,
    terms: Vec<f64>,
}

/// The gradient of `gmm::objective`.
pub fn gradient(problem: &Problem) -> Gradient {
    let (d, k) = (problem.d, problem.alpha.len());
    let n = problem.x.len() / d;
    let mut work = Work {
        diagonals: problem.q.iter().map(|q| q.exp()).collect(),
        centred: vec![0.0; k * d],
        scaled: vec![0.0; k * d],
        terms: vec![0.0; k],
    };
    let offsets: Vec<f64> = problem
        .q
        .chunks_exact(d)
        .zip(&problem.alpha)
        .map(|(q, alpha)| alpha + q.iter().sum::<f64>())
        .collect();
    let mut gradient = Gradient {
        alpha: vec![0.0; k],
        mu: vec![0.0; k * d],
        q: vec![0.0; k * d],
        l: vec![0.0; problem.l.len()],
    };
    for point in problem.x.chunks_exact(d) {
        forward(problem, point, &offsets, &mut work);
        softmax(&mut work.terms);
        backward(problem, &work, &mut gradient);
    }
    finish(problem, &work.diagonals, n, &mut gradient);
    gradient
}

/// The exponents of the Gaussians at `point`.
fn forward(problem: &Problem, point: &[f64], offsets: &[f64], work: &mut Work) {
    let d = problem.d;
    let triangle = d * (d - 1) / 2;
    for (c, term) in work.terms.iter_mut().enumerate() {
        let row = c * d..(c + 1) * d;
        let (mu, diagonal) = (&problem.mu[row.clone()], &work.diagonals[row.clone()]);
        let (centred, scaled) = (&mut work.centred[row.clone()], &mut work.scaled[row]);
        for j in 0..d {
            centred[j] = point[j] - mu[j];
            scaled[j] = diagonal[j] * centred[j];
        }
        let mut lower = &problem.l[c * triangle..(c + 1) * triangle];
        for j in 0..d {
            let (column, rest) = lower.split_at(d - j - 1);
            lower = rest;
            for (entry, &l) in scaled[j + 1..].iter_mut().zip(column) {
                *entry += l * centred[j];
            }
        }
        let mut squares = 0.0;
        for &entry in &*scaled {
            squares += entry * entry;
        }
        *term = offsets[c] - 0.5 * squares;
    }
}

/// The exponents become the weights of the Gaussians.
fn softmax(terms: &mut [f64]) {
    let largest = terms.iter().fold(f64::NEG_INFINITY, |largest, &term| term.max(largest));
    let mut sum = 0.0;
    for term in &mut *terms {
        *term = (*term - largest).exp();
        sum += *term;
    }
    for term in terms {
        *term /= sum;
    }
}

/// Adds the point's gradient. That in `mu` lacks the transposed matrix, which [`finish`] applies to the
/// sum over the points; that in `q` lacks the derivative of the exponential.
fn backward(problem: &Problem, work: &Work, gradient: &mut Gradient) {
    let d = problem.d;
    let triangle = d * (d - 1) / 2;
    for (c, &weight) in work.terms.iter().enumerate() {
        gradient.alpha[c] += weight;
        let row = c * d..(c + 1) * d;
        let (centred, scaled) = (&work.centred[row.clone()], &work.scaled[row.clone()]);
        let (mu_bar, q_bar) = (&mut gradient.mu[row.clone()], &mut gradient.q[row]);
        let mut lower_bar = &mut gradient.l[c * triangle..(c + 1) * triangle];
        for j in 0..d {
            let factor = weight * centred[j];
            mu_bar[j] += weight * scaled[j];
            q_bar[j] -= factor * scaled[j];
            let (column, rest) = lower_bar.split_at_mut(d - j - 1);
            lower_bar = rest;
            for (l_bar, &entry) in column.iter_mut().zip(&scaled[j + 1..]) {
                *l_bar -= factor * entry;
            }
        }
    }
}

/// What is done once per Gaussian: the transposed matrix, the exponential, the prior.
fn finish(problem: &Problem, diagonals: &[f64], n: usize, gradient: &mut Gradient) {
    let d = problem.d;
    let triangle = d * (d - 1) / 2;
    let squares_bar = problem.prior.gamma * problem.prior.gamma;
    let mut shares = problem.alpha.clone();
    softmax(&mut shares);
    for (c, share) in shares.iter().enumerate() {
        let weight = gradient.alpha[c];
        gradient.alpha[c] -= n as f64 * share;
        let (l, l_bar) = (&problem.l[c * triangle..], &mut gradient.l[c * triangle..]);
        let mut start = 0;
        for j in 0..d {
            let i = c * d + j;
            let mut sum = diagonals[i] * gradient.mu[i];
            for below in 1..d - j {
                let place = start + below - 1;
                sum += l[place] * gradient.mu[i + below];
                l_bar[place] -= squares_bar * l[place];
            }
            start += d - j - 1;
            gradient.mu[i] = sum;
            let diagonal_bar = gradient.q[i] - squares_bar * diagonals[i];
            gradient.q[i] = diagonal_bar * diagonals[i] + weight + problem.prior.m as f64;
        }
    }
}
