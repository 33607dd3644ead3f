//! No generated item allocates where the primal doesn't and sizes are known; residuals of loops grow with the trip
//! count and no faster than one record per iteration.
#![allow(missing_docs)]
#![allow(dead_code, clippy::needless_range_loop)] // Only derivatives are called; programs index as numerical code does.

use grad_runtime::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

/// The system's allocator, which counts what the current thread asks for.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

// A thread that is ending has no counters any more, hence `try_with`.

fn count(bytes: usize) {
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
    let _ = BYTES.try_with(|total| total.set(total.get() + bytes));
    let _ = LIVE.try_with(|live| {
        live.set(live.get().saturating_add(bytes));
        PEAK.try_with(|peak| peak.set(peak.get().max(live.get())))
    });
}

fn count_back(bytes: usize) {
    let _ = LIVE.try_with(|live| live.set(live.get().saturating_sub(bytes)));
}

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count_back(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_back(layout.size());
        count(size);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often and how much `f` allocates.
fn allocations<R>(f: impl FnOnce() -> R) -> (usize, usize) {
    let before = (CALLS.get(), BYTES.get());
    black_box(f());
    (CALLS.get() - before.0, BYTES.get() - before.1)
}

/// How much memory `f` holds at most.
fn peak<R>(f: impl FnOnce() -> R) -> usize {
    let before = LIVE.get();
    PEAK.set(before);
    black_box(f());
    PEAK.get() - before
}

const NOTHING: (usize, usize) = (0, 0);

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| vec![0.0_f64; 4]), (1, 32));
    assert_eq!(allocations(|| black_box(2.0) * 3.0), NOTHING);
    let one_after_the_other = || (0..3).map(|i| black_box(vec![i; 4]).len()).sum::<usize>();
    assert_eq!((allocations(one_after_the_other), peak(one_after_the_other)), ((3, 48), 16));
}

#[test]
fn straight_lines() {
    #[differentiable]
    fn rosenbrock(x: f64, y: f64) -> f64 {
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    }
    assert_eq!(allocations(|| rosenbrock::grad(0.5, 2.0)), NOTHING);
    assert_eq!(allocations(|| rosenbrock::value_and_grad(0.5, 2.0)), NOTHING);
    assert_eq!(allocations(|| rosenbrock::forward(0.5, 2.0).1(1.0)), NOTHING);
    assert_eq!(allocations(|| rosenbrock::jvp(0.5, 2.0, 1.0, 0.0)), NOTHING);
    let (mut x, mut y) = (0.0, 0.0);
    assert_eq!(allocations(|| rosenbrock::grad_into(0.5, 2.0, &mut x, &mut y)), NOTHING);
}

#[test]
fn loops_with_a_constant_count() {
    #[differentiable]
    fn settle(x0: f64, gain: f64, limit: f64) -> f64 {
        let mut x = x0;
        let mut cost = 0.0;
        for k in 0..200 {
            let u = -gain * x;
            let u = if u > limit { limit } else { u };
            x = x + 0.1 * (u + x.sin());
            cost += x * x;
            if cost > 50.0 {
                return cost + f64::from(k);
            }
        }
        cost
    }
    assert_eq!(allocations(|| settle::grad(-2.0, 3.0, 2.5)), NOTHING);
    assert_eq!(allocations(|| settle::forward(-2.0, 3.0, 2.5).1(1.0)), NOTHING);
    assert_eq!(allocations(|| settle::jvp(-2.0, 3.0, 2.5, 1.0, 0.0, 0.0)), NOTHING);
}

