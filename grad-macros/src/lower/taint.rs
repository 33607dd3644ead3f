//! Which names may carry a derivative, found from the syntax alone: a name is tainted if anything tainted flows into it.
//! What isn't tainted can stay in the user's words.

use std::collections::{HashMap, HashSet};

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Arm, BinOp, Block, Expr, ExprAssign, ExprBinary, ExprCall, ExprForLoop, ExprLet, ExprMatch,
    ExprMethodCall, Local, Pat, Stmt,
};

use super::certain;
use super::scan;
use crate::parse::discrete::{self, Gives};
use crate::parse::tokens::{assigns, each_ident};
use crate::parse::{fields, methods};

/// The names that may carry a derivative.
#[derive(Default)]
pub struct Taint {
    names: HashSet<String>,
    /// The parameters of the closures that have a name.
    closures: HashMap<String, Vec<Pat>>,
    /// The names of mutable references: what is behind them is written where they are handed on.
    exclusive: HashSet<String>,
    /// The parameters that can't be written.
    frozen: HashSet<String>,
    changed: bool,
}

impl Taint {
    /// What is tainted in a body whose active parameters are given.
    pub fn of(
        block: &Block,
        active: impl Iterator<Item = String>,
        frozen: impl Iterator<Item = String>,
    ) -> Self {
        let mut taint = Self { names: active.collect(), frozen: frozen.collect(), ..Self::default() };
        loop {
            taint.changed = false;
            taint.visit_block(block);
            if !taint.changed {
                return taint;
            }
        }
    }

    /// Whether a name is tainted.
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// One name is tainted if the other is.
    pub fn same(&mut self, old: &str, new: &str) {
        if self.contains(old) {
            self.names.insert(new.to_owned());
        }
    }

    fn add(&mut self, name: String) {
        self.changed |= self.names.insert(name);
    }

