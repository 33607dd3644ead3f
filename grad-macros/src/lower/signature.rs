//! From a function's signature and body to the IR's.

use std::rc::Rc;

use quote::ToTokens;
use syn::{ReturnType, Signature};

use super::jump::{self, TargetKind};
use super::{Facts, Floats, Lower, Term, default_float};
use crate::diag::Errors;
use crate::ir::{Binding, Body, Init, Output, Param, Place, Stmt, Ty, V, VarKind};
use crate::parse::{Function, Helper, Parameter};

/// Lowers a function.
pub fn lower(function: &Function, errors: &Errors) -> Option<Body> {
    let mut whole = with_helpers(function);
    super::functions::as_closures(
        &mut whole,
        function.home.helpers.iter().map(|helper| (helper.name.as_str(), &helper.closure)),
    );
    super::hoist::hoist(&mut whole);
    jump::refuse_buried(&whole, errors);
    let active = function.parameters.iter().filter(|parameter| parameter.active);
    let mutable = function
        .parameters
        .iter()
        .filter(|parameter| parameter.mutable || parameter.passing == VarKind::RefMut);
    let frozen = function
        .parameters
        .iter()
        .filter(|parameter| !parameter.mutable && parameter.passing != VarKind::RefMut);
    let facts = Facts::of(
        &whole,
        active.map(|parameter| parameter.name.to_string()),
        mutable.map(|parameter| parameter.name.to_string()),
        frozen.map(|parameter| parameter.name.to_string()),
    );
    super::cuts::check(&whole, &facts.taint, errors);
    let (env, block) = without_helpers(function, whole);
    let mut lower = Lower {
        body: Body::new(),
        stmts: Vec::new(),
        env,
        helpers: function.home.helpers.iter().map(|helper| helper.name.clone()).collect(),
        facts,
        floats: Floats::default(),
        targets: Vec::new(),
        scalars: function.home.scalars(&function.original.sig.generics),
        generic: [&function.home.generics, &function.original.sig.generics]
            .into_iter()
            .flat_map(|generics| generics.type_params().map(|parameter| parameter.ident.clone()))
            .collect(),
        home: function.home.clone(),
        varied_values: Vec::new(),
        varied_vars: std::collections::HashMap::new(),
        part_types: Vec::new(),
        claims: std::cell::RefCell::default(),
        fresh: std::collections::HashSet::new(),
        gathered: super::Env::new(),
        choices: std::collections::HashMap::new(),
        numbers: std::collections::HashSet::new(),
        tables: std::collections::HashSet::new(),
        counter: 0,
        expected: None,
        statement: false,
        items: std::collections::BTreeMap::new(),
        runtime: function.options.runtime.clone().unwrap_or_else(|| syn::parse_quote!(::grad_runtime)),
        own_result: None,
        returned: None,
        failing: function.failing,
        name: function.original.sig.ident.clone(),
        depth: 0,
        errors,
    };
    for helper in &function.home.helpers {
        let question = helper.question.clone().map(|question| (helper.name.clone(), question));
        lower.items.extend(question);
    }
    function.parameters.iter().for_each(|parameter| lower.parameter(parameter));
    if let ReturnType::Type(_, ty) = &function.original.sig.output {
        lower.own_result = Some(lower.known(payload(ty)));
        lower.returned.clone_from(&lower.own_result);
    }
    let term = lower.function_body(&block);
    lower.output(term, &function.original.sig);
    lower.close(&function.original.sig)
}

/// What a function returns, if it doesn't fail.
fn payload(result: &syn::Type) -> &syn::Type {
    crate::parse::fallible::fallible(result).map_or(result, |(_, inner)| inner)
}

/// The callees that are lowered in place of their calls, as closures, and the body itself.
fn without_helpers(function: &Function, mut whole: syn::Block) -> (super::Env, syn::Block) {
    let mut env = super::Env::new();
    let declared = whole.stmts.drain(..function.home.helpers.len());
    for (helper, stmt) in function.home.helpers.iter().zip(declared) {
        if let syn::Stmt::Local(syn::Local { init: Some(init), .. }) = stmt
            && let syn::Expr::Closure(closure) = *init.expr
        {
            env.insert(helper.name.clone(), Term::Closure(Rc::new(closure)));
        }
    }
    (env, whole)
}