#[test]
fn nested_constant_loops_over_arrays() {
    #[differentiable]
    fn layers(w: &[[f64; 4]; 4], x: [f64; 4]) -> f64 {
        let mut h = x;
        for _ in 0..3 {
            let mut next = [0.0; 4];
            for i in 0..4 {
                for j in 0..4 {
                    next[i] += w[i][j] * h[j];
                }
                next[i] = next[i].tanh();
            }
            h = next;
        }
        h[0] * h[1] + h[2] * h[3]
    }
    let (w, x) = ([[0.1, -0.2, 0.3, 0.4]; 4], [1.0, 2.0, 3.0, 4.0]);
    let (mut w_bar, mut x_bar) = ([[0.0; 4]; 4], [0.0; 4]);
    assert_eq!(allocations(|| layers::grad(&w, x)), NOTHING);
    assert_eq!(allocations(|| layers::grad_into(&w, x, &mut w_bar, &mut x_bar)), NOTHING);
    assert_eq!(allocations(|| layers::forward(&w, x).1(1.0, &mut w_bar)), NOTHING);
    assert_eq!(allocations(|| layers::jvp(&w, x, &w, x)), NOTHING);
}

#[test]
fn calls_and_branches() {
    #[differentiable]
    fn slope(y: &[f64; 2], p: f64) -> [f64; 2] {
        if y[0] > 0.0 { [y[1], p * y[0].sin()] } else { [y[1] * p, -y[0]] }
    }
    #[differentiable]
    fn integral(start: [f64; 2], p: f64) -> f64 {
        let mut y = start;
        for _ in 0..50 {
            let k = slope(&y, p);
            y[0] += 0.01 * k[0];
            y[1] += 0.01 * k[1];
        }
        y[0] * y[1]
    }
    assert_eq!(allocations(|| integral::grad([1.0, 0.5], 2.0)), NOTHING);
    assert_eq!(allocations(|| integral::forward([1.0, 0.5], 2.0).1(1.0)), NOTHING);
    assert_eq!(allocations(|| integral::jvp([1.0, 0.5], 2.0, [1.0, 0.0], 1.0)), NOTHING);
}

/// Sums over borrowed data need no residuals whatever their length.
#[test]
fn accumulations_over_slices() {
    #[differentiable]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..a.len() {
            sum += a[i] * b[i];
        }
        sum
    }
    #[differentiable]
    fn logistic(w: &[f64], #[constant] x: &[[f64; 4]], #[constant] y: &[f64]) -> f64 {
        let mut total = 0.0;
        for (row, &label) in x.iter().zip(y) {
            let mut z = 0.0;
            for j in 0..4 {
                z += w[j] * row[j];
            }
            total += (-label * z).exp().ln_1p();
        }
        total / y.len() as f64
    }
    let (a, b) = ([1.0; 128], [2.0; 128]);
    let (mut a_bar, mut b_bar) = ([0.0; 128], [0.0; 128]);
    assert_eq!(allocations(|| dot::grad_into(&a, &b, &mut a_bar, &mut b_bar)), NOTHING);
    assert_eq!(allocations(|| dot::forward(&a, &b).1(1.0, &mut a_bar, &mut b_bar)), NOTHING);
    assert_eq!(allocations(|| dot::jvp(&a, &b, &a, &b)), NOTHING);
    let (x, y, mut w_bar) = ([[0.5, -1.0, 2.0, 0.25]; 64], [1.0; 64], [0.0; 4]);
    assert_eq!(allocations(|| logistic::grad_into(&[0.1, 0.2, 0.3, 0.4], &x, &y, &mut w_bar)), NOTHING);
    assert_eq!(allocations(|| logistic::jvp(&[0.1, 0.2, 0.3, 0.4], &x, &y, &[1.0; 4])), NOTHING);
}

#[test]
fn a_rectifier_over_borrowed_data_records_a_bit_each_at_most() {
    #[differentiable]
    fn relu(x: &[f64], w: f64) -> f64 {
        let mut sum = 0.0;
        for v in x {
            let z = v * w;
            if z > 0.0 {
                sum += z;
            }
        }
        sum
    }
    let (x, mut x_bar) = ([-0.5; 128], [0.0; 128]);
    let (_, bytes) = allocations(|| relu::forward(&x, 2.0).1(1.0, &mut x_bar));
    assert!(bytes <= 128, "{bytes} bytes for 128 decisions");
    let mut w_bar = 0.0;
    assert_eq!(allocations(|| relu::grad_into(&x, 2.0, &mut x_bar, &mut w_bar)), NOTHING);
}

