//! Networks: PageRank with trainable edge weights, by power iteration over lists of neighbours.

use grad_runtime::prelude::*;

#[differentiable]
fn rank_of(scores: &[f64], damping: f64, #[constant] links: &[Vec<usize>], page: usize) -> f64 {
    let n = links.len();
    let weights: Vec<f64> = scores.iter().map(|s| s.exp()).collect();
    let mut rank = vec![1.0 / n as f64; n];
    for _ in 0..30 {
        let mut next = vec![(1.0 - damping) / n as f64; n];
        let mut edge = 0;
        for (from, targets) in links.iter().enumerate() {
            if targets.is_empty() {
                let share = damping * rank[from] / n as f64;
                next.iter_mut().for_each(|r| *r += share);
                continue;
            }
            let total: f64 = weights[edge..edge + targets.len()].iter().sum();
            for &to in targets {
                next[to] += damping * rank[from] * weights[edge] / total;
                edge += 1;
            }
        }
        let change: f64 = rank.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum();
        rank = next;
        if change < 1e-15 {
            break;
        }
    }
    rank[page]
}

#[test]
fn four_pages() {
    let links = vec![vec![1, 2], vec![2], vec![0], vec![]];
    let scores = vec![0.1, -0.3, 0.2, 0.0];
    let total: f64 = (0..4).map(|page| rank_of(&scores, 0.85, &links, page)).sum();
    assert!((total - 1.0).abs() < 1e-12);
    check!(rank_of(&scores, 0.85, const &links, const 2));
}
