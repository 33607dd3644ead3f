//! The programs: a small language inside Rust, over numbers and arrays of them.

/// A function of the program; the last one is what is differentiated, the others are called by it.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub parameters: Vec<Parameter>,
    pub body: Vec<Statement>,
    pub result: Vec<Expression>,
}

/// A parameter and how it is passed.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub shape: Shape,
    pub passing: Passing,
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    Number,
    Array(usize),
}

/// How a parameter is passed; a `Slice` is an array that is borrowed without its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Passing {
    Value,
    Borrowed,
    Slice,
    InOut,
}

#[derive(Clone, Debug)]
pub enum Statement {
    Let(String, Expression),
    LetArray(String, Vec<Expression>),
    /// Copies an array.
    LetCopy(String, String),
    /// The components of a call that gives a tuple.
    LetPair(String, String, Call),
    /// Declared first, assigned in both branches.
    LetLate(String, Condition, Expression, Expression),
    Assign(Place, &'static str, Expression),
    Swap(String, Index, Index),
    If(Condition, Vec<Statement>, Vec<Statement>),
    For {
        label: Option<String>,
        index: String,
        range: Range,
        body: Vec<Statement>,
    },
    /// Over the elements of an array.
    Each {
        element: String,
        array: String,
        body: Vec<Statement>,
    },
    /// Each element of an array changed in place.
    EachMut {
        element: String,
        array: String,
        operator: &'static str,
        value: Expression,
    },
    While {
        counter: String,
        count: usize,
        condition: Option<Condition>,
        body: Vec<Statement>,
    },
    /// A `loop` that is left at the latest after `count` iterations.
    Loop {
        counter: String,
        count: usize,
        exit: Condition,
        body: Vec<Statement>,
    },
    Break(Option<String>),
    Continue(Option<String>),
    Return(Vec<Expression>),
    /// A call of a function that changes its arguments.
    Call(Call),
    Construct(Construct),
}

/// A line of source with holes: see `constructs`.
#[derive(Clone, Debug)]
pub struct Construct {
    pub template: &'static str,
    /// `{v}`, `{u}`, `{t}`.
    pub arrays: [String; 3],
    /// `{a}`, `{b}`, `{c}`.
    pub parts: Vec<Expression>,
    pub condition: Condition,
    /// The number that it leaves.
    pub name: String,
    /// What makes its other names unique.
    pub number: usize,
}

#[derive(Clone, Debug)]
pub struct Range {
    pub from: usize,
    pub to: usize,
    pub inclusive: bool,
    pub reversed: bool,
    pub step: usize,
}

/// Where a value is read or stored.
#[derive(Clone, Debug)]
pub enum Place {
    Variable(String),
    /// A number behind a `&mut` or the element of an iteration by reference.
    Behind(String),
    Element(String, Index),
}

/// An index that is always inside of its array.
#[derive(Clone, Debug)]
pub enum Index {
    Fixed(usize),
    /// `(variable + offset) % length`.
    Moving(String, usize, usize),
}

#[derive(Clone, Debug)]
pub enum Expression {
    Number(f64),
    Read(Place),
    Negated(Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    /// A method without arguments.
    Method(&'static str, Box<Expression>),
    /// A method with one argument.
    Method2(&'static str, Box<Expression>, Box<Expression>),
    Power(Box<Expression>, i32),
    /// A loop's counter as a number.
    Counter(String),
    Choice(Box<Condition>, Box<Expression>, Box<Expression>),
    Called(Call),
}

#[derive(Clone, Debug)]
pub enum Condition {
    Compared(&'static str, Expression, Expression),
    Even(String),
    Both(Box<Condition>, Box<Condition>),
    Either(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

/// A call of another function of the program.
#[derive(Clone, Debug)]
pub struct Call {
    pub function: String,
    pub arguments: Vec<Argument>,
}

#[derive(Clone, Debug)]
pub enum Argument {
    Number(Expression),
    Array(String),
    Borrowed(String),
    InOutNumber(String),
    InOutArray(String),
}
