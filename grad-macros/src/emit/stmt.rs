//! Statements, and blocks of them.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::emitter::{Emitter, Spelling};
use super::expr::{Expr, Prec};
use crate::ir::{
    Block, Bound, CopyHow, Effect, Init, M, Op, Place, Prim, Projection, Row, Stmt, StoreHow, Ty, V, VarKind,
};

impl<'a> Emitter<'a> {
    /// Writes the statements of a block; its results are then ready to be used.
    pub fn stmts(&mut self, block: &'a Block) {
        self.first_stmts(block, block.stmts.len());
    }

    /// Writes the first statements of a block.
    pub fn first_stmts(&mut self, block: &'a Block, number: usize) {
        self.some_stmts(block, 0..number);
    }

    /// Writes some of the statements of a block.
    pub fn some_stmts(&mut self, block: &'a Block, which: std::ops::Range<usize>) {
        self.blocks.push(block.id);
        let mut stmts = block.stmts.iter().enumerate().take(which.end).skip(which.start).peekable();
        while let Some((index, stmt)) = stmts.next() {
            self.open_cursors(block.id, index);
            if self.sine_and_cosine(stmt, stmts.peek().map(|(_, next)| *next)) {
                stmts.next();
            } else {
                self.stmt(stmt, &block.stmts[index + 1..]);
            }
        }
        self.blocks.pop();
    }

    /// A block as `{ stmts; results }` without the braces; several results are a tuple.
    #[cfg(test)]
    pub fn tail(&mut self, results: &[V]) -> TokenStream {
        let results = self.exprs(results);
        tuple(results.into_iter().map(Expr::typed))
    }

    fn stmt(&mut self, stmt: &'a Stmt, following: &'a [Stmt]) {
        match stmt {
            Stmt::Let { value, op } => self.let_op(*value, op),
            Stmt::Declare { var, init } => self.declare(*var, init, following),
            Stmt::Store { place, how, value } => self.store(place, *how, *value),
            Stmt::Effect(effect) => self.effect(effect),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(looped) => self.looped(looped),
            Stmt::Call(call) => self.call(call),
            Stmt::Pullback(pullback) => self.pullback(pullback),
            Stmt::Second(second) => self.second(second),
            Stmt::Record { tape, values } => self.record(*tape, values),
            Stmt::Keep { tape, place } => self.keep(*tape, place),
            Stmt::Swap { a, b } => self.swap(*a, *b),
            Stmt::Clear { place, ty } => self.clear(place, ty),
        }
    }

