//! Running a chain: one loop over its source, its stages inside.

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::Expr;

use super::super::jump::{Target, TargetKind};
use super::super::loops::{Repeat, RepeatHead};
use super::super::scan::Written;
use super::super::{Lower, Term};
use super::{Chain, Source, Stage};
use crate::ir::{Adapter, Checkpoint, Op, Place, Prim, Range, Ty, V};
use crate::parse::tokens::each_ident;

/// A chain to be run.
pub struct Driven<'r> {
    pub chain: &'r Chain,
    /// The names that the body may assign.
    pub assigned: BTreeSet<String>,
    pub label: Option<&'r syn::Label>,
    pub checkpoint: Option<Checkpoint>,
    /// The name of the element.
    pub name: Option<String>,
    /// Whether `break` and `continue` in the body mean this loop.
    pub user: bool,
    pub span: Span,
}

/// What is done with each element.
pub type Each<'r, 'a> = &'r mut dyn FnMut(&mut Lower<'a>, Term);

/// What the stages of a chain in a loop have to know.
pub struct Run {
    /// Whether `continue` in the body means the innermost loop.
    pub user: bool,
    /// The end of the loop.
    pub end: Target,
    /// Where the loop is one of several: the end of them all, and how many of the last stages are those of them all.
    pub outer: Option<(usize, Target)>,
    /// The index of the element, where the loop counts.
    pub index: Option<V>,
}

impl Run {
    /// What ends where one of these stages says so.
    pub fn end_of(&self, stages: &[Stage]) -> &Target {
        match &self.outer {
            Some((shared, all)) if stages.len() <= *shared => all,
            _ => &self.end,
        }
    }
}

/// How a loop gets at the elements.
pub enum Counting {
    /// By the index of a range; of no source: the index itself.
    Up { range: Range, source: Option<Source> },
    /// By a counter: there is no end.
    Forever { counter: String, source: Source },
}

impl Counting {
    pub fn head(&self) -> RepeatHead<'static> {
        match self {
            Self::Up { range, .. } => RepeatHead::Range(range.clone()),
            Self::Forever { .. } => RepeatHead::Forever,
        }
    }
}

impl<'a> Lower<'a> {
    /// Runs a chain.
    pub fn drive(&mut self, driven: Driven<'_>, each: Each<'_, 'a>) {
        for stage in &driven.chain.stages {
            self.start_stage(stage, driven.span);
        }
        let Some(any) = self.any_taken(&driven.chain.stages, driven.span) else {
            return self.drive_on(driven, None, each);
        };
        let span = driven.span;
        let run = |lower: &mut Self| {
            lower.drive_on(driven, None, each);
            Term::Unit
        };
        self.if_else(any, span, run, |_| Term::Unit);
    }

