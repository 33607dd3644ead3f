//! Loops: what the body assigns of the names outside is handed from iteration to iteration.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::Attribute;

use super::jump::{Target, TargetKind};
use super::{Env, Lower, Term};
use crate::diag::Message;
use crate::ir::{Block, Carried, Checkpoint, Head, Loop, Op, Range, Stmt, Ty, V};

/// A loop to be lowered.
pub struct Repeat<'r> {
    pub head: RepeatHead<'r>,
    /// The names that an iteration may assign.
    pub assigned: BTreeSet<String>,
    pub label: Option<&'r syn::Label>,
    pub checkpoint: Option<Checkpoint>,
    /// Whether `break` in the body means this loop.
    pub breaks: bool,
    /// Whether `continue` in the body means this loop.
    pub continues: bool,
    pub span: Span,
}

/// What repeats it.
pub enum RepeatHead<'r> {
    Range(Range),
    While(&'r syn::Expr),
    Forever,
}

/// A leaf of the environment that goes around the loop.
pub struct Around {
    pub param: V,
    pub init: V,
}

impl Lower<'_> {
    /// Lowers a loop; `body` is given the index. What `break` brought, and whether it may have happened.
    pub fn repeat(&mut self, repeat: Repeat<'_>, mut body: impl FnMut(&mut Self, Option<V>)) -> Term {
        let Repeat { head, assigned, label, checkpoint, breaks, continues, span } = repeat;
        let break_ = self.enter(if breaks { TargetKind::Loop } else { TargetKind::Hidden }, label);
        let next = self.enter(if continues { TargetKind::Iteration } else { TargetKind::Hidden }, label);
        self.rehearse(&assigned, span, &mut body);
        self.settle(&assigned, span, &mut body);
        let before = self.env.clone();
        let mut around = Vec::new();
        for name in &assigned {
            if let Some(term) = self.env.get(name).cloned() {
                let term = self.send_around(name, &term, &mut around);
                self.env.insert(name.clone(), term);
            }
        }
        let inside = self.env.clone();
        let forever = matches!(head, RepeatHead::Forever);
        let (head, index) = self.head(head, span);
        let (stmts, exit) = self.in_block(|lower| {
            body(lower, index);
            lower.exit(&next, span)
        });
        let after = std::mem::replace(&mut self.env, before);
        let count = self.new_value("iterations", Ty::Int, false, span);
        let mut looped = Loop {
            id: self.body.new_loop(),
            head,
            carried: Vec::new(),
            body: self.finish_block(stmts, Vec::new()),
            exit,
            count,
            checkpoint,
            span,
        };
        let broken = !matches!(after.get(&break_.flag), Some(Term::Known(false)));
        self.come_out(&inside, &after, &around, &mut looped, &[&next.flag, &next.value, &break_.flag]);
        self.drop_unchanged(&mut looped, &around);
        self.stmts.push(Stmt::Loop(Box::new(looped)));
        self.leave(&next);
        match self.leave(&break_).1 {
            _ if forever && !broken => Term::Never,
            Term::Uninit => Term::Unit,
            value => value,
        }
    }

    fn head(&mut self, head: RepeatHead<'_>, span: Span) -> (Head, Option<V>) {
        match head {
            RepeatHead::Range(range) => {
                let index = self.new_value("index", Ty::Int, false, span);
                (Head::Range { index, range }, Some(index))
            }
            RepeatHead::While(cond) => {
                let (stmts, cond) = self.in_block(|lower| lower.condition(cond));
                (Head::While(self.finish_block(stmts, vec![cond])), None)
            }
            RepeatHead::Forever => (Head::Forever, None),
        }
    }

    /// A parameter for each value in a term.
    fn send_around(&mut self, name: &str, term: &Term, around: &mut Vec<Around>) -> Term {
        match term {
            Term::Value(init) | Term::ValueRef(init) => {
                let varied =
                    self.is_varied(*init) || name.starts_with('$') || self.facts.taint.contains(name);
                let value = self.body.value(*init);
                let (ty, span) = (value.ty.clone(), value.span);
                // It starts as a constant, and another iteration may make it something else.
                let ty = if varied { ty.opened() } else { ty };
                let param = self.new_value(name, ty, varied, span);
                around.push(Around { param, init: *init });
                if matches!(term, Term::Value(_)) { Term::Value(param) } else { Term::ValueRef(param) }
            }
            Term::Tuple(elements) => {
                Term::Tuple(elements.iter().map(|element| self.send_around(name, element, around)).collect())
            }
            Term::Maybe(parts) => Term::outcome(
                self.send_around(name, &parts.0, around),
                self.send_around(name, &parts.1, around),
                self.send_around(name, &parts.2, around),
            ),
            Term::Ref { place, mutable } if self.facts.rebound.contains(name) => {
                self.send_reference(name, place, *mutable, around)
            }
            other => other.clone(),
        }
    }

    /// The boolean that ends the loop: a jump to anything but the next iteration is under way.
    fn exit(&mut self, next: &Target, span: Span) -> Option<V> {
        let mut flags = Vec::new();
        for index in 0..self.targets.len() {
            let flag = self.targets[index].flag.clone();
            if flag == next.flag {
                continue;
            }
            match self.env.get(&flag) {
                Some(Term::Known(true)) => return Some(self.boolean(true, span)),
                Some(Term::Value(v)) => flags.push(*v),
                _ => {}
            }
        }
        if flags.is_empty() { None } else { Some(self.any(&flags, span)) }
    }

    /// After the loop: what the names outside are.
    fn come_out(
        &mut self,
        inside: &Env,
        after: &Env,
        around: &[Around],
        looped: &mut Loop,
        inner: &[&String],
    ) {
        let names: Vec<String> = self.env.keys().cloned().collect();
        for name in names {
            if inner.contains(&&name) {
                continue;
            }
            let (Some(start), Some(end)) = (inside.get(&name), after.get(&name)) else { continue };
            let before = self.env.get(&name).cloned().unwrap_or(Term::Uninit);
            let unchanged = start.is_same(end) && !self.has_param(start, around);
            if !unchanged {
                let term = self.carry(&name, &before, start, end, around, looped);
                self.env.insert(name, term);
            }
        }
    }

    fn carry(
        &mut self,
        name: &str,
        before: &Term,
        start: &Term,
        end: &Term,
        around: &[Around],
        looped: &mut Loop,
    ) -> Term {
        let span = looped.span;
        match (start, end) {
            (Term::Poison, _) | (_, Term::Poison) => Term::Poison,
            (Term::Value(param) | Term::ValueRef(param), end)
                if around.iter().any(|leaf| leaf.param == *param) =>
            {
                let Some(leaf) = around.iter().find(|leaf| leaf.param == *param) else {
                    return Term::Poison;
                };
                if start.is_same(end) {
                    let init = leaf.init;
                    return if matches!(start, Term::Value(_)) {
                        Term::Value(init)
                    } else {
                        Term::ValueRef(init)
                    };
                }
                let end = self.value_in(&mut looped.body, end, span);
                let (param, init) = (leaf.param, leaf.init);
                let result = self.carried(name, param, init, end, looped);
                if matches!(start, Term::Value(_)) { Term::Value(result) } else { Term::ValueRef(result) }
            }
            (Term::Tuple(starts), Term::Tuple(ends)) if starts.len() == ends.len() => {
                let befores = match before {
                    Term::Tuple(befores) => befores.clone(),
                    _ => vec![Term::Uninit; starts.len()],
                };
                let zipped = befores.iter().zip(starts).zip(ends);
                Term::Tuple(
                    zipped
                        .map(|((before, start), end)| {
                            if start.is_same(end) && !self.has_param(start, around) {
                                start.clone()
                            } else {
                                self.carry(name, before, start, end, around, looped)
                            }
                        })
                        .collect(),
                )
            }
            (Term::Maybe(starts), Term::Maybe(ends)) => {
                let pairs = [(&starts.0, &ends.0), (&starts.1, &ends.1), (&starts.2, &ends.2)];
                let [some, payload, error] = pairs.map(|(start, end)| {
                    if start.is_same(end) && !self.has_param(start, around) {
                        return start.clone();
                    }
                    self.carry(name, &Term::Uninit, start, end, around, looped)
                });
                Term::outcome(some, payload, error)
            }
            (Term::Uninit, Term::Maybe(ends)) => {
                let [some, payload, error] = [&ends.0, &ends.1, &ends.2]
                    .map(|end| self.carry(name, &Term::Uninit, &Term::Uninit, end, around, looped));
                Term::outcome(some, payload, error)
            }
            (Term::Known(false), Term::Known(_) | Term::Value(_)) => {
                let init = self.boolean(false, span);
                let end = self.value_in(&mut looped.body, end, span);
                Term::Value(self.appear(name, Ty::Bool, init, end, looped))
            }
            (Term::Uninit, Term::Known(_) | Term::Value(_) | Term::ValueRef(_)) => {
                self.carry_fresh(name, end, looped)
            }
            (Term::Uninit, Term::Tuple(ends)) => Term::Tuple(
                ends.iter()
                    .map(|end| self.carry(name, &Term::Uninit, &Term::Uninit, end, around, looped))
                    .collect(),
            ),
            (Term::Uninit, Term::Unit | Term::Never) => Term::Unit,
            (Term::Uninit, Term::Uninit) => Term::Uninit,
            (Term::Uninit, Term::Place(place)) => self.carry_memory(name, place, looped),
            (Term::Uninit, Term::Ref { place, mutable }) => {
                self.carry_fresh_reference(name, place, *mutable, looped)
            }
            (Term::Ref { place: start, mutable }, Term::Ref { place: end, mutable: same })
                if mutable == same && self.facts.rebound.contains(name) =>
            {
                self.carry_reference(name, [start, end], *mutable, around, looped)
            }
            _ => self.refuse(span, &Message::looping_reference(super::shown(name))),
        }
    }

    /// A value that only the code after the loop reads.
    fn carry_fresh(&mut self, name: &str, end: &Term, looped: &mut Loop) -> Term {
        let end = self.value_in(&mut looped.body, end, looped.span);
        Term::Value(self.carry_fresh_value(name, end, looped))
    }

    pub fn carry_fresh_value(&mut self, name: &str, end: V, looped: &mut Loop) -> V {
        let ty = self.ty(end);
        let init = self.bind("t", ty.clone(), Op::Undef, looped.span);
        self.appear(name, ty, init, end, looped)
    }

    /// Memory that is filled in the loop and read after it.
    fn carry_memory(&mut self, name: &str, place: &crate::ir::Place, looped: &mut Loop) -> Term {
        let ty = self.place_ty(place);
        let varied = self.is_varied_place(place);
        let var = self.new_var(name, ty, varied, looped.span);
        self.stmts.push(Stmt::Declare { var, init: crate::ir::Init::Uninit });
        let span = looped.span;
        std::mem::swap(&mut self.stmts, &mut looped.body.stmts);
        let value = self.value(Term::Place(place.clone()), span);
        self.store(crate::ir::Place::whole(var), crate::ir::StoreHow::Set, value);
        std::mem::swap(&mut self.stmts, &mut looped.body.stmts);
        self.fresh.insert(var);
        Term::Place(crate::ir::Place::whole(var))
    }

    fn appear(&mut self, name: &str, ty: Ty, init: V, end: V, looped: &mut Loop) -> V {
        let varied = self.is_varied(end);
        let param = self.new_value(name, ty, varied, looped.span);
        self.carried(name, param, init, end, looped)
    }

    pub fn carried(&mut self, name: &str, param: V, init: V, end: V, looped: &mut Loop) -> V {
        let ty = self.common(&[init, param, end]);
        let varied = self.is_varied(init) || self.is_varied(end) || self.is_varied(param);
        let result = self.new_value(name, ty, varied, looped.span);
        looped.carried.push(Carried { param, init, result });
        looped.body.results.push(end);
        result
    }

    fn value_in(&mut self, block: &mut Block, term: &Term, span: Span) -> V {
        std::mem::swap(&mut self.stmts, &mut block.stmts);
        let value = self.value(term.clone(), span);
        std::mem::swap(&mut self.stmts, &mut block.stmts);
        value
    }

    /// `#[checkpoint]` among the attributes of a loop.
    pub fn checkpoint(&mut self, attrs: &[Attribute]) -> Option<Checkpoint> {
        let attribute = attrs.iter().find(|attribute| attribute.path().is_ident("checkpoint"))?;
        if matches!(attribute.meta, syn::Meta::Path(_)) {
            return Some(Checkpoint { every: None, copies: Vec::new() });
        }
        let argument = attribute.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let name: syn::Ident = input.parse()?;
            input.parse::<syn::Token![=]>()?;
            let every = input.parse::<syn::Expr>()?;
            if name == "every" { Ok(every) } else { Err(syn::Error::new(name.span(), "every")) }
        });
        match argument {
            Ok(every) => Some(Checkpoint { every: Some(self.opaque_of(&every)), copies: Vec::new() }),
            Err(error) => {
                self.errors.report(error.span(), &Message::malformed_checkpoint());
                None
            }
        }
    }

    /// What every iteration hands on as it came is not carried at all.
    fn drop_unchanged(&mut self, looped: &mut Loop, around: &[Around]) {
        let carried: Vec<V> = looped.carried.iter().map(|carried| carried.param).collect();
        let mut init_of = |v: V| {
            let same = around.iter().find(|leaf| leaf.param == v && !carried.contains(&v));
            same.map_or(v, |leaf| leaf.init)
        };
        looped.body.map_operands(&mut init_of);
        if let Head::While(cond) = &mut looped.head {
            cond.map_operands(&mut init_of);
        }
        looped.exit = looped.exit.map(&mut init_of);
        self.choices.values_mut().for_each(|choice| choice.map_operands(&mut init_of));
    }

    fn has_param(&self, term: &Term, around: &[Around]) -> bool {
        let is_param = |v: V| around.iter().any(|leaf| leaf.param == v);
        match term {
            Term::Ref { place, .. } => self.choice_of(place).operands().into_iter().any(is_param),
            Term::Tuple(elements) => elements.iter().any(|element| self.has_param(element, around)),
            Term::Maybe(parts) => {
                [&parts.0, &parts.1, &parts.2].into_iter().any(|part| self.has_param(part, around))
            }
            Term::Value(v) | Term::ValueRef(v) => is_param(*v),
            _ => false,
        }
    }
}
