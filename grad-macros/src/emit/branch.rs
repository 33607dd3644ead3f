//! Branches: `if` chains and `match`es, with what they result in.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::call::Invocation;
use super::emitter::Emitter;
use crate::ir::{Block, Branch, BranchKind, Fails, MatchArm, Opaque, Stmt, V};

impl<'a> Emitter<'a> {
    /// `let (results) = if … ;`
    pub fn branch(&mut self, branch: &'a Branch) {
        let cond = match &branch.kind {
            BranchKind::If(v) | BranchKind::Switch(v) => Some(*v),
            BranchKind::Match { .. } => None,
        };
        self.flush_for(&branch.arms.iter().collect::<Vec<_>>());
        let head = cond.map(|cond| self.expr(cond).before_brace());
        let wanted: Vec<usize> =
            (0..branch.results.len()).filter(|&k| self.facts.uses(branch.results[k]) > 0).collect();
        let choice = match &branch.kind {
            BranchKind::If(_) => self.if_else(&head.unwrap_or_default(), &branch.arms, &wanted),
            BranchKind::Switch(_) => self.switch(&head.unwrap_or_default(), &branch.arms, &wanted),
            BranchKind::Match { scrutinee, arms, selector } => {
                let selector = (self.facts.uses(*selector) > 0).then_some(*selector);
                return self.bind_match(branch, scrutinee, arms, selector, &wanted);
            }
        };
        self.bind(&choice, wanted.iter().map(|&k| branch.results[k]));
    }

