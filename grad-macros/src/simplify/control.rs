//! Branches and loops: results that all arms agree on, values that no iteration changes, fields recorded twice.

use std::collections::HashSet;

use super::dead::retain_by;
use super::walk::Walk;
use crate::ir::{Block, Branch, Head, Loop, M, Op, Stmt, V};

impl Walk<'_> {
    /// The arms, then what they result in.
    pub fn branch(&mut self, mut branch: Branch, out: &mut Vec<Stmt>) {
        let written = written_in(branch.arms.iter());
        for arm in &mut branch.arms {
            self.block(arm);
            // What one arm writes, the next one doesn't see, and after the branch it isn't sure.
            written.iter().for_each(|m| self.table.changes(*m));
        }
        let inside = defined(&branch);
        let mut kept: Vec<(usize, Vec<Handed>)> = Vec::new();
        let mut needed = Vec::new();
        for (index, result) in branch.results.iter().enumerate() {
            let handed: Vec<Handed> = branch.arms.iter().map(|arm| self.handed(arm.results[index])).collect();
            let same = agreed(&handed).filter(|v| !inside.contains(v));
            let same = same.or_else(|| {
                let (first, known) = kept.iter_mut().find(|(_, known)| are_one(known, &handed))?;
                for (arm, (known, handed)) in branch.arms.iter_mut().zip(known.iter_mut().zip(&handed)) {
                    if *known == Handed::Anything {
                        arm.results[*first] = arm.results[index];
                        *known = handed.clone();
                    }
                }
                Some(branch.results[*first])
            });
            match same {
                Some(same) => {
                    self.renamed.insert(*result, same);
                }
                None => kept.push((index, handed)),
            }
            needed.push(same.is_none());
        }
        retain_by(&mut branch.results, &needed);
        branch.arms.iter_mut().for_each(|arm| retain_by(&mut arm.results, &needed));
        out.push(Stmt::Branch(branch));
    }

    fn handed(&self, v: V) -> Handed {
        match (self.number(v), self.ops.get(&v)) {
            (_, Some(Op::Undef)) => Handed::Anything,
            (Some(number), Some(Op::Number(_))) => Handed::Number(number.to_bits()),
            _ => Handed::Value(v),
        }
    }

    /// What is recorded twice is recorded once.
    pub fn record(&mut self, tape: M, values: &mut Vec<V>) {
        let mut doubled: Vec<(usize, usize)> = Vec::new();
        for index in (1..values.len()).rev() {
            if let Some(first) = values[..index].iter().position(|v| *v == values[index]) {
                doubled.push((index, first));
            }
        }
        for (index, _) in &doubled {
            values.remove(*index);
        }
        self.doubled.insert(tape, doubled);
    }

    /// The names of a record's fields, those alone that are recorded.
    fn read(&mut self, tape: M, fields: &mut Vec<V>) {
        for (index, first) in self.doubled.get(&tape).cloned().unwrap_or_default() {
            self.renamed.insert(fields[index], fields[first]);
            fields.remove(index);
        }
    }

    /// A loop: what it carries, its body, its way out.
    pub fn looped(&mut self, mut looped: Box<Loop>, out: &mut Vec<Stmt>) {
        self.drop_constants(&mut looped);
        let written = written(&looped);
        written.iter().for_each(|m| self.table.changes(*m));
        match &mut looped.head {
            Head::While(cond) => self.block(cond),
            Head::Replay(replay) => {
                if let Some((tape, fields)) = &mut replay.tape {
                    self.read(*tape, fields);
                }
            }
            Head::Range { .. } | Head::Forever => {}
        }
        self.block(&mut looped.body);
        written.iter().for_each(|m| self.table.changes(*m));
        looped.exit = looped.exit.map(|exit| self.resolve(exit));
        let before = looped.carried.len();
        self.drop_constants(&mut looped);
        if looped.carried.len() < before {
            // The body has been walked over: what was carried is named there still.
            let renamed = &self.renamed;
            let mut resolve = |v: V| renamed.get(&v).copied().unwrap_or(v);
            looped.body.map_operands(&mut resolve);
            if let Head::While(cond) = &mut looped.head {
                cond.map_operands(&mut resolve);
            }
            looped.exit = looped.exit.map(&mut resolve);
            // So do the operations that later equations look at.
            self.ops.values_mut().for_each(|op| op.map_operands(&mut resolve));
        }
        out.push(Stmt::Loop(looped));
    }

    /// What every iteration hands on as it is, isn't carried.
    fn drop_constants(&mut self, looped: &mut Loop) {
        for index in (0..looped.carried.len()).rev() {
            let carried = looped.carried[index];
            if looped.body.results[index] == carried.param {
                self.renamed.insert(carried.param, carried.init);
                self.renamed.insert(carried.result, carried.init);
                looped.carried.remove(index);
                looped.body.results.remove(index);
            }
        }
    }
}

/// The variables that a loop writes.
fn written(looped: &Loop) -> HashSet<M> {
    let cond = match &looped.head {
        Head::While(cond) => Some(cond),
        Head::Range { .. } | Head::Forever | Head::Replay(_) => None,
    };
    written_in(cond.into_iter().chain([&looped.body]))
}

/// The variables that blocks write.
fn written_in<'b>(blocks: impl Iterator<Item = &'b Block>) -> HashSet<M> {
    let mut written = HashSet::new();
    for block in blocks {
        block.for_each_stmt(&mut |stmt| written.extend(stmt.writes()));
    }
    written
}

/// What an arm hands out.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Handed {
    /// Nothing uses it when this arm has run.
    Anything,
    Number(u64),
    Value(V),
}

/// The value that all arms hand out which hand out any.
fn agreed(handed: &[Handed]) -> Option<V> {
    let mut values = handed.iter().filter(|handed| **handed != Handed::Anything);
    match values.next()? {
        Handed::Value(v) if values.all(|other| *other == Handed::Value(*v)) => Some(*v),
        _ => None,
    }
}

/// Whether two results are the same wherever both are used, and at least once.
fn are_one(first: &[Handed], second: &[Handed]) -> bool {
    let mut pairs = first.iter().zip(second);
    let free = |handed: &Handed| *handed == Handed::Anything;
    pairs.clone().any(|(a, b)| a == b && !free(a)) && pairs.all(|(a, b)| a == b || free(a) || free(b))
}

/// The values that the arms define.
fn defined(branch: &Branch) -> HashSet<V> {
    let mut defined = HashSet::new();
    for arm in &branch.arms {
        arm.for_each_stmt(&mut |stmt| {
            defined.extend(stmt.defines());
            if let Stmt::Loop(looped) = stmt {
                defined.extend(looped.params());
            }
        });
    }
    if let crate::ir::BranchKind::Match { arms, .. } = &branch.kind {
        defined.extend(arms.iter().flat_map(|arm| &arm.binds).map(|(_, v)| *v));
    }
    defined
}
