//! The operators, comparisons and functions of std that the compiler knows by heart.

/// Declares the primitives with how each is written.
macro_rules! prims {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $arity:literal, $form:ident;)*) => {
        /// An operator or function on scalars.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Prim { $($(#[$doc])* $name,)* }

        impl Prim {
            /// The operator's symbol or the method's name.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The number of operands.
            pub fn arity(self) -> usize {
                match self { $(Self::$name => $arity,)* }
            }

            /// How it is written.
            pub fn form(self) -> Form {
                match self { $(Self::$name => Form::$form,)* }
            }

            /// The function of std with this name, on floats.
            pub fn method(name: &str) -> Option<Self> {
                match name {
                    $($text if Form::$form == Form::Method => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

/// How a primitive is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `a + b`
    Infix,
    /// `-a`
    Prefix,
    /// `a.sin()`
    Method,
    /// `::grad_runtime::__private::powi_partial(a, n)`
    Helper,
    /// `if a { b } else { c }`, both sides computed.
    Select,
}

prims! {
    Add = "+", 2, Infix; Sub = "-", 2, Infix; Mul = "*", 2, Infix; Div = "/", 2, Infix; Rem = "%", 2, Infix;
    Neg = "-", 1, Prefix;
    Lt = "<", 2, Infix; Le = "<=", 2, Infix; Gt = ">", 2, Infix; Ge = ">=", 2, Infix; Eq = "==", 2, Infix; Ne = "!=", 2, Infix;
    Not = "!", 1, Prefix; And = "&&", 2, Infix; Or = "||", 2, Infix;
    BitAnd = "&", 2, Infix; BitOr = "|", 2, Infix; BitXor = "^", 2, Infix; Shl = "<<", 2, Infix; Shr = ">>", 2, Infix;
    Sin = "sin", 1, Method; Cos = "cos", 1, Method; Tan = "tan", 1, Method;
    Asin = "asin", 1, Method; Acos = "acos", 1, Method; Atan = "atan", 1, Method; Atan2 = "atan2", 2, Method;
    Sinh = "sinh", 1, Method; Cosh = "cosh", 1, Method; Tanh = "tanh", 1, Method;
    Asinh = "asinh", 1, Method; Acosh = "acosh", 1, Method; Atanh = "atanh", 1, Method;
    Exp = "exp", 1, Method; Exp2 = "exp2", 1, Method; ExpM1 = "exp_m1", 1, Method;
    Ln = "ln", 1, Method; Ln1p = "ln_1p", 1, Method; Log = "log", 2, Method; Log2 = "log2", 1, Method; Log10 = "log10", 1, Method;
    Sqrt = "sqrt", 1, Method; Cbrt = "cbrt", 1, Method; Recip = "recip", 1, Method;
    /// The second operand is an integer.
    Powi = "powi", 2, Method;
    Powf = "powf", 2, Method; Hypot = "hypot", 2, Method;
    Abs = "abs", 1, Method; Signum = "signum", 1, Method; Copysign = "copysign", 2, Method;
    Floor = "floor", 1, Method; Ceil = "ceil", 1, Method; Round = "round", 1, Method; RoundTiesEven = "round_ties_even", 1, Method;
    Trunc = "trunc", 1, Method; Fract = "fract", 1, Method;
    Max = "max", 2, Method; Min = "min", 2, Method; Clamp = "clamp", 3, Method;
    MulAdd = "mul_add", 3, Method; RemEuclid = "rem_euclid", 2, Method; DivEuclid = "div_euclid", 2, Method;
    AbsSub = "abs_sub", 2, Method;
    ToDegrees = "to_degrees", 1, Method; ToRadians = "to_radians", 1, Method;
    /// `if a { b } else { c }`
    Select = "if", 3, Select;
    /// The sign of the operand, 0 at 0.
    AbsPartial = "abs_partial", 1, Helper;
    /// About the square root of the operand, at least 1.
    CheckpointInterval = "checkpoint_interval", 1, Helper;
    /// `n · xⁿ⁻¹`, 0 for `n = 0`; operands `x, n`.
    PowiPartial = "powi_partial", 2, Helper;
    /// `p · xᵖ⁻¹`, 0 for `p = 0`; operands `x, p, xᵖ`.
    PowfPartialBase = "powf_partial_base", 3, Helper;
    /// `xᵖ · ln x`, 0 at `x = 0, p > 0`; operands `x, p, xᵖ`.
    PowfPartialExponent = "powf_partial_exponent", 3, Helper;
    /// `n · (n - 1) · xⁿ⁻²`, 0 for `n` of 0 and 1; operands `x, n`.
    PowiSecond = "powi_second", 2, Helper;
    /// The second derivatives of `xᵖ`: by `x` twice, by both, by `p` twice; operands `x, p, xᵖ`.
    PowfBaseBase = "powf_base_base", 3, Helper;
    PowfBaseExponent = "powf_base_exponent", 3, Helper;
    PowfExponentExponent = "powf_exponent_exponent", 3, Helper;
    IsNan = "is_nan", 1, Method; IsFinite = "is_finite", 1, Method; IsInfinite = "is_infinite", 1, Method;
    IsSignNegative = "is_sign_negative", 1, Method; IsSignPositive = "is_sign_positive", 1, Method;
}

impl Prim {
    /// Whether the result is a boolean.
    pub fn is_predicate(self) -> bool {
        use Prim::{
            And, Eq, Ge, Gt, IsFinite, IsInfinite, IsNan, IsSignNegative, IsSignPositive, Le, Lt, Ne, Not, Or,
        };
        matches!(
            self,
            Lt | Le
                | Gt
                | Ge
                | Eq
                | Ne
                | Not
                | And
                | Or
                | IsNan
                | IsFinite
                | IsInfinite
                | IsSignNegative
                | IsSignPositive
        )
    }

    /// Whether computing it once more costs about as much as reading it from memory.
    pub fn is_cheap(self) -> bool {
        use Prim::{
            Abs, Add, And, Eq, Ge, Gt, IsNan, Le, Lt, Max, Min, Mul, MulAdd, Ne, Neg, Not, Or, Select, Sub,
        };
        use Prim::{BitAnd, BitOr, BitXor, Clamp, Copysign, Shl, Shr, Signum, ToDegrees, ToRadians};
        matches!(
            self,
            Abs | Add
                | And
                | Eq
                | Ge
                | Gt
                | IsNan
                | Le
                | Lt
                | Max
                | Min
                | Mul
                | MulAdd
                | Ne
                | Neg
                | Not
                | Or
                | Select
                | Sub
        ) || matches!(
            self,
            BitAnd | BitOr | BitXor | Clamp | Copysign | Shl | Shr | Signum | ToDegrees | ToRadians
        )
    }
}
