//! Second order: what is made of a function besides its first derivatives.

use proc_macro2::Ident;

use crate::analysis::{self, Activity};
use crate::diag::{Errors, Message};
use crate::emit::items as emit;
use crate::ir::{Body, Callee, Fails, Stmt, Ty, VarKind, has_first_rule_alone, is_turning};
use crate::lower;
use crate::parse::{self, Function, Kind, Parameter};
use crate::transform::assemble::{self, Nested, Sweeps};
use crate::transform::forward::Tangent;

/// The sweeps of second order.
pub struct Second {
    product: Option<Sweeps>,
    both: Option<Sweeps>,
    nested: Option<(Function, Nested)>,
}

/// Reports where there are no second derivatives yet.
pub fn check(function: &Function, body: &Body, activity: &Activity, errors: &Errors) {
    if !function.options.second_order {
        return;
    }
    body.block.for_each_stmt(&mut |stmt| {
        if let Stmt::Call(call) = stmt
            && analysis::is_active_call(activity, call)
            && let Some(what) = without_rule(&call.callee)
        {
            errors.report(call.span, &Message::no_second_rule(what));
        }
    });
    let mut fails = function.failing.is_some();
    body.block.for_each_stmt(&mut |stmt| {
        fails |= matches!(stmt, Stmt::Call(call) if !matches!(call.fails, Fails::Never));
    });
    if fails {
        let what = "`order = 2` where an `Option` or a `Result` is returned, or comes out of a call";
        errors.report(function.original.sig.ident.span(), &Message::not_supported_yet(what));
    }
}

/// What is called that has first derivatives alone, in the user's words.
fn without_rule(callee: &Callee) -> Option<String> {
    match callee {
        Callee::Path(path) if emit::is_derivative(path) => Some("a derivative".to_owned()),
        Callee::Method(name, _) if has_first_rule_alone(name) && !is_annotated(Some(name)) => {
            Some(format!("the method `{name}`"))
        }
        Callee::Path(path)
            if is_turning(path) && !is_annotated(path.segments.last().map(|last| &last.ident)) =>
        {
            Some(format!("`{}`", words(path)))
        }
        _ => None,
    }
}

/// A path as one writes it.
fn words(path: &syn::Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    segments.join("::")
}

/// Whether the user has a method of this name with a derivative.
fn is_annotated(name: Option<&Ident>) -> bool {
    name.is_some_and(|name| parse::methods::is_annotated(&name.to_string()))
}

/// Differentiates the tangent body.
pub fn second(function: &Function, body: &Body, tangent: &Tangent) -> Second {
    let options = &function.options;
    let (directions, first, passes) = (emit::directions(function), body.values.len(), options.passes);
    let in_module = !options.aux && function.home.kind == Kind::Module;
    let gradient = assemble::has_gradient(body, options);
    Second {
        product: gradient.then(|| assemble::hessian_product(tangent, &directions, first, passes)),
        both: (!options.aux).then(|| assemble::second(tangent, &directions, first, passes)),
        nested: (in_module && gradient).then(|| nested(function, body, tangent, &directions)),
    }
}

impl Second {
    /// As the emitter takes it.
    pub fn parts(&self) -> emit::Second<'_> {
        emit::Second {
            product: self.product.as_ref().map(super::reverse),
            both: self.both.as_ref().map(super::reverse),
            nested: self.nested.as_ref().map(|(wide, nested)| emit::Nested {
                wide,
                of_gradient: super::reverse(&nested.of_gradient),
                of_both: super::reverse(&nested.of_both),
                tangent: super::reverse(&nested.tangent),
                of_jvp: super::reverse(&nested.of_jvp),
                tangent_of_jvp: nested.tangent_of_jvp.as_ref(),
            }),
        }
    }
}

fn nested(
    function: &Function,
    body: &Body,
    tangent: &Tangent,
    directions: &[Parameter],
) -> (Function, Nested) {
    let options = &function.options;
    let active = active_of(function);
    let Some((wide, wide_body)) = widened(function, body) else {
        let both = (tangent, directions);
        let nested = assemble::nested(both, both, (&active, &active), body.values.len(), options);
        return (function.clone(), nested);
    };
    let first = wide_body.values.len();
    let everywhere = assemble::tangent(&wide_body, &analysis::activity(&wide_body), options);
    let mut narrow_body = wide_body;
    for (param, active) in narrow_body.params.iter_mut().zip(&active) {
        param.active = *active;
    }
    let narrow = assemble::tangent(&narrow_body, &analysis::activity(&narrow_body), options);
    let all = emit::directions(&wide);
    let nested = assemble::nested(
        (&narrow, directions),
        (&everywhere, &all),
        (&active, &active_of(&wide)),
        first,
        options,
    );
    (wide, nested)
}

fn active_of(function: &Function) -> Vec<bool> {
    function.parameters.iter().map(|parameter| parameter.active).collect()
}

/// The function with everything active that is made of floats; `None` where that is nothing more, or where the user may have
/// had a reason to leave it out: it goes into a call that would need a derivative.
fn widened(function: &Function, body: &Body) -> Option<(Function, Body)> {
    let mut wide = function.clone();
    for parameter in &mut wide.parameters {
        parameter.active |= is_made_of_floats(&parameter.ty) && parameter.passing != VarKind::RefMut;
    }
    if active_of(&wide) == active_of(function) {
        return None;
    }
    let errors = Errors::default();
    let lowered = lower::function(&wide, &errors);
    if let Some(body) = &lowered {
        analysis::check(body, &analysis::activity(body), |_| false, &errors);
    }
    let fine = errors.is_empty();
    drop(errors.finish());
    lowered.filter(|wide| fine && calls(wide) == calls(body)).map(|body| (wide, body))
}

fn is_made_of_floats(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(element, _) | Ty::Slice(element) | Ty::Vec(element) | Ty::Algebra(_, element, _) => {
            is_made_of_floats(element)
        }
        Ty::Tuple(elements) => !elements.is_empty() && elements.iter().all(is_made_of_floats),
        Ty::Int | Ty::Bool | Ty::Constant | Ty::Option(_) | Ty::Unknown | Ty::Named(_) => false,
    }
}

/// How many calls need a derivative.
fn calls(body: &Body) -> usize {
    let activity = analysis::activity(body);
    let mut count = 0;
    body.block.for_each_stmt(&mut |stmt| {
        if let Stmt::Call(call) = stmt
            && !call.callee.is_operator()
            && analysis::is_active_call(&activity, call)
        {
            count += 1;
        }
    });
    count
}
