//! Crystallography: structure factors of a unit cell, and the R factor against measured amplitudes.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    Carbon,
    Oxygen,
}

impl Element {
    /// Two Gaussians of the atomic form factor.
    fn gaussians(self) -> [(f64, f64); 2] {
        match self {
            Element::Carbon => [(2.31, 20.8), (1.02, 10.2)],
            Element::Oxygen => [(3.05, 13.3), (2.29, 5.7)],
        }
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Atom {
    #[constant]
    element: Element,
    at: [f64; 3],
    b: f64,
}

#[differentiable]
fn form_factor(#[constant] element: Element, s2: f64) -> f64 {
    element.gaussians().iter().map(|(a, b)| a * (-b * s2).exp()).sum()
}

#[differentiable]
fn amplitude(atoms: &[Atom], cell: f64, #[constant] hkl: [i32; 3]) -> f64 {
    let s2 = hkl.iter().map(|&h| f64::from(h * h)).sum::<f64>() / (4.0 * cell * cell);
    let (re, im) = atoms.iter().fold((0.0, 0.0), |(re, im), atom| {
        let phase =
            std::f64::consts::TAU * atom.at.iter().zip(hkl).map(|(x, h)| x * f64::from(h)).sum::<f64>();
        let f = form_factor(atom.element, s2) * (-atom.b * s2).exp();
        (re + f * phase.cos(), im + f * phase.sin())
    });
    re.hypot(im)
}

#[differentiable]
fn r_factor(atoms: &[Atom], cell: f64, #[constant] measured: &[([i32; 3], f64)]) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for &(hkl, f) in measured {
        above += (amplitude(atoms, cell, hkl) - f).abs();
        below += f;
    }
    above / below
}

#[test]
fn a_cell() {
    let atoms = vec![
        Atom { element: Element::Carbon, at: [0.1, 0.2, 0.3], b: 1.5 },
        Atom { element: Element::Oxygen, at: [0.4, 0.15, 0.7], b: 2.5 },
    ];
    let measured = [([1, 0, 0], 3.0), ([1, 1, 0], 2.0), ([0, 2, 1], 4.5)];
    let (d_atoms, d_cell) = r_factor::grad(&atoms, 5.0, &measured);
    let shifted = |h: f64| {
        let mut moved = atoms.clone();
        moved[1].at[2] += h;
        (r_factor(&moved, 5.0, &measured), r_factor(&atoms, 5.0 + h, &measured))
    };
    let (up, down) = (shifted(1e-5), shifted(-1e-5));
    assert!((d_atoms[1].at[2] - (up.0 - down.0) / 2e-5).abs() < 1e-7);
    assert!((d_cell - (up.1 - down.1) / 2e-5).abs() < 1e-7);
}
