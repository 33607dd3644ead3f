//! Energy: the terminal voltage of a battery, an equivalent circuit with an open-circuit voltage from a table.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Cell {
    capacity: f64,
    r0: f64,
    rc: Vec<(f64, f64)>,
    ocv: Vec<f64>,
}

#[differentiable]
impl Cell {
    fn open_circuit(&self, charge: f64) -> f64 {
        let last = self.ocv.len() - 1;
        let scaled = charge.clamp(0.0, 1.0) * last as f64;
        let i = (stop_gradient(scaled).floor() as usize).min(last - 1);
        let u = scaled - i as f64;
        self.ocv[i] + u * (self.ocv[i + 1] - self.ocv[i])
    }
}

#[differentiable]
fn voltages(cell: &Cell, #[constant] current: &[f64], #[constant] dt: f64) -> Vec<f64> {
    let mut charge = 0.9;
    let mut polarization = vec![0.0; cell.rc.len()];
    let mut out = Vec::with_capacity(current.len());
    for &i in current {
        charge -= i * dt / (3600.0 * cell.capacity);
        for (v, &(r, c)) in polarization.iter_mut().zip(&cell.rc) {
            let decay = (-dt / (r * c)).exp();
            *v = *v * decay + r * (1.0 - decay) * i;
        }
        let drop: f64 = polarization.iter().sum();
        out.push(cell.open_circuit(charge) - cell.r0 * i - drop);
    }
    out
}

#[differentiable]
fn rmse(cell: &Cell, #[constant] current: &[f64], #[constant] measured: &[f64]) -> f64 {
    let v = voltages(cell, current, 60.0);
    (v.iter().zip(measured).map(|(v, m)| (v - m).powi(2)).sum::<f64>() / v.len() as f64).sqrt()
}

#[test]
fn a_discharge() {
    let cell = Cell {
        capacity: 2.5,
        r0: 0.05,
        rc: vec![(0.02, 1500.0), (0.04, 8000.0)],
        ocv: vec![3.0, 3.5, 3.7, 3.9, 4.2],
    };
    let current = [1.0, 2.0, 2.0, 0.0, -1.0, 3.0, 3.0, 1.5];
    let measured = [3.9, 3.8, 3.75, 3.9, 4.0, 3.7, 3.6, 3.65];
    assert!(rmse(&cell, &current, &measured) < 0.3);
    check!(rmse(&cell, const &current, const &measured));
}

sample_struct!(Cell CellTangent { capacity, r0, rc, ocv });
