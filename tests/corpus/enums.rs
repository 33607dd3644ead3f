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
    };
}

variants!(programs);