    /// Whether the stages let anything through: `take(0)` doesn't ask for a first element.
    fn any_taken(&mut self, stages: &[Stage], span: Span) -> Option<V> {
        let mut all: Option<V> = None;
        for stage in stages {
            if let Stage::Take(_, count) = stage
                && self.literal_of(*count).is_none_or(|count| count == 0)
            {
                let zero = self.integer(0, span);
                let any = self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![*count, zero]), span);
                all = Some(match all {
                    Some(all) => self.bind("t", Ty::Bool, Op::Prim(Prim::And, vec![all, any]), span),
                    None => any,
                });
            }
        }
        all
    }

    /// One iterator after the other, each with its own stages and then those of both.
    fn drive_both(&mut self, parts: [&Chain; 2], driven: &Driven<'_>, each: Each<'_, 'a>) {
        let kind = if driven.user { TargetKind::Loop } else { TargetKind::Hidden };
        let all = self.enter(kind, driven.label);
        let outer = (driven.chain.stages.len(), all.clone());
        for part in parts {
            let stages = part.stages.iter().chain(&driven.chain.stages).cloned().collect();
            let chain = Chain { stages, ..part.clone() };
            let going = match self.env.get(&all.flag) {
                Some(Term::Known(true)) => break,
                Some(Term::Value(ended)) => {
                    let ended = *ended;
                    Some(self.bind("going", Ty::Bool, Op::Prim(Prim::Not, vec![ended]), driven.span))
                }
                _ => None,
            };
            let mut run = |lower: &mut Self| {
                lower.env.insert(all.flag.clone(), Term::Known(false));
                for stage in &part.stages {
                    lower.start_stage(stage, driven.span);
                }
                let assigned = driven.assigned.clone();
                lower.drive_on(
                    Driven { chain: &chain, assigned, checkpoint: None, name: None, ..*driven },
                    Some(&outer),
                    each,
                );
                Term::Unit
            };
            match going {
                Some(going) => {
                    self.if_else(going, driven.span, run, |_| Term::Unit);
                }
                None => drop(run(self)),
            }
        }
        self.leave(&all);
    }

    fn drive_on(&mut self, driven: Driven<'_>, outer: Option<&(usize, Target)>, each: Each<'_, 'a>) {
        if let Source::Chain(a, b) = &driven.chain.source {
            return self.drive_both([a, b], &driven, each);
        }
        let breaks = driven.user && outer.is_none();
        let Driven { chain, mut assigned, label, checkpoint, name, user, span } = driven;
        self.assigned_by(&chain.source, &chain.stages, &mut assigned);
        let nested = chain.stages.iter().any(|stage| matches!(stage, Stage::FlatMap(_) | Stage::Flatten));
        let counting = self.counting(&chain.source, &mut assigned, span);
        let repeat = Repeat {
            head: counting.head(),
            assigned,
            label,
            checkpoint,
            breaks,
            continues: user && !nested,
            span,
        };
        self.repeat(repeat, |lower, index| {
            if let (Some(index), Some(name)) = (index, name.clone()) {
                lower.body.values[index.0 as usize].name = name;
            }
            let term = lower.counted(&counting, index, span);
            let Some(end) = lower.targets.iter().rev().nth(1).cloned() else { return };
            lower.stages(&chain.stages, term, &Run { user, end, outer: outer.cloned(), index }, span, each);
        });
    }

    /// How to count through a source.
    pub fn counting(&mut self, source: &Source, assigned: &mut BTreeSet<String>, span: Span) -> Counting {
        if let Some((range, source)) = self.head_of(source, span) {
            return Counting::Up { range, source };
        }
        if cycles(source) {
            self.not_yet(
                span,
                "a `cycle` that nothing else ends, like `take(n)` or the end of what it's zipped with",
            );
        }
        let counter = self.pseudo("counter");
        let zero = self.integer(0, span);
        self.env.insert(counter.clone(), Term::Value(zero));
        assigned.insert(counter.clone());
        Counting::Forever { counter, source: source.clone() }
    }

    /// The element of this iteration.
    pub fn counted(&mut self, counting: &Counting, index: Option<V>, span: Span) -> Term {
        match (counting, index) {
            (Counting::Up { source: Some(source), .. }, Some(index)) => self.element(source, index, span),
            (Counting::Up { .. }, Some(index)) => Term::Value(index),
            (Counting::Forever { counter, source }, _) => match self.advance(counter, span) {
                Term::Value(index) => self.element(source, index, span),
                other => other,
            },
            (Counting::Up { .. }, None) => Term::Poison,
        }
    }

    /// The number in a counter, which goes one further.
    pub fn advance(&mut self, counter: &str, span: Span) -> Term {
        let number = self.env.get(counter).cloned().unwrap_or(Term::Poison);
        if let Term::Value(v) = number {
            let one = self.integer(1, span);
            let next = self.bind("t", Ty::Int, Op::Prim(Prim::Add, vec![v, one]), span);
            self.env.insert(counter.to_owned(), Term::Value(next));
        }
        number
    }

    /// The range to count through, and the source whose element an index gives (none: the index itself).
    fn head_of(&mut self, source: &Source, span: Span) -> Option<(Range, Option<Source>)> {
        if let Some(range) = native(source) {
            return Some((range, None));
        }
        match source {
            Source::Map(inner, function) => {
                let (range, inner) = self.head_of(inner, span)?;
                let inner = inner.unwrap_or(Source::Index);
                Some((range, Some(Source::Map(Box::new(inner), function.clone()))))
            }
            Source::Copied(inner) => {
                let (range, inner) = self.head_of(inner, span)?;
                Some((range, Some(Source::Copied(Box::new(inner.unwrap_or(Source::Index))))))
            }
            Source::Rev(inner) if native(inner).is_none() => {
                let (mut range, inner) = self.head_of(inner, span)?;
                range.adapters.push(Adapter::Rev);
                Some((range, inner))
            }
            other => {
                let trip = self.source_trip(other);
                let end = self.source_len(other, span)?;
                let start = self.integer(0, span);
                Some((
                    Range { start, end, inclusive: false, adapters: Vec::new(), trip },
                    Some(other.clone()),
                ))
            }
        }
    }

    /// A reference to something.
    pub fn referred(term: Term) -> Term {
        match term {
            Term::Value(v) => Term::ValueRef(v),
            Term::Place(place) => Term::Ref { place, mutable: false },
            other => other,
        }
    }

    /// What the functions in a chain may assign.
    pub fn assigned_by(&self, source: &Source, stages: &[Stage], names: &mut BTreeSet<String>) {
        let mut functions = Vec::new();
        functions_of(source, &mut functions);
        for stage in stages {
            match stage {
                Stage::Map(f)
                | Stage::Filter(f)
                | Stage::TakeWhile(f)
                | Stage::FlatMap(f)
                | Stage::FilterMap(f)
                | Stage::MapWhile(f)
                | Stage::Scan(_, _, f)
                | Stage::Made(f)
                | Stage::Inspect(f) => functions.push(f),
                Stage::SkipWhile(state, f) | Stage::Successors(state, _, f) => {
                    names.insert(state.clone());
                    functions.push(f);
                }
                Stage::Enumerate(counter)
                | Stage::Skip(counter, _)
                | Stage::Take(counter, _)
                | Stage::StepBy(counter, _) => {
                    names.insert(counter.clone());
                }
                Stage::Zip(counter, source)
                | Stage::ZipFirst(counter, source)
                | Stage::Next(counter, source) => {
                    names.insert(counter.clone());
                    functions_of(source, &mut functions);
                }
                Stage::Attempt(function, outcome) => {
                    functions.extend(function);
                    names.extend(outcome.names().cloned());
                }
                Stage::First(found) => {
                    names.insert(found.clone());
                }
                Stage::Flatten | Stage::Copied => {}
            }
        }
        for function in functions {
            self.assigned_in(function, names);
        }
    }

    /// What an expression may assign, also through the closures that it names.
    pub fn assigned_in(&self, expr: &Expr, names: &mut BTreeSet<String>) {
        names.extend(Written::of(expr));
        self.add_captured(names, |f| each_ident(expr.to_token_stream(), &mut |ident| f(ident)));
    }

    /// A loop over the indices of a place.
    pub fn for_each_index(&mut self, place: &Place, span: Span, body: &mut dyn FnMut(&mut Self, V)) {
        let start = self.integer(0, span);
        let end = self.len_of(place, span);
        let trip = match self.place_ty(place) {
            Ty::Array(_, len) | Ty::Algebra(_, _, Some(len)) => Some(len),
            _ => None,
        };
        self.count_up(
            Range { start, end, inclusive: false, adapters: Vec::new(), trip },
            BTreeSet::new(),
            span,
            body,
        );
    }

    /// A loop over integers.
    pub fn count_up(
        &mut self,
        range: Range,
        assigned: BTreeSet<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, V),
    ) {
        let head = RepeatHead::Range(range);
        let repeat =
            Repeat { head, assigned, label: None, checkpoint: None, span, breaks: false, continues: false };
        self.repeat(repeat, |lower, index| {
            if let Some(index) = index {
                body(lower, index);
            }
        });
    }
}

