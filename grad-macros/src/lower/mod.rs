//! From the user's syntax to the IR.
//!
//! An expression is lowered to a [`Term`]: a value, a place in memory, a tuple of terms, a closure, a chain of iterators.
//! An environment maps every name to a term; as no name shadows another, assigning a scalar is rebinding its name.
//! Where control flow meets (after a branch, at the end of a loop's body) the environments are compared, and what
//! differs becomes a result. Jumps are names as well: a boolean per target that says whether the jump is under way.

mod access;
mod agree;
mod algebra;
mod assign;
mod attempt;
mod branch;
mod call;
mod certain;
mod chosen;
mod closure;
mod condition;
mod constant_field;
mod construct;
mod cuts;
mod effect;
mod errors;
mod expr;
mod facts;
mod floats;
mod functions;
mod hidden;
mod hoist;
mod iter;
mod jump;
mod loops;
mod matching;
mod maybe;
mod method;
mod opaque;
mod operator;
mod part;
mod pattern;
mod pattern_test;
mod rearrange;
mod refer;
mod rehearse;
mod scan;
mod scrutinee;
mod settle;
mod signature;
mod stdlib;
mod stmt;
mod stop;
mod taint;
mod term;
mod variant;
mod vec;
mod wanted;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use proc_macro2::{Ident, Span};
use syn::Expr;

use crate::diag::{Errors, Message};
use crate::ir::{Body, Claim, Float, M, Op, Place, Stmt, StoreHow, Ty, V, VarKind};
use crate::parse::{Function, Home};

use crate::parse::tokens::each_ident;
use facts::Facts;
use floats::Floats;
use jump::Target;
use term::Term;

/// What every name means here and now.
type Env = BTreeMap<String, Term>;

/// The names of aggregates that no name of the user's owns yet.
const TEMPORARY: [&str; 4] = ["array", "tuple", "t", "copy"];

/// Lowers the body of a function; `None` if something in it had to be refused.
pub fn function(function: &Function, errors: &Errors) -> Option<Body> {
    signature::lower(function, errors)
}

/// The state of the lowering of one function.
struct Lower<'a> {
    body: Body,
    /// The block under construction.
    stmts: Vec<Stmt>,
    env: Env,
    /// The closures in the environment that are functions elsewhere.
    helpers: HashSet<String>,
    /// What a look at the syntax found out beforehand.
    facts: Facts,
    floats: Floats,
    /// What jumps can go to, innermost last.
    targets: Vec<Target>,
    /// The generic scalars of the signature.
    scalars: Vec<Ident>,
    /// All type parameters: their methods are those of their bounds.
    generic: Vec<Ident>,
    home: Home,
    /// Whether a value may carry a derivative, by its index.
    varied_values: Vec<bool>,
    varied_vars: HashMap<M, bool>,
    /// The types that annotations gave to parts of variables whose own type isn't known: fields, mostly.
    part_types: Vec<(Place, Ty)>,
    /// What was concluded of fields by the sources.
    claims: RefCell<Vec<Claim>>,
    /// Temporary aggregates that no name owns yet.
    fresh: HashSet<M>,
    /// Tuples that had fallen apart and became one variable for user code to name.
    gathered: Env,
    /// The references to one of several places, under the variables that stand for them.
    choices: HashMap<M, refer::Choice>,
    /// Named constants (and their elements) of unknown type: numbers, where they meet one.
    numbers: HashSet<V>,
    /// Copies of named constants of unknown type.
    tables: HashSet<M>,
    /// For names that the user can't see.
    counter: usize,
    /// The function's own name: what it returns is known where it calls itself.
    name: Ident,
    /// The type that is written for what is being lowered.
    expected: Option<Ty>,
    /// Where the runtime is.
    runtime: syn::Path,
    /// What the function returns; what the closure returns that is being inlined.
    own_result: Option<Ty>,
    returned: Option<Ty>,
    /// How the function says that it failed.
    failing: Option<crate::parse::Failing>,
    /// Whether a statement drops the value of what is lowered next.
    statement: bool,
    /// The constants that blocks declare.
    items: BTreeMap<String, syn::Item>,
    /// How deep closures are inlined in each other.
    depth: usize,
    errors: &'a Errors,
}