#[test]
fn linear_updates_record_nothing() {
    #[differentiable]
    fn smoothed(samples: &[f64], start: f64, #[constant] share: f64) -> f64 {
        let mut level = start;
        for sample in samples {
            level = (1.0 - share) * level + share * sample;
        }
        level
    }
    let (samples, mut samples_bar, mut start_bar) = ([0.5; 128], [0.0; 128], 0.0);
    let both = || smoothed::grad_into(&samples, 1.0, black_box(0.5), &mut samples_bar, &mut start_bar);
    assert_eq!(allocations(both), NOTHING);
    assert_eq!((start_bar, samples_bar[127], samples_bar[126]), (0.5_f64.powi(128), 0.5, 0.25));
    let pair = || smoothed::forward(&samples, 1.0, black_box(0.5)).1(1.0, &mut samples_bar);
    assert_eq!(allocations(pair), NOTHING);
}

#[test]
fn residuals_are_one_record_per_iteration() {
    #[differentiable]
    fn decay(x: f64, rate: f64, #[constant] n: usize) -> f64 {
        let mut y = x;
        for _ in 0..n {
            y += 0.01 * (rate - y.sin() * y);
        }
        y
    }
    let bytes = |n: usize| allocations(|| decay::forward(0.5, 2.0, black_box(n)).1(1.0));
    let (calls, thousand) = bytes(1000);
    // The partial derivative needs y, sin y and cos y; the count is known before the loop.
    assert!(calls <= 1, "{calls} allocations, though the count is known before the loop");
    assert!(thousand <= 3 * 8 * 1000, "{thousand} bytes for 1000 iterations");
    assert!(bytes(2000).1 <= 2 * thousand, "the memory grows faster than the trip count");
}

#[test]
fn checkpoints_take_less_than_all_states() {
    #[differentiable]
    fn all(x: f64, rate: f64, #[constant] n: usize) -> f64 {
        let mut y = x;
        for _ in 0..n {
            y += 0.01 * (rate - y.sin() * y);
        }
        y
    }
    #[differentiable]
    fn some(x: f64, rate: f64, #[constant] n: usize) -> f64 {
        let mut y = x;
        #[checkpoint]
        for _ in 0..n {
            y += 0.01 * (rate - y.sin() * y);
        }
        y
    }
    let n = black_box(10_000);
    let everything = peak(|| all::forward(0.5, 2.0, n).1(1.0));
    let checkpoints = peak(|| some::forward(0.5, 2.0, n).1(1.0));
    assert!(checkpoints * 5 < everything, "{checkpoints} bytes with checkpoints, {everything} without");
    assert_eq!(some::grad(0.5, 2.0, n), all::grad(0.5, 2.0, n));
}

#[test]
fn an_arm_of_isometries() {
    use grad_runtime::nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

    #[differentiable]
    fn miss(
        angles: &[f64; 7],
        #[constant] links: &[Vector3<f64>; 7],
        #[constant] target: &Vector3<f64>,
    ) -> f64 {
        let mut pose = Isometry3::identity();
        for (link, angle) in links.iter().zip(angles) {
            let turn = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), *angle);
            pose *= Isometry3::from_parts(Translation3::from(*link), turn);
        }
        (pose.translation.vector - target).norm_squared() + pose.rotation.scaled_axis().norm()
    }
    let angles = [0.3, -0.2, 0.5, 0.1, -0.7, 0.4, 0.2];
    let (links, target) = ([Vector3::new(0.3, 0.1, 0.2); 7], Vector3::new(1.0, 0.5, 0.8));
    let gradient = miss::grad(&angles, &links, &target);
    assert!(gradient.iter().all(|slope| slope.abs() > 1e-3));
    assert_eq!(allocations(|| miss::grad(&angles, &links, &target)), NOTHING);
    assert_eq!(allocations(|| miss::jvp(&angles, &links, &target, &gradient)), NOTHING);
    let pair = || miss::forward(&angles, &links, &target).1(1.0, &mut [0.0; 7]);
    assert_eq!(allocations(pair), NOTHING);
}
