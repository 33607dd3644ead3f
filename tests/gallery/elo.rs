//! Sport: ratings that are updated after each game, and how well they predict the next one.

use grad_runtime::prelude::*;

#[derive(Clone, Copy)]
struct Game {
    home: usize,
    away: usize,
    score: f64,
}

#[differentiable]
fn expected(home: f64, away: f64, advantage: f64) -> f64 {
    1.0 / (1.0 + 10f64.powf((away - home - advantage) / 400.0))
}

/// Cross-entropy of the predictions, for the step size, the home advantage and the ratings at the start.
#[differentiable]
fn loss(k: f64, advantage: f64, start: Vec<f64>, #[constant] games: &[Game]) -> f64 {
    let mut ratings = start;
    let mut total = 0.0;
    for Game { home, away, score } in games.iter().copied() {
        let p = expected(ratings[home], ratings[away], advantage);
        total -= score * p.ln() + (1.0 - score) * (1.0 - p).ln();
        let change = k * (score - p);
        ratings[home] += change;
        ratings[away] -= change;
    }
    total
}

#[test]
fn a_season() {
    let game = |home, away, score| Game { home, away, score };
    let games = [game(0, 1, 1.0), game(2, 0, 0.5), game(1, 2, 0.0), game(0, 2, 1.0), game(1, 0, 0.0)];
    assert!((expected(1500.0, 1500.0, 0.0) - 0.5).abs() < 1e-15);
    check!(loss(24.0, 60.0, vec![1510.0, 1480.0, 1520.0], const &games));
}