impl Lower<'_> {
    fn refuse(&self, span: Span, message: &Message) -> Term {
        self.errors.report(span, message);
        Term::Poison
    }

    fn not_yet(&self, span: Span, what: &str) -> Term {
        self.refuse(span, &Message::not_supported_yet(what))
    }

    /// A name that the user can't write.
    fn pseudo(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("${prefix}{}", self.counter)
    }

    fn new_value(&mut self, name: &str, ty: Ty, varied: bool, span: Span) -> V {
        let varied = varied && !ty.is_constant();
        self.varied_values.push(varied);
        self.body.new_value(shown(name), ty, span)
    }

    fn new_var(&mut self, name: &str, ty: Ty, varied: bool, span: Span) -> M {
        // What is stored later, or in an earlier iteration, isn't known here: of the user's names the taint says it, others may
        // become anyone's.
        let known = self.facts.occurrences.contains_key(name) && !TEMPORARY.contains(&name);
        let varied = varied || !known || self.facts.taint.contains(name);
        // It may start as a constant and be overwritten by what isn't.
        let ty = if varied { ty.opened() } else { ty };
        let var = self.body.new_var(shown(name), ty, VarKind::Local, span);
        self.varied_vars.insert(var, varied);
        var
    }

    fn bind(&mut self, name: &str, ty: Ty, op: Op, span: Span) -> V {
        let varied = self.varies(&op);
        let value = self.new_value(name, ty, varied, span);
        self.stmts.push(Stmt::Let { value, op });
        value
    }

    /// Whether the result of an operation may carry a derivative.
    fn varies(&self, op: &Op) -> bool {
        match op {
            Op::Prim(_, operands) => operands.iter().any(|v| self.is_varied(*v)),
            Op::Cast(v, _) | Op::Copy(v) => self.is_varied(*v),
            Op::Load(place) => self.is_varied_place(place),
            Op::Number(_) | Op::Literal(_) | Op::Len(_) | Op::Opaque(_) | Op::Undef | Op::Stop(_) => false,
            // The rest is of derivative code, which isn't lowered.
            Op::ZeroTangent(_)
            | Op::ZeroTangentAt(_)
            | Op::SumOver(_)
            | Op::Dot(_)
            | Op::TangentSum(..)
            | Op::Snapshot(_)
            | Op::Wrap(_)
            | Op::Unwrap(_)
            | Op::TripCount(_) => true,
        }
    }

    fn is_varied(&self, v: V) -> bool {
        self.varied_values.get(v.0 as usize).copied().unwrap_or(true)
    }

    fn is_varied_place(&self, place: &Place) -> bool {
        self.varied_vars.get(&place.base).copied().unwrap_or(true) && !self.place_ty(place).is_constant()
    }

    fn ty(&self, v: V) -> Ty {
        self.floats.resolve(&self.body.value(v).ty)
    }

    fn store(&mut self, place: Place, how: StoreHow, value: V) {
        self.body.vars[place.base.0 as usize].mutable = true;
        if self.is_varied(value) {
            self.varied_vars.insert(place.base, true);
        }
        self.stmts.push(Stmt::Store { place, how, value });
    }

    /// Runs `inside` on an empty block, which is returned with what it gave.
    fn in_block<R>(&mut self, inside: impl FnOnce(&mut Self) -> R) -> (Vec<Stmt>, R) {
        let outer = std::mem::take(&mut self.stmts);
        let result = inside(self);
        (std::mem::replace(&mut self.stmts, outer), result)
    }

    /// The user's word for a known scalar type.
    fn known(&self, ty: &syn::Type) -> Ty {
        self.home.known(ty, &self.scalars)
    }

    fn literal(&mut self, expr: Expr, ty: Ty, span: Span) -> V {
        self.bind("t", ty, Op::Literal(Box::new(expr)), span)
    }

    fn boolean(&mut self, value: bool, span: Span) -> V {
        let lit = syn::LitBool::new(value, span);
        self.literal(syn::parse_quote!(#lit), Ty::Bool, span)
    }

    fn integer(&mut self, value: usize, span: Span) -> V {
        let lit = syn::LitInt::new(&value.to_string(), span);
        self.literal(syn::parse_quote!(#lit), Ty::Int, span)
    }
}

/// Whether every float that is written in these tokens is an `f32`.
fn default_float(tokens: proc_macro2::TokenStream) -> Float {
    let (mut single, mut double) = (false, false);
    each_ident(tokens, &mut |ident| {
        single |= ident == "f32";
        double |= ident == "f64";
    });
    if single && !double { Float::F32 } else { Float::F64 }
}

#[cfg(test)]
mod tests;

/// What a name is in the generated code: one that the user can't write has a number, which tells a reader nothing.
fn shown(name: &str) -> String {
    match name.strip_prefix('$') {
        Some(ours) => ours.chars().filter(|c| !c.is_ascii_digit()).collect(),
        None => name.to_owned(),
    }
}
