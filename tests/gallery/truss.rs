//! Structures: the sag of a truss, its stiffness matrix assembled and solved by elimination with pivots.

use grad_runtime::prelude::*;

struct Member {
    nodes: [usize; 2],
}

#[differentiable]
fn assemble(nodes: &[[f64; 2]], areas: &[f64], #[constant] members: &[Member]) -> Vec<Vec<f64>> {
    let dof = 2 * nodes.len();
    let mut k = vec![vec![0.0; dof]; dof];
    for (member, area) in members.iter().zip(areas) {
        let [a, b] = member.nodes;
        let (dx, dy) = (nodes[b][0] - nodes[a][0], nodes[b][1] - nodes[a][1]);
        let length = dx.hypot(dy);
        let (c, s) = (dx / length, dy / length);
        let stiffness = area / length;
        let local = [-c, -s, c, s];
        let dofs = [2 * a, 2 * a + 1, 2 * b, 2 * b + 1];
        for (i, &row) in dofs.iter().enumerate() {
            for (j, &column) in dofs.iter().enumerate() {
                k[row][column] += stiffness * local[i] * local[j];
            }
        }
    }
    k
}

/// Solves a x = b by Gaussian elimination with partial pivoting.
#[differentiable]
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for column in 0..n {
        let mut pivot = column;
        for row in column + 1..n {
            if a[row][column].abs() > a[pivot][column].abs() {
                pivot = row;
            }
        }
        a.swap(column, pivot);
        b.swap(column, pivot);
        for row in column + 1..n {
            let factor = a[row][column] / a[column][column];
            for k in column..n {
                a[row][k] -= factor * a[column][k];
            }
            b[row] -= factor * b[column];
        }
    }
    let mut x = vec![0.0; n];
    for row in (0..n).rev() {
        let mut sum = b[row];
        for k in row + 1..n {
            sum -= a[row][k] * x[k];
        }
        x[row] = sum / a[row][row];
    }
    x
}

/// How far the loaded node goes down. The nodes in `fixed` don't move.
#[differentiable]
fn sag(
    nodes: &[[f64; 2]],
    areas: &[f64],
    #[constant] members: &[Member],
    #[constant] fixed: &[usize],
    loaded: usize,
) -> f64 {
    let mut k = assemble(nodes, areas, members);
    for &node in fixed {
        for dof in [2 * node, 2 * node + 1] {
            for j in 0..k.len() {
                k[dof][j] = 0.0;
                k[j][dof] = 0.0;
            }
            k[dof][dof] = 1.0;
        }
    }
    let mut load = vec![0.0; k.len()];
    load[2 * loaded + 1] = -1.0;
    -solve(k, load)[2 * loaded + 1]
}

#[test]
fn a_truss() {
    let nodes = vec![[0.0, 0.0], [2.0, 0.0], [0.9, 1.1], [2.9, 1.2]];
    let members = [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]].map(|nodes| Member { nodes });
    let areas = vec![1.0, 1.5, 0.8, 1.2, 0.9];
    let value = sag(&nodes, &areas, &members, &[0, 1], 3);
    assert!(value > 0.0 && value.is_finite());
    check!(sag(&nodes, &areas, const &members, const &[0, 1], const 3));
}
