//! References that a loop changes: to which places, and at which indices, an iteration hands on to the next.
//!
//! Which places these are is found by lowering the body for nothing until no further ones come up.

use std::collections::BTreeSet;

use proc_macro2::Span;

use super::loops::Around;
use super::refer::{Choice, End, declares, shape_of};
use super::{Lower, Term};
use crate::diag::Message;
use crate::ir::{Loop, Op, Place, Ty, V};

/// A place that leads to another one leads further in the next iteration: more often than this it isn't tried.
const ROUNDS: usize = 8;

impl Lower<'_> {
    /// Gives the references among the names that a loop assigns the places that they may refer to in it.
    pub fn settle(
        &mut self,
        assigned: &BTreeSet<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Option<V>),
    ) {
        let moving: Vec<String> = assigned.iter().filter(|name| self.is_moving(name)).cloned().collect();
        if moving.is_empty() {
            return;
        }
        let known = self.body.vars.len();
        for _ in 0..ROUNDS {
            let after = self.tried(span, body);
            let mut settled = true;
            for name in &moving {
                let (Some(now), Some(then)) = (self.env.get(name).cloned(), after.get(name)) else {
                    continue;
                };
                if let Some(wider) = self.wider(name, &now, then, known, span) {
                    self.env.insert(name.clone(), wider);
                    settled = false;
                }
            }
            if settled {
                return;
            }
        }
    }

    fn is_moving(&self, name: &str) -> bool {
        self.facts.rebound.contains(name) && self.env.get(name).is_some_and(refers)
    }

    /// What a name has to be so that it can be `then` as well; nothing if it can already.
    fn wider(&mut self, name: &str, now: &Term, then: &Term, known: usize, span: Span) -> Option<Term> {
        match (now, then) {
            (Term::Tuple(now), Term::Tuple(then)) if now.len() == then.len() => {
                let wider: Vec<Option<Term>> = now
                    .iter()
                    .zip(then)
                    .map(|(now, then)| self.wider(name, now, then, known, span))
                    .collect();
                let changed = wider.iter().any(Option::is_some);
                let all = wider.into_iter().zip(now).map(|(wider, now)| wider.unwrap_or_else(|| now.clone()));
                changed.then(|| Term::Tuple(all.collect()))
            }
            (Term::Maybe(now), Term::Maybe(then)) => {
                let payload = self.wider(name, &now.1, &then.1, known, span)?;
                Some(Term::outcome(now.0.clone(), payload, now.2.clone()))
            }
            (Term::Ref { mutable: false, .. }, Term::ValueRef(_)) => {
                Some(Term::ValueRef(self.value(now.clone(), span)))
            }
            (Term::Ref { place, mutable }, Term::Ref { place: other, mutable: same }) if mutable == same => {
                let (here, there) = (self.choice_of(place), self.choice_of(other));
                let outlives = |place: &Place| (place.base.0 as usize) < known;
                if !there.places.iter().all(outlives) {
                    return None;
                }
                let choice = self.wider_choice(here, there, span)?;
                Some(self.reference_to(name, choice, *mutable, span))
            }
            _ => None,
        }
    }

    fn wider_choice(&mut self, here: Choice, there: Choice, span: Span) -> Option<Choice> {
        let before = here.places.len();
        let old: Vec<Place> = here.places.iter().map(shape_of).collect();
        let (mut stmts, mut elsewhere) = (std::mem::take(&mut self.stmts), Vec::new());
        let mut ends = [
            End { stmts: &mut stmts, choice: Some(here) },
            End { stmts: &mut elsewhere, choice: Some(there) },
        ];
        let shapes = self.same_shapes(&mut ends, span);
        let [End { choice: here, .. }, _] = ends;
        self.stmts = stmts;
        if shapes.len() == before && shapes.iter().all(|shape| old.contains(shape)) {
            return None;
        }
        let here = here?;
        let mut wider = Choice { places: Vec::new(), flags: Vec::new() };
        for (number, shape) in shapes.iter().enumerate() {
            let place = here.places.iter().find(|place| shape_of(place) == *shape).cloned();
            wider.places.push(place.unwrap_or_else(|| self.somewhere(shape, span)));
            if number + 1 < shapes.len() {
                let flag = self.flag(&here, shape, span);
                wider.flags.push(Term::Value(self.value(flag, span)));
            }
        }
        Some(wider)
    }

    /// A place of this shape that is never looked at.
    fn somewhere(&mut self, shape: &Place, span: Span) -> Place {
        let mut place = shape.clone();
        place.map_operands(&mut |_| self.integer(0, span));
        place
    }

    /// A reference of the same kind where there is none so far.
    pub fn reference_like(&mut self, name: &str, place: &Place, mutable: bool, span: Span) -> Term {
        let ty = self.place_ty(place);
        if !mutable && matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool) {
            return Term::ValueRef(self.bind(name, ty, Op::Undef, span));
        }
        let mut choice = self.choice_of(place);
        choice.places = choice.places.iter().map(|place| self.somewhere(place, span)).collect();
        choice.flags = choice.flags.iter().map(|_| Term::Value(self.boolean(false, span))).collect();
        self.reference_to(name, choice, mutable, span)
    }

    /// A reference at the start of an iteration: each of its indices may be another one.
    pub fn send_reference(
        &mut self,
        name: &str,
        place: &Place,
        mutable: bool,
        around: &mut Vec<Around>,
    ) -> Term {
        let span = self.body.var(place.base).span;
        let mut choice = self.choice_of(place);
        for place in &mut choice.places {
            place.map_operands(&mut |init| self.param_of(&format!("{name}_at"), init, around));
        }
        for flag in &mut choice.flags {
            let init = self.value(flag.clone(), span);
            *flag = Term::Value(self.param_of(name, init, around));
        }
        self.reference_to(name, choice, mutable, span)
    }

    fn param_of(&mut self, name: &str, init: V, around: &mut Vec<Around>) -> V {
        let value = self.body.value(init);
        let (ty, span) = (value.ty.clone(), value.span);
        let varied = self.is_varied(init);
        let param = self.new_value(name, ty, varied, span);
        around.push(Around { param, init });
        param
    }

    /// A reference after a loop, in which it was `start` at the start of an iteration and `end` at its end.
    pub fn carry_reference(
        &mut self,
        name: &str,
        [start, end]: [&Place; 2],
        mutable: bool,
        around: &[Around],
        looped: &mut Loop,
    ) -> Term {
        let span = looped.span;
        let (start, end) = (self.choice_of(start), self.choice_of(end));
        let Some(end) = self.as_at_the_start(&start, end, looped) else {
            return self.refuse(span, &Message::looping_reference(super::shown(name)));
        };
        let mut after = start.clone();
        for place in &mut after.places {
            let shape = shape_of(place);
            let ends = end
                .places
                .iter()
                .find(|end| shape_of(end) == shape)
                .map_or(place.operands(), Place::operands);
            let mut ends = ends.into_iter();
            place.map_operands(&mut |param| {
                let end = ends.next().unwrap_or(param);
                self.handed_on(&format!("{name}_at"), param, end, around, looped)
            });
        }
        for (number, flag) in after.flags.iter_mut().enumerate() {
            let Term::Value(param) = *flag else { continue };
            let shape = shape_of(&start.places[number]);
            let end = self.within(&mut looped.body.stmts, |lower| {
                let flag = lower.flag(&end, &shape, span);
                lower.value(flag, span)
            });
            *flag = Term::Value(self.handed_on(name, param, end, around, looped));
        }
        self.reference_to(name, after, mutable, span)
    }

    /// The places at the end of an iteration, written as at its start; nothing if there are others among them.
    fn as_at_the_start(&mut self, start: &Choice, end: Choice, looped: &mut Loop) -> Option<Choice> {
        if end.places.iter().any(|place| declares(&looped.body.stmts, place.base)) {
            return None;
        }
        let mut before = Vec::new();
        let mut ends = [
            End { stmts: &mut before, choice: Some(start.clone()) },
            End { stmts: &mut looped.body.stmts, choice: Some(end) },
        ];
        let shapes = self.same_shapes(&mut ends, looped.span);
        let [_, End { choice: end, .. }] = ends;
        shapes.iter().all(|shape| start.places.iter().any(|place| shape_of(place) == *shape)).then_some(end?)
    }

    fn handed_on(&mut self, name: &str, param: V, end: V, around: &[Around], looped: &mut Loop) -> V {
        match around.iter().find(|leaf| leaf.param == param) {
            Some(leaf) if param == end => leaf.init,
            Some(leaf) => self.carried(name, param, leaf.init, end, looped),
            None => param,
        }
    }

    /// A reference that only the code after the loop looks at.
    pub fn carry_fresh_reference(
        &mut self,
        name: &str,
        place: &Place,
        mutable: bool,
        looped: &mut Loop,
    ) -> Term {
        let mut choice = self.choice_of(place);
        if choice.places.iter().any(|place| declares(&looped.body.stmts, place.base)) {
            return self.refuse(looped.span, &Message::looping_reference(super::shown(name)));
        }
        for place in &mut choice.places {
            place.map_operands(&mut |v| self.carry_fresh_value(&format!("{name}_at"), v, looped));
        }
        for flag in &mut choice.flags {
            let v = self.within(&mut looped.body.stmts, |lower| lower.value(flag.clone(), looped.span));
            *flag = Term::Value(self.carry_fresh_value(name, v, looped));
        }
        self.reference_to(name, choice, mutable, looped.span)
    }
}

/// Whether there is a reference to memory in a term.
fn refers(term: &Term) -> bool {
    match term {
        Term::Ref { .. } => true,
        Term::Tuple(elements) => elements.iter().any(refers),
        Term::Maybe(parts) => refers(&parts.1),
        _ => false,
    }
}
