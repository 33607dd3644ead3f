//! The arm with seven joints as a roboticist writes it: a product of nalgebra's isometries. Each joint is a place in the link before it
//! and an axis to turn about; the value is the squared distance of the hand from a target.

use std::rc::Rc;

use grad_runtime::nalgebra::{
    Const, Isometry3, Point3, RealField, Translation3, Unit, UnitQuaternion, Vector3, convert,
};
use grad_runtime::prelude::*;
use num_dual::{Derivative, DualSVec64};

use crate::case::{Case, Variant, array, array_mut, gradient, value};
use crate::random::Random;

const JOINTS: usize = 7;

/// Where a joint is, seen from the one before, and what it turns about.
#[derive(Clone)]
struct Joint {
    offset: Translation3<f64>,
    axis: Unit<Vector3<f64>>,
}

/// A joint whose axis is a coordinate axis would be cheaper by hand; these stand a little askew, as calibrated ones do.
fn joints() -> [Joint; JOINTS] {
    let mut random = Random::new(9);
    std::array::from_fn(|joint| {
        let mut number = || random.numbers(1, -0.2, 0.2)[0];
        let mut axis = Vector3::new(number(), number(), number());
        axis[[2, 1, 2, 1, 2, 1, 0][joint]] += 1.0;
        Joint {
            offset: Translation3::new(number(), number(), 0.3 + number()),
            axis: Unit::new_normalize(axis),
        }
    })
}

#[differentiable]
fn reach(q: &[f64; JOINTS], #[constant] joints: &[Joint; JOINTS], #[constant] target: &Point3<f64>) -> f64 {
    let mut pose = Isometry3::identity();
    for (joint, angle) in joints.iter().zip(q) {
        let turn = UnitQuaternion::from_axis_angle(&joint.axis, *angle);
        pose *= Isometry3::from_parts(joint.offset, turn);
    }
    (pose * Point3::new(0.0, 0.0, 0.1) - target).norm_squared()
}

/// The force on the hand, its moment about each joint, and what of that is about the joint's axis: both are carried back
/// in the frame of the link, so that each joint keeps its turn alone.
fn by_hand(
    q: &[f64; JOINTS],
    joints: &[Joint; JOINTS],
    target: &Point3<f64>,
    q_bar: &mut [f64; JOINTS],
) -> f64 {
    let mut pose = Isometry3::identity();
    let mut turns = [UnitQuaternion::identity(); JOINTS];
    for i in 0..JOINTS {
        turns[i] = UnitQuaternion::from_axis_angle(&joints[i].axis, q[i]);
        pose *= Isometry3::from_parts(joints[i].offset, turns[i]);
    }
    let hand = Point3::new(0.0, 0.0, 0.1);
    let gap = pose * hand - target;
    let mut force = pose.rotation.inverse_transform_vector(&(gap * 2.0));
    let mut moment = hand.coords.cross(&force);
    for i in (0..JOINTS).rev() {
        q_bar[i] += joints[i].axis.dot(&moment);
        force = turns[i] * force;
        moment = turns[i] * moment + joints[i].offset.vector.cross(&force);
    }
    gap.norm_squared()
}

/// The function over any numbers: dual ones carry the derivative by all angles.
fn over<T: RealField + Copy>(q: &[T; JOINTS], joints: &[Joint; JOINTS], target: &Point3<f64>) -> T {
    let mut pose = Isometry3::identity();
    for (joint, &angle) in joints.iter().zip(q) {
        let axis = Unit::new_unchecked(joint.axis.map(convert));
        let offset = Translation3::from(joint.offset.vector.map(convert));
        pose *= Isometry3::from_parts(offset, UnitQuaternion::from_axis_angle(&axis, angle));
    }
    let hand = pose * Point3::new(T::zero(), T::zero(), convert(0.1));
    (hand - target.map(convert)).norm_squared()
}

fn num_dual(joints: Rc<[Joint; JOINTS]>, target: Point3<f64>) -> Variant {
    gradient("num-dual", move |q, bar| {
        let q: &[f64; JOINTS] = array(q);
        let direction = |i| Derivative::derivative_generic(Const, Const, i);
        let duals: [DualSVec64<JOINTS>; JOINTS] =
            std::array::from_fn(|i| DualSVec64::new(q[i], direction(i)));
        let value = over(&duals, &joints, &target);
        let eps = value.eps.unwrap_generic(Const, Const);
        bar.iter_mut().zip(eps.iter()).for_each(|(bar, partial)| *bar += partial);
        value.re
    })
}

pub fn case() -> Case {
    let joints = Rc::new(joints());
    let target = Point3::new(0.4, -0.3, 0.9);
    let (same, third, fourth) = (Rc::clone(&joints), Rc::clone(&joints), Rc::clone(&joints));
    Case {
        name: "arm of isometries",
        known: "7 joints",
        point: Random::new(5).numbers(JOINTS, -1.5, 1.5),
        outputs: 1,
        variants: vec![
            value(move |q| reach(array(q), &joints, &target)),
            gradient("by hand", move |q, bar| by_hand(array(q), &same, &target, array_mut(bar))),
            gradient("generated", move |q, bar| reach::grad_into(array(q), &third, &target, array_mut(bar))),
            num_dual(fourth, target),
        ],
    }
}
