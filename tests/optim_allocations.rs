//! No in-place step allocates, and nothing on static containers does.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use grad_runtime::nalgebra::{SMatrix, SVector};
use grad_runtime::optim::{Clip, LearningRate, Optimizer};
use grad_runtime::prelude::*;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, with a count of what each thread asks for.
struct Counting;

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations a call makes.
fn allocations(call: impl FnOnce()) -> usize {
    let before = COUNT.get();
    call();
    COUNT.get() - before
}

/// Steps of a stateful optimizer; the first may allocate its states, where the containers are dynamic.
fn check<O, G, L, const STATES: usize>(options: O, rate: L, w: &G, first: bool)
where
    O: UpdateRule<STATES>,
    G: LeavesMut + Clone,
    L: LearningRate,
{
    let mut optimizer =
        Optimizer::<O, G, L, STATES>::with_options(options, rate).with_clip(Clip::GlobalNorm(1.0)).checked();
    let (mut w, g) = (w.clone(), w.clone());
    let at_first = allocations(|| optimizer.step(&mut w, &g).unwrap());
    assert!(first || at_first == 0, "{at_first} allocations in the first step");
    let later = allocations(|| (0..3).for_each(|_| optimizer.step(&mut w, &g).unwrap()));
    assert_eq!(later, 0, "in later steps");
}

fn check_every_optimizer<G: LeavesMut + Clone, L: LearningRate + Clone>(rate: &L, w: &G, first: bool) {
    check(UpdateOptions::default(), rate.clone(), w, first);
    check(MomentumOptions::default(), rate.clone(), w, first);
    check(AdamOptions::default(), rate.clone(), w, first);
    check(AdamWOptions::default(), rate.clone(), w, first);
    check(AmsGradOptions::default(), rate.clone(), w, first);
    check(AdamaxOptions::default(), rate.clone(), w, first);
    check(AdadeltaOptions::default(), rate.clone(), w, first);
    check(AdagradOptions::default(), rate.clone(), w, first);
    check(RmsPropOptions::default(), rate.clone(), w, first);
    check(LionOptions::default(), rate.clone(), w, first);
    check(LambOptions::default(), rate.clone(), w, first);
    check(LambWOptions::default(), rate.clone(), w, first);
    check(LarsOptions::default(), rate.clone(), w, first);
    check(LarsMomentumOptions::default(), rate.clone(), w, first);
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1.0; 8]))), 1);
}

#[test]
fn static_containers_never_allocate() {
    let w = (SMatrix::<f64, 4, 3>::from_element(0.5), (SVector::<f64, 4>::from_element(1.0), [[2.0; 2]; 3]));
    check_every_optimizer(&0.1, &w, false);
    check_every_optimizer(&LayerWise((0.1, ([0.2], [[0.3; 2]; 3]))), &w, false);
    let pure = allocations(|| {
        let zeros = leaves::map(w, |_| 0.0);
        let (_, m, v) = adam_update(w, &w, 0.1, zeros, zeros, 1, AdamOptions::default()).unwrap();
        lamb_update(w, &w, 0.1, m, v, 2, LambOptions::default()).unwrap();
        lars_update(w, &w, (0.1, ([0.2], [0.3; 5])), LarsOptions::default()).unwrap_err();
    });
    // The error names a leaf, and that is the one thing that needs memory.
    assert!(pure > 0);
    let pure = allocations(|| {
        lars_update(w, &w, (0.1, ([0.2], [0.3])), LarsOptions::default()).unwrap();
        let norm = leaves::global_norm(&clip_by_global_norm(w, 1.0));
        assert!((norm - 1.0).abs() < 1e-12);
    });
    assert_eq!(pure, 0);
}

#[test]
fn dynamic_containers_allocate_in_the_first_step_alone() {
    let container = Container::from_entries([("enc/w", vec![0.5; 100]), ("enc/b", vec![1.0; 10])]).unwrap();
    check_every_optimizer(&0.1, &container, true);
    let rates = Container::from_entries([("enc/w", Array::from(0.1)), ("enc/b", Array::from(vec![0.2; 10]))])
        .unwrap();
    check_every_optimizer(&LayerWise(rates), &container, true);
    check_every_optimizer(&0.1, &vec![1.0; 1000], true);
}
