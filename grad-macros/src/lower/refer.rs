//! References that change: to one place or another, depending on a branch or an iteration.
//!
//! Such a reference is one of a few known places, at indices that are values. Where the places differ in their indices alone
//! (`&rows[0]`, `&rows[i]`), control flow joins the indices. Otherwise the reference is a [`Choice`]: a variable that doesn't
//! exist, with a boolean for each place but the last that says whether it's the one. After the lowering, what reads or
//! writes it becomes a branch (`lower::chosen`).

use proc_macro2::Span;

use super::branch::Arm;
use super::{Lower, Term, floats};
use crate::diag::Message;
use crate::ir::{Bound, M, Place, Prim, Projection, Stmt, Ty, V, VarKind};

/// The places that a reference may refer to.
#[derive(Clone)]
pub struct Choice {
    pub places: Vec<Place>,
    /// Whether it's this one, for each place but the last.
    pub flags: Vec<Term>,
}

impl Choice {
    /// Rewrites the values in it.
    pub fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        self.places.iter_mut().for_each(|place| place.map_operands(f));
        for flag in &mut self.flags {
            if let Term::Value(v) = flag {
                *v = f(*v);
            }
        }
    }

    /// The values in it.
    pub fn operands(&self) -> Vec<V> {
        let mut out = Vec::new();
        self.clone().map_operands(&mut |v| {
            out.push(v);
            v
        });
        out
    }

    /// The place with the same projections, whatever the indices.
    fn find(&self, shape: &Place) -> Option<usize> {
        self.places.iter().position(|place| shape_of(place) == *shape)
    }
}

/// One end of control flow: where its statements go, and what the reference is there, if it's anything.
pub struct End<'a> {
    pub stmts: &'a mut Vec<Stmt>,
    pub choice: Option<Choice>,
}

