//! What reads or writes through a reference that is one of several places becomes a branch.

use proc_macro2::{Ident, Span};

use super::refer::Choice;
use super::{Lower, Term};
use crate::diag::Message;
use crate::ir::{Binding, Branch, BranchKind, Call, Fails, Init, M, Op, Place, Stmt, StoreHow, V};

/// Statements, and the values that they give.
type Written = (Vec<Stmt>, Vec<V>);

impl Lower<'_> {
    /// Statements in which no [`Choice`] is named any more.
    pub fn chosen(&mut self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        if self.choices.is_empty() {
            return stmts;
        }
        let mut out = Vec::new();
        for mut stmt in stmts {
            for block in stmt.blocks_mut() {
                block.stmts = self.chosen(std::mem::take(&mut block.stmts));
            }
            out.extend(self.unfolded(stmt));
        }
        out
    }

    /// A statement, as a branch if it names a choice.
    fn unfolded(&mut self, mut stmt: Stmt) -> Vec<Stmt> {
        let Some((var, choice)) = self.named_choice(&mut stmt) else { return vec![stmt] };
        let span = self.body.var(var).span;
        if matches!(&stmt, Stmt::Call(call) if matches!(&**call, Call { fails: Fails::Decides, .. })) {
            self.errors.report(span, &Message::branching_reference());
            return Vec::new();
        }
        if let Stmt::Branch(_) | Stmt::Loop(_) = stmt {
            return self.looked_at_before(stmt, var, span);
        }
        if let Stmt::Declare { var: copy, init: Init::Copy { .. } } = stmt {
            let mut out = vec![Stmt::Declare { var: copy, init: Init::Uninit }];
            out.extend(
                self.pick(&choice, span, &mut |lower, place| lower.stored_copy(&stmt, copy, var, place)).0,
            );
            return out;
        }
        let wanted = stmt.defines();
        let (mut out, given) = self.pick(&choice, span, &mut |lower, place| lower.at(&stmt, var, place));
        let copies = wanted.into_iter().zip(given);
        out.extend(copies.map(|(value, given)| Stmt::Let { value, op: Op::Copy(given) }));
        out
    }

    fn named_choice(&self, stmt: &mut Stmt) -> Option<(M, Choice)> {
        let mut found = None;
        stmt.map_vars(&mut |m| {
            if let (None, Some(choice)) = (&found, self.choices.get(&m)) {
                found = Some((m, choice.clone()));
            }
            m
        });
        found
    }

    /// What looks at a choice before its blocks run looks at a reference that is made before.
    fn looked_at_before(&mut self, mut stmt: Stmt, var: M, span: Span) -> Vec<Stmt> {
        let (borrow, borrowed) = self.in_block(|lower| lower.borrow(&Place::whole(var), false, span));
        for uses in stmt.uses_mut() {
            rebind(uses, var, Binding::Value(borrowed));
        }
        let mut out = self.chosen(borrow);
        out.extend(self.unfolded(stmt));
        out
    }

    /// A branch over the places, with what `make` writes for each; its results are the values that `make` gives.
    fn pick(
        &mut self,
        choice: &Choice,
        span: Span,
        make: &mut dyn FnMut(&mut Self, &Place) -> Written,
    ) -> Written {
        let (Some(first), rest) = (choice.places.first(), choice.places.get(1..).unwrap_or_default()) else {
            return (Vec::new(), Vec::new());
        };
        let others =
            Choice { places: rest.to_vec(), flags: choice.flags.get(1..).unwrap_or_default().to_vec() };
        match choice.flags.first() {
            Some(Term::Value(flag)) => {
                let (stmts, given) = make(self, first);
                let then = self.finish_block(stmts, given.clone());
                let (stmts, values) = self.pick(&others, span, make);
                let otherwise = self.finish_block(stmts, values);
                let results: Vec<V> = given.iter().map(|v| self.like_value(*v)).collect();
                let kind = BranchKind::If(*flag);
                let branch = Branch { kind, arms: vec![then, otherwise], results: results.clone(), span };
                (vec![Stmt::Branch(branch)], results)
            }
            Some(Term::Known(true)) | None => make(self, first),
            Some(_) => self.pick(&others, span, make),
        }
    }

    /// Another value of the same kind.
    fn like_value(&mut self, v: V) -> V {
        let value = self.body.value(v);
        let (name, ty, span) = (value.name.clone(), value.ty.clone(), value.span);
        let varied = self.is_varied(v);
        self.new_value(&name, ty, varied, span)
    }

    /// A statement with a place instead of the choice, and what it defines.
    fn at(&mut self, stmt: &Stmt, var: M, place: &Place) -> Written {
        let mut stmt = stmt.clone();
        stmt.map_definitions(&mut |v| self.like_value(v));
        let given = stmt.defines();
        let mut before = self.user_code_at(&mut stmt, var, place);
        stmt.map_places(&mut |at| {
            if at.base == var {
                let rest = std::mem::take(&mut at.projections);
                *at = place.clone();
                at.projections.extend(rest);
            }
        });
        before.extend(self.unfolded(stmt));
        (before, given)
    }

    /// In the user's words a reference is a value.
    fn user_code_at(&mut self, stmt: &mut Stmt, var: M, place: &Place) -> Vec<Stmt> {
        let mut mutable = false;
        if let Stmt::Effect(effect) = stmt {
            for written in effect.writes.iter_mut().filter(|written| **written == var) {
                *written = place.base;
                mutable = true;
            }
        }
        let mut all = stmt.uses_mut();
        if !all.iter().flat_map(|uses| &**uses).any(|(_, binding)| *binding == Binding::Var(var)) {
            return Vec::new();
        }
        let span = self.body.var(var).span;
        let (out, reference) = self.in_block(|lower| lower.borrow(place, mutable, span));
        for uses in &mut all {
            rebind(uses, var, Binding::Value(reference));
        }
        out
    }

    /// `let copy = choice;`, of which each place is stored to a variable that is there already.
    fn stored_copy(&mut self, stmt: &Stmt, copy: M, var: M, place: &Place) -> Written {
        let Stmt::Declare { init, .. } = stmt else { return (Vec::new(), Vec::new()) };
        let known = self.body.var(copy).clone();
        let own = self.new_var(
            &known.name,
            known.ty.clone(),
            self.is_varied_place(&Place::whole(copy)),
            known.span,
        );
        let declared = Stmt::Declare { var: own, init: init.clone() };
        let (mut out, _) = self.at(&declared, var, place);
        let (store, ()) = self.in_block(|lower| {
            let value = lower.load(Place::whole(own), known.span);
            lower.store(Place::whole(copy), StoreHow::Set, value);
        });
        out.extend(store);
        (out, Vec::new())
    }
}

fn rebind(uses: &mut [(Ident, Binding)], var: M, to: Binding) {
    for (_, binding) in uses {
        if *binding == Binding::Var(var) {
            *binding = to;
        }
    }
}
