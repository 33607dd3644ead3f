//! Robotics: how far an arm's hand is from its target, by Denavit and Hartenberg's matrices.

use grad_runtime::prelude::*;

type Matrix4 = [[f64; 4]; 4];

struct Link {
    a: f64,
    alpha: f64,
    d: f64,
}

#[differentiable]
fn link_matrix(#[constant] link: &Link, theta: f64) -> Matrix4 {
    let (st, ct) = theta.sin_cos();
    let (sa, ca) = link.alpha.sin_cos();
    [
        [ct, -st * ca, st * sa, link.a * ct],
        [st, ct * ca, -ct * sa, link.a * st],
        [0.0, sa, ca, link.d],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

#[differentiable]
fn multiply(a: &Matrix4, b: &Matrix4) -> Matrix4 {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..4).map(|k| a[i][k] * b[k][j]).sum()))
}

#[differentiable]
fn hand(joints: &[f64], #[constant] links: &[Link]) -> [f64; 3] {
    let mut pose = [[0.0; 4]; 4];
    for (i, row) in pose.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for (link, &theta) in links.iter().zip(joints) {
        pose = multiply(&pose, &link_matrix(link, theta));
    }
    [pose[0][3], pose[1][3], pose[2][3]]
}

/// The distance to the target, with a penalty beyond the joints' limits.
#[differentiable]
fn cost(joints: &[f64], target: &[f64; 3], #[constant] links: &[Link]) -> f64 {
    let limits = joints.iter().map(|q| (q.abs() - 2.0).max(0.0).powi(2)).sum::<f64>();
    let at = hand(joints, links);
    let distance = at.iter().zip(target).map(|(p, t)| (p - t).powi(2)).sum::<f64>().sqrt();
    distance + 10.0 * limits
}

#[test]
fn an_arm() {
    let link = |a, alpha, d| Link { a, alpha, d };
    let links = [link(0.0, 1.57, 0.4), link(0.5, 0.0, 0.0), link(0.4, -0.6, 0.1)];
    let reach = hand(&[0.0, 0.0, 0.0], &links);
    assert!((reach[0] - 0.9).abs() < 1e-12);
    check!(cost(&vec![0.3, -0.7, 2.2], &[0.5, 0.2, 0.6], const &links));
    check_map!(hand(&vec![0.3, -0.7, 1.1], const &links));
}
