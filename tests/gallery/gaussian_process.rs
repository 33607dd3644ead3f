//! Machine learning: the marginal likelihood of a Gaussian process, with a Cholesky factorization written by hand.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Kernel {
    log_length: f64,
    log_signal: f64,
    log_noise: f64,
}

#[differentiable]
impl Kernel {
    fn matrix(&self, #[constant] x: &[f64]) -> Vec<Vec<f64>> {
        let length = self.log_length.exp();
        let signal = (2.0 * self.log_signal).exp();
        let noise = (2.0 * self.log_noise).exp();
        let mut k = vec![vec![0.0; x.len()]; x.len()];
        for i in 0..x.len() {
            for j in 0..=i {
                let r = (x[i] - x[j]) / length;
                k[i][j] = signal * (-0.5 * r * r).exp();
                k[j][i] = k[i][j];
            }
            k[i][i] += noise;
        }
        k
    }
}

/// The lower factor, or `Err` with the row whose pivot isn't positive.
#[differentiable]
fn cholesky(a: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, usize> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[i][j];
            for k in 0..j {
                sum -= l[i][k] * l[j][k];
            }
            if i == j {
                if sum <= 0.0 {
                    return Err(i);
                }
                l[i][i] = sum.sqrt();
            } else {
                l[i][j] = sum / l[j][j];
            }
        }
    }
    Ok(l)
}

#[differentiable]
fn log_marginal(kernel: &Kernel, #[constant] x: &[f64], y: &[f64]) -> Result<f64, usize> {
    let l = cholesky(&kernel.matrix(x))?;
    let n = y.len();
    let mut z = vec![0.0; n];
    for i in 0..n {
        let known: f64 = (0..i).map(|k| l[i][k] * z[k]).sum();
        z[i] = (y[i] - known) / l[i][i];
    }
    let fit: f64 = z.iter().map(|z| z * z).sum();
    let log_det = (0..n).map(|i| l[i][i].ln()).sum::<f64>();
    Ok(-0.5 * fit - log_det - 0.5 * n as f64 * (2.0 * std::f64::consts::PI).ln())
}

/// What an optimizer minimizes: a failed factorization counts as very unlikely.
#[differentiable]
fn objective(kernel: &Kernel, #[constant] x: &[f64], y: &[f64]) -> f64 {
    log_marginal(kernel, x, y).map_or(1e10, |l| -l)
}

#[test]
fn a_gaussian_process() {
    let x = [0.0, 0.5, 1.1, 1.9, 3.0];
    let y = vec![0.1, 0.4, 0.9, 0.8, -0.2];
    let kernel = Kernel { log_length: 0.1, log_signal: -0.2, log_noise: -2.0 };
    let value = log_marginal(&kernel, &x, &y).unwrap();
    assert!(value.is_finite() && value > -10.0, "{value}");
    check!(objective(&kernel, const &x, &y));
}

sample_struct!(Kernel KernelTangent { log_length, log_signal, log_noise });
