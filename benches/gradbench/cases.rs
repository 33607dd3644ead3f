//! The workloads at a small and a large size, on data like the suite's.
use crate::case::{Case, Sink};
use crate::hand;
use crate::random::Random;
use crate::skeleton;
use crate::workloads::{ba, det, gmm, ht_input, kmeans, llsq, lse, lstm, ode, particle, saddle};

/// Makes the cases, each when its turn has come: together they would fill the caches.
pub const ALL: &[fn() -> Case] = &[
    || gmm("d 2, k 5, n 1000", 2, 5, 1000),
    || gmm("d 32, k 25, n 1000", 32, 25, 1000),
    || ba("p 31843", 49, 7776, 31_843),
    || ba("p 225911", 257, 65_132, 225_911),
    || lstm("l 2, c 1024", 2, 1024),
    || lstm("l 4, c 4096", 4, 4096),
    || ht("simple, small", skeleton::problem(544, 200, false)),
    || ht("complicated, small", skeleton::problem(544, 200, true)),
    || ht("simple, big", skeleton::problem(10_000, 800, false)),
    || ht("complicated, big", skeleton::problem(10_000, 800, true)),
    || ode("n 1000, s 100", 1000, 100),
    || ode("n 10000, s 100", 10_000, 100),
    || llsq("n 16, m 128", 16, 128),
    || llsq("n 4096, m 128", 4096, 128),
    || lse("n 2500", 2500),
    || lse("n 640000", 640_000),
    || det("l 5", 5),
    || det("l 10", 10),
    || kmeans("k 10, n 1000, d 2", 10, 1000, 2),
    || kmeans("k 100, n 10000, d 16", 100, 10_000, 16),
    || particle("by_reverse, w 0", 0.0),
    || saddle("by_reverse, start (1, 1)", [1.0, 1.0]),
];

fn gmm(size: &'static str, d: usize, k: usize, n: usize) -> Case {
    let mut random = Random::new(1);
    let problem = gmm::Problem {
        alpha: random.numbers(k, -1.5, 1.5),
        mu: random.numbers(k * d, 0.0, 1.0),
        q: random.numbers(k * d, -1.5, 1.5),
        l: random.numbers(k * d * (d - 1) / 2, -1.5, 1.5),
        x: random.numbers(n * d, -1.5, 1.5),
        d,
        prior: gmm::Wishart { gamma: 1.0, m: 0 },
    };
    Case::new(
        "gmm",
        size,
        problem,
        [
            |problem, sink| sink(&[&[problem.value()]]),
            |problem, sink| gmm_gradient(&hand::gmm::gradient(problem), sink),
            |problem, sink| gmm_gradient(&problem.gradient(), sink),
        ],
    )
}

fn gmm_gradient(gradient: &gmm::Gradient, sink: Sink) {
    sink(&[&gradient.alpha, &gradient.mu, &gradient.q, &gradient.l]);
}

fn ba(size: &'static str, n: usize, m: usize, p: usize) -> Case {
    let mut random = Random::new(2);
    let mut camera = || {
        let mut camera = [0.0; ba::CAMERA];
        let ranges = [0.3, 0.3, 0.3, 1.0, 1.0, 0.5, 50.0, 5.0, 5.0, 0.1, 0.05];
        for (entry, range) in camera.iter_mut().zip(ranges) {
            *entry = random.uniform(-range, range);
        }
        camera[6] += 500.0;
        camera
    };
    let cameras = (0..n).map(|_| camera()).collect();
    let mut random = Random::new(3);
    let mut point = || [random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0), random.uniform(4.0, 6.0)];
    let points = (0..m).map(|_| point()).collect();
    let features = (0..p).map(|_| [random.uniform(-9.0, 9.0), random.uniform(-9.0, 9.0)]).collect();
    let problem = ba::Problem { cameras, points, weights: random.numbers(p, 0.5, 1.5), features };
    Case::new(
        "ba",
        size,
        problem,
        [
            |problem, sink| {
                let (reprojection, weight) = problem.value();
                sink(&[reprojection.as_flattened(), &weight]);
            },
            |problem, sink| {
                sink(&[&problem.assemble(hand::ba::jacobian, hand::ba::weight_gradient).values]);
            },
            |problem, sink| sink(&[&problem.jacobian().values]),
        ],
    )
}