/// The body as if it declared these closures itself.
fn with_helpers(function: &Function) -> syn::Block {
    let mut block = function.block.clone();
    let declare = |Helper { name, closure, .. }: &Helper| {
        let name = syn::Ident::new(name, proc_macro2::Span::call_site());
        syn::parse_quote!(let #name = #closure;)
    };
    block.stmts.splice(0..0, function.home.helpers.iter().map(declare));
    block
}

impl Lower<'_> {
    fn parameter(&mut self, parameter: &Parameter) {
        let (name, span) = (parameter.name.to_string(), parameter.name.span());
        let scalar = match &parameter.ty {
            Ty::Float(_) => parameter.passing != VarKind::RefMut,
            Ty::Int | Ty::Bool => parameter.passing == VarKind::Owned,
            _ => false,
        };
        let binding = if scalar {
            let v = self.new_value(&name, parameter.ty.clone(), parameter.active, span);
            let term = self.scalar_parameter(&name, v, parameter, span);
            self.env.insert(name, term);
            Binding::Value(v)
        } else {
            let var = self.body.new_var(name.clone(), parameter.ty.clone(), parameter.passing, span);
            self.varied_vars.insert(var, parameter.active || self.facts.taint.contains(&name));
            let place = Place::whole(var);
            let term = match parameter.passing {
                VarKind::Ref => Term::Ref { place, mutable: false },
                VarKind::RefMut => Term::Ref { place, mutable: true },
                _ => Term::Place(place),
            };
            self.env.insert(name, term);
            Binding::Var(var)
        };
        self.body.params.push(Param {
            name: parameter.name.clone(),
            written: parameter.written.clone(),
            ty: parameter.ty.clone(),
            passing: parameter.passing,
            active: parameter.active,
            binding,
        });
    }

    fn scalar_parameter(&mut self, name: &str, v: V, parameter: &Parameter, span: proc_macro2::Span) -> Term {
        if parameter.passing == VarKind::Ref {
            return Term::ValueRef(v);
        }
        if !self.facts.memory.contains(name) {
            return Term::Value(v);
        }
        let var = self.new_var(name, parameter.ty.clone(), self.facts.taint.contains(name), span);
        self.stmts.push(Stmt::Declare { var, init: Init::Value(v) });
        Term::Place(Place::whole(var))
    }

    /// The body of the function: a block out of which `return` leads.
    fn function_body(&mut self, block: &syn::Block) -> Term {
        if !jump::block_may_jump(block) {
            return self.block(block);
        }
        let target = self.enter(TargetKind::Function, None);
        let leave = target.clone();
        self.sequence(&block.stmts, &mut |lower, term| {
            let term = lower.owned(term, block.brace_token.span.join());
            lower.jump(&leave, term)
        });
        self.leave(&target).1
    }

    /// Makes the result of the function.
    fn output(&mut self, term: Term, signature: &Signature) {
        let span = signature.ident.span();
        let (term, ty) = match &signature.output {
            ReturnType::Default => (Term::Unit, Ty::Tuple(Vec::new())),
            ReturnType::Type(_, ty) => {
                let known = self.known(payload(ty));
                (self.annotate(term, &known, span), known)
            }
        };
        let mut results = Vec::new();
        self.body.result = self.output_of(term, &ty, &mut results, span);
        self.body.block.results = results;
    }

    fn output_of(&mut self, term: Term, ty: &Ty, results: &mut Vec<V>, span: proc_macro2::Span) -> Output {
        match term {
            Term::Unit | Term::Never | Term::Poison if matches!(ty, Ty::Tuple(parts) if parts.is_empty()) => {
                Output::Unit
            }
            Term::Tuple(elements) => Output::Tuple(
                elements
                    .into_iter()
                    .enumerate()
                    .map(|(index, element)| self.output_of(element, &ty.tuple_field(index), results, span))
                    .collect(),
            ),
            Term::Place(place) if self.moves_out(&place) => Output::Var(place.base),
            term => {
                let v = self.value(term, span);
                if !matches!(ty, Ty::Named(_)) {
                    self.learn(v, ty);
                }
                if ty.is_discrete() {
                    self.body.values[v.0 as usize].ty = ty.clone();
                }
                results.push(v);
                Output::Value(results.len() - 1)
            }
        }
    }

    fn moves_out(&self, place: &Place) -> bool {
        let var = self.body.var(place.base);
        place.projections.is_empty()
            && matches!(var.kind, VarKind::Local | VarKind::Owned)
            && !matches!(self.place_ty(place), Ty::Float(_) | Ty::Int | Ty::Bool)
    }

    fn close(mut self, signature: &Signature) -> Option<Body> {
        let items = std::mem::take(&mut self.items).into_values().map(|item| {
            let stmt = Box::new(syn::Stmt::Item(item));
            Stmt::Effect(crate::ir::Effect { stmt, uses: Vec::new(), writes: Vec::new() })
        });
        let stmts = std::mem::take(&mut self.stmts);
        self.body.block.stmts = items.chain(self.chosen(stmts)).collect();
        self.agree();
        self.floats.close(&default_float(signature.to_token_stream()));
        for value in &mut self.body.values {
            value.ty = self.floats.resolve(&value.ty);
        }
        for var in &mut self.body.vars {
            var.ty = self.floats.resolve(&var.ty);
        }
        self.body.claims = self.claims.take();
        self.errors.is_empty().then_some(self.body)
    }
}