impl Lower<'_> {
    /// What a place may be.
    pub fn choice_of(&self, place: &Place) -> Choice {
        let Some(choice) = self.choices.get(&place.base) else {
            return Choice { places: vec![place.clone()], flags: Vec::new() };
        };
        let mut choice = choice.clone();
        for other in &mut choice.places {
            other.projections.extend(place.projections.iter().cloned());
        }
        choice
    }

    /// A reference to one of some places.
    pub fn reference_to(&mut self, name: &str, choice: Choice, mutable: bool, span: Span) -> Term {
        let place = match &choice.places[..] {
            [only] => only.clone(),
            _ => Place::whole(self.chosen_var(name, choice, mutable, span)),
        };
        Term::Ref { place, mutable }
    }

    fn chosen_var(&mut self, name: &str, choice: Choice, mutable: bool, span: Span) -> M {
        let types: Vec<Ty> = choice.places.iter().map(|place| self.place_ty(place)).collect();
        let ty = self.common_place_ty(&types);
        let varied = choice.places.iter().any(|place| self.is_varied_place(place));
        if mutable {
            for place in &choice.places {
                self.body.vars[place.base.0 as usize].mutable = true;
                self.varied_vars.insert(place.base, true);
            }
        }
        let var = self.body.new_var(name, ty, VarKind::RefMut, span);
        self.varied_vars.insert(var, varied || mutable);
        self.choices.insert(var, choice);
        var
    }

    fn common_place_ty(&mut self, types: &[Ty]) -> Ty {
        let mut common = types.first().cloned().unwrap_or(Ty::Unknown);
        for ty in types.iter().skip(1) {
            common = match (&common, ty) {
                (Ty::Array(a, n), Ty::Array(b, m)) if n.to_string() != m.to_string() => {
                    Ty::Slice(Box::new(self.merged(a, b)))
                }
                (Ty::Array(a, _) | Ty::Slice(a) | Ty::Vec(a), Ty::Slice(b))
                | (Ty::Slice(a), Ty::Array(b, _) | Ty::Vec(b))
                | (Ty::Array(a, _), Ty::Vec(b))
                | (Ty::Vec(a), Ty::Array(b, _)) => Ty::Slice(Box::new(self.merged(a, b))),
                (a, b) => self.merged(a, b),
            };
        }
        common
    }

    fn merged(&mut self, a: &Ty, b: &Ty) -> Ty {
        self.floats.unify(a, b);
        floats::merge(a, b)
    }

    /// The reference that is `terms[i]` at the end of arm `i`; nothing if these aren't references to memory.
    pub fn join_references(
        &mut self,
        name: &str,
        terms: &[Term],
        arms: &mut [Arm],
        results: &mut Vec<V>,
        cond: Option<V>,
        span: Span,
    ) -> Option<Term> {
        let mutable = self.exclusive_references(terms)?;
        let is_local = |place: &Place| arms.iter().any(|arm| declares(&arm.stmts, place.base));
        let choices: Vec<Option<Choice>> =
            terms.iter().map(|term| Some(self.choice_of(reference(term)?))).collect();
        if choices.iter().flatten().flat_map(|choice| &choice.places).any(is_local) {
            return Some(self.join_temporaries(name, terms, arms, mutable, span));
        }
        let mut ends: Vec<End<'_>> =
            arms.iter_mut().zip(choices).map(|(arm, choice)| End { stmts: &mut arm.stmts, choice }).collect();
        let shapes = self.same_shapes(&mut ends, span);
        let choices: Vec<Option<Choice>> = ends.into_iter().map(|end| end.choice).collect();
        let mut joined = Choice { places: Vec::new(), flags: Vec::new() };
        for (number, shape) in shapes.iter().enumerate() {
            let place = self.join_indices(name, shape, &choices, arms, results, span);
            joined.places.push(place);
            if number + 1 < shapes.len() {
                let flags = self.flags_at_ends(shape, &choices, arms, span);
                joined.flags.push(self.join_terms(name, &flags, arms, results, cond, span));
            }
        }
        Some(self.reference_to(name, joined, mutable, span))
    }

    /// Whether these are references to memory, and then whether all of them are exclusive ones.
    fn exclusive_references(&self, terms: &[Term]) -> Option<bool> {
        let mut mutable = None;
        let mut scalar = true;
        for term in terms {
            match term {
                Term::Ref { place, mutable: this } if mutable.is_none_or(|mutable| mutable == *this) => {
                    mutable = Some(*this);
                    scalar &= matches!(self.place_ty(place), Ty::Float(_) | Ty::Int | Ty::Bool);
                }
                Term::Never | Term::Uninit => {}
                _ => return None,
            }
        }
        // A number behind `&` is as good as the number, unless an index tells which one of a sequence it is.
        mutable.filter(|mutable| *mutable || !scalar || one_of_many(terms))
    }

    /// What is declared in an arm can be lent by it as a constant alone; a copy is as good as that.
    fn join_temporaries(
        &mut self,
        name: &str,
        terms: &[Term],
        arms: &mut [Arm],
        mutable: bool,
        span: Span,
    ) -> Term {
        let sized = terms.iter().filter_map(Term::place).all(|place| {
            !matches!(self.place_ty(place), Ty::Slice(_)) && !self.choices.contains_key(&place.base)
        });
        if mutable || !sized {
            return self.refuse(span, &Message::branching_reference());
        }
        let behind: Vec<Term> = terms.iter().cloned().map(Self::deref).collect();
        match self.join_memory(name, &behind, arms, span) {
            Term::Place(place) => Term::Ref { place, mutable },
            other => other,
        }
    }

    /// The place of this shape after the arms, at the indices that each has for it.
    fn join_indices(
        &mut self,
        name: &str,
        shape: &Place,
        choices: &[Option<Choice>],
        arms: &mut [Arm],
        results: &mut Vec<V>,
        span: Span,
    ) -> Place {
        let at: Vec<Option<Vec<V>>> = choices
            .iter()
            .map(|choice| {
                let choice = choice.as_ref()?;
                choice.find(shape).map(|number| choice.places[number].operands())
            })
            .collect();
        let mut slot = 0;
        let mut joined = shape.clone();
        joined.map_operands(&mut |_| {
            let terms: Vec<Term> = at
                .iter()
                .map(|operands| operands.as_ref().map_or(Term::Never, |all| Term::Value(all[slot])))
                .collect();
            slot += 1;
            match self.join_terms(&format!("{name}_at"), &terms, arms, results, None, span) {
                Term::Value(v) => v,
                _ => self.integer(0, span),
            }
        });
        joined
    }

    fn flags_at_ends(
        &mut self,
        shape: &Place,
        choices: &[Option<Choice>],
        arms: &mut [Arm],
        span: Span,
    ) -> Vec<Term> {
        let flags = choices.iter().zip(arms).map(|(choice, arm)| match choice {
            None => Term::Never,
            Some(choice) => self.within(&mut arm.stmts, |lower| lower.flag(choice, shape, span)),
        });
        flags.collect()
    }

    /// Whether a reference is to the place of this shape.
    pub fn flag(&mut self, choice: &Choice, shape: &Place, span: Span) -> Term {
        let Some(number) = choice.find(shape) else { return Term::Known(false) };
        if let Some(flag) = choice.flags.get(number) {
            return flag.clone();
        }
        let mut others = Vec::new();
        for flag in &choice.flags {
            match flag {
                Term::Known(true) => return Term::Known(false),
                Term::Value(v) => others.push(*v),
                _ => {}
            }
        }
        if others.is_empty() {
            return Term::Known(true);
        }
        let any = self.any(&others, span);
        Term::Value(self.bind("t", Ty::Bool, crate::ir::Op::Prim(Prim::Not, vec![any]), span))
    }

    /// Runs `inside` as if these statements were the block under construction.
    pub fn within<R>(&mut self, stmts: &mut Vec<Stmt>, inside: impl FnOnce(&mut Self) -> R) -> R {
        std::mem::swap(&mut self.stmts, stmts);
        let result = inside(self);
        std::mem::swap(&mut self.stmts, stmts);
        result
    }

    /// Writes places of the same variable in the same way, where they can be; all the shapes that are left.
    pub fn same_shapes(&mut self, ends: &mut [End<'_>], span: Span) -> Vec<Place> {
        let bases: Vec<M> = shapes(ends).iter().map(|shape| shape.base).collect();
        let differ = |base: &M| bases.iter().filter(|other| *other == base).count() > 1;
        for end in &mut *ends {
            for place in end.choice.iter_mut().flat_map(|choice| &mut choice.places) {
                if differ(&place.base) {
                    *place = self.within(end.stmts, |lower| lower.canonical(place, span));
                }
            }
        }
        let all = shapes(ends);
        for end in &mut *ends {
            for place in end.choice.iter_mut().flat_map(|choice| &mut choice.places) {
                if all.contains(&shape_of(&sliced(place, V(0), V(0)))) {
                    *place = self.within(end.stmts, |lower| {
                        let (start, end) = (lower.integer(0, span), lower.len_of(place, span));
                        sliced(place, start, end)
                    });
                }
            }
        }
        shapes(ends)
    }

    /// The same place with slices of slices as one, by first and last index.
    fn canonical(&mut self, place: &Place, span: Span) -> Place {
        let mut out = Place::whole(place.base);
        let mut open = false;
        for projection in &place.projections {
            let Projection::Slice { start, end } = projection else {
                let step =
                    if open { self.counted_from(&mut out, projection, span) } else { projection.clone() };
                out.projections.push(step);
                open = false;
                continue;
            };
            open = matches!(end, Bound::Open);
            let outer = match out.projections.last() {
                Some(Projection::Slice { start: Bound::At(start), end: Bound::At(end) }) => {
                    let outer = (*start, *end);
                    out.projections.pop();
                    Some(outer)
                }
                _ => None,
            };
            let (first, last) = self.bounds(&out, outer, *start, *end, span);
            out = sliced(&out, first, last);
        }
        out
    }

    /// `x[start..][i]` is `x[start + i]`.
    fn counted_from(&mut self, out: &mut Place, projection: &Projection, span: Span) -> Projection {
        let Projection::Index(at) = projection else { return projection.clone() };
        let Some(Projection::Slice { start: Bound::At(start), .. }) = out.projections.pop() else {
            return projection.clone();
        };
        Projection::Index(self.bind("t", Ty::Int, crate::ir::Op::Prim(Prim::Add, vec![start, *at]), span))
    }

    fn bounds(&mut self, of: &Place, outer: Option<(V, V)>, start: Bound, end: Bound, span: Span) -> (V, V) {
        let shifted = |lower: &mut Self, by: V| match outer {
            Some((first, _)) => {
                lower.bind("t", Ty::Int, crate::ir::Op::Prim(Prim::Add, vec![first, by]), span)
            }
            None => by,
        };
        let first = match (start, outer) {
            (Bound::At(v) | Bound::Through(v), _) => shifted(self, v),
            (Bound::Open, Some((first, _))) => first,
            (Bound::Open, None) => self.integer(0, span),
        };
        let last = match (end, outer) {
            (Bound::At(v), _) => shifted(self, v),
            (Bound::Through(v), _) => {
                let one = self.integer(1, span);
                let next = self.bind("t", Ty::Int, crate::ir::Op::Prim(Prim::Add, vec![v, one]), span);
                shifted(self, next)
            }
            (Bound::Open, Some((_, last))) => last,
            (Bound::Open, None) => self.len_of(of, span),
        };
        (first, last)
    }
}