fn lstm(size: &'static str, l: usize, c: usize) -> Case {
    let bits = 14;
    let mut random = Random::new(4);
    let problem = lstm::Problem {
        main: random.numbers(8 * l * bits, 0.0, 1.0),
        extra: random.numbers(3 * bits, 0.0, 1.0),
        state: random.numbers(2 * l * bits, 0.0, 1.0),
        sequence: random.numbers(c * bits, 0.0, 1.0).into_iter().map(f64::round).collect(),
        bits,
    };
    Case::new(
        "lstm",
        size,
        problem,
        [
            |problem, sink| sink(&[&[problem.value()]]),
            |p, sink| {
                let (main, extra) = hand::lstm::gradient(&p.main, &p.extra, &p.state, &p.sequence, p.bits);
                sink(&[&main, &extra]);
            },
            |problem, sink| {
                let (main, extra) = problem.gradient();
                sink(&[&main, &extra]);
            },
        ],
    )
}

fn ht(size: &'static str, problem: ht_input::Problem) -> Case {
    Case::new(
        "ht",
        size,
        problem,
        [
            |problem, sink| sink(&[&problem.value()]),
            |problem, sink| sink(&[&hand::ht::jacobian(problem)]),
            |problem, sink| sink(&[&problem.jacobian()]),
        ],
    )
}

fn ode(size: &'static str, n: usize, steps: usize) -> Case {
    let problem = ode::Problem { x: Random::new(5).numbers(n, 0.0, 1.0), steps };
    Case::new(
        "ode",
        size,
        problem,
        [
            |problem, sink| sink(&[&problem.value()]),
            |problem, sink| sink(&[&hand::ode::gradient(&problem.x, problem.steps)]),
            |problem, sink| sink(&[&problem.gradient()]),
        ],
    )
}

fn llsq(size: &'static str, n: usize, m: usize) -> Case {
    let problem = llsq::Problem { x: Random::new(6).numbers(m, -1.0, 1.0), n };
    Case::new(
        "llsq",
        size,
        problem,
        [
            |problem, sink| sink(&[&[problem.value()]]),
            |problem, sink| sink(&[&hand::llsq::gradient(&problem.x, problem.n)]),
            |problem, sink| sink(&[&problem.gradient()]),
        ],
    )
}

fn lse(size: &'static str, n: usize) -> Case {
    let problem = lse::Problem { x: Random::new(7).numbers(n, 0.0, 1.0) };
    Case::new(
        "lse",
        size,
        problem,
        [
            |problem, sink| sink(&[&[problem.value()]]),
            |problem, sink| sink(&[&hand::lse::gradient(&problem.x)]),
            |problem, sink| sink(&[&problem.gradient()]),
        ],
    )
}

fn det(size: &'static str, ell: usize) -> Case {
    let problem = det::Problem { a: Random::new(8).numbers(ell * ell, 0.0, 1.0), ell };
    Case::new(
        "det",
        size,
        problem,
        [
            |problem, sink| sink(&[&[problem.value()]]),
            |problem, sink| sink(&[&hand::det::gradient(&problem.a, problem.ell)]),
            |problem, sink| sink(&[&problem.gradient()]),
        ],
    )
}

fn kmeans(size: &'static str, k: usize, n: usize, d: usize) -> Case {
    let points = Random::new(10).numbers(n * d, 0.0, 1.0);
    let centroids = points[(n - k) * d..].to_vec();
    Case::new(
        "kmeans",
        size,
        kmeans::Problem { points, centroids, d },
        [
            |problem, sink| sink(&[&[problem.value()]]),
            |problem, sink| sink(&[&hand::kmeans::direction(problem)]),
            |problem, sink| sink(&[&problem.direction()]),
        ],
    )
}

/// One flight and its derivative, of which the workload's descent takes many.
fn particle(size: &'static str, w: f64) -> Case {
    Case::new(
        "particle",
        size,
        w,
        [
            |&w, sink| sink(&[&[particle::by_reverse(w)]]),
            |&w, sink| {
                let (value, slope) = hand::particle::value_and_grad(w);
                sink(&[&[value, slope]]);
            },
            |&w, sink| {
                let (value, slope) = particle::by_reverse::value_and_grad(w);
                sink(&[&[value, slope]]);
            },
        ],
    )
}

/// One inner descent and its derivative, of which the outer descent takes many.
fn saddle(size: &'static str, start: [f64; 2]) -> Case {
    Case::new(
        "saddle",
        size,
        start,
        [
            |&start, sink| sink(&[&[saddle::by_reverse(start, start)]]),
            |&start, sink| {
                let (value, slope) = hand::saddle::value_and_grad(start, start);
                sink(&[&[value], &slope]);
            },
            |&start, sink| {
                let (value, slope) = saddle::by_reverse::value_and_grad(start, start);
                sink(&[&[value], &slope]);
            },
        ],
    )
}
