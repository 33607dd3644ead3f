//! The state of each step is kept, its stages are computed again on the way back.

/// The gradient of `ode::last`.
pub fn gradient(x: &[f64], steps: usize) -> Vec<f64> {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut work = Work::new(n);
    let mut states = vec![0.0; n * steps];
    let mut y = vec![0.0; n];
    for state in states.chunks_exact_mut(n) {
        state.copy_from_slice(&y);
        work.stages(x, state, h);
        rates(x, &work.fourth, &mut work.k4);
        for i in 0..n {
            y[i] += h / 6.0 * (work.k1[i] + 2.0 * work.k2[i] + 2.0 * work.k3[i] + work.k4[i]);
        }
    }

    let mut x_bar = vec![0.0; n];
    let mut y_bar = vec![0.0; n];
    y_bar[n - 1] = 1.0;
    for state in states.chunks_exact(n).rev() {
        work.stages(x, state, h);
        work.step_back(x, state, h, &mut y_bar, &mut x_bar);
    }
    x_bar
}

fn rates(x: &[f64], y: &[f64], rates: &mut [f64]) {
    rates[0] = x[0];
    for ((rate, &x_i), &before) in rates[1..].iter_mut().zip(&x[1..]).zip(y) {
        *rate = x_i * before;
    }
}

fn advance(y: &[f64], h: f64, rates: &[f64], stage: &mut [f64]) {
    for ((entry, &y_i), &rate) in stage.iter_mut().zip(y).zip(rates) {
        *entry = y_i + h * rate;
    }
}

/// The rates and the states of one step, and two vectors of cotangents.
struct Work {
    k1: Vec<f64>,
    k2: Vec<f64>,
    k3: Vec<f64>,
    k4: Vec<f64>,
    second: Vec<f64>,
    third: Vec<f64>,
    fourth: Vec<f64>,
}

impl Work {
    fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self {
            k1: zeros(),
            k2: zeros(),
            k3: zeros(),
            k4: zeros(),
            second: zeros(),
            third: zeros(),
            fourth: zeros(),
        }
    }

    /// Everything of the step from `y` but its last rates, which nothing else depends on.
    fn stages(&mut self, x: &[f64], y: &[f64], h: f64) {
        rates(x, y, &mut self.k1);
        advance(y, 0.5 * h, &self.k1, &mut self.second);
        rates(x, &self.second, &mut self.k2);
        advance(y, 0.5 * h, &self.k2, &mut self.third);
        rates(x, &self.third, &mut self.k3);
        advance(y, h, &self.k3, &mut self.fourth);
    }

    /// Takes the cotangent of the state back over one step; the rates' cotangents overwrite the rates.
    fn step_back(&mut self, x: &[f64], y: &[f64], h: f64, y_bar: &mut [f64], x_bar: &mut [f64]) {
        let n = x.len();
        for i in 0..n {
            self.k4[i] = h / 6.0 * y_bar[i];
            self.k3[i] = h / 3.0 * y_bar[i];
            self.k2[i] = h / 3.0 * y_bar[i];
            self.k1[i] = h / 6.0 * y_bar[i];
        }
        rates_back(x, &self.fourth, h, &self.k4, &mut self.k3, y_bar, x_bar);
        rates_back(x, &self.third, 0.5 * h, &self.k3, &mut self.k2, y_bar, x_bar);
        rates_back(x, &self.second, 0.5 * h, &self.k2, &mut self.k1, y_bar, x_bar);
        x_bar[0] += self.k1[0];
        for i in 1..n {
            x_bar[i] += self.k1[i] * y[i - 1];
            y_bar[i - 1] += self.k1[i] * x[i];
        }
    }
}

/// From the cotangent of the rates at `stage` = y + h·k to those of `x`, of y and of the rates k.
fn rates_back(
    x: &[f64],
    stage: &[f64],
    h: f64,
    rates_bar: &[f64],
    k_bar: &mut [f64],
    y_bar: &mut [f64],
    x_bar: &mut [f64],
) {
    x_bar[0] += rates_bar[0];
    let n = x.len();
    let (x, rates_bar, x_bar) = (&x[1..n], &rates_bar[1..n], &mut x_bar[1..n]);
    let (stage, k_bar, y_bar) = (&stage[..n - 1], &mut k_bar[..n - 1], &mut y_bar[..n - 1]);
    for i in 0..n - 1 {
        x_bar[i] += rates_bar[i] * stage[i];
        let stage_bar = rates_bar[i] * x[i];
        y_bar[i] += stage_bar;
        k_bar[i] += h * stage_bar;
    }
}
