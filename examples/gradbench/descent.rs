//! Gradient descent as `particle` and `saddle` have it: with a step that grows and shrinks, and no line search.

/// No step and no slope below this counts.
pub const SMALL: f64 = 1e-5;

/// Where `value` is least, from `start` on.
pub fn argmin<const N: usize>(
    value: impl Fn([f64; N]) -> f64,
    gradient: impl Fn([f64; N]) -> [f64; N],
    start: [f64; N],
) -> [f64; N] {
    let mut x = start;
    let (mut least, mut slope) = (value(x), gradient(x));
    let (mut rate, mut steps) = (SMALL, 0);
    loop {
        if norm(slope) <= SMALL {
            return x;
        }
        if steps == 10 {
            rate *= 2.0;
            steps = 0;
            continue;
        }
        let next: [f64; N] = std::array::from_fn(|i| x[i] - rate * slope[i]);
        if norm(std::array::from_fn::<f64, N, _>(|i| x[i] - next[i])) <= SMALL {
            return x;
        }
        let there = value(next);
        if there < least {
            (x, least, slope) = (next, there, gradient(next));
            steps += 1;
        } else {
            rate /= 2.0;
            steps = 0;
        }
    }
}

fn norm<const N: usize>(v: [f64; N]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}
