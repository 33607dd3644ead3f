//! Enums with active data: matched, built, returned, nested in boxes.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[derive(Clone, Debug, PartialEq, Differentiable)]
        pub enum Shape {
            Circle { radius: $real },
            Rectangle($real, $real),
            Point,
        }

        #[derive(Clone, Debug, PartialEq, Differentiable)]
        pub enum Expr {
            Constant($real),
            Input,
            Sum(Box<Expr>, Box<Expr>),
            Product(Box<Expr>, Box<Expr>),
        }

        #[test]
        fn matched() {
            #[differentiable($($options)*)]
            fn area(shape: &Shape, scale: $real) -> $real {
                let area = match shape {
                    Shape::Circle { radius } => 3.0 * radius * radius,
                    Shape::Rectangle(a, b) => a * b,
                    Shape::Point => 0.0,
                };
                area * scale
            }
            let gradient = area::grad(&Shape::Circle { radius: 2.0 }, 0.5);
            assert_eq!(gradient, (ShapeTangent::Circle { radius: 6.0 }, 12.0));
            let gradient = area::grad(&Shape::Rectangle(2.0, 3.0), 0.5);
            assert_eq!(gradient, (ShapeTangent::Rectangle(1.5, 1.0), 6.0));
            let gradient = area::grad(&Shape::Point, 0.5);
            assert_eq!(gradient, (ShapeTangent::Point, 0.0));
        }

        #[test]
        fn built_inside() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real) -> $real {
                let shape = if x > 1.0 { Shape::Circle { radius: x * y } } else { Shape::Rectangle(x, y) };
                match shape {
                    Shape::Circle { radius } => radius * radius,
                    Shape::Rectangle(a, b) => a + a * b,
                    Shape::Point => x,
                }
            }
            check!(f(2.0, 3.0) => [36.0, 24.0]);
            check!(f(0.5, 3.0) => [4.0, 0.5]);
        }

        #[test]
        fn recursive_tree() {
            #[differentiable($($options)*)]
            fn evaluate(e: &Expr, x: $real) -> $real {
                match e {
                    Expr::Constant(c) => *c,
                    Expr::Input => x,
                    Expr::Sum(a, b) => evaluate(a, x) + evaluate(b, x),
                    Expr::Product(a, b) => evaluate(a, x) * evaluate(b, x),
                }
            }
            let square = Expr::Product(Box::new(Expr::Input), Box::new(Expr::Input));
            let tree = Expr::Sum(Box::new(square), Box::new(Expr::Constant(3.0)));
            let (value, (tree_bar, x_bar)) = evaluate::value_and_grad(&tree, 2.0);
            assert_eq!((value, x_bar), (7.0, 4.0));
            let product = ExprTangent::Product(Box::new(ExprTangent::Input), Box::new(ExprTangent::Input));
            assert_eq!(tree_bar, ExprTangent::Sum(Box::new(product), Box::new(ExprTangent::Constant(1.0))));
        }

        #[test]
        fn active_option() {
            #[differentiable($($options)*)]
            fn f(x: $real, bias: Option<$real>) -> $real {
                match bias {
                    Some(b) => x * b,
                    None => x,
                }
            }
            assert_eq!(f::grad(2.0, Some(3.0)), (3.0, Some(2.0)));
            assert_eq!(f::grad(2.0, None), (1.0, None));
        }

        #[derive(Clone, Debug, PartialEq, Differentiable)]
        pub enum Step {
            Add($real),
            Sub($real),
            Scale { by: $real },
            Nop,
        }

        #[test]
        fn guards_and_alternatives() {
            #[differentiable($($options)*)]
            fn run(steps: &[Step], x: $real) -> $real {
                let mut state = x;
                for step in steps.iter() {
                    match step {
                        Step::Add(v) if *v > 10.0 => state += 10.0,
                        Step::Add(v) | Step::Scale { by: v } => state += v * state,
                        Step::Sub(v) => {
                            state -= *v;
                            if state < 0.0 {
                                return state * 0.1;
                            }
                        }
                        Step::Nop => continue,
                    }
                }
                state
            }
            let steps = [Step::Add(1.0), Step::Nop, Step::Sub(0.5), Step::Scale { by: 2.0 }, Step::Add(11.0)];
            let (value, (d_steps, d_x)) = run::value_and_grad(&steps, 2.0);
            assert_eq!((value, d_x), (20.5, 6.0));
            let expected = [
                StepTangent::Add(6.0),
                StepTangent::Nop,
                StepTangent::Sub(-3.0),
                StepTangent::Scale { by: 3.5 },
                StepTangent::Add(0.0),
            ];
            assert_eq!(d_steps, expected);
            assert_eq!(run::jvp(&steps, 2.0, &expected, 1.0), (20.5, 63.25));
        }

        #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
        pub enum Mode {
            Off,
            On { gain: $real, bias: $real },
        }

        #[test]
        fn state_machine() {
            #[differentiable($($options)*)]
            fn run(start: Mode, x: [$real; 3]) -> $real {
                let mut mode = start;
                let mut y = 0.0;
                for v in x {
                    if let Mode::On { gain, bias } = &mut mode {
                        *gain *= v;
                        *bias += y;
                        y += *gain * v + *bias;
                    } else {
                        mode = Mode::On { gain: v, bias: 1.0 };
                    }
                }
                let last = if y > 1000.0 { Mode::Off } else { mode };
                match last {
                    Mode::On { gain, .. } => y * gain,
                    Mode::Off => y,
                }
            }
            let x = [1.0, 2.0, 3.0];
            assert_eq!(run::value_and_grad(Mode::Off, x), (174.0, (ModeTangent::Off, [330.0, 189.0, 130.0])));
            let on = Mode::On { gain: 1.0, bias: 2.0 };
            let expected = ModeTangent::On { gain: 468.0, bias: 48.0 };
            assert_eq!(run::value_and_grad(on, x), (282.0, (expected, [498.0, 243.0, 166.0])));
            #[differentiable($($options)*)]
            fn by_value(x: [$real; 3], gain: $real, bias: $real) -> $real {
                run(Mode::On { gain, bias }, x) + run(Mode::Off, x)
            }
            check!(by_value([1.0, 2.0, 3.0], 1.0, 2.0));
        }

        #[test]
        fn states_that_follow_each_other() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            enum State {
                Idle,
                Moving { v: $real },
                Stopped($real),
            }
            use State::*;
            #[differentiable($($options)*)]
            fn f(a: $real, n: usize) -> $real {
                let mut state = State::Idle;
                let mut x = 0.0;
                for _ in 0..n {
                    state = match state {
                        State::Idle => State::Moving { v: a },
                        State::Moving { v } if v > 3.0 => State::Stopped(v),
                        State::Moving { v } => {
                            x += v;
                            State::Moving { v: v * 1.5 + a }
                        }
                        State::Stopped(p) => {
                            x += p * 0.125;
                            State::Stopped(p)
                        }
                    };
                }
                x
            }
            check!(f(1.0, const 6));
            check!(f(0.25, const 4));
            check!(f(1.0, const 0) => [0.0]);
        }

        #[test]
        fn what_counts_beside_what_varies() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            enum Stage {
                Idle,
                Ramp { rate: $real, left: u8 },
                Hold($real, usize),
                Count(usize, $real),
            }
            #[differentiable($($options)*)]
            fn f(u: $real, n: usize) -> $real {
                let (mut phase, mut y) = (Stage::Idle, 0.0);
                for _ in 0..n {
                    phase = match phase {
                        Stage::Idle => Stage::Ramp { rate: u * 0.5, left: 2 },
                        Stage::Ramp { rate, left } if left > 0 => Stage::Ramp { rate: rate * u, left: left - 1 },
                        Stage::Ramp { rate, .. } => Stage::Hold(rate * u, 2),
                        Stage::Hold(v, 0) => Stage::Count(3, v * v),
                        Stage::Hold(v, n) => Stage::Hold(v * 0.75 + u, n - 1),
                        Stage::Count(n, _) if n % 2 == 0 => Stage::Idle,
                        Stage::Count(n, v) => Stage::Count(n - 1, v * n as $real * 0.25),
                    };
                    y += match &phase {
                        Stage::Idle => y * u,
                        Stage::Ramp { rate, left } => rate * *left as $real,
                        Stage::Hold(v, n) => v / (*n as $real + 1.0),
                        Stage::Count(n, v) => v.sin() + *n as $real,
                    };
                }
                y
            }
            check!(f(1.125, const 3));
            check!(f(0.75, const 12));
        }

        #[test]
        fn a_counter_that_is_changed_in_place() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            enum Timer {
                Off($real),
                Hold { left: usize, v: $real },
            }
            #[differentiable($($options)*)]
            fn f(u: $real, n: usize) -> $real {
                let mut phase = if n > 7 { Timer::Off(u) } else { Timer::Hold { left: n, v: u } };
                let mut y = 0.0;
                loop {
                    match &mut phase {
                        Timer::Hold { left, v } => {
                            *left -= 1;
                            *v = v.sin() * u + *left as $real;
                            y += *v;
                            if *left == 0 {
                                break;
                            }
                        }
                        Timer::Off(v) => return *v * *v,
                    }
                }
                y
            }
            check!(f(1.125, const 5));
            check!(f(1.125, const 8) => [2.25]);
        }

        #[test]
        fn a_method_gives_the_next_state() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            enum Level {
                Idle,
                Ramp($real),
                Hold($real, $real),
            }
            #[differentiable($($options)*)]
            impl Level {
                fn next(&self, u: $real) -> Level {
                    match self {
                        Level::Idle => Level::Ramp(u),
                        Level::Ramp(r) => Level::Hold(r * u, u),
                        Level::Hold(a, _) if *a > 3.0 => Level::Idle,
                        Level::Hold(a, b) => Level::Hold(a * b, a + b),
                    }
                }
                fn level(&self) -> $real {
                    match self {
                        Level::Idle => 0.0,
                        Level::Ramp(r) => *r,
                        Level::Hold(a, b) => a * b,
                    }
                }
            }
            #[differentiable($($options)*)]
            fn f(u: $real, n: usize) -> $real {
                let (mut phase, mut y) = (Level::Idle, 0.0);
                for _ in 0..n {
                    phase = phase.next(u);
                    y += phase.level() * u;
                }
                y
            }
            check!(f(1.125, const 1));
            check!(f(1.125, const 6));
        }

        #[test]
        fn a_method_gives_another_length() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            struct Bag {
                xs: Vec<$real>,
                y: $real,
            }
            #[differentiable($($options)*)]
            impl Bag {
                fn grown(&self, u: $real) -> Bag {
                    let mut xs: Vec<$real> = self.xs.clone();
                    let last = xs[xs.len() - 1];
                    if xs.len() < 4 {
                        xs.push(last * u);
                    } else {
                        xs = vec![self.y * u];
                    }
                    let y = self.y * 0.5 + xs.iter().sum::<$real>();
                    Bag { xs, y }
                }
            }
            #[differentiable($($options)*)]
            fn f(u: $real, n: usize) -> $real {
                let mut bag = Bag { xs: vec![u], y: 0.0 };
                for _ in 0..n {
                    bag = bag.grown(u);
                }
                bag.y * u
            }
            check!(f(0.75, const 1));
            check!(f(0.75, const 6));
            #[differentiable($($options)*)]
            fn twice(u: $real) -> $real {
                let mut bag = Bag { xs: vec![u], y: 0.0 };
                bag = bag.grown(u);
                bag = bag.grown(u);
                bag.y * u
            }
            check!(twice(1.25));
        }

        #[test]
        fn patterns_inside_patterns() {
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            enum Inner {
                A($real),
                B { p: ($real, $real), q: [$real; 2] },
            }
            #[derive(Clone, Debug, PartialEq, Differentiable)]
            enum Outer {
                One(Inner),
                Two(Inner, $real),
                Maybe(Option<$real>),
            }
            #[differentiable($($options)*)]
            fn f(outer: &Outer, x: $real) -> $real {
                match outer {
                    Outer::One(Inner::A(a)) => a * x,
                    Outer::One(Inner::B { p: (u, v), q: [s, t] }) => u * v + s * t * x,
                    Outer::Two(Inner::A(a), b) => a * b,
                    Outer::Two(inner @ Inner::B { .. }, b) => {
                        if let Inner::B { p, .. } = inner { p.0 * b } else { x }
                    }
                    Outer::Maybe(Some(v)) if *v > x => v * v,
                    Outer::Maybe(Some(v)) => *v,
                    Outer::Maybe(None) => x,
                }
            }
            let b = Inner::B { p: (1.0, 2.0), q: [3.0, 4.0] };
            let (value, (d_outer, d_x)) = f::value_and_grad(&Outer::One(b.clone()), 2.0);
            assert_eq!((value, d_x), (26.0, 12.0));
            assert_eq!(d_outer, OuterTangent::One(InnerTangent::B { p: (2.0, 1.0), q: [8.0, 6.0] }));
            let (value, (d_outer, d_x)) = f::value_and_grad(&Outer::Two(b, 0.5), 2.0);
            assert_eq!((value, d_x), (0.5, 0.0));
            assert_eq!(d_outer, OuterTangent::Two(InnerTangent::B { p: (0.5, 0.0), q: [0.0, 0.0] }, 1.0));
            assert_eq!(f::grad(&Outer::Maybe(Some(3.0)), 2.0), (OuterTangent::Maybe(Some(6.0)), 0.0));
            assert_eq!(f::grad(&Outer::Maybe(Some(1.0)), 2.0), (OuterTangent::Maybe(Some(1.0)), 0.0));
            assert_eq!(f::grad(&Outer::Maybe(None), 2.0), (OuterTangent::Maybe(None), 1.0));
        }

        #[test]
        fn a_kind_that_only_decides() {
            #[derive(Clone, Copy, PartialEq)]
            enum Phase {
                Solid,
                Liquid,
                Gas,
            }
            fn phase(t: $real, p: $real) -> Phase {
                if t < 1.0 { Phase::Solid } else if t < p { Phase::Liquid } else { Phase::Gas }
            }
            #[differentiable($($options)*)]
            fn f(t: $real, p: $real) -> $real {
                let mut total = 0.0;
                for k in 0..3 {
                    let t = t * (1.0 + k as $real);
                    total += match phase(t, p) {
                        Phase::Solid => t * p,
                        Phase::Liquid if t > 1.25 => t.sin(),
                        Phase::Liquid => p,
                        Phase::Gas => t * t * p,
                    };
                }
                total
            }
            check!(f(0.75, 2.0));
            check!(f(0.6875, 1.75));
        }
    };
}

variants!(programs);
