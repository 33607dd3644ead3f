//! Decisions: the value of a state under value iteration, for transition scores and rewards that are learned.

use grad_runtime::prelude::*;

/// The value of holding `stock` items, of at most `rewards.len() - 1`, when each day one may order or wait.
#[differentiable]
fn value_of(rewards: &[f64], order_cost: f64, demand: f64, discount: f64, stock: usize) -> f64 {
    let states = rewards.len();
    let mut v = vec![0.0; states];
    loop {
        let mut new = Vec::with_capacity(states);
        let mut change: f64 = 0.0;
        for s in 0..states {
            let sold = s.saturating_sub(1);
            let wait = rewards[s] + discount * (demand * v[sold] + (1.0 - demand) * v[s]);
            let order = rewards[s] - order_cost + discount * v[states - 1];
            let best = if order > wait { order } else { wait };
            change = change.max((best - v[s]).abs());
            new.push(best);
        }
        v = new;
        if change < 1e-13 {
            break v[stock];
        }
    }
}

#[test]
fn a_shop() {
    let rewards = vec![-2.0, 1.0, 1.5, 1.2];
    assert!(value_of(&rewards, 0.8, 0.5, 0.6, 2) > value_of(&rewards, 0.8, 0.5, 0.6, 0));
    check!(value_of(&rewards, 0.8, 0.5, 0.6, const 1));
}
