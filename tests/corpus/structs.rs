//! User types that carry a derivative: fields read, updated, copied, nested, returned.

use crate::support::{Flat, Sample, flatten};
use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Pair {
            a: $real,
            b: $real,
        }
        sample_struct!($real Pair PairTangent { a, b });

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Body {
            position: [$real; 2],
            velocity: Pair,
            mass: $real,
            id: usize,
        }
        sample_struct!($real Body BodyTangent { position, velocity, mass });

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Meters($real);
        impl Flat for Meters {
            fn write(&self, out: &mut Vec<f64>) {
                self.0.write(out);
            }
        }
        impl Flat for MetersTangent {
            fn write(&self, out: &mut Vec<f64>) {
                self.0.write(out);
            }
        }
        impl Sample for Meters {
            type Tangent = MetersTangent;
            const EPSILON: f64 = $real::EPSILON as f64;
            fn read(&self, source: &mut &[f64]) -> Self {
                Meters(self.0.read(source))
            }
            fn tangent(&self, source: &mut &[f64]) -> MetersTangent {
                MetersTangent(self.0.tangent(source))
            }
        }

        fn body() -> Body {
            Body { position: [1.0, 2.0], velocity: Pair { a: 0.5, b: -0.25 }, mass: 3.0, id: 7 }
        }

        #[test]
        fn field_updated_then_used() {
            #[differentiable($($options)*)]
            fn f(s: Pair) -> $real {
                let mut s = s;
                s.a = s.a * s.b;
                s.b += s.a;
                s.a * s.b
            }
            check!(f(Pair { a: 2.0, b: 3.0 }) => [45.0, 36.0]);
        }

        #[test]
        fn borrowed_struct() {
            #[differentiable($($options)*)]
            fn f(s: &Pair, x: $real) -> $real {
                s.a * x + s.b.sin() * s.a
            }
            check!(f(&Pair { a: 2.0, b: 0.5 }, 3.0));
        }

        #[test]
        fn gradients_have_the_names_of_the_fields() {
            #[differentiable($($options)*)]
            fn f(s: &Body) -> $real {
                s.mass * s.position[0] + s.velocity.b * s.id as $real
            }
            let gradient: BodyTangent = f::grad(&body());
            assert_eq!(gradient.mass, 1.0);
            assert_eq!(gradient.position, [3.0, 0.0]);
            assert_eq!(gradient.velocity, PairTangent { a: 0.0, b: 7.0 });
        }

        #[test]
        fn nested_fields() {
            #[differentiable($($options)*)]
            fn f(body: Body, dt: $real) -> $real {
                let mut body = body;
                for _ in 0..3 {
                    body.velocity.a -= body.position[0] * dt / body.mass;
                    body.velocity.b -= body.position[1] * dt / body.mass;
                    body.position[0] += body.velocity.a * dt;
                    body.position[1] += body.velocity.b * dt;
                }
                body.position[0] * body.position[1] + body.velocity.a * body.mass
            }
            check!(f(body(), 0.125));
        }

        #[test]
        fn copied_and_one_copy_changed() {
            #[differentiable($($options)*)]
            fn f(s: Pair) -> $real {
                let mut t = s;
                t.a = t.a * t.b;
                let u = t;
                t.b = 0.5;
                s.a * t.a + s.b * u.b + t.b
            }
            check!(f(Pair { a: 2.0, b: 3.0 }) => [12.0, 10.0]);
        }

        #[test]
        fn built_and_returned() {
            #[differentiable($($options)*)]
            fn make(x: $real, y: $real) -> Pair {
                let a = x * y;
                Pair { a, b: x - y }
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let pair = make(x, y);
                pair.a * pair.a + make(y, x).b
            }
            check_map!(make(2.0, 3.0) => [3.0, 2.0, 1.0, -1.0]);
            check!(f(2.0, 3.0) => [35.0, 25.0]);
        }

        #[test]
        fn one_field_of_the_result_used() {
            #[differentiable($($options)*)]
            fn polar(x: $real, y: $real) -> Pair {
                Pair { a: x.hypot(y), b: y.atan2(x) }
            }
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                polar(x, y).a * 2.0
            }
            check!(f(3.0, 4.0) => [1.2, 1.6]);
        }

        #[test]
        fn struct_update() {
            #[differentiable($($options)*)]
            fn f(s: Body, x: $real) -> $real {
                let moved = Body { position: [x, s.position[0]], mass: s.mass * x, ..s };
                moved.position[0] * moved.position[1] * moved.mass + moved.velocity.a
            }
            check!(f(body(), 0.5));
        }

        #[test]
        fn destructured() {
            #[differentiable($($options)*)]
            fn f(s: Body, Pair { a, b: c }: Pair) -> $real {
                let Body { position: [px, py], velocity, mass, .. } = s;
                let Pair { a: va, b: vb } = velocity;
                px * va + py * vb + mass * a * c
            }
            check!(f(body(), Pair { a: 2.0, b: 3.0 }));
        }

        #[test]
        fn array_of_structs() {
            #[differentiable($($options)*)]
            fn f(bodies: &[Pair]) -> $real {
                let mut sum = 0.0;
                for i in 0..bodies.len() {
                    for j in 0..i {
                        sum += bodies[i].a * bodies[j].b;
                    }
                }
                for body in bodies {
                    sum *= body.a + 1.0;
                }
                sum
            }
            check!(f(&[Pair { a: 1.0, b: 2.0 }, Pair { a: 3.0, b: 4.0 }, Pair { a: 0.5, b: 6.0 }]));
        }

        #[test]
        fn changed_in_place() {
            #[differentiable($($options)*)]
            fn step(bodies: &mut [Pair], dt: $real) {
                for body in bodies.iter_mut() {
                    body.a += dt * body.b;
                    body.b -= dt * body.a.sin();
                }
            }
            check_place!(step(&mut [Pair { a: 1.0, b: 2.0 }, Pair { a: 3.0, b: 0.5 }], 0.25));
        }

        #[test]
        fn tuple_struct() {
            #[differentiable($($options)*)]
            fn area(a: Meters, b: &Meters) -> $real {
                let Meters(width) = a;
                let mut doubled = Meters(width * 2.0);
                doubled.0 *= b.0;
                doubled.0 + b.0
            }
            check!(area(Meters(2.0), &Meters(3.0)) => [6.0, 5.0]);
        }

        #[test]
        fn bound_to_a_reference() {
            #[differentiable($($options)*)]
            fn f(s: &Body) -> $real {
                let velocity = &s.velocity;
                let position = &s.position;
                velocity.a * position[0] + velocity.b * position[1]
            }
            check!(f(&body()));
        }

        #[test]
        fn constant_field() {
            #[derive(Clone, Differentiable)]
            struct Layer {
                w: [$real; 2],
                #[constant]
                scale: $real,
                #[constant]
                trace: Vec<String>,
            }
            #[differentiable($($options)*)]
            fn f(layer: &Layer, x: $real) -> $real {
                assert!(layer.trace.is_empty());
                layer.w[0] * x * layer.scale + layer.w[1]
            }
            let layer = Layer { w: [2.0, 3.0], scale: 5.0, trace: Vec::new() };
            let (LayerTangent { w }, x) = f::grad(&layer, 7.0);
            assert_eq!((w, x), ([35.0, 1.0], 10.0));
            assert_eq!(flatten(&w), [35.0, 1.0]);
        }

        #[test]
        fn constants_that_become_active() {
            #[differentiable($($options)*)]
            fn f(x: &[$real]) -> $real {
                let mut pairs = [Pair { a: 0.0, b: 1.0 }; 2];
                let mut list = vec![Pair { a: 1.0, b: 2.0 }; x.len()];
                let mut both = (Pair { a: 1.0, b: 2.0 }, 3);
                for i in 0..x.len() {
                    let before = pairs[i % 2];
                    pairs[i % 2] = Pair { a: before.a + x[i], b: before.b * x[i] };
                    list[i] = Pair { a: x[i] * list[i].a, b: x[i] };
                    both.0.a *= x[i];
                }
                pairs[0].a * pairs[1].b + pairs[0].b + list[1].a * list[2].b + both.0.a * both.0.b
            }
            check!(f(&[0.3, 0.7, -0.2]));
        }

        #[test]
        fn a_parameter_changed_and_returned() {
            #[differentiable($($options)*)]
            fn with_b(mut s: Pair, b: $real) -> Pair {
                s.b = b * s.a;
                s
            }
            check_map!(with_b(Pair { a: 2.0, b: 3.0 }, 5.0) => [1.0, 0.0, 0.0, 5.0, 0.0, 2.0]);
        }
    };
}

variants!(programs);
