//! Estimation: the likelihood of a track under a constant-velocity Kalman filter, some of whose measurements are missing.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, Differentiable)]
struct Filter {
    x: [f64; 2],
    p: [[f64; 2]; 2],
}

#[differentiable]
impl Filter {
    fn predict(&mut self, dt: f64, q: f64) {
        self.x[0] += dt * self.x[1];
        let [[a, b], [c, d]] = self.p;
        self.p = [
            [a + dt * (b + c) + dt * dt * d + q * dt.powi(3) / 3.0, b + dt * d + q * dt * dt / 2.0],
            [c + dt * d + q * dt * dt / 2.0, d + q * dt],
        ];
    }

    /// Takes a measurement in and returns its log-likelihood.
    fn update(&mut self, z: f64, r: f64) -> f64 {
        let innovation = z - self.x[0];
        let s = self.p[0][0] + r;
        let gain = [self.p[0][0] / s, self.p[1][0] / s];
        let row = self.p[0];
        for i in 0..2 {
            self.x[i] += gain[i] * innovation;
            for j in 0..2 {
                self.p[i][j] -= gain[i] * row[j];
            }
        }
        -0.5 * (innovation * innovation / s + s.ln())
    }
}

/// The log-likelihood of a track for the logarithms of the two noise levels.
#[differentiable]
fn log_likelihood(log_q: f64, log_r: f64, #[constant] track: &[Option<f64>]) -> f64 {
    let (q, r) = (log_q.exp(), log_r.exp());
    let mut filter = Filter { x: [0.0, 0.0], p: [[10.0, 0.0], [0.0, 10.0]] };
    let mut total = 0.0;
    for measurement in track {
        filter.predict(0.5, q);
        if let Some(z) = measurement {
            total += filter.update(*z, r);
        }
    }
    total
}

#[test]
fn a_track() {
    let track = [Some(0.1), Some(0.6), None, Some(1.4), Some(2.1), None, None, Some(3.4), Some(4.2)];
    assert!(log_likelihood(-2.0, -2.0, &track) > log_likelihood(-2.0, 4.0, &track));
    check!(log_likelihood(-2.0, -1.5, const &track));
}
