//! Loops: what is carried becomes a variable, assigned at the end of the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::emitter::{Emitter, Spelling};
use super::expr::{Expr, Prec};
use crate::ir::{Adapter, Block, Carried, Head, Loop, Prim, Range, V};

/// How the iterations of a loop are counted.
#[derive(Default)]
pub struct Counting {
    /// A counter that the body increases first.
    counter: Option<Ident>,
    /// The number of the iteration that runs, from 0.
    number: Option<Ident>,
}

impl<'a> Emitter<'a> {
    /// A loop of any kind.
    pub fn looped(&mut self, looped: &'a Loop) {
        let slots: Vec<Ident> = looped.carried.iter().map(|carried| self.start(carried)).collect();
        match &looped.head {
            Head::Range { index, range } => self.range_loop(looped, *index, range, &slots),
            Head::While(cond) => self.while_loop(looped, Some(cond), &slots),
            Head::Forever => self.while_loop(looped, None, &slots),
            Head::Replay(replay) => self.replay_loop(looped, replay, &slots),
        }
    }

    /// `let mut x = init;`
    fn start(&mut self, carried: &Carried) -> Ident {
        if let Some(slot) = self.slot_to_go_on_with(carried.init) {
            self.carry_in(carried, &slot);
            return slot;
        }
        let init = self.expr(carried.init).typed().tokens;
        let by_result =
            !self.wishes.contains_key(&carried.param) && self.wishes.contains_key(&carried.result);
        let slot = self.name(if by_result { carried.result } else { carried.param });
        self.carry_in(carried, &slot);
        self.push(quote!(let mut #slot = #init;));
        slot
    }

    fn carry_in(&mut self, carried: &Carried, slot: &Ident) {
        for v in [carried.param, carried.result] {
            self.spellings.insert(v, Spelling::Name(slot.clone()));
            self.carried.insert(v);
        }
    }

    /// The variable of a loop around, or of one before, where nothing else needs its value: it's carried on.
    fn slot_to_go_on_with(&self, init: V) -> Option<Ident> {
        let here = self.blocks.last().copied();
        if !self.carried.contains(&init) || self.facts.uses(init) != 1 || self.facts.home(init) != here {
            return None;
        }
        match self.spellings.get(&init) {
            Some(Spelling::Name(slot)) => Some(slot.clone()),
            _ => None,
        }
    }

    fn range_loop(&mut self, looped: &'a Loop, index: V, range: &Range, slots: &[Ident]) {
        let numbered = self.facts.numbered.contains(&looped.id);
        let number = if numbered { self.number_by_index(index, range) } else { None };
        let tokens = self.range(range);
        let mut counting = Counting::default();
        if self.facts.uses(looped.count) > 0 && !self.spellings.contains_key(&looped.count) {
            if looped.exit.is_some() {
                counting.counter = Some(self.start_counter(looped.count));
            } else {
                self.count_of_range(looped.count, range, &tokens);
            }
        }
        self.flush_for(&[&looped.body]);
        let head = match number {
            Some(number) => {
                let name = self.name(index);
                self.iterations.push((looped.id, number));
                quote!(for #name in #tokens)
            }
            None if numbered => {
                let (number, pattern) = (self.number_iterations(looped), self.pattern(index));
                quote!(for (#number, #pattern) in (#tokens).enumerate())
            }
            None => {
                let pattern = self.pattern(index);
                quote!(for #pattern in #tokens)
            }
        };
        let body = self.body(looped, slots, &counting, TokenStream::new());
        self.push(quote!(#head { #body }));
    }

    /// The number of an iteration as its index says it.
    pub fn number_by_index(&mut self, index: V, range: &Range) -> Option<TokenStream> {
        let (is_index, unused) = (self.facts.is_index(index), self.facts.uses(index) == 0);
        if !range.adapters.is_empty() || !(is_index || unused) {
            return None;
        }
        if self.starts_at_zero(range) {
            let name = self.name(index);
            return Some(quote!(#name));
        }
        if !is_index {
            return None;
        }
        self.write_out(range.start);
        let start = self.expr(range.start).at_least(Prec::Product);
        let name = self.name(index);
        Some(quote!(#name - #start))
    }

    fn number_iterations(&mut self, looped: &Loop) -> Ident {
        let number = self.names.fresh("step", Span::call_site());
        self.iterations.push((looped.id, quote!(#number)));
        number
    }

    /// `let count = …;` of a range that runs to its end.
    pub fn count_of_range(&mut self, count: V, range: &Range, tokens: &TokenStream) {
        let name = self.name(count);
        self.push(match &range.trip {
            Some(trip) => quote!(let #name: usize = #trip;),
            None => quote!(let #name = (#tokens).size_hint().0;),
        });
    }

    fn start_counter(&mut self, count: V) -> Ident {
        let name = self.name(count);
        self.push(quote!(let mut #name = 0_usize;));
        name
    }

    fn while_loop(&mut self, looped: &'a Loop, cond: Option<&'a Block>, slots: &[Ident]) {
        let mut counting = Counting::default();
        let numbered = self.facts.numbered.contains(&looped.id);
        if numbered || self.facts.uses(looped.count) > 0 {
            counting.counter = Some(self.start_counter(looped.count));
        }
        if numbered {
            counting.number = Some(self.number_iterations(looped));
        }
        let blocks: Vec<&Block> = cond.into_iter().chain([&looped.body]).collect();
        self.flush_for(&blocks);
        let mut head = quote!(loop);
        let check = self.scoped(|this| {
            let Some(cond) = cond else { return };
            this.stmts(cond);
            let simple = this.nothing_written();
            let Some(&result) = cond.results.first() else { return };
            let result = this.expr(result);
            if simple {
                let test = result.before_brace();
                head = quote!(while #test);
            } else {
                let test = Emitter::not(result);
                this.push(quote!(if #test { break; }));
            }
        });
        let body = self.body(looped, slots, &counting, check);
        self.push(quote!(#head { #body }));
    }

    fn not(expr: Expr) -> TokenStream {
        Expr::prefix(Prim::Not, expr).tokens
    }

    /// The body: what comes first, the statements, the next values, the way out.
    pub fn body(
        &mut self,
        looped: &'a Loop,
        slots: &[Ident],
        counting: &Counting,
        first: TokenStream,
    ) -> TokenStream {
        let numbered = self.iterations.len();
        let tokens = self.scoped(|this| {
            this.push(first);
            if let Some(counter) = &counting.counter {
                if let Some(number) = &counting.number {
                    this.push(quote!(let #number = #counter;));
                }
                this.push(quote!(#counter += 1;));
            }
            this.stmts(&looped.body);
            this.hand_over(looped, slots);
        });
        self.iterations.truncate(numbered);
        self.iterations.retain(|(id, _)| *id != looped.id);
        tokens
    }

    /// `start..end` with its adapters.
    pub fn range(&mut self, range: &Range) -> TokenStream {
        self.adapted(range, range.adapters.len())
    }

    /// `start..end` with the first adapters.
    fn adapted(&mut self, range: &Range, adapters: usize) -> TokenStream {
        let (start, end) = (self.range_end(range.start), self.range_end(range.end));
        let mut tokens = if range.inclusive { quote!(#start..=#end) } else { quote!(#start..#end) };
        for (k, adapter) in range.adapters.iter().take(adapters).enumerate() {
            let object = if k == 0 { quote!((#tokens)) } else { tokens };
            tokens = match adapter {
                Adapter::Rev => quote!(#object.rev()),
                Adapter::StepBy(v) => self.adapter(&object, "step_by", *v),
                Adapter::Skip(v) => self.adapter(&object, "skip", *v),
                Adapter::Take(v) => self.adapter(&object, "take", *v),
            };
        }
        tokens
    }

    fn range_end(&mut self, v: V) -> TokenStream {
        let expr = self.expr(v);
        if expr.braced { expr.before_brace() } else { expr.at_least(Prec::Or) }
    }

    fn adapter(&mut self, object: &TokenStream, name: &str, v: V) -> TokenStream {
        let (name, argument) = (Ident::new(name, Span::call_site()), self.expr(v).tokens);
        quote!(#object.#name(#argument))
    }

    /// The range, last element first.
    pub fn reversed(&mut self, range: &Range) -> Expr {
        let strides = range.adapters.iter().any(|adapter| !matches!(adapter, Adapter::Rev));
        match range.adapters.last() {
            Some(Adapter::Rev) => {
                let left = range.adapters.len() - 1;
                let tokens = self.adapted(range, left);
                Expr::new(tokens, if left == 0 { Prec::Loose } else { Prec::Postfix })
            }
            _ if strides => {
                // Not every integer type's ranges can be walked backwards by steps: this can.
                let (runtime, tokens) = (self.runtime.clone(), self.range(range));
                Expr::atom(quote!(#runtime::backwards(#tokens)))
            }
            _ => {
                let tokens = self.range(range);
                Expr::atom(quote!((#tokens).rev()))
            }
        }
    }

    /// Whether the index is the number of the iteration.
    pub fn starts_at_zero(&mut self, range: &Range) -> bool {
        let literal = self.literal(range.start);
        range.adapters.is_empty()
            && literal.is_some_and(|text| matches!(text.as_str(), "0" | "0usize" | "0_usize"))
    }
}
