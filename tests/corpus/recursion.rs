//! Recursion, direct and mutual; paths, modules, constants and items within functions.

use grad_runtime::prelude::*;

macro_rules! programs {
    ($real:ident [$($options:tt)*]) => {
        #[test]
        fn factorial() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                if x <= 1.0 { 1.0 } else { x * f(x - 1.0) }
            }
            check!(f(1.0) => [0.0], kink);
            check!(f(2.0) => [1.0], kink);
            check!(f(3.0) => [5.0], kink);
            check!(f(4.0) => [26.0], kink);
            check!(f(5.0) => [154.0], kink);
            check!(f(4.5));
        }

        #[test]
        fn recursion_with_an_early_return() {
            #[differentiable($($options)*)]
            fn f(x: $real, y: $real, n: u32) -> $real {
                if n == 0 {
                    return x;
                }
                let z = f(x * y, y, n - 1);
                if z > 5.0 {
                    return z.sqrt() * y;
                }
                z * x + y
            }
            check!(f(0.5, 1.5, const 0) => [1.0, 0.0]);
            check!(f(0.5, 1.5, const 3));
            check!(f(2.0, 1.5, const 3));
        }

        #[test]
        fn mutual_recursion() {
            #[differentiable($($options)*)]
            fn even(x: $real, n: u32) -> $real {
                if n == 0 { x } else { odd(x * x, n - 1) + x }
            }
            #[differentiable($($options)*)]
            fn odd(x: $real, n: u32) -> $real {
                if n == 0 { 2.0 * x } else { even(x.sin(), n - 1) * x }
            }
            check!(even(0.75, const 0) => [1.0]);
            check!(even(0.75, const 1) => [4.0]);
            check!(even(0.75, const 4));
            check!(odd(0.75, const 5));
        }

        #[derive(Clone, Debug, PartialEq, Differentiable)]
        pub enum Expr {
            Constant($real),
            Variable(usize),
            Add(Box<Expr>, Box<Expr>),
            Mul(Box<Expr>, Box<Expr>),
            Sin(Box<Expr>),
        }

        #[differentiable($($options)*)]
        impl Expr {
            fn at(&self, x: &[$real]) -> $real {
                match self {
                    Expr::Constant(c) => *c,
                    Expr::Variable(i) => x[*i],
                    Expr::Add(a, b) => a.at(x) + b.at(x),
                    Expr::Mul(a, b) => a.at(x) * b.at(x),
                    Expr::Sin(a) => a.at(x).sin(),
                }
            }
        }

        /// 2 x₀ sin(x₁) + x₀, with a pair that keeps parts of both, the tree and the point.
        #[test]
        fn recursion_with_two_references() {
            #[differentiable($($options)*)]
            fn evaluate<'e>(e: &'e Expr, x: &[$real]) -> $real {
                match e {
                    Expr::Constant(c) => *c,
                    Expr::Variable(i) => x[*i],
                    Expr::Add(a, b) => evaluate(a, x) + evaluate(b, x),
                    Expr::Mul(a, b) => evaluate(a, x) * evaluate(b, x),
                    Expr::Sin(a) => evaluate(a, x).sin(),
                }
            }
            #[differentiable($($options)*)]
            fn at(e: &Expr, x: &[$real]) -> $real {
                match e {
                    Expr::Sin(a) => at(a, x).sin(),
                    Expr::Add(a, b) => at(a, x) + at(b, x),
                    Expr::Mul(a, b) => at(a, x) * at(b, x),
                    e => e.at(x),
                }
            }
            #[differentiable($($options)*)]
            fn loss(e: &Expr, points: &[Vec<$real>]) -> $real {
                let mut sum = 0.0;
                for point in points {
                    sum += at(e, point) * e.at(point);
                }
                sum
            }
            let boxed = Box::new;
            let sine = Expr::Sin(boxed(Expr::Variable(1)));
            let product = Expr::Mul(Box::new(Expr::Constant(2.0)), Box::new(Expr::Mul(boxed(Expr::Variable(0)), Box::new(sine))));
            let tree = Expr::Add(Box::new(product), Box::new(Expr::Variable(0)));
            let x: [$real; 2] = [0.75, 0.5];
            let by_hand = [2.0 * x[1].sin() + 1.0, 2.0 * x[0] * x[1].cos()];
            let near = |a: &[$real], b: &[$real]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
            assert!(near(&evaluate::grad(&tree, &x).1, &by_hand));
            assert!(near(&at::grad(&tree, &x).1, &by_hand));
            assert!(near(&tree.at_grad(&x).1, &by_hand));
            let twice = 2.0 * tree.at(&x);
            let (slope, points) = loss::grad(&tree, &[x.to_vec()]);
            assert!(near(&points[0], &[twice * by_hand[0], twice * by_hand[1]]));
            let ExprTangent::Add(product, _) = slope else { panic!("a sum") };
            let ExprTangent::Mul(factor, _) = *product else { panic!("a product") };
            let ExprTangent::Constant(factor) = *factor else { panic!("a constant") };
            assert!(near(&[factor], &[twice * x[0] * x[1].sin()]));
        }

        #[test]
        fn recursion_over_a_slice() {
            #[differentiable($($options)*)]
            fn f(w: &[$real], x: $real) -> $real {
                if w.is_empty() { x } else { f(&w[1..], x * w[0]) + w[0] }
            }
            check!(f(&[2.0, 3.0, 0.5], 4.0) => [7.0, 5.0, 25.0, 3.0]);
            check!(f(&[2.0], 4.0) => [5.0, 2.0]);
        }

        #[test]
        fn paths_and_modules() {
            mod physics {
                use grad_runtime::prelude::*;
                pub mod constants {
                    pub const GRAVITY: $real = 9.5;
                }
                #[differentiable($($options)*)]
                pub fn height(t: $real, v: $real) -> $real {
                    v * t - 0.5 * constants::GRAVITY * t * t
                }
            }
            use physics::height;
            static SCALE: $real = 2.0;
            const OFFSETS: [$real; 2] = [0.5, 0.25];
            #[differentiable($($options)*)]
            fn f(t: $real, v: $real) -> $real {
                const LOCAL: $real = 3.0;
                SCALE * height(t, v) + physics::height(OFFSETS[1], v) * one() * LOCAL
            }
            fn one() -> $real {
                1.0
            }
            check!(f(0.5, 4.0) => [-1.5, 1.75]);
        }

        #[test]
        fn associated_constants() {
            struct Table;
            impl Table {
                const SCALE: $real = 3.0;
                const ROWS: [[$real; 2]; 2] = [[1.0, 2.0], [3.0, 4.0]];
            }
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                let mut y = x;
                for row in Table::ROWS {
                    y = y * row[0] + row[1] * x;
                }
                y * Table::SCALE
            }
            check!(f(2.0) => [39.0]);
        }

        #[test]
        fn nested_item() {
            #[differentiable($($options)*)]
            fn f(x: $real) -> $real {
                #[differentiable($($options)*)]
                fn inner(y: $real) -> $real {
                    y * y
                }
                const C: $real = 2.0;
                inner(x) * C + inner(inner(x))
            }
            check!(f(2.0) => [40.0]);
        }

        #[test]
        fn lifetimes_and_where() {
            #[differentiable($($options)*)]
            fn f<'a, 'b>(x: &'a [$real], y: &'b $real) -> $real
            where
                'a: 'b,
            {
                x[0] * *y + x[1]
            }
            check!(f(&[2.0, 3.0], &4.0) => [4.0, 1.0, 2.0]);
        }
    };
}

variants!(programs);