    /// What is written is tainted, but what can't be.
    fn add_written(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if !self.frozen.contains(&name) {
                self.add(name);
            }
        }
    }

    fn add_all(&mut self, names: impl IntoIterator<Item = String>) {
        names.into_iter().for_each(|name| self.add(name));
    }

    /// Whether the value of an expression may carry a derivative.
    pub fn flows(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Lit(_) | Expr::Range(_) | Expr::Continue(_) | Expr::Infer(_) => false,
            Expr::Path(_) => scan::name(expr).is_some_and(|name| self.contains(&name)),
            Expr::Paren(inner) => self.flows(&inner.expr),
            Expr::Group(inner) => self.flows(&inner.expr),
            Expr::Reference(inner) => self.flows(&inner.expr),
            Expr::Unary(inner) => self.flows(&inner.expr),
            Expr::Try(inner) => self.flows(&inner.expr),
            Expr::Field(field) => self.flows(&field.base),
            Expr::Index(index) => self.flows(&index.expr),
            Expr::Repeat(repeat) => self.flows(&repeat.expr),
            Expr::Cast(cast) => !is_constant_type(&cast.ty) && self.flows(&cast.expr),
            Expr::Binary(binary) => {
                !gives_bool(&binary.op) && (self.flows(&binary.left) || self.flows(&binary.right))
            }
            Expr::Tuple(tuple) => tuple.elems.iter().any(|element| self.flows(element)),
            Expr::Array(array) => array.elems.iter().any(|element| self.flows(element)),
            Expr::Macro(mac) if mac.mac.path.is_ident("vec") => match arguments(&mac.mac) {
                Some(elements) => elements.iter().any(|element| self.flows(element)),
                None => self.mentions_expr(expr),
            },
            Expr::Call(call) => self.call_flows(call),
            Expr::MethodCall(call) => self.method_flows(call),
            Expr::Block(block) => self.block_flows(&block.block),
            Expr::If(branch) => {
                self.block_flows(&branch.then_branch)
                    || branch.else_branch.as_ref().is_some_and(|(_, otherwise)| self.flows(otherwise))
            }
            Expr::Match(choice) => choice.arms.iter().any(|arm| self.flows(&arm.body)),
            Expr::Struct(literal) => {
                literal.fields.iter().any(|field| self.flows(&field.expr))
                    || literal.rest.as_ref().is_some_and(|rest| self.flows(rest))
            }
            other => self.mentions_expr(other),
        }
    }

    fn block_flows(&self, block: &Block) -> bool {
        match block.stmts.last() {
            Some(Stmt::Expr(tail, None)) => self.flows(tail),
            Some(Stmt::Macro(tail)) => self.mentions_tokens(tail.mac.tokens.clone()),
            _ => false,
        }
    }

    fn call_flows(&self, call: &ExprCall) -> bool {
        if let Expr::Path(path) = &*call.func
            && path.path.segments.last().is_some_and(|last| last.ident == "stop_gradient")
        {
            return false;
        }
        if self.discrete_call(call).is_some() {
            return false;
        }
        self.flows(&call.func) || call.args.iter().any(|argument| self.flows(argument))
    }

    /// What a function of the sources gives that carries no derivative, if nothing is lent to it that it may change.
    pub fn discrete_call(&self, call: &ExprCall) -> Option<Gives> {
        let Expr::Path(path) = &*call.func else { return None };
        let (name, of_type) = scan::path_ends(&call.func)?;
        let is_local = path.path.segments.len() == 1 && self.closures.contains_key(&name);
        let owner = path.path.segments.iter().rev().nth(1).map(|owner| owner.ident.to_string());
        let lends = |argument: &Expr| matches!(argument, Expr::Reference(lent) if lent.mutability.is_some());
        let known = path.qself.is_none()
            && !is_local
            && owner.is_none_or(|owner| !certain::is_of_std(&owner))
            && !call.args.iter().any(lends);
        discrete::known(&name, of_type).filter(|_| known)
    }

    fn method_flows(&self, call: &ExprMethodCall) -> bool {
        if is_constant_method(&call.method.to_string()) {
            return false;
        }
        self.flows(&call.receiver) || call.args.iter().any(|argument| self.flows(argument))
    }

    /// Whether a tainted name occurs in an expression, other than for its length.
    pub fn mentions_expr(&self, expr: &Expr) -> bool {
        let mut mentions = Mentions { taint: self, found: false };
        mentions.visit_expr(expr);
        mentions.found
    }

    /// Whether a tainted name occurs in a statement, other than for its length.
    pub fn mentions_stmt(&self, stmt: &Stmt) -> bool {
        let mut mentions = Mentions { taint: self, found: false };
        mentions.visit_stmt(stmt);
        mentions.found
    }

    fn mentions_tokens(&self, tokens: proc_macro2::TokenStream) -> bool {
        let mut found = false;
        each_ident(tokens, &mut |ident| found |= self.contains(&ident.to_string()));
        found
    }

    /// A value flows into a pattern; through a mutable reference, back as well.
    fn flow_into(&mut self, pat: &Pat, expr: &Expr) {
        if constant_annotation(pat) {
            return;
        }
        let names = scan::bound(pat);
        if self.flows(expr) {
            self.add_all(names.iter().cloned());
        }
        if may_borrow_mutably(expr) && names.iter().any(|name| self.contains(name)) {
            self.add_written(sources(expr));
        }
        if gives_mutable_references(expr) {
            self.exclusive.extend(names.iter().cloned());
        }
        if let Expr::Closure(closure) = expr
            && let [name] = &names[..]
        {
            self.closures.insert(name.clone(), closure.inputs.iter().cloned().collect());
        }
    }

    /// A call with something tainted in it: its closures' parameters and what it may write are tainted.
    fn taint_arguments<'e>(&mut self, arguments: impl Iterator<Item = &'e Expr>) {
        for argument in arguments {
            match argument {
                Expr::Closure(closure) => self.add_all(closure.inputs.iter().flat_map(scan::bound)),
                Expr::Reference(reference) if reference.mutability.is_some() => {
                    self.add_all(scan::root(&reference.expr));
                }
                _ => {
                    if let Some(name) = scan::name(argument)
                        && self.exclusive.contains(&name)
                    {
                        self.add(name);
                    }
                    if let Some(parameters) =
                        scan::name(argument).and_then(|name| self.closures.get(&name).cloned())
                    {
                        self.add_all(parameters.iter().flat_map(scan::bound));
                    }
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Taint {
    fn visit_local(&mut self, local: &'ast Local) {
        visit::visit_local(self, local);
        if let Some(init) = &local.init {
            self.flow_into(&local.pat, &init.expr);
        }
    }

    fn visit_expr_assign(&mut self, assign: &'ast ExprAssign) {
        visit::visit_expr_assign(self, assign);
        if self.flows(&assign.right) {
            self.add_all(scan::Written::of(&Expr::Assign(ExprAssign {
                right: Box::new(syn::parse_quote!(())),
                ..assign.clone()
            })));
        }
        if may_borrow_mutably(&assign.right)
            && scan::rebound(&assign.left).iter().any(|name| self.contains(name))
        {
            self.add_written(sources(&assign.right));
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        visit::visit_expr_binary(self, binary);
        if assigns(&binary.op) && self.flows(&binary.right) {
            self.add_all(scan::root(&binary.left));
        }
    }

    fn visit_expr_for_loop(&mut self, looped: &'ast ExprForLoop) {
        visit::visit_expr_for_loop(self, looped);
        self.flow_into(&looped.pat, &looped.expr);
    }

    fn visit_expr_let(&mut self, condition: &'ast ExprLet) {
        visit::visit_expr_let(self, condition);
        self.flow_into(&condition.pat, &condition.expr);
    }

    fn visit_expr_match(&mut self, choice: &'ast ExprMatch) {
        visit::visit_expr_match(self, choice);
        for Arm { pat, .. } in &choice.arms {
            self.flow_into(pat, &choice.expr);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        let arguments =
            call.args.iter().any(|argument| self.flows(argument) || self.mentions_closure(argument));
        if arguments && !scan::is_pure_method(&call.method.to_string()) && !only_compares(call) {
            self.add_written(scan::root(&call.receiver));
        }
        if arguments || self.flows(&call.receiver) {
            self.taint_arguments(call.args.iter());
            if let Some(parameters) =
                scan::method_of_self(call).and_then(|name| self.closures.get(&name).cloned())
            {
                parameters.iter().zip(&call.args).for_each(|(pat, argument)| self.flow_into(pat, argument));
            }
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        visit::visit_expr_call(self, call);
        if call.args.iter().any(|argument| self.flows(argument) || self.mentions_closure(argument)) {
            self.taint_arguments(call.args.iter());
            if let Some(parameters) =
                scan::callee(&call.func).and_then(|name| self.closures.get(&name).cloned())
            {
                parameters.iter().zip(&call.args).for_each(|(pat, argument)| self.flow_into(pat, argument));
            }
        }
    }
}

impl Taint {
    fn mentions_closure(&self, argument: &Expr) -> bool {
        matches!(argument, Expr::Closure(_)) && self.mentions_expr(argument)
    }
}

/// Looks for tainted names.
struct Mentions<'a> {
    taint: &'a Taint,
    found: bool,
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.found |= path.path.get_ident().is_some_and(|ident| self.taint.contains(&ident.to_string()));
    }

    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.found |= self.taint.contains(&pat.ident.to_string());
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let length = (call.method == "len" || call.method == "is_empty")
            && is_constant_method(&call.method.to_string());
        let constant = fields::is_accessor(&call.method.to_string());
        if !(constant || length && scan::name(&call.receiver).is_some()) {
            visit::visit_expr_method_call(self, call);
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        match arguments(mac) {
            Some(arguments) => {
                self.found |= arguments.iter().any(|argument| self.taint.mentions_expr(argument));
                // Names in format strings.
                for argument in arguments.iter().filter(|argument| matches!(argument, Expr::Lit(_))) {
                    self.found |= self.taint.mentions_tokens(argument.to_token_stream());
                }
            }
            None => self.found |= self.taint.mentions_tokens(mac.tokens.clone()),
        }
    }
}

/// The arguments of a macro that takes expressions, with `,` or `;` between them.
fn arguments(mac: &syn::Macro) -> Option<Vec<Expr>> {
    mac.parse_body_with(|input: syn::parse::ParseStream<'_>| {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(input.parse()?);
            if input.parse::<Option<syn::Token![,]>>()?.is_none() {
                input.parse::<Option<syn::Token![;]>>()?;
            }
        }
        Ok(all)
    })
    .ok()
}

fn gives_bool(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::And(_)
            | BinOp::Or(_)
            | BinOp::Eq(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Ne(_)
            | BinOp::Ge(_)
            | BinOp::Gt(_)
    )
}

fn is_constant_type(ty: &syn::Type) -> bool {
    crate::parse::types::known(ty, &[]).is_constant()
}

fn constant_annotation(pat: &Pat) -> bool {
    matches!(pat, Pat::Type(typed) if is_constant_type(&typed.ty))
}

/// Methods whose result never carries a derivative.
pub fn is_constant_method(name: &str) -> bool {
    fields::is_accessor(name)
        || scan::is_discrete_method(name)
        || !methods::is_annotated(name)
            && (certain::is_of_numbers(name)
                || matches!(
                    name,
                    "len"
                        | "is_empty"
                        | "any"
                        | "all"
                        | "count"
                        | "position"
                        | "binary_search"
                        | "binary_search_by"
                        | "binary_search_by_key"
                        | "partition_point"
                        | "is_sorted"
                        | "rposition"
                        | "contains"
                        | "is_some"
                        | "is_none"
                        | "is_ok"
                        | "is_err"
                        | "capacity"
                        | "nrows"
                        | "ncols"
                ))
}

/// Methods whose closure decides where the elements go, and never what they are.
pub fn only_compares(call: &ExprMethodCall) -> bool {
    let name = call.method.to_string();
    matches!(
        name.as_str(),
        "sort_by"
            | "sort_unstable_by"
            | "sort_by_key"
            | "sort_unstable_by_key"
            | "sort_by_cached_key"
            | "select_nth_unstable_by"
    ) && matches!(call.args.last(), Some(Expr::Closure(_)))
}

/// Whether an expression, by the look of it, gives mutable references.
fn gives_mutable_references(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(reference) => reference.mutability.is_some(),
        Expr::MethodCall(call) => {
            call.method.to_string().contains("mut") || gives_mutable_references(&call.receiver)
        }
        Expr::Tuple(tuple) => tuple.elems.iter().any(gives_mutable_references),
        Expr::Paren(inner) => gives_mutable_references(&inner.expr),
        _ => false,
    }
}

/// Whether writing through what the expression gives may write what it names.
fn may_borrow_mutably(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(reference) => reference.mutability.is_some() || may_borrow_mutably(&reference.expr),
        Expr::MethodCall(call) => {
            call.method.to_string().contains("mut")
                || may_borrow_mutably(&call.receiver)
                || call.args.iter().any(may_borrow_mutably)
                || matches!(&*call.receiver, Expr::Path(_))
        }
        Expr::Tuple(tuple) => tuple.elems.iter().any(may_borrow_mutably),
        Expr::Call(call) => call.args.iter().any(may_borrow_mutably),
        Expr::Path(_) | Expr::Index(_) | Expr::Field(_) | Expr::If(_) | Expr::Match(_) | Expr::Block(_) => {
            true
        }
        Expr::Paren(inner) => may_borrow_mutably(&inner.expr),
        Expr::Unary(inner) => may_borrow_mutably(&inner.expr),
        _ => false,
    }
}

/// What a mutable reference made by this expression may refer to.
fn sources(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Tuple(tuple) => tuple.elems.iter().flat_map(sources).collect(),
        Expr::Call(call) => call.args.iter().flat_map(sources).collect(),
        Expr::MethodCall(call) => sources(&call.receiver)
            .into_iter()
            .chain(call.args.iter().filter(|argument| may_borrow_mutably(argument)).flat_map(sources))
            .collect(),
        Expr::If(_) | Expr::Match(_) | Expr::Block(_) => {
            let mut names = Vec::new();
            each_ident(quote::ToTokens::to_token_stream(expr), &mut |ident| {
                names.push(ident.to_string());
            });
            names
        }
        _ => scan::root(expr).into_iter().collect(),
    }
}
