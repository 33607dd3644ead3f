//! The end of a loop's body: the next values are assigned, in an order in which none is overwritten before it's read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::emitter::{Emitter, Spelling};
use crate::ir::{Loop, Op, Prim, Ty, V};

/// `slot = value;` at the end of a body.
struct Assignment {
    slot: Ident,
    /// `slot op= operand`, where it can be said so.
    compound: Option<TokenStream>,
    value: TokenStream,
    /// The names that the value reads.
    reads: Vec<Ident>,
}

impl<'a> Emitter<'a> {
    /// Assigns the next values and leaves the loop where it's time to.
    pub fn hand_over(&mut self, looped: &'a Loop, slots: &[Ident]) {
        let exit = looped.exit.map(|exit| self.expr(exit));
        let assignments: Vec<Assignment> = slots
            .iter()
            .zip(&looped.body.results)
            .filter_map(|(slot, &next)| self.assignment(slot, next))
            .collect();
        let exit = exit.map(|exit| {
            let reads = self.idents(&exit.reads);
            if !assignments.iter().any(|assignment| reads.contains(&assignment.slot)) {
                return exit.before_brace();
            }
            let (done, tokens) = (self.names.fresh("done", Span::call_site()), exit.tokens);
            self.push(quote!(let #done = #tokens;));
            quote!(#done)
        });
        self.assign(assignments);
        if let Some(exit) = exit {
            self.push(if exit.to_string() == "true" { quote!(break;) } else { quote!(if #exit { break; }) });
        }
    }

    fn assignment(&mut self, slot: &Ident, next: V) -> Option<Assignment> {
        if matches!(self.spellings.get(&next), Some(Spelling::Name(name)) if name == slot)
            && self.pending_op(next).is_none()
        {
            return None;
        }
        let compound = self.compound(slot, next);
        let value = self.expr(next).typed();
        let reads = self.idents(&value.reads);
        let compound = compound.map(|symbol| {
            // The value is `slot op operand`: the operand is what follows the first two tokens.
            let operand: TokenStream = value.tokens.clone().into_iter().skip(2).collect();
            let operand = without_parentheses(operand);
            quote!(#slot #symbol #operand;)
        });
        Some(Assignment { slot: slot.clone(), compound, value: value.tokens, reads })
    }

    /// The operator of `slot = slot op operand`.
    fn compound(&self, slot: &Ident, next: V) -> Option<TokenStream> {
        let Some(Op::Prim(prim, operands)) = self.pending_op(next) else { return None };
        if !matches!(self.body.value(next).ty, Ty::Float(_) | Ty::Int) {
            return None;
        }
        let first = operands.first().filter(|first| self.pending_op(**first).is_none())?;
        match self.spellings.get(first) {
            Some(Spelling::Name(name)) if name == slot => {}
            _ => return None,
        }
        Some(match prim {
            Prim::Add => quote!(+=),
            Prim::Sub => quote!(-=),
            Prim::Mul => quote!(*=),
            Prim::Div => quote!(/=),
            _ => return None,
        })
    }

    fn idents(&self, values: &[V]) -> Vec<Ident> {
        let name = |v: &V| match self.spellings.get(v) {
            Some(Spelling::Name(name) | Spelling::Deref(name)) => Some(name.clone()),
            None => None,
        };
        values.iter().filter_map(name).collect()
    }

    /// One by one where no assignment changes what a later one reads; otherwise those left all at once.
    fn assign(&mut self, mut left: Vec<Assignment>) {
        while !left.is_empty() {
            let is_read = |k: usize| {
                left.iter().enumerate().any(|(j, other)| j != k && other.reads.contains(&left[k].slot))
            };
            let Some(free) = (0..left.len()).find(|&k| !is_read(k)) else {
                let slots = left.iter().map(|assignment| &assignment.slot);
                let values = left.iter().map(|assignment| &assignment.value);
                self.push(quote!((#(#slots),*) = (#(#values),*);));
                return;
            };
            let Assignment { slot, compound, value, .. } = left.remove(free);
            self.push(compound.unwrap_or_else(|| quote!(#slot = #value;)));
        }
    }
}

/// `(a + b)` as `a + b`.
fn without_parentheses(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(proc_macro2::TokenTree::Group(group)), None)
            if group.delimiter() == proc_macro2::Delimiter::Parenthesis =>
        {
            group.stream()
        }
        _ => tokens,
    }
}
