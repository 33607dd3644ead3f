//! Fields whose types the sources show: numbers, arrays, vectors, structs in structs, what is generic, borrowed or perhaps not there.

use grad_runtime::prelude::*;

/// A parameter of the struct is what the function's signature gives for it.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Joint<T> {
    length: T,
    offset: [T; 2],
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Arm<T, const N: usize> {
    base: Joint<T>,
    joints: Vec<Joint<T>>,
    gains: [T; N],
    history: Vec<T>,
    limits: (T, T),
    turns: usize,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Memory<T> {
    last: Option<T>,
    sum: T,
}

/// Neither the derivative nor its tangent has anything to do with this one.
pub struct Settings<T> {
    step: T,
    rounds: usize,
    weights: Vec<T>,
}

#[derive(Clone, Copy, Differentiable)]
pub struct Window<'a, T> {
    seen: &'a [T],
    scale: T,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Pair<T>(T, [T; 2]);

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        type OneJoint = Joint<$real>;
        type OneJointTangent = JointTangent<$real>;
        type OneArm = Arm<$real, 2>;
        type OneArmTangent = ArmTangent<$real, 2>;
        sample_struct!($real OneJoint OneJointTangent { length, offset });
        sample_struct!($real OneArm OneArmTangent { base, joints, gains, history, limits });

        fn joint(length: $real) -> Joint<$real> {
            Joint { length, offset: [0.25, -0.5 * length] }
        }

        fn arm() -> Arm<$real, 2> {
            Arm {
                base: joint(1.5),
                joints: vec![joint(1.0), joint(0.75), joint(0.5)],
                gains: [0.5, 1.25],
                history: vec![0.125],
                limits: (-0.5, 2.0),
                turns: 2,
            }
        }

        #[differentiable($($options)*)]
        impl Joint<$real> {
            fn moment(&self, angle: $real) -> $real {
                self.length * angle.sin() + self.offset[0] * self.offset[1]
            }
            fn turned(&self, by: $real) -> Self {
                Joint { length: self.length * by, offset: [self.offset[1], self.offset[0] * by] }
            }
        }

        #[test]
        fn numbers_in_structs_in_vectors() {
            #[differentiable($($options)*)]
            fn f(arm: &Arm<$real, 2>, load: $real) -> $real {
                let (mut angle, mut reach) = (arm.base.offset[1], arm.limits.0 * arm.limits.1);
                for joint in &arm.joints {
                    angle += joint.offset[0] * load - arm.gains[1] / arm.turns as $real;
                    reach += joint.length * angle.cos();
                }
                reach * arm.history.iter().sum::<$real>()
            }
            check!(f(&arm(), 0.875));
        }

        #[test]
        fn changed_in_place() {
            #[differentiable($($options)*)]
            fn f(arm: Arm<$real, 2>, load: $real) -> $real {
                let mut arm = arm;
                for k in 0..arm.gains.len() {
                    arm.gains[k] *= load;
                    arm.joints[k].length = arm.gains[k] * arm.joints[k + 1].length.sin();
                    arm.base.offset[k] += arm.joints[k].length;
                    arm.limits.1 = arm.limits.0 * arm.limits.1 + arm.base.offset[k];
                }
                arm.base.length -= arm.limits.1 * load;
                arm.base.length * arm.base.offset[1] + arm.joints[1].length
            }
            check!(f(arm(), 0.875));
        }

        #[test]
        fn grown() {
            #[differentiable($($options)*)]
            fn f(arm: &Arm<$real, 2>, load: $real) -> $real {
                let mut arm = arm.clone();
                for round in 0..3 {
                    arm.history.push(arm.history[round] * load + arm.base.length);
                    arm.base.length *= arm.gains[round % 2];
                }
                arm.history[2] * arm.history[3] + arm.history.last().unwrap()
            }
            check!(f(&arm(), 0.875));
        }

        #[test]
        fn perhaps_there() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut memory = Memory::<$real> { last: Some(y), sum: x };
                for _ in 0..3 {
                    if let Some(last) = memory.last {
                        memory.sum *= last;
                    }
                    memory.last = Some(memory.sum + x);
                }
                memory.sum + memory.last.unwrap_or(1.0)
            }
            check!(f(0.875, 1.25));
        }

        #[test]
        fn settings_are_constant() {
            #[differentiable($($options)*)]
            fn f(#[constant] settings: &Settings<$real>, x: $real) -> $real {
                let mut y = x;
                for round in 0..settings.rounds {
                    y += settings.step * (settings.weights[round] - x * y);
                }
                y
            }
            let settings = Settings { step: 0.25, rounds: 3, weights: vec![1.0, 0.5, 2.0] };
            let (_, x) = f::value_and_grad(&settings, 0.75);
            let (_, along) = f::jvp(&settings, 0.75, 1.0);
            assert!((x - along).abs() < 8.0 * $real::EPSILON * along.abs());
            let h = $real::EPSILON.cbrt();
            let difference = (f(&settings, 0.75 + h) - f(&settings, 0.75 - h)) / (2.0 * h);
            assert!((x - difference).abs() < 64.0 * h * h, "{x} {difference}");
        }

        #[test]
        fn borrowed_numbers() {
            #[differentiable($($options)*)]
            fn f<'w>(window: Window<'w, $real>, x: $real) -> $real {
                let mut sum = 0.0;
                for (k, seen) in window.seen.iter().enumerate() {
                    sum += seen * x * window.seen[window.seen.len() - 1 - k] * window.scale;
                }
                sum
            }
            let seen = [1.5, -0.5, 2.0];
            let (value, (window, x)) = f::value_and_grad(Window { seen: &seen, scale: 2.0 }, 0.5);
            assert_eq!((value, x), (6.25, 12.5));
            assert_eq!(&window.seen[..], [4.0, -1.0, 3.0]);
            assert_eq!(window.scale, 3.125);
        }

        #[test]
        fn numbered_fields() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let mut pair = Pair::<$real>(x * y, [x, y]);
                pair.0 *= pair.1[0];
                pair.1[1] += pair.0;
                pair.0 * pair.1[1].sin()
            }
            check!(f(1.25, 0.625));
        }

        #[test]
        fn methods_of_what_is_generic() {
            #[differentiable($($options)*)]
            fn f(joint: &Joint<$real>, x: $real) -> $real {
                let turned = joint.turned(x);
                turned.moment(x) + joint.moment(2.0 * x)
            }
            check!(f(&joint(1.5), 0.375));
        }
    };
}

variants!(programs);
