//! Every message of the compiler, in one table: what is wrong, why it matters here, how to fix it.

use std::fmt;

/// A message with its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    what: String,
    notes: Vec<String>,
    helps: Vec<String>,
}

impl Message {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), notes: Vec::new(), helps: Vec::new() }
    }

    /// Adds why it matters here.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a way to fix it; the most likely first.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.notes.iter().try_for_each(|note| write!(f, "\nnote: {note}"))?;
        self.helps.iter().try_for_each(|help| write!(f, "\nhelp: {help}"))
    }
}

/// Declares the messages: `name(parameters) = "what", note "…", help "…";`.
macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident($($parameter:ident),*) = $what:literal $(, note $note:literal)* $(, help $help:literal)*;)*) => {
        impl Message {
            $($(#[$doc])* pub fn $name($($parameter: impl fmt::Display),*) -> Self {
                #[allow(unused_mut)]
                let mut message = Self::new(format!($what));
                $(message = message.note(format!($note));)*
                $(message = message.help(format!($help));)*
                message
            })*

            /// The names of all messages: each has a test of its own.
            #[cfg(test)]
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];
        }
    };
}

catalogue! {
    // The attribute and the signature.
    malformed_attribute(error) = "the attribute can't be read: {error}",
        help "the form is `#[differentiable(wrt(a, b), aux, order = 2)]`";
    unknown_option(option) = "unknown option `{option}`",
        help "the options are `wrt(..)`, `aux`, `order = 2`, `crate = path`, `forward = path` and `jvp = path`";
    repeated_option(option) = "`{option}` is given twice", help "remove one of them";
    unsupported_order(order) = "there are no derivatives of order {order}", help "the orders are 1 (the default) and 2";
    not_a_function() = "`#[differentiable]` goes on a function, a method, an `impl` or a `trait`",
        help "for a struct or an enum write `#[derive(Differentiable)]`";
    unknown_parameter(name) = "there is no parameter `{name}`", help "`wrt(..)` names parameters of this function";
    repeated_parameter(name) = "`{name}` is named twice in `wrt(..)`", help "remove one of them";
    constant_in_wrt(name) = "`{name}` is both `#[constant]` and in `wrt(..)`", help "remove one of the two";
    integer_in_wrt(name, ty) = "`{name}` has the type `{ty}`, which never carries a derivative", help "remove it from `wrt(..)`";
    nothing_to_differentiate() = "no parameter is left to differentiate",
        note "integers, `bool`, `char` and `&str` never carry a derivative, `#[constant]` and `wrt(..)` exclude others",
        help "remove a `#[constant]`, or name a parameter in `wrt(..)`";
    no_result() = "nothing to differentiate: the function returns nothing and has no differentiable `&mut` parameter",
        help "return a value, or write the result through a `&mut` parameter";
    constant_result(ty) = "the result has the type `{ty}`, which has no derivative",
        help "return a float, an array, a tuple or a type that is `Differentiable`";
    aux_without_tuple() = "`aux` is for functions that return a tuple `(y, aux..)`", help "return `(y, aux)`, or remove `aux`";
    underived(ty) = "`{ty}` has no derivative", note "it's the type of a parameter that a derivative is taken for",
        help "put `#[derive(Differentiable)]` on `{ty}`", help "or mark the parameter `#[constant]`";
    async_function() = "an `async` function can't be differentiated", help "differentiate the computation inside it, in a function of its own";
    unsafe_function() = "an `unsafe` function can't be differentiated", help "put the computation into a safe function and differentiate that one";
    variadic_function() = "a function with variable arguments can't be differentiated", help "take a slice";
    associated_function() = "an associated function without `self` can't be told from a free function",
        help "put `#[differentiable]` on the whole `impl` or `trait` block";
    option_on_block(name) = "the option `{name}` says something of one function",
        help "write it on a method in the block: `#[differentiable({name} ..)]`";
    impl_trait_parameter(name) = "not supported yet: the parameter `{name}` with an `impl Trait` type",
        help "write a type parameter `<T: Trait>` instead", help "or mark it `#[constant]`";
    too_many_conditions() = "more than three different `cfg` conditions in one function or block",
        note "each choice among them is differentiated by itself",
        help "move what depends on the condition into a function of its own, with `cfg` on the whole function";
    confused_name(name) = "it isn't clear which variable `{name}` is: two have the name, and a macro keeps them apart",
        help "give the variable in the macro another name";

    // The fence: what can't be lowered.
    unsafe_block() = "`unsafe` code can't be differentiated", note "the compiler can't see what it reads and writes",
        help "move it into a function with a hand-written pair: `#[differentiable(forward = .., jvp = ..)]`";
    async_block() = "`async` code can't be differentiated", help "compute the value first, await afterwards";
    unknown_macro(name) = "the compiler can't see into `{name}!`", note "an active value goes into it",
        help "write out what it does", help "or wrap the values that go in: `stop_gradient(x)`";
    static_write(name) = "a write to the static `{name}` can't be differentiated", note "its value would carry a derivative out of the function",
        help "return the value instead";
    function_pointer(name) = "no derivative is known for the function behind `{name}`", note "it's called through a pointer or `dyn`, with an active argument",
        help "call the function by its name", help "or make it a generic parameter";
    buried_jump() = "not supported yet: a jump in the middle of a larger expression",
        help "put the expression that jumps into a `let` of its own";
    branching_reference() = "not supported yet: a reference to different places, depending on a branch or an iteration",
        note "a call that may fail is given it, or what it refers to lives in the branch alone",
        help "branch around the call, or copy what it refers to";
    closure_argument() = "not supported yet: a closure as an argument of this function",
        note "how a closure is differentiated is known where it's written, so the function is lowered there",
        help "put `#[differentiable]` on the function; in another module, its body may name nothing of that module",
        help "or, for a method, call it on `self` in the `impl` that it stands in";
    looping_reference(name) = "not supported yet: `{name}` refers to something else in each iteration of a loop",
        note "what it may refer to can't be told beforehand",
        help "keep an index in its place",
        help "or follow it by recursion: a function that calls itself on what comes next";
    malformed_checkpoint() = "this isn't understood", help "write `#[checkpoint]` or `#[checkpoint(every = k)]`";
    not_supported_yet(what) = "not supported yet: {what}";
    pattern(what) = "this pattern isn't supported on active data: {what}", help "bind the whole value, then take its parts";

    // What the activity analysis finds.
    no_rule(name, argument) = "no derivative is known for `{name}`", note "it's called with {argument}, which is active",
        help "mark `{name}` with `#[differentiable]` if you own it", help "or write `stop_gradient(..)` around it to treat it as a constant";
    no_method_rule(method, owner) = "no derivative is known for the method `{method}` of `{owner}`", note "an active value goes through it",
        help "mark the method with `#[differentiable]`", help "or write `stop_gradient(..)` around the call to treat it as a constant";
    hidden_method(method, owner, of) = "`{method}` may be a method without a derivative here",
        note "`{owner}` has one of its own, which Rust calls before the one of `{of}`; the derivative would be the latter's",
        help "mark the one of `{owner}` with `#[differentiable]` as well, or give it another name",
        help "or name the one that is meant: `{of}::{method}(..)`";
    no_second_rule(what) = "no second derivative is known for {what}", note "it's active, and the function has `order = 2`",
        help "compute it from operators and functions that have one", help "or write `stop_gradient(..)` around it to treat it as a constant";
    cast_cuts(ty, path) = "a cast of an active value to `{ty}` cuts the derivative", note "it's active through {path}", note "the result is a step function: its derivative is zero almost everywhere",
        help "say so on purpose: `stop_gradient(x) as {ty}`";
    representation_cuts(method) = "`{method}` cuts the derivative of an active value", note "what is made of the bits or the text would be a constant",
        help "compute it without the detour", help "or say so on purpose: `stop_gradient(x)` before the detour";
    checkpoint_on_open_loop() = "`#[checkpoint]` on this loop has to say how long a segment is",
        note "the loop may end at any iteration, so there is no number of them to take the square root of",
        help "write `#[checkpoint(every = k)]`", help "or write it as a `for` over a range";
    internal(what) = "internal error: {what}", note "this is a bug in grad-macros; please report the function";
}
