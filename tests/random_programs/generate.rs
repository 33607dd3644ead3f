//! Random programs from a seed.
//!
//! Values stay of moderate size: divisors are bounded away from zero, and what is stored inside of loops mostly goes
//! through a bounded function. What overflows all the same is left out by the comparison.

use crate::ast::{
    Argument, Call, Expression, Function, Index, Parameter, Passing, Place, Range, Shape, Statement,
};
use crate::chance::Chance;
use crate::expressions::binary;

/// The parameters of every program: `x`, `y`, `v: [_; 3]` by value, `w: &[_]` of four elements.
pub const SLICE: usize = 4;

/// The functions of the `number`-th program of a seed; the last is its entry, called `entry`.
pub fn program(seed: u64, number: u64) -> Vec<Function> {
    let mut chance = Chance::new(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
    let mut functions = Vec::new();
    for i in 0..chance.below(3) {
        functions.push(helper(&mut chance, &functions, i));
    }
    let number = |name: &str| parameter(name, Shape::Number, Passing::Value);
    let parameters = vec![
        number("x"),
        number("y"),
        parameter("v", Shape::Array(3), Passing::Value),
        parameter("w", Shape::Array(SLICE), Passing::Slice),
    ];
    let size = 3 + chance.below(6);
    functions.push(function(&mut chance, &functions, "entry".to_string(), parameters, 1, size));
    functions
}

/// A function that others call: two or three parameters passed in any way, a result of none to two numbers.
fn helper(chance: &mut Chance, known: &[Function], i: usize) -> Function {
    let in_place = chance.one_in(3);
    let mut parameters = vec![match (in_place, chance.one_in(2)) {
        (true, true) => parameter("a", Shape::Number, Passing::InOut),
        (true, false) => parameter("a", Shape::Array(3), Passing::InOut),
        (false, true) => parameter("a", Shape::Array(3), Passing::Borrowed),
        (false, false) => parameter("a", Shape::Number, Passing::Value),
    }];
    parameters.push(parameter("b", Shape::Number, Passing::Value));
    match chance.below(4) {
        0 => parameters.push(parameter("c", Shape::Array(3), Passing::Slice)),
        1 => parameters.push(parameter("c", Shape::Array(3), Passing::Value)),
        2 => parameters.push(parameter("c", Shape::Number, Passing::Borrowed)),
        _ => {}
    }
    let results = if in_place { 0 } else { 1 + usize::from(chance.one_in(3)) };
    let size = 1 + chance.below(4);
    function(chance, known, format!("helper_{i}"), parameters, results, size)
}

fn parameter(name: &str, shape: Shape, passing: Passing) -> Parameter {
    Parameter { name: name.to_string(), shape, passing }
}

fn function(
    chance: &mut Chance,
    known: &[Function],
    name: String,
    parameters: Vec<Parameter>,
    results: usize,
    size: usize,
) -> Function {
    let mut writer =
        Writer { chance, known, scope: Vec::new(), loops: Vec::new(), names: 0, results, depth: 0 };
    for p in &parameters {
        writer.scope.push(Variable {
            name: p.name.clone(),
            shape: p.shape,
            reference: p.passing != Passing::Value,
            mutable: matches!(p.passing, Passing::Value | Passing::InOut),
        });
    }
    let body = writer.statements(size);
    let result = writer.results();
    Function { name, parameters, body, result }
}

#[derive(Clone)]
pub struct Variable {
    name: String,
    shape: Shape,
    /// A number behind it is read with `*`.
    reference: bool,
    mutable: bool,
}

/// Writes one function, statement by statement; what it may use is in scope.
pub struct Writer<'a> {
    pub chance: &'a mut Chance,
    known: &'a [Function],
    scope: Vec<Variable>,
    /// The loops around, outermost first: counter, and label if it can be jumped to by name.
    pub loops: Vec<(Option<String>, Option<String>)>,
    names: usize,
    results: usize,
    depth: usize,
}

