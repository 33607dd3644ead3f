//! The adjoint of a call: its pullback, run.

use super::Reverse;
use crate::ir::{Arg, Builder, Call, Init, Op, Place, Pullback, Slot, Stmt, Ty, V, VarKind};

impl Reverse<'_> {
    pub(super) fn call(&mut self, builder: &mut Builder<'_>, call: &Call) {
        let bar = call.result.and_then(|result| self.bars.take(result));
        if call.pullback.is_none() && call.repeat.is_none() {
            return;
        }
        let through_memory = call.args.iter().any(|arg| matches!(arg, Arg::Ref { mutable: true, .. }));
        if bar.is_none() && !through_memory {
            return;
        }
        let seed = self.seed_of(builder, call, bar);
        let mut cotangents = Vec::new();
        let slots: Vec<Slot> = call.args.iter().map(|arg| self.slot(builder, arg, &mut cotangents)).collect();
        let (pullback, slots) = match (call.pullback, &call.repeat) {
            (Some(pullback), _) => (pullback, slots),
            (None, Some(copies)) => repeat(builder, call, copies, slots),
            (None, None) => return,
        };
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
            Arg::Ref { place, .. } => Slot::Scratch(place.clone()),
            Arg::Value(_) | Arg::Opaque(_) => Slot::Constant,
        }
    }
}

/// Calls the forward half in the adjoint sweep, on what its arguments were.
fn repeat(builder: &mut Builder<'_>, call: &Call, copies: &[Option<V>], slots: Vec<Slot>) -> (V, Vec<Slot>) {
    let mut again = call.clone();
    let mut own_slots = Vec::new();
    for ((arg, copy), slot) in again.args.iter_mut().zip(copies).zip(slots) {
        let (Arg::Ref { place, .. }, Some(copy)) = (&mut *arg, copy) else {
            own_slots.push(slot);
            continue;
        };
        let var = builder.body.var(place.base).clone();
        let own = builder.body.new_var(format!("{}_again", var.name), Ty::Unknown, VarKind::Local, call.span);
        builder.body.vars[own.0 as usize].mutable = true;
        builder.block.stmts.push(Stmt::Declare { var: own, init: Init::Value(*copy) });
        *place = Place::whole(own);
        own_slots.push(match slot {
            Slot::Scratch(_) => Slot::Scratch(Place::whole(own)),
            slot => slot,
        });
    }
    let pullback = builder.body.new_value("pullback", Ty::Unknown, call.span);
    again.pullback = Some(pullback);
    again.repeat = None;
    if let Some(result) = call.result {
        let like = builder.body.value(result).clone();
        again.result = Some(builder.body.new_value(like.name, like.ty, like.span));
    }
    builder.block.stmts.push(Stmt::Call(Box::new(again)));
    (pullback, own_slots)
}
