//! The adjoint of a call: its pullback, run.

use super::Reverse;
use crate::ir::{Arg, Builder, Call, Op, Pullback, Slot, Stmt, Ty, V};

impl Reverse<'_> {
    pub(super) fn call(&mut self, builder: &mut Builder<'_>, call: &Call) {
        let bar = call.result.and_then(|result| self.bars.take(result));
        let Some(pullback) = call.pullback else { return };
        let through_memory = call.args.iter().any(|arg| matches!(arg, Arg::Ref { mutable: true, .. }));
        if bar.is_none() && !through_memory {
            return;
        }
        let seed = self.seed_of(builder, call, bar);
        let mut cotangents = Vec::new();
        let slots = call.args.iter().map(|arg| self.slot(builder, arg, &mut cotangents)).collect();
        builder.block.stmts.push(Stmt::Pullback(Box::new(Pullback {
            pullback,
            callee: call.callee.clone(),
            seed,
            slots,
            span: call.span,
        })));
        for (v, cotangent) in cotangents {
            self.contribute(builder, v, cotangent);
        }
    }

    /// The cotangent of the result; a zero where it isn't used but the arguments are changed.
    fn seed_of(&self, builder: &mut Builder<'_>, call: &Call, bar: Option<V>) -> Option<V> {
        let result = call.result?;
        Some(bar.unwrap_or_else(|| match builder.ty(result) {
            Ty::Float(_) => builder.number(0.0, result),
            ty => builder.bind("t", ty, Op::ZeroTangent(result)),
        }))
    }

    fn slot(&mut self, builder: &mut Builder<'_>, arg: &Arg, cotangents: &mut Vec<(V, V)>) -> Slot {
        match arg {
            Arg::Value(v) if self.activity.varied(*v) => {
                let ty = builder.ty(*v);
                let cotangent = builder.body.new_value("t", ty, builder.span);
                cotangents.push((*v, cotangent));
                Slot::Value(cotangent)
            }
            Arg::Ref { place, .. } if self.activity.var_varied(place.base) => {
                Slot::Ref(self.shadow_place(builder, place))
            }
            Arg::Value(_) | Arg::Ref { .. } | Arg::Opaque(_) => Slot::Constant,
        }
    }
}
