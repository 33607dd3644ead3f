//! The items of methods: siblings with a suffix, in `impl` blocks and traits, with `self` as a parameter like others.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub struct Spring {
            k: $real,
            rest: $real,
        }

        #[differentiable($($options)*)]
        impl Spring {
            const ONE: $real = 1.0;

            fn energy(&self, x: $real) -> $real {
                let d = x - self.rest;
                0.5 * self.k * d * d
            }

            fn stretched(self, by: $real) -> Self {
                Spring { rest: self.rest * by, ..self }
            }

            fn stiff(k: $real) -> Self {
                Self { k: k * k, rest: Self::ONE }
            }

            fn relax(&mut self, rate: $real) {
                self.rest += rate * self.k;
            }

            fn ends(#[constant] &self, x: [$real; 2]) -> [$real; 2] {
                [self.k * x[0], x[1] * x[0]]
            }

            fn parts(&self) -> usize {
                2
            }

            #[constant]
            fn name(&self) -> String {
                format!("spring of {}", self.k)
            }

            #[differentiable(wrt(x))]
            fn force(&self, x: $real) -> $real {
                -self.k * (x - self.rest)
            }
        }

        const SPRING: Spring = Spring { k: 2.0, rest: 1.0 };
        const ZERO: SpringTangent = SpringTangent { k: 0.0, rest: 0.0 };

        #[test]
        fn self_is_a_parameter_like_others() {
            let (value, (spring, x)) = SPRING.energy_value_and_grad(4.0);
            assert_eq!((value, x), (9.0, 6.0));
            assert_eq!(spring, SpringTangent { k: 4.5, rest: -6.0 });
            let (value, backward) = SPRING.energy_forward(4.0);
            let mut spring = SpringTangent { k: 1.0, rest: 0.0 };
            assert_eq!((value, backward(2.0, &mut spring)), (9.0, 12.0));
            assert_eq!(spring, SpringTangent { k: 10.0, rest: -12.0 });
            assert_eq!(SPRING.energy_jvp(4.0, &SpringTangent { k: 1.0, rest: 0.0 }, 0.0), (9.0, 4.5));
            let (mut spring, mut x) = (SpringTangent { k: 1.0, rest: 1.0 }, 1.0);
            assert_eq!(SPRING.energy_grad_into(4.0, &mut spring, &mut x), 9.0);
            assert_eq!((spring, x), (SpringTangent { k: 5.5, rest: -5.0 }, 7.0));
        }

        #[test]
        fn self_by_value_and_returned() {
            let (moved, backward) = SPRING.stretched_forward(3.0);
            assert_eq!(moved, Spring { k: 2.0, rest: 3.0 });
            let (spring, by) = backward(SpringTangent { k: 1.0, rest: 2.0 });
            assert_eq!((spring, by), (SpringTangent { k: 1.0, rest: 6.0 }, 2.0));
            let (_, tangent) = SPRING.stretched_jvp(3.0, SpringTangent { k: 1.0, rest: 2.0 }, 5.0);
            assert_eq!(tangent, SpringTangent { k: 1.0, rest: 11.0 });
        }

        #[test]
        fn associated_function() {
            let (spring, backward) = Spring::stiff_forward(3.0);
            assert_eq!(spring, Spring { k: 9.0, rest: 1.0 });
            assert_eq!(backward(SpringTangent { k: 1.0, rest: 5.0 }), 6.0);
            assert_eq!(Spring::stiff_jvp(3.0, 2.0).1, SpringTangent { k: 12.0, rest: 0.0 });
        }

        #[test]
        fn self_changed_in_place() {
            let mut spring = SPRING;
            let ((), backward) = spring.relax_forward(0.5);
            assert_eq!(spring, Spring { k: 2.0, rest: 2.0 });
            // The backward half keeps nothing of what was borrowed by `&mut`.
            spring.k = 7.0;
            let mut bar = SpringTangent { k: 0.0, rest: 1.0 };
            assert_eq!(backward(&mut bar), 2.0);
            assert_eq!(bar, SpringTangent { k: 0.5, rest: 1.0 });
            let mut dot = SpringTangent { k: 3.0, rest: 0.0 };
            let ((), ()) = spring.relax_jvp(0.5, &mut dot, 1.0);
            assert_eq!(dot, SpringTangent { k: 3.0, rest: 8.5 });
        }

        #[test]
        fn self_left_out() {
            assert_eq!(SPRING.force_grad(4.0), -2.0);
            assert_eq!(SPRING.ends_jacobian([3.0, 4.0]), [[2.0, 0.0], [4.0, 3.0]]);
            assert_eq!((SPRING.parts(), SPRING.name()), (2, "spring of 2".to_owned()));
        }

        #[test]
        fn self_alone() {
            #[derive(Clone, Copy, Differentiable)]
            struct Circle {
                radius: $real,
            }
            impl Circle {
                #[differentiable($($options)*)]
                fn area(&self) -> $real {
                    3.0 * self.radius * self.radius
                }
            }
            assert_eq!(Circle { radius: 2.0 }.area_grad().radius, 12.0);
        }

        #[test]
        fn one_method_of_a_type_without_a_tangent() {
            struct Table {
                row: Vec<$real>,
            }
            impl Table {
                #[differentiable(wrt(x), $($options)*)]
                fn at(&self, x: $real) -> $real {
                    let mut sum = 0.0;
                    for (k, v) in self.row.iter().enumerate() {
                        sum += v * x.powi(k as i32);
                    }
                    sum
                }
            }
            assert_eq!(Table { row: vec![1.0, 2.0, 3.0] }.at_value_and_grad(2.0), (17.0, 14.0));
        }

        #[differentiable($($options)*)]
        pub trait Law: Differentiable {
            /// The energy at `x`.
            fn potential(&self, x: $real) -> $real;
            fn twice(&self, x: $real) -> $real {
                2.0 * x * x
            }
            fn settle(&mut self, x: $real);
            fn title(&self) -> &str;
            #[constant]
            fn lines(&self) -> Vec<String> {
                vec![self.title().to_owned()]
            }
        }

        #[differentiable($($options)*)]
        impl Law for Spring {
            fn potential(&self, x: $real) -> $real {
                let d = x - self.rest;
                0.5 * self.k * d * d
            }
            fn settle(&mut self, x: $real) {
                self.k *= x;
            }
            fn title(&self) -> &str {
                "spring"
            }
        }

        #[test]
        fn items_of_a_trait() {
            assert_eq!(SPRING.potential_grad(4.0), (SpringTangent { k: 4.5, rest: -6.0 }, 6.0));
            assert_eq!(Law::twice_grad(&SPRING, 4.0), (ZERO, 16.0));
            let mut spring = SPRING;
            let ((), backward) = spring.settle_forward(3.0);
            spring.settle(2.0);
            let mut bar = SpringTangent { k: 1.0, rest: 1.0 };
            assert_eq!(backward(&mut bar), 2.0);
            assert_eq!((spring.k, bar), (12.0, SpringTangent { k: 3.0, rest: 1.0 }));
            assert_eq!(spring.lines(), ["spring"]);
        }

        #[test]
        fn a_trait_stays_usable_as_dyn() {
            trait Field {
                #[differentiable(wrt(x), $($options)*)]
                fn at(&self, x: $real) -> $real;
                #[differentiable(wrt(x), $($options)*)]
                fn doubled(&self, x: $real) -> $real {
                    2.0 * x
                }
            }
            impl Field for Spring {
                #[differentiable(wrt(x), $($options)*)]
                fn at(&self, x: $real) -> $real {
                    self.k * x * x
                }
            }
            let field: &dyn Field = &SPRING;
            assert_eq!((field.at(3.0), field.doubled(3.0)), (18.0, 6.0));
            assert_eq!((SPRING.at_grad(3.0), SPRING.doubled_grad(3.0)), (12.0, 2.0));
        }

        #[test]
        fn generics_around_and_inside() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            struct Line<T: Real, const N: usize> {
                w: [T; N],
            }
            #[differentiable($($options)*)]
            impl<T: Real, const N: usize> Line<T, N>
            where
                T: core::fmt::Debug,
            {
                fn at(&self, x: T) -> T {
                    let mut y = x;
                    for i in 0..N {
                        y = y * self.w[i] + T::from_f64(0.5) * x;
                    }
                    y
                }
                fn scale(&mut self, by: T) {
                    for i in 0..N {
                        self.w[i] = self.w[i] * by;
                    }
                }
                fn first<const M: usize>(self, by: [T; M]) -> T {
                    by[M - 1] * self.w[0]
                }
            }
            let line = Line { w: [2.0 as $real, 4.0] };
            assert_eq!(line.at_value_and_grad(3.0), (31.5, (LineTangent { w: [12.0, 7.5] }, 10.5)));
            let mut scaled = line.clone();
            let ((), backward) = scaled.scale_forward(3.0);
            let mut bar = LineTangent { w: [1.0, 2.0] };
            assert_eq!((backward(&mut bar), bar.w, scaled.w), (10.0, [3.0, 6.0], [6.0, 12.0]));
            assert_eq!(line.first_grad([1.0, 3.0]), (LineTangent { w: [3.0, 0.0] }, [0.0, 2.0]));
        }

        #[test]
        fn borrowed_parts() {
            #[derive(Clone, Debug, Differentiable)]
            struct View<'a> {
                data: &'a [$real],
                gain: $real,
            }
            #[differentiable($($options)*)]
            impl View<'_> {
                fn total(&self, x: &$real) -> $real {
                    let mut sum = 0.0;
                    for i in 0..self.data.len() {
                        sum += self.data[i] * x;
                    }
                    sum * self.gain
                }
            }
            let (view, x) = View { data: &[1.0, 2.0], gain: 2.0 }.total_grad(&3.0);
            assert_eq!((view.data, view.gain, x), (vec![6.0, 6.0], 9.0, 6.0));
        }

        #[test]
        fn traits_of_other_types() {
            #[differentiable($($options)*)]
            trait Measure: Differentiable {
                fn measure(&self) -> $real;
            }
            #[differentiable($($options)*)]
            impl Measure for Vec<$real> {
                fn measure(&self) -> $real {
                    let mut sum = 0.0;
                    for v in self {
                        sum += v * v;
                    }
                    sum
                }
            }
            #[differentiable($($options)*)]
            impl Measure for $real {
                fn measure(&self) -> $real {
                    self * self * self
                }
            }
            assert_eq!(vec![1.0, 2.0].measure_grad(), [2.0, 4.0]);
            assert_eq!((2.0 as $real).measure_value_and_grad(), (8.0, 12.0));
        }
    };
}

variants!(programs);
