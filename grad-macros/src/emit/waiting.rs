//! Expressions that wait for the place of their one use, and are written where memory is about to change.

use std::collections::HashSet;

use quote::quote;

use super::emitter::{Emitter, Pending};
use crate::ir::{M, Op, V};

/// How many operations an expression may have before its parts get names.
const MAX_OPERATIONS: usize = 10;

impl<'a> Emitter<'a> {
    /// Whether the operation may stand where its value is used.
    pub fn may_wait(&self, v: V, op: &Op) -> bool {
        let temporary = |name: &str| name == "t" || name.ends_with("_bar") || name.ends_with("_dot");
        let cheap = !matches!(op, Op::Opaque(opaque) if !opaque.cheap);
        cheap
            && self.facts.used_once_at_home(v)
            && (temporary(&self.body.value(v).name) || self.facts.is_handed_on(v))
            && self.operations(op) <= MAX_OPERATIONS
    }

    fn operations(&self, op: &Op) -> usize {
        let inner = op.operands().into_iter().filter_map(|v| self.pending.get(&v));
        1 + inner.map(|pending| pending.operations).sum::<usize>()
    }

    /// Leaves the operation to the place of its use.
    pub fn wait(&mut self, v: V, op: &'a Op) {
        let mut reads = op.reads();
        for operand in op.operands() {
            reads.extend(self.pending.get(&operand).iter().flat_map(|pending| pending.reads.iter().copied()));
        }
        for &m in &reads {
            self.readers.entry(m).or_default().push(v);
        }
        let operations = self.operations(op);
        self.pending.insert(v, Pending { op, operations, reads });
        self.waiting.last_mut().into_iter().for_each(|scope| scope.push(v));
    }

    /// Writes what waits and reads one of these variables, which are about to change.
    pub fn flush(&mut self, written: &[M]) {
        let waiting = written.iter().flat_map(|m| self.readers.remove(m).unwrap_or_default());
        let mut waiting: Vec<V> = waiting.collect();
        waiting.retain(|v| self.pending.contains_key(v));
        // What another one of them is computed from stands inside that one.
        let parts: HashSet<V> = waiting.iter().flat_map(|v| self.pending[v].op.operands()).collect();
        waiting.sort_unstable();
        waiting.into_iter().filter(|v| !parts.contains(v)).for_each(|v| self.write_out(v));
    }

    /// Writes what waits and reads memory, whatever it is.
    pub fn flush_reads(&mut self) {
        let mut written: Vec<M> = self.readers.keys().copied().collect();
        written.sort_unstable();
        self.flush(&written);
    }

    /// Writes what waits and isn't plain arithmetic or a read of memory: it may see what a call does.
    pub fn flush_reads_of_user_code(&mut self) {
        let mut waiting: Vec<V> =
            self.pending.iter().filter(|(_, p)| matches!(p.op, Op::Opaque(_))).map(|(v, _)| *v).collect();
        waiting.sort_unstable();
        for v in waiting {
            self.write_out(v);
        }
    }

    /// Gives a value that waits a name.
    pub fn write_out(&mut self, v: V) {
        if let Some(pending) = self.pending.remove(&v) {
            let tokens = self.op(v, pending.op).typed().tokens;
            let name = self.name(v);
            self.push(quote!(let #name = #tokens;));
        }
    }
}
