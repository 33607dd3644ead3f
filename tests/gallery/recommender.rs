//! Recommendation: a factorization of ratings with biases.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    mean: f64,
    user_bias: Vec<f64>,
    item_bias: Vec<f64>,
    users: Vec<Vec<f64>>,
    items: Vec<Vec<f64>>,
}

#[derive(Clone, Copy)]
struct Rating {
    user: usize,
    item: usize,
    stars: u8,
}

#[differentiable]
impl Model {
    fn predict(&self, user: usize, item: usize) -> f64 {
        let affinity: f64 = self.users[user].iter().zip(&self.items[item]).map(|(u, i)| u * i).sum();
        self.mean + self.user_bias[user] + self.item_bias[item] + affinity
    }

    fn penalty(&self) -> f64 {
        let square = |v: &Vec<f64>| v.iter().map(|x| x * x).sum::<f64>();
        self.users.iter().map(square).sum::<f64>() + self.items.iter().map(square).sum::<f64>()
    }
}

#[differentiable]
fn loss(model: &Model, #[constant] ratings: &[Rating], #[constant] lambda: f64) -> f64 {
    let mut squared = 0.0;
    for rating in ratings {
        let error = f64::from(rating.stars) - model.predict(rating.user, rating.item);
        squared += error * error;
    }
    squared / ratings.len() as f64 + lambda * model.penalty()
}

#[test]
fn ratings() {
    let model = Model {
        mean: 3.1,
        user_bias: vec![0.2, -0.1],
        item_bias: vec![0.0, 0.3, -0.4],
        users: vec![vec![0.1, 0.5], vec![-0.3, 0.2]],
        items: vec![vec![0.4, 0.0], vec![0.2, -0.6], vec![0.7, 0.1]],
    };
    let rating = |user, item, stars| Rating { user, item, stars };
    let ratings = [rating(0, 0, 4), rating(0, 2, 2), rating(1, 1, 5), rating(1, 2, 3)];
    assert!(loss(&model, &ratings, 0.0) < 3.0);
    check!(loss(&model, const &ratings, const 0.1));
}

sample_struct!(Model ModelTangent { mean, user_bias, item_bias, users, items });
