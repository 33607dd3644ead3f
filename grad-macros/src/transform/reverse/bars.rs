//! The adjoints of values, with a journal, so that the arms of a branch can start from the same state.

use std::collections::HashMap;

use crate::ir::V;

/// For each primal value the adjoint so far.
#[derive(Default)]
pub struct Bars {
    current: HashMap<V, V>,
    journal: Vec<(V, Option<V>)>,
}

impl Bars {
    /// The adjoint so far.
    pub fn get(&self, v: V) -> Option<V> {
        self.current.get(&v).copied()
    }

    /// Replaces the adjoint.
    pub fn set(&mut self, v: V, bar: Option<V>) {
        let before = match bar {
            Some(bar) => self.current.insert(v, bar),
            None => self.current.remove(&v),
        };
        self.journal.push((v, before));
    }

    /// The adjoint, which is complete now.
    pub fn take(&mut self, v: V) -> Option<V> {
        let bar = self.get(v);
        if bar.is_some() {
            self.set(v, None);
        }
        bar
    }

    /// A moment to come back to.
    pub fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Goes back to `mark`; the values whose adjoint had changed since, in order of their first change, each with its adjoint at
    /// the end.
    pub fn rollback(&mut self, mark: usize) -> Vec<(V, Option<V>)> {
        let mut changes: Vec<(V, Option<V>)> = Vec::new();
        let mut seen = HashMap::new();
        for (v, before) in self.journal.drain(mark..) {
            seen.entry(v).or_insert_with(|| {
                changes.push((v, None));
                before
            });
        }
        for (v, after) in &mut changes {
            *after = self.current.get(v).copied();
            match seen[v] {
                Some(before) => self.current.insert(*v, before),
                None => self.current.remove(v),
            };
        }
        changes
    }
}