    /// Gives the results of a choice their names.
    fn bind(&mut self, choice: &TokenStream, results: impl Iterator<Item = V>) {
        let results: Vec<TokenStream> = results.map(|v| self.pattern(v)).collect();
        let stmt = match &results[..] {
            [] if choice.is_empty() => TokenStream::new(),
            [] => choice.clone(),
            [one] => quote!(let #one = #choice;),
            _ => quote!(let (#(#results),*) = #choice;),
        };
        self.push(stmt);
    }

    fn if_else(&mut self, head: &TokenStream, arms: &'a [Block], wanted: &[usize]) -> TokenStream {
        let [then, otherwise] = arms else { return TokenStream::new() };
        let then = self.arm(then, wanted, None);
        let (otherwise, is_if) = self.else_arm(otherwise, wanted);
        match (then.is_empty(), otherwise.is_empty()) {
            (true, true) => TokenStream::new(),
            (false, true) => quote!(if #head { #then }),
            (true, false) => quote!(if !(#head) { #otherwise }),
            (false, false) if is_if => quote!(if #head { #then } else #otherwise),
            (false, false) => quote!(if #head { #then } else { #otherwise }),
        }
    }

    /// The else arm, and whether it is an `if` by itself (then it needs no braces).
    fn else_arm(&mut self, arm: &'a Block, wanted: &[usize]) -> (TokenStream, bool) {
        if let Some(Stmt::Branch(inner)) = arm.stmts.last()
            && let BranchKind::If(cond) = inner.kind
            && let Some(wanted_inner) = passed_on(arm, inner, wanted)
        {
            let mut is_if = false;
            let tokens = self.scoped(|this| {
                this.first_stmts(arm, arm.stmts.len() - 1);
                this.flush_for(&inner.arms.iter().collect::<Vec<_>>());
                let head = this.expr(cond).before_brace();
                is_if = this.nothing_written();
                let choice = this.if_else(&head, &inner.arms, &wanted_inner);
                is_if &= !choice.is_empty();
                this.push(choice);
            });
            return (tokens, is_if);
        }
        (self.arm(arm, wanted, None), false)
    }

    /// The statements of an arm and the results that are wanted, after the number of the arm where it's asked for.
    fn arm(&mut self, arm: &'a Block, wanted: &[usize], number: Option<usize>) -> TokenStream {
        self.arm_from(arm, 0, wanted, number)
    }

    fn arm_from(
        &mut self,
        arm: &'a Block,
        start: usize,
        wanted: &[usize],
        number: Option<usize>,
    ) -> TokenStream {
        self.scoped(|this| {
            this.some_stmts(arm, start..arm.stmts.len());
            if arm.diverges() {
                return;
            }
            let results: Vec<V> = wanted.iter().filter_map(|&k| arm.results.get(k).copied()).collect();
            let mut parts: Vec<TokenStream> =
                number.map(|k| Literal::usize_unsuffixed(k).to_token_stream()).into_iter().collect();
            parts.extend(this.exprs(&results).into_iter().map(|expr| expr.typed().tokens));
            this.push(match &parts[..] {
                [] => TokenStream::new(),
                [one] => one.clone(),
                _ => quote!((#(#parts),*)),
            });
        })
    }

    fn switch(&mut self, head: &TokenStream, arms: &'a [Block], wanted: &[usize]) -> TokenStream {
        let last = arms.len().saturating_sub(1);
        let arms = arms.iter().enumerate().map(|(k, arm)| {
            let number = Literal::usize_unsuffixed(k);
            let pat = if k == last { quote!(_) } else { quote!(#number) };
            let arm = self.arm(arm, wanted, None);
            quote!(#pat => { #arm })
        });
        let arms: Vec<TokenStream> = arms.collect();
        quote!(match #head { #(#arms)* })
    }

    fn arm_pattern(&mut self, pattern: &MatchArm) -> syn::Pat {
        let name = |(ident, v): &(Ident, V)| (ident.clone(), self.name(*v).to_token_stream());
        let binds: Vec<_> = pattern.binds.iter().map(name).collect();
        super::user::Renamer::new(binds).pat(&pattern.pat)
    }

    /// `match g::forward(x) { Ok((y, pullback)) => .., Err(error) => .. }`
    fn attempt(
        &mut self,
        branch: &'a Branch,
        at: usize,
        patterns: &'a [MatchArm],
        selector: Option<V>,
        wanted: &[usize],
    ) {
        let (Some(arm), Some(otherwise)) = (branch.arms.first(), branch.arms.get(1)) else { return };
        self.some_stmts(arm, 0..at);
        let Some(Stmt::Call(call)) = arm.stmts.get(at) else { return };
        let Invocation { result, call: invocation, .. } = self.invoked(call);
        let result = result.unwrap_or_else(|| quote!(_));
        let number = |k: usize| selector.map(|_| k);
        let then = self.arm_from(arm, at + 1, wanted, number(0));
        let otherwise = self.arm(otherwise, wanted, number(1));
        let runtime = self.runtime.clone();
        let error = patterns.get(1).map(|pattern| self.arm_pattern(pattern));
        let choice = quote! {
            match #runtime::attempt(#invocation) {
                ::core::result::Result::Ok(#result) => { #then }
                ::core::result::Result::Err(#error) => { #otherwise }
            }
        };
        self.bind(&choice, selector.into_iter().chain(wanted.iter().map(|&k| branch.results[k])));
    }

    fn bind_match(
        &mut self,
        branch: &'a Branch,
        scrutinee: &Opaque,
        patterns: &'a [MatchArm],
        selector: Option<V>,
        wanted: &[usize],
    ) {
        if let Some(at) = branch.arms.first().and_then(deciding) {
            return self.attempt(branch, at, patterns, selector, wanted);
        }
        let head = self.opaque(scrutinee).before_brace();
        let arms: Vec<TokenStream> = branch
            .arms
            .iter()
            .zip(patterns)
            .enumerate()
            .map(|(k, (arm, pattern))| {
                let pat = self.arm_pattern(pattern);
                let guard = pattern.guard.as_ref().map(|guard| {
                    let guard = self.opaque(guard).tokens;
                    quote!(if #guard)
                });
                let arm = self.arm(arm, wanted, selector.map(|_| k));
                quote!(#pat #guard => { #arm })
            })
            .collect();
        let choice = quote!(match #head { #(#arms)* });
        self.bind(&choice, selector.into_iter().chain(wanted.iter().map(|&k| branch.results[k])));
    }
}

/// Which statement of an arm is the call that decides whether it runs.
fn deciding(arm: &Block) -> Option<usize> {
    arm.stmts.iter().position(|stmt| matches!(stmt, Stmt::Call(call) if matches!(call.fails, Fails::Decides)))
}

/// Where a block does nothing in the end but pass on the results of its last branch: which of those are wanted.
fn passed_on(arm: &Block, inner: &Branch, wanted: &[usize]) -> Option<Vec<usize>> {
    wanted.iter().map(|&k| inner.results.iter().position(|v| arm.results.get(k) == Some(v))).collect()
}
