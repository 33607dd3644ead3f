//! The state of each step is kept, its stages are computed again on the way back.
//!
//! A component's rate has its predecessor as a factor (the first one's: 1), so that the stages and the
//! cotangents of the rates follow from each other one place apart, without storing the rates.

/// The states within one step after the first, and the cotangents of its rates but the last.
struct Work {
    second: Vec<f64>,
    third: Vec<f64>,
    fourth: Vec<f64>,
    k1_bar: Vec<f64>,
    k2_bar: Vec<f64>,
    k3_bar: Vec<f64>,
}

/// The gradient of `ode::last`.
pub fn gradient(x: &[f64], steps: usize) -> Vec<f64> {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let zeros = || vec![0.0; n];
    let mut work = Work {
        second: zeros(),
        third: zeros(),
        fourth: zeros(),
        k1_bar: zeros(),
        k2_bar: zeros(),
        k3_bar: zeros(),
    };
    let mut states = Vec::with_capacity(n * steps);
    let mut y = zeros();
    for _ in 1..steps {
        states.extend_from_slice(&y);
        work.stages(x, &y, h);
        work.step(x, h, &mut y);
    }
    // The last step's state is still there, and the state after it is of no use.
    let (mut x_bar, mut y_bar) = (zeros(), zeros());
    y_bar[n - 1] = 1.0;
    work.step_back(x, &y, h, &mut y_bar, &mut x_bar);
    for state in states.chunks_exact(n).rev() {
        work.step_back(x, state, h, &mut y_bar, &mut x_bar);
    }
    x_bar
}

/// y + h·rates(x, before).
fn advance(x: &[f64], y: &[f64], h: f64, before: &[f64], stage: &mut [f64]) {
    stage[0] = y[0] + h * x[0];
    let entries = stage[1..].iter_mut().zip(&x[1..]).zip(&y[1..]).zip(before);
    for (((entry, x_i), y_i), before) in entries {
        *entry = y_i + h * (x_i * before);
    }
}

/// From the cotangent `rate_bar` of the rates at y + h·k to that of k, of which `share`·λ is known.
fn retreat(x: &[f64], y_bar: &[f64], share: f64, h: f64, rate_bar: &[f64], k_bar: &mut [f64]) {
    let last = x.len() - 1;
    let entries = k_bar[..last].iter_mut().zip(y_bar).zip(&x[1..]).zip(&rate_bar[1..]);
    for (((entry, lambda), x_next), rate_next) in entries {
        *entry = share * lambda + h * (rate_next * x_next);
    }
    k_bar[last] = share * y_bar[last];
}

impl Work {
    fn stages(&mut self, x: &[f64], y: &[f64], h: f64) {
        advance(x, y, 0.5 * h, y, &mut self.second);
        advance(x, y, 0.5 * h, &self.second, &mut self.third);
        advance(x, y, h, &self.third, &mut self.fourth);
    }

    /// Takes the state over one step, from the end: a component's rates need its predecessor as it was.
    fn step(&self, x: &[f64], h: f64, y: &mut [f64]) {
        let n = x.len();
        let (second, third, fourth) = (&self.second[..n], &self.third[..n], &self.fourth[..n]);
        let y = &mut y[..n];
        for i in (1..n).rev() {
            let sum = y[i - 1] + 2.0 * second[i - 1] + 2.0 * third[i - 1] + fourth[i - 1];
            y[i] += h / 6.0 * (x[i] * sum);
        }
        y[0] += h * x[0];
    }

    /// Takes the cotangent λ of the state back over the step from `y`.
    fn step_back(&mut self, x: &[f64], y: &[f64], h: f64, y_bar: &mut [f64], x_bar: &mut [f64]) {
        self.stages(x, y, h);
        // The cotangent of the last rates is h/6·λ.
        retreat(x, y_bar, h / 3.0, h * (h / 6.0), y_bar, &mut self.k3_bar);
        retreat(x, y_bar, h / 3.0, 0.5 * h, &self.k3_bar, &mut self.k2_bar);
        retreat(x, y_bar, h / 6.0, 0.5 * h, &self.k2_bar, &mut self.k1_bar);
        let n = x.len();
        let (k1_bar, k2_bar, k3_bar) = (&self.k1_bar[..n], &self.k2_bar[..n], &self.k3_bar[..n]);
        let (second, third, fourth) = (&self.second[..n], &self.third[..n], &self.fourth[..n]);
        let (y, y_bar, x_bar) = (&y[..n], &mut y_bar[..n], &mut x_bar[..n]);
        let first_bar = h / 6.0 * y_bar[0];
        x_bar[0] += k1_bar[0] + k2_bar[0] + k3_bar[0] + first_bar;
        for i in 1..n {
            let k4_bar = h / 6.0 * y_bar[i];
            let by_x = k1_bar[i] * y[i - 1] + k2_bar[i] * second[i - 1] + k3_bar[i] * third[i - 1];
            x_bar[i] += by_x + k4_bar * fourth[i - 1];
            y_bar[i - 1] += x[i] * (k1_bar[i] + k2_bar[i] + k3_bar[i] + k4_bar);
        }
    }
}