    /// Writes what waits for memory that the statement, or a block inside it, changes.
    pub fn flush_for(&mut self, stmts: &[&'a Block]) {
        let mut written = Vec::new();
        let mut effects = false;
        for block in stmts {
            block.for_each_stmt(&mut |stmt| {
                written.extend(stmt.writes());
                effects |=
                    matches!(stmt, Stmt::Effect(_) | Stmt::Call(_) | Stmt::Pullback(_) | Stmt::Second(_));
            });
        }
        if effects { self.flush_reads() } else { self.flush(&written) }
    }

    fn effect(&mut self, effect: &Effect) {
        self.flush_reads();
        let stmt = self.renamer(&effect.uses).stmt(&effect.stmt);
        self.push(stmt.to_token_stream());
    }

    /// The vector that an operation moves out of.
    pub fn moves(&self, op: &Op) -> Option<M> {
        match op {
            Op::Load(place)
                if place.projections.is_empty() && matches!(self.body.var(place.base).ty, Ty::Vec(_)) =>
            {
                Some(place.base)
            }
            _ => None,
        }
    }

    fn store(&mut self, place: &Place, how: StoreHow, value: V) {
        let (how, value) = self.accumulates(place, how, value);
        let ty = self.body.value(value).ty.clone();
        let emptied = self.pending_op(value).and_then(|op| self.moves(op));
        let value = self.expr(value);
        let target = self.target(place);
        self.flush(&[place.base]);
        // What is asked of a vector that is moved is asked before.
        emptied.into_iter().for_each(|m| self.flush(&[m]));
        let (target, tokens) = (target.tokens, &value.tokens);
        let scalar = matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool);
        let runtime = &self.runtime;
        let stmt = match how {
            StoreHow::Set if place.is_view() => {
                let tokens = value.at_least(Prec::Prefix);
                quote!(#target.copy_from(&#tokens);)
            }
            StoreHow::Add | StoreHow::Sub if place.is_view() => {
                let tokens = value.at_least(Prec::Prefix);
                let name = if how == StoreHow::Add { quote!(accumulate) } else { quote!(subtract) };
                quote!(#runtime::#name(&mut #runtime::Part(#target), &#tokens);)
            }
            StoreHow::Set => quote!(#target = #tokens;),
            StoreHow::Add if scalar => quote!(#target += #tokens;),
            StoreHow::Sub if scalar => quote!(#target -= #tokens;),
            StoreHow::Add => {
                let tokens = value.at_least(Prec::Prefix);
                quote!(#runtime::accumulate(&mut #target, &#tokens);)
            }
            StoreHow::Sub => {
                let tokens = value.at_least(Prec::Prefix);
                quote!(#runtime::subtract(&mut #target, &#tokens);)
            }
        };
        self.push(stmt);
    }

    /// `x[i] = x[i] + t` is `x[i] += t`, bit for bit.
    fn accumulates(&mut self, place: &Place, how: StoreHow, value: V) -> (StoreHow, V) {
        let as_it_is = (how, value);
        let Some(Op::Prim(prim @ (Prim::Add | Prim::Sub), operands)) = self.pending_op(value) else {
            return as_it_is;
        };
        if how != StoreHow::Set || !self.body.value(value).ty.is_float() {
            return as_it_is;
        }
        let [first, second] = operands[..] else { return as_it_is };
        let how = if *prim == Prim::Add { StoreHow::Add } else { StoreHow::Sub };
        match self.pending_op(first) {
            Some(Op::Load(from)) if from == place => {
                // Neither the sum nor what was there before is written any more.
                self.pending.remove(&value);
                self.pending.remove(&first);
                (how, second)
            }
            _ => as_it_is,
        }
    }

    fn swap(&mut self, a: M, b: M) {
        self.flush(&[a, b]);
        let (a, b) = (self.reference(&Place::whole(a), true), self.reference(&Place::whole(b), true));
        let (a, b) = (a.tokens, b.tokens);
        self.push(quote!(::core::mem::swap(#a, #b);));
    }

    fn clear(&mut self, place: &Place, ty: &Ty) {
        let target = self.target(place).tokens;
        self.flush(&[place.base]);
        let runtime = &self.runtime;
        let stmt = match self.zero(ty) {
            None if place.is_view() => quote!(#runtime::set_zero(&mut #runtime::Part(#target));),
            Some(zero) => quote!(#target = #zero;),
            None => quote!(#runtime::set_zero(&mut #target);),
        };
        self.push(stmt);
    }

    fn declare(&mut self, var: M, init: &'a Init, following: &'a [Stmt]) {
        if let Init::Tape(shape) = init {
            return self.declare_tape(var, shape, following);
        }
        // What isn't `Copy` is moved: nothing reads it at its old place any more.
        if let Init::Copy { from, how: CopyHow::Plain } = init
            && !matches!(self.body.var(var).ty, Ty::Array(..))
        {
            self.flush(&[from.base]);
        }
        let init = self.init(var, init);
        let name = self.var(var);
        let known = self.body.var(var);
        let owned = known.kind != VarKind::Row;
        let mutable = (owned && (known.mutable || self.facts.is_written(var))).then(|| quote!(mut));
        self.push(match init {
            Some(init) => quote!(let #mutable #name = #init;),
            None => quote!(let #mutable #name;),
        });
    }

    fn init(&mut self, var: M, init: &'a Init) -> Option<TokenStream> {
        let ty = &self.body.var(var).ty;
        let runtime = self.runtime.clone();
        Some(match init {
            // Rust doesn't fill an array element by element; what no element is read of costs nothing.
            Init::Uninit => return matches!(ty, Ty::Array(..) | Ty::Vec(_)).then(|| self.default(ty)),
            Init::Elements(values) => {
                let elements: Vec<TokenStream> =
                    self.exprs(values).into_iter().map(|element| element.typed().tokens).collect();
                if matches!(ty, Ty::Tuple(_)) { quote!((#(#elements,)*)) } else { quote!([#(#elements),*]) }
            }
            Init::Fill { value, len, vec } => {
                let (value, len) = (self.expr(*value).typed().tokens, self.opaque(len).tokens);
                if *vec { quote!(#runtime::vec![#value; #len]) } else { quote!([#value; #len]) }
            }
            Init::Copy { from, how: CopyHow::Plain } => self.place(from).tokens,
            Init::Copy { from, how: CopyHow::Clone } => {
                Expr::method(self.object(from), "clone", Vec::new()).tokens
            }
            Init::Copy { from, how: CopyHow::ToVec } => {
                Expr::method(self.object(from), "to_vec", Vec::new()).tokens
            }
            Init::Row(row) => self.row(row),
            Init::Kept { tape, count } => self.take_kept(*tape, *count),
            Init::Opaque(opaque) => self.opaque(opaque).tokens,
            Init::Value(v) => self.owned(*v),
            Init::Zeros { like, len } => self.zeros(*like, *len),
            Init::Struct { path, fields } => {
                let fields: Vec<TokenStream> = fields
                    .iter()
                    .map(|(member, v)| {
                        let value = self.expr(*v).tokens;
                        quote!(#member: #value)
                    })
                    .collect();
                quote!(#path { #(#fields),* })
            }
            Init::Tape(_) => return None,
        })
    }

    /// `row(&w, n, || i * n)`
    fn row(&mut self, row: &'a Row) -> TokenStream {
        if row.mutable {
            self.flush(&[row.of.base]);
        }
        if let [first] = row.first.results[..]
            && row.first.stmts.is_empty()
            && self.literal(first).is_some_and(|text| text == "0")
        {
            return self.first_elements(row);
        }
        let (of, count) = (self.reference(&row.of, row.mutable).tokens, self.expr(row.count).tokens);
        let mut simple = true;
        let first = self.scoped(|this| {
            this.stmts(&row.first);
            simple = this.nothing_written();
            let results = this.exprs(&row.first.results);
            this.push(tuple(results.into_iter()));
        });
        let first = if simple { first } else { quote!({ #first }) };
        let (runtime, name) = (&self.runtime, if row.mutable { quote!(row_mut) } else { quote!(row) });
        quote!(#runtime::#name(#of, #count, || #first))
    }

    /// `&w[..n]`
    fn first_elements(&mut self, row: &Row) -> TokenStream {
        let (of, count) = (self.object(&row.of).tokens, self.expr(row.count).at_least(Prec::Or));
        // A part that ends there already: `w[..n]`.
        if let Some(Projection::Slice { start: Bound::Open, end: Bound::At(end) }) = row.of.projections.last()
            && *end == row.count
        {
            return if row.mutable { quote!(&mut #of) } else { quote!(&#of) };
        }
        if row.mutable { quote!(&mut #of[..#count]) } else { quote!(&#of[..#count]) }
    }

    /// The zero of a variable's tangent space.
    fn zeros(&mut self, like: M, len: Option<V>) -> TokenStream {
        let runtime = self.runtime.clone();
        let ty = &self.body.var(like).ty;
        if let Some(zero) = self.zero(ty) {
            return zero;
        }
        if let Ty::Vec(element) | Ty::Slice(element) = ty
            && let Some(zero) = self.zero(element)
        {
            let len = match len {
                Some(len) => self.expr(len).tokens,
                None => Expr::method(self.object(&Place::whole(like)), "len", Vec::new()).tokens,
            };
            return quote!(#runtime::vec![#zero; #len]);
        }
        let place = self.reference(&Place::whole(like), false).tokens;
        quote!(#runtime::zero_tangent(#place))
    }

    /// What a value is called where it's handed to something by reference.
    pub fn borrowed(&mut self, v: V) -> TokenStream {
        if let Some(Spelling::Deref(name)) = self.spellings.get(&v) {
            return quote!(#name);
        }
        let tokens = self.expr(v).at_least(Prec::Prefix);
        quote!(&#tokens)
    }
}

/// Nothing, one expression, or a tuple.
pub fn tuple(parts: impl ExactSizeIterator<Item = Expr>) -> TokenStream {
    let one = parts.len() == 1;
    let parts: Vec<TokenStream> = parts.map(|part| part.tokens).collect();
    match (&parts[..], one) {
        ([], _) => TokenStream::new(),
        ([only], true) => only.clone(),
        _ => quote!((#(#parts),*)),
    }
}