pub fn functions_of<'s>(source: &'s Source, functions: &mut Vec<&'s Expr>) {
    match source {
        Source::Map(inner, function) => {
            functions.push(function);
            functions_of(inner, functions);
        }
        Source::Enumerate(inner)
        | Source::Rev(inner)
        | Source::Copied(inner)
        | Source::Skip(inner, _)
        | Source::Take(inner, _)
        | Source::Cycle(inner)
        | Source::Stepped(inner, _)
        | Source::StepBy(inner, _) => functions_of(inner, functions),
        Source::Zip(a, b) => {
            functions_of(a, functions);
            functions_of(b, functions);
        }
        // Each part is a loop of its own.
        Source::Chain(..) => {}
        Source::Range { .. }
        | Source::Elements { .. }
        | Source::Windows { .. }
        | Source::Chunks { .. }
        | Source::Repeat(_)
        | Source::Index => {}
    }
}

/// Whether a source goes round and round.
fn cycles(source: &Source) -> bool {
    match source {
        Source::Cycle(_) => true,
        Source::Enumerate(inner)
        | Source::Map(inner, _)
        | Source::Copied(inner)
        | Source::Skip(inner, _)
        | Source::StepBy(inner, _) => cycles(inner),
        Source::Zip(a, b) => cycles(a) || cycles(b),
        _ => false,
    }
}

/// A range with adapters, as Rust has them.
fn native(source: &Source) -> Option<Range> {
    let (inner, adapter) = match source {
        Source::Range { start, end, inclusive, trip } => {
            let trip = trip.clone();
            return Some(Range {
                start: *start,
                end: (*end)?,
                inclusive: *inclusive,
                adapters: Vec::new(),
                trip,
            });
        }
        Source::Rev(inner) => (inner, Adapter::Rev),
        Source::StepBy(inner, count) => (inner, Adapter::StepBy(*count)),
        Source::Skip(inner, count) => (inner, Adapter::Skip(*count)),
        Source::Take(inner, count) => (inner, Adapter::Take(*count)),
        _ => return None,
    };
    let mut range = native(inner)?;
    if !matches!(adapter, Adapter::Rev) {
        range.trip = None;
    }
    range.adapters.push(adapter);
    Some(range)
}