impl Writer<'_> {
    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    fn declare(&mut self, stem: &str, shape: Shape) -> String {
        let name = self.fresh(stem);
        self.scope.push(Variable { name: name.clone(), shape, reference: false, mutable: true });
        name
    }

    /// Some variable with the property, if there is one.
    pub fn variable(&mut self, wanted: impl Fn(&Variable) -> bool) -> Option<Variable> {
        let candidates: Vec<Variable> = self.scope.iter().filter(|v| wanted(v)).cloned().collect();
        if candidates.is_empty() {
            return None;
        }
        // The younger ones are preferred, so that chains of dependent values form.
        let oldest = if self.chance.one_in(2) { 0 } else { candidates.len() / 2 };
        Some(candidates[oldest + self.chance.below(candidates.len() - oldest)].clone())
    }

    fn results(&mut self) -> Vec<Expression> {
        (0..self.results).map(|_| self.sum_of_everything()).collect()
    }

    /// What is computed should be used: the result adds up several variables.
    fn sum_of_everything(&mut self) -> Expression {
        let mut sum = self.expression(2);
        for _ in 0..2 + self.chance.below(3) {
            let term = self.operand();
            sum = binary(if self.chance.one_in(2) { "+" } else { "*" }, sum, term);
        }
        sum
    }

    fn statements(&mut self, size: usize) -> Vec<Statement> {
        let visible = self.scope.len();
        let mut out = Vec::new();
        for _ in 0..size {
            out.extend(self.statement());
        }
        if self.depth > 0 {
            // What a block computes mostly leaves it.
            if self.chance.below(3) > 0 {
                out.extend(self.assignment());
            }
            self.scope.truncate(visible);
        }
        out
    }

    fn nested(&mut self, size: usize) -> Vec<Statement> {
        self.depth += 1;
        let body = self.statements(size);
        self.depth -= 1;
        body
    }

    fn statement(&mut self) -> Vec<Statement> {
        if self.chance.one_in(4) {
            return self.construct().into_iter().collect();
        }
        match self.chance.below(if self.depth < 3 { 20 } else { 11 }) {
            0..=1 => vec![self.let_number()],
            2 => vec![self.let_array()],
            3..=7 => self.assignment().into_iter().collect(),
            8 => self.call_statement().into_iter().collect(),
            9 => self.swap().into_iter().collect(),
            10 => self.jump().into_iter().collect(),
            11..=13 => vec![self.branch()],
            14..=16 => vec![self.for_loop()],
            17 => vec![self.while_loop()],
            18 => self.each().into_iter().collect(),
            _ => vec![self.plain_loop()],
        }
    }

    /// An array to be read.
    pub fn array(&mut self, borrowed: bool) -> Option<String> {
        let of_three = |v: &Variable| match v.shape {
            Shape::Array(n) => borrowed && n >= 3 || n == 3 && !v.reference,
            Shape::Number => false,
        };
        Some(self.variable(of_three)?.name)
    }

    /// A new number, with what makes its name unique.
    pub fn declare_number(&mut self) -> (String, usize) {
        (self.declare("s", Shape::Number), self.names)
    }

    fn let_number(&mut self) -> Statement {
        if self.chance.one_in(6) {
            let (condition, a, b) = (self.condition(1), self.expression(2), self.expression(2));
            return Statement::LetLate(self.declare("s", Shape::Number), condition, a, b);
        }
        let value = self.expression(3);
        Statement::Let(self.declare("s", Shape::Number), value)
    }

    fn let_array(&mut self) -> Statement {
        if self.chance.one_in(3)
            && let Some(from) = self.variable(|v| v.shape == Shape::Array(3) && !v.reference)
        {
            return Statement::LetCopy(self.declare("t", Shape::Array(3)), from.name);
        }
        // One element at least has the type that the others take.
        let elements = vec![self.operand(), self.expression(2), self.expression(1)];
        Statement::LetArray(self.declare("t", Shape::Array(3)), elements)
    }

    fn assignment(&mut self) -> Option<Statement> {
        let target = self.variable(|v| v.mutable)?;
        let place = self.place(&target);
        let operator = *self.chance.pick(&["=", "=", "=", "+=", "+=", "-=", "*="]);
        let value = if self.loops.is_empty() { self.expression(3) } else { self.bounded() };
        Some(Statement::Assign(place, operator, value))
    }

    fn swap(&mut self) -> Option<Statement> {
        let array = self.variable(|v| v.mutable && v.shape != Shape::Number)?;
        let Shape::Array(n) = array.shape else { return None };
        Some(Statement::Swap(array.name, self.index(n), self.index(n)))
    }

    /// A jump, always under a condition, to any loop around or out of the function.
    fn jump(&mut self) -> Option<Statement> {
        let condition = self.condition(1);
        let jump = match self.chance.below(5) {
            0 if self.results > 0 => Statement::Return(self.results()),
            0 => Statement::Return(Vec::new()),
            1..=2 if !self.loops.is_empty() => Statement::Break(self.target()),
            3..=4 if !self.loops.is_empty() => Statement::Continue(self.target()),
            _ => return None,
        };
        let mut body: Vec<Statement> =
            if self.chance.one_in(2) { self.assignment().into_iter().collect() } else { vec![] };
        body.push(jump);
        Some(Statement::If(condition, body, Vec::new()))
    }

    fn target(&mut self) -> Option<String> {
        let labels: Vec<String> = self.loops.iter().filter_map(|(_, label)| label.clone()).collect();
        if labels.is_empty() || self.chance.one_in(2) {
            None
        } else {
            Some(self.chance.pick(&labels).clone())
        }
    }

    fn branch(&mut self) -> Statement {
        let condition = self.condition(2);
        let (then, otherwise) = (1 + self.chance.below(3), self.chance.below(3));
        Statement::If(condition, self.nested(then), self.nested(otherwise))
    }

    fn for_loop(&mut self) -> Statement {
        let index = self.fresh("i");
        let label = self.chance.one_in(3).then(|| self.fresh("loop_"));
        let from = self.chance.below(2);
        let range = Range {
            from,
            to: from + self.chance.below(5),
            inclusive: self.chance.one_in(4),
            reversed: self.chance.one_in(4),
            step: if self.chance.one_in(5) { 2 } else { 1 },
        };
        let body = self.loop_body(Some(index.clone()), label.clone());
        Statement::For { label, index, range, body }
    }

    fn while_loop(&mut self) -> Statement {
        let counter = self.fresh("n");
        let condition = if self.chance.one_in(2) { Some(self.condition(1)) } else { None };
        let count = self.chance.below(5);
        let body = self.loop_body(Some(counter.clone()), None);
        Statement::While { counter, count, condition, body }
    }

    fn plain_loop(&mut self) -> Statement {
        let counter = self.fresh("n");
        let exit = self.condition(1);
        let count = 1 + self.chance.below(4);
        let body = self.loop_body(Some(counter.clone()), None);
        Statement::Loop { counter, count, exit, body }
    }

    fn each(&mut self) -> Option<Statement> {
        if self.chance.one_in(2) {
            let array = self.variable(|v| v.mutable && v.shape != Shape::Number)?;
            let element = self.fresh("e");
            let name = array.name.clone();
            // The array is borrowed while its elements change.
            let hidden: Vec<Variable> = std::mem::take(&mut self.scope);
            self.scope = hidden.iter().filter(|v| v.name != name).cloned().collect();
            let value = self.bounded();
            self.scope = hidden;
            let operator = *self.chance.pick(&["=", "+=", "*="]);
            return Some(Statement::EachMut { element, array: name, operator, value });
        }
        // What is iterated over must not change in the body.
        let array = self.variable(|v| !v.mutable && v.shape != Shape::Number)?;
        let element = self.fresh("e");
        let visible = self.scope.len();
        let variable =
            Variable { name: element.clone(), shape: Shape::Number, reference: true, mutable: false };
        self.scope.push(variable);
        let body = self.loop_body(None, None);
        self.scope.truncate(visible);
        Some(Statement::Each { element, array: array.name, body })
    }

    fn loop_body(&mut self, counter: Option<String>, label: Option<String>) -> Vec<Statement> {
        self.loops.push((counter, label));
        let size = 1 + self.chance.below(3);
        let body = self.nested(size);
        self.loops.pop();
        body
    }

    fn call_statement(&mut self) -> Option<Statement> {
        let function = self.known_function(|f| f.result.len() != 1)?;
        let call = self.call(&function)?;
        if function.result.is_empty() {
            return Some(Statement::Call(call));
        }
        let (a, b) = (self.declare("s", Shape::Number), self.declare("s", Shape::Number));
        Some(Statement::LetPair(a, b, call))
    }

    pub fn known_function(&mut self, wanted: impl Fn(&Function) -> bool) -> Option<Function> {
        let candidates: Vec<&Function> = self.known.iter().filter(|f| wanted(f)).collect();
        if candidates.is_empty() {
            None
        } else {
            Some(candidates[self.chance.below(candidates.len())].clone())
        }
    }

    /// A call whose in-out argument is none of the others.
    pub fn call(&mut self, function: &Function) -> Option<Call> {
        let mut arguments = Vec::new();
        let mut taken = String::new();
        for p in &function.parameters {
            arguments.push(match (p.shape, p.passing) {
                (Shape::Number, Passing::Value) => Argument::Number(self.expression(1)),
                (shape, Passing::InOut) => {
                    let v = self.variable(|v| v.mutable && !v.reference && v.shape == shape)?;
                    taken.clone_from(&v.name);
                    if shape == Shape::Number {
                        Argument::InOutNumber(v.name)
                    } else {
                        Argument::InOutArray(v.name)
                    }
                }
                (shape, Passing::Value) => Argument::Array(
                    self.variable(|v| v.shape == shape && !v.reference && v.name != taken)?.name,
                ),
                (shape, _) => Argument::Borrowed(
                    self.variable(|v| v.shape == shape && !v.reference && v.name != taken)?.name,
                ),
            });
        }
        Some(Call { function: function.name.clone(), arguments })
    }

    pub fn place(&mut self, v: &Variable) -> Place {
        match v.shape {
            Shape::Number if v.reference => Place::Behind(v.name.clone()),
            Shape::Number => Place::Variable(v.name.clone()),
            Shape::Array(n) => Place::Element(v.name.clone(), self.index(n)),
        }
    }

    fn index(&mut self, length: usize) -> Index {
        let counters: Vec<String> = self.loops.iter().filter_map(|(counter, _)| counter.clone()).collect();
        if counters.is_empty() || self.chance.one_in(3) {
            return Index::Fixed(self.chance.below(length));
        }
        Index::Moving(self.chance.pick(&counters).clone(), self.chance.below(3), length)
    }
}
