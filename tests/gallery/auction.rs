//! Economics: what a seller earns in a second-price auction with a reserve, and with budgets.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    FirstPrice,
    SecondPrice,
    AllPay { fee: f64 },
}

#[differentiable]
fn revenue(bids: &[f64], reserve: f64, #[constant] rule: Rule) -> f64 {
    let winner = bids.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
    let Some((at, &highest)) = winner else { return 0.0 };
    if highest < reserve {
        return 0.0;
    }
    match rule {
        Rule::FirstPrice => highest,
        Rule::SecondPrice => {
            let runner_up =
                bids.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, &b)| b).fold(reserve, f64::max);
            runner_up.max(reserve)
        }
        Rule::AllPay { fee } => bids.iter().sum::<f64>() + fee * bids.len() as f64,
    }
}

/// The expected revenue over draws of the bidders' values, who shade their bids by a factor.
#[differentiable]
fn expected(shading: f64, reserve: f64, #[constant] draws: &[Vec<f64>], #[constant] rule: Rule) -> f64 {
    let total: f64 = draws
        .iter()
        .map(|values| {
            let bids: Vec<f64> = values.iter().map(|v| shading * v).collect();
            revenue(&bids, reserve, rule)
        })
        .sum();
    total / draws.len() as f64
}

#[test]
fn three_bidders() {
    let draws = vec![vec![3.0, 7.0, 5.0], vec![1.0, 2.0], vec![], vec![9.0]];
    assert_eq!(expected(1.0, 4.0, &draws, Rule::SecondPrice), (5.0 + 0.0 + 0.0 + 4.0) / 4.0);
    check!(expected(0.9, 4.0, const &draws, const Rule::SecondPrice));
    check!(expected(0.9, 4.0, const &draws, const Rule::FirstPrice));
    check!(expected(0.9, 1.0, const &draws, const Rule::AllPay { fee: 0.1 }));
}
