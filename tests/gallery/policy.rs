//! Reinforcement learning: the REINFORCE loss of an episode with a softmax policy, a baseline and an entropy bonus.

use grad_runtime::prelude::*;

#[derive(Clone, Debug)]
struct Step {
    state: [f64; 2],
    action: usize,
    reward: f64,
}

/// Discounted returns, from the last step backwards.
fn returns(episode: &[Step], discount: f64) -> Vec<f64> {
    let mut out = Vec::with_capacity(episode.len());
    let mut running = 0.0;
    for step in episode.iter().rev() {
        running = step.reward + discount * running;
        out.push(running);
    }
    out.reverse();
    out
}

#[differentiable]
fn log_policy(theta: &[[f64; 2]; 3], #[constant] state: &[f64; 2]) -> [f64; 3] {
    let scores = theta.map(|row| row[0] * state[0] + row[1] * state[1]);
    let max = scores.iter().copied().fold(f64::MIN, f64::max);
    let norm = max + scores.iter().map(|s| (s - max).exp()).sum::<f64>().ln();
    scores.map(|s| s - norm)
}

#[differentiable]
fn loss(theta: &[[f64; 2]; 3], #[constant] episode: &[Step], #[constant] discount: f64) -> f64 {
    let returns = returns(episode, discount);
    let baseline = returns.iter().sum::<f64>() / returns.len() as f64;
    episode
        .iter()
        .zip(&returns)
        .map(|(step, g)| {
            let log_p = log_policy(theta, &step.state);
            let entropy: f64 = -log_p.iter().map(|l| l * l.exp()).sum::<f64>();
            -(g - baseline) * log_p[step.action] - 0.01 * entropy
        })
        .sum()
}

#[test]
fn an_episode() {
    let step = |a, b, action, reward| Step { state: [a, b], action, reward };
    let episode = [step(0.1, 0.5, 0, 1.0), step(-0.4, 0.2, 2, 0.0), step(0.9, -0.3, 1, 2.0)];
    let theta = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]];
    assert!((log_policy(&theta, &[0.1, 0.5]).map(f64::exp).iter().sum::<f64>() - 1.0).abs() < 1e-12);
    check!(loss(&theta, const &episode, const 0.9));
}