/// The place that a reference is to.
fn reference(term: &Term) -> Option<&Place> {
    match term {
        Term::Ref { place, .. } => Some(place),
        _ => None,
    }
}

/// Whether these are all elements of one sequence.
fn one_of_many(terms: &[Term]) -> bool {
    let mut shapes = terms.iter().filter_map(reference).map(shape_of);
    let Some(first) = shapes.next() else { return false };
    !first.operands().is_empty() && shapes.all(|shape| shape == first)
}

/// A part of a sequence.
fn sliced(place: &Place, start: V, end: V) -> Place {
    place.then(Projection::Slice { start: Bound::At(start), end: Bound::At(end) })
}

/// A place without its indices.
pub fn shape_of(place: &Place) -> Place {
    let mut shape = place.clone();
    shape.map_operands(&mut |_| V(0));
    shape
}

/// The shapes of all places at some ends.
fn shapes(ends: &[End<'_>]) -> Vec<Place> {
    let mut all = Vec::new();
    for place in ends.iter().flat_map(|end| &end.choice).flat_map(|choice| &choice.places) {
        let shape = shape_of(place);
        if !all.contains(&shape) {
            all.push(shape);
        }
    }
    all
}

/// Whether a variable is declared among these statements.
pub fn declares(stmts: &[Stmt], var: M) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Declare { var: declared, .. } => *declared == var,
        _ => stmt.blocks().iter().any(|block| declares(&block.stmts, var)),
    })
}
