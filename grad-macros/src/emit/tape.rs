//! Tapes: where they are declared, written in the primal sweep and read backwards in the adjoint sweep.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::emitter::{Emitter, Spelling};
use super::expr::{Expr, Prec};
use super::items::one_or_tuple;
use super::looping::Counting;
use crate::ir::{BlockId, Head, Loop, M, Place, Range, Replay, Stmt, TapeShape, Ty, V};

impl<'a> Emitter<'a> {
    /// `let mut tape = …;`
    pub fn declare_tape(&mut self, tape: M, shape: &'a TapeShape, following: &'a [Stmt]) {
        let name = self.var(tape);
        let runtime = self.runtime.clone();
        let borrowed = matches!(
            shape,
            TapeShape::Growing { buffer: Some(_), .. } | TapeShape::Sized { buffer: Some(_), .. }
        );
        let mutable = (!borrowed).then(|| quote!(mut));
        let init = match shape {
            TapeShape::Fixed(counts) => {
                let empty = self.empty_record(tape);
                let optional = self.is_optional(tape);
                counts.iter().rev().fold(empty, |inner, count| {
                    if optional { quote!([const { #inner }; #count]) } else { quote!([#inner; #count]) }
                })
            }
            TapeShape::Growing { buffer: Some(buffer), .. } => {
                let buffer = self.var(*buffer);
                quote!(#runtime::emptied(&mut #buffer))
            }
            TapeShape::Growing { capacity, buffer: None, span } => {
                let capacity = capacity.and_then(|capacity| self.capacity(capacity, following));
                // Where there is no allocator this is an error, and it is about the loop.
                let runtime = spanned(runtime, *span);
                quote_spanned!(*span=> #runtime::growing_tape!(#capacity))
            }
            TapeShape::Sized { count, buffer, span } => {
                let empty = self.empty_record(tape);
                let count = self.capacity(*count, following).unwrap_or_else(|| self.expr(*count).tokens);
                match buffer.map(|buffer| self.var(buffer)) {
                    Some(buffer) => quote!(#runtime::records(&mut #buffer, #count, #empty)),
                    None => {
                        let runtime = spanned(runtime, *span);
                        quote_spanned!(*span=> #runtime::growing_tape!(#empty; #count))
                    }
                }
            }
            TapeShape::Buffer { span } => {
                let runtime = spanned(runtime, *span);
                quote_spanned!(*span=> #runtime::growing_tape!())
            }
        };
        self.push(quote!(let #mutable #name = #init;));
    }

    /// The capacity, if it can be known here: also the trip count of a loop that follows.
    fn capacity(&mut self, capacity: V, following: &'a [Stmt]) -> Option<TokenStream> {
        if self.is_available(capacity) {
            return Some(self.expr(capacity).tokens);
        }
        let looped = following.iter().find_map(|stmt| match stmt {
            Stmt::Loop(looped) if looped.count == capacity => Some(looped),
            _ => None,
        })?;
        let Head::Range { range, .. } = &looped.head else { return None };
        let operands = range_operands(range);
        if looped.exit.is_some() || !operands.iter().all(|&v| self.is_available(v)) {
            return None;
        }
        for &v in &operands {
            self.write_out(v);
        }
        let tokens = self.range(range);
        self.count_of_range(capacity, range, &tokens);
        Some(self.expr(capacity).tokens)
    }

    /// What a fixed tape holds where nothing was recorded.
    fn empty_record(&self, tape: M) -> TokenStream {
        let values = self.facts.records.get(&tape).cloned().unwrap_or_default();
        let fields: Option<Vec<TokenStream>> =
            values.iter().map(|&v| self.empty_field(&self.body.value(v).ty)).collect();
        match fields.as_deref() {
            Some([one]) => one.clone(),
            Some(fields) => quote!((#(#fields),*)),
            None => quote!(::core::option::Option::None),
        }
    }

    fn empty_field(&self, ty: &Ty) -> Option<TokenStream> {
        match ty {
            Ty::Bool => Some(quote!(false)),
            Ty::Int => Some(quote!(0)),
            _ => self.zero(ty),
        }
    }

    /// Whether a fixed tape's records are behind an `Option`: they have a field without a known zero.
    fn is_optional(&self, tape: M) -> bool {
        let values = self.facts.records.get(&tape).map_or(&[][..], Vec::as_slice);
        values.iter().any(|&v| self.empty_field(&self.body.value(v).ty).is_none())
    }

    /// `tape.push((a, b));` or `tape[k] = (a, b);`
    pub fn record(&mut self, tape: M, values: &[V]) {
        let fields: Vec<TokenStream> = values.iter().map(|&v| self.owned(v)).collect();
        let record = one_or_tuple(&fields);
        let name = self.var(tape);
        self.push(match self.fixed_dimensions(tape) {
            None => quote!(#name.push(#record);),
            Some(indices) if self.is_optional(tape) => {
                quote!(#name #([#indices])* = ::core::option::Option::Some(#record);)
            }
            Some(indices) => quote!(#name #([#indices])* = #record;),
        });
    }

    /// The value where it's given away: what may not be `Copy` and is needed again is cloned.
    pub fn owned(&mut self, v: V) -> TokenStream {
        let copied = matches!(self.body.value(v).ty, Ty::Float(_) | Ty::Int | Ty::Bool);
        let again = (self.facts.uses(v) > 1 || self.facts.is_used_elsewhere(v)) && !self.facts.is_pullback(v);
        if !copied && let Some(Spelling::Deref(name)) = self.spellings.get(&v) {
            return quote!(::core::clone::Clone::clone(#name));
        }
        let expr = self.expr(v);
        if copied || !again || expr.reads.is_empty() {
            return expr.tokens;
        }
        let object = expr.receiver().tokens;
        quote!(#object.clone())
    }

    /// The numbers of the iterations around, as many as the fixed tape has dimensions.
    fn fixed_dimensions(&self, tape: M) -> Option<Vec<TokenStream>> {
        let dimensions = self.facts.dimensions(tape)?;
        let first = self.iterations.len().saturating_sub(dimensions);
        Some(self.iterations[first..].iter().map(|(_, number)| number.clone()).collect())
    }

    /// `tape.extend_from_slice(&centred);`
    pub fn keep(&mut self, tape: M, place: &Place) {
        self.flush(&[tape]);
        let (name, elements) = (self.var(tape), self.reference(place, false).tokens);
        self.push(quote!(#name.extend_from_slice(#elements);));
    }

    /// `take_last(&mut tape_rest, n)`
    pub fn take_kept(&mut self, tape: M, count: V) -> TokenStream {
        let cursor = self.cursor(tape);
        let (runtime, count) = (self.runtime.clone(), self.expr(count).tokens);
        quote!(#runtime::take_last(&mut #cursor, #count))
    }

    fn cursor(&self, tape: M) -> Ident {
        self.cursors.get(&tape).cloned().unwrap_or_else(|| Ident::new("tape", Span::call_site()))
    }

    /// Opens the growing tapes that are read from this statement on.
    pub fn open_cursors(&mut self, block: BlockId, number: usize) {
        for tape in self.facts.cursors.get(&(block, number)).cloned().unwrap_or_default() {
            let name = self.var(tape);
            let (suffix, start) = if self.facts.rows.contains(&tape) {
                ("rest", quote!(#name.as_slice()))
            } else {
                ("rev", quote!(#name.iter().rev()))
            };
            let cursor = self.names.fresh(&format!("{name}_{suffix}"), Span::call_site());
            self.push(quote!(let mut #cursor = #start;));
            self.cursors.insert(tape, cursor);
        }
    }

    /// The iterations of a primal loop, last first.
    pub fn replay_loop(&mut self, looped: &'a Loop, replay: &'a Replay, slots: &[Ident]) {
        let numbers = self.iterations.len();
        let (head, first) = match &replay.tape {
            Some((tape, fields))
                if self.facts.flat.contains(tape) && !self.facts.numbered_replays.contains(&replay.of) =>
            {
                self.walk_over(replay, *tape, fields)
            }
            _ => {
                let head = self.replay_head(replay).with_number(self, replay);
                let first = replay.tape.as_ref().map(|(tape, fields)| self.read(*tape, fields));
                (head, first.unwrap_or_default())
            }
        };
        self.flush_for(&[&looped.body]);
        let body = self.body(looped, slots, &Counting::default(), first);
        self.iterations.truncate(numbers);
        self.push(quote!(for #head { #body }));
    }

    /// `(i, &(a, b)) in tape.iter().enumerate().rev()`: the records are as many as the iterations.
    fn walk_over(&mut self, replay: &Replay, tape: M, fields: &[V]) -> (TokenStream, TokenStream) {
        let name = self.var(tape);
        let (record, first) = self.walked_record(tape, fields);
        let is_fixed = self.facts.dimensions(tape).is_some();
        let rev = (!replay.forwards).then(|| quote!(.rev()));
        let head = match &replay.range {
            None if is_fixed => {
                let count = self.expr(replay.count).tokens;
                quote!(#record in #name.iter().take(#count) #rev)
            }
            None => quote!(#record in #name.iter() #rev),
            Some((index, _)) if self.facts.uses(*index) == 0 => quote!(#record in #name.iter() #rev),
            Some((index, range)) if self.starts_at_zero(range) && self.facts.is_index(*index) => {
                let index = self.pattern(*index);
                quote!((#index, #record) in #name.iter().enumerate() #rev)
            }
            Some((index, range)) => {
                let (range, index) =
                    (self.ordered(range, replay).at_least(Prec::Postfix), self.pattern(*index));
                quote!((#index, #record) in #range.zip(#name.iter() #rev))
            }
        };
        (head, first)
    }

    /// The pattern of a record that the loop hands over, and what takes it apart where a pattern can fail.
    fn walked_record(&mut self, tape: M, fields: &[V]) -> (TokenStream, TokenStream) {
        let pattern = self.record_pattern(fields);
        if self.facts.dimensions(tape).is_none() || !self.is_optional(tape) {
            return (quote!(&#pattern), TokenStream::new());
        }
        let record = self.names.fresh("record", Span::call_site());
        let first = quote!(let &::core::option::Option::Some(#pattern) = #record else { break };);
        (quote!(#record), first)
    }

    fn replay_head(&mut self, replay: &Replay) -> ReplayHead {
        match &replay.range {
            Some((index, range)) => {
                let numbered = self.facts.numbered_replays.contains(&replay.of);
                let number = if numbered { self.number_by_index(*index, range) } else { None };
                // The range may be written twice: what it is computed from gets names.
                for v in range_operands(range) {
                    self.write_out(v);
                }
                let forward = self.range(range);
                let trip = range.trip.clone().unwrap_or_else(|| quote!((#forward).size_hint().0));
                let tokens = self.ordered(range, replay);
                ReplayHead { index: Some((*index, number)), tokens, count: trip }
            }
            None => {
                let count = self.expr(replay.count).at_least(Prec::Or);
                ReplayHead { index: None, tokens: Expr::new(quote!(0..#count), Prec::Loose), count }
            }
        }
    }

    /// The range in the order in which it's walked over.
    fn ordered(&mut self, range: &Range, replay: &Replay) -> Expr {
        if !replay.forwards {
            return self.reversed(range);
        }
        let prec = if range.adapters.is_empty() { Prec::Loose } else { Prec::Postfix };
        Expr::new(self.range(range), prec)
    }

    /// `let … = the record of this iteration;`
    fn read(&mut self, tape: M, fields: &[V]) -> TokenStream {
        if let Some(indices) = self.fixed_dimensions(tape) {
            let name = self.var(tape);
            return if self.is_optional(tape) {
                let record = self.record_pattern(fields);
                quote!(let &::core::option::Option::Some(#record) = &#name #([#indices])* else { break };)
            } else {
                let record = self.plain_pattern(fields);
                quote!(let #record = #name #([#indices])*;)
            };
        }
        let record = self.record_pattern(fields);
        let cursor = self.cursor(tape);
        quote!(let ::core::option::Option::Some(&#record) = #cursor.next() else { break };)
    }

    fn plain_pattern(&mut self, fields: &[V]) -> TokenStream {
        let names: Vec<TokenStream> = fields.iter().map(|&v| self.pattern(v)).collect();
        one_or_tuple(&names)
    }

    /// The fields of a record behind a reference: numbers are copied, others stay where they are.
    fn record_pattern(&mut self, fields: &[V]) -> TokenStream {
        let names: Vec<TokenStream> = fields
            .iter()
            .map(|&v| {
                let name = self.pattern(v);
                let copied = matches!(self.body.value(v).ty, Ty::Float(_) | Ty::Int | Ty::Bool);
                if copied || self.facts.uses(v) == 0 {
                    return name;
                }
                self.mark_borrowed(v);
                quote!(ref #name)
            })
            .collect();
        one_or_tuple(&names)
    }
}

/// The head of a replay, before it's known whether the iterations are numbered.
struct ReplayHead {
    /// The index, and the number of the iteration as it says it.
    index: Option<(V, Option<TokenStream>)>,
    tokens: Expr,
    count: TokenStream,
}

impl ReplayHead {
    fn with_number(self, emitter: &mut Emitter<'_>, replay: &Replay) -> TokenStream {
        let Self { index, tokens, count } = self;
        let numbered = emitter.facts.numbered_replays.contains(&replay.of);
        let chained = tokens.at_least(Prec::Postfix);
        let numbers = if replay.forwards { quote!(0..#count) } else { quote!((0..#count).rev()) };
        let tokens = tokens.tokens;
        match index {
            Some((index, Some(number))) => {
                let name = emitter.name(index);
                emitter.iterations.push((replay.of, number));
                quote!(#name in #tokens)
            }
            Some((index, None)) if numbered => {
                let number = emitter.names.fresh("step", Span::call_site());
                emitter.iterations.push((replay.of, quote!(#number)));
                let pattern = emitter.pattern(index);
                quote!((#pattern, #number) in #chained.zip(#numbers))
            }
            Some((index, _)) => {
                let pattern = emitter.pattern(index);
                quote!(#pattern in #tokens)
            }
            None if numbered => {
                let number = emitter.names.fresh("step", Span::call_site());
                emitter.iterations.push((replay.of, quote!(#number)));
                quote!(#number in (0..#count).rev())
            }
            None => quote!(_ in #tokens),
        }
    }
}

fn range_operands(range: &Range) -> Vec<V> {
    let mut operands = Vec::new();
    range.clone().map_operands(&mut |v| {
        operands.push(v);
        v
    });
    operands
}

/// The same tokens at another place of the source.
fn spanned(tokens: TokenStream, span: Span) -> TokenStream {
    let moved = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    tokens.into_iter().map(moved).collect()
}
