//! The adjoint of a call: its pullback, run.

use proc_macro2::Span;

use super::Reverse;
use crate::ir::{
    Arg, Builder, Call, Callee, Fails, Init, M, Op, Place, Pullback, Slot, Stmt, StoreHow, Ty, V, VarKind,
};

impl Reverse {
    pub(super) fn call(&mut self, builder: &mut Builder<'_>, call: &Call) {
        if let Some(tangent) = &call.tangent {
            return self.call_with_tangents(builder, call, tangent);
        }
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
        let mut slots: Vec<Slot> =
            call.args.iter().map(|arg| self.slot(builder, arg, &mut cotangents)).collect();
        // How a method takes a receiver in memory is known where its type is.
        if let (Callee::Method(..), Some(Arg::Ref { place, .. }), Some(slot @ Slot::Constant)) =
            (&call.callee, call.args.first(), slots.first_mut())
        {
            *slot = Slot::Scratch(place.clone());
        }
        let (pullback, slots) = match (call.pullback, &call.repeat) {
            (Some(pullback), _) => (pullback, slots),
            (None, Some(copies)) => repeat(builder, call, copies, slots),
            (None, None) => return,
        };
        let (slots, parts) = apart(builder, &call.args, slots, call.span);
        builder.block.stmts.push(Stmt::Pullback(Box::new(Pullback {
            handle: pullback,
            callee: call.callee.clone(),
            seed,
            slots,
            call: None,
            span: call.span,
        })));
        self.take_parts(builder, parts);
        for (v, cotangent) in cotangents {
            self.contribute(builder, v, cotangent);
        }
    }

    /// Brings the buffers that were lent apart from their variable back to it.
    pub(super) fn take_parts(&self, builder: &mut Builder<'_>, parts: Vec<Part>) {
        for (place, own, mutable) in parts {
            if mutable {
                builder.block.stmts.push(Stmt::Clear { place: place.clone(), ty: Ty::Unknown });
            }
            let part = builder.load("t", Ty::Unknown, Place::whole(own));
            builder.store(place, StoreHow::Add, part);
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

    pub(super) fn slot(
        &mut self,
        builder: &mut Builder<'_>,
        arg: &Arg,
        cotangents: &mut Vec<(V, V)>,
    ) -> Slot {
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
            Arg::Ref { place, .. } if builder.body.var(place.base).ty.is_constant() => Slot::Constant,
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
    if !matches!(again.fails, Fails::Never) {
        again.fails = Fails::No;
    }
    if let Some(result) = call.result {
        let like = builder.body.value(result).clone();
        again.result = Some(builder.body.new_value(like.name, like.ty, like.span));
    }
    builder.block.stmts.push(Stmt::Call(Box::new(again)));
    (pullback, own_slots)
}

/// The place that a buffer of its own belongs to, the buffer, and whether it replaces what is there.
pub(super) type Part = (Place, M, bool);

/// Two arguments may be parts of one variable, or the same part twice; Rust lends a buffer to one at a time. All but the first get
/// buffers of their own.
pub(super) fn apart(
    builder: &mut Builder<'_>,
    args: &[Arg],
    slots: Vec<Slot>,
    span: Span,
) -> (Vec<Slot>, Vec<Part>) {
    let mut lent: Vec<M> = Vec::new();
    let mut parts = Vec::new();
    let mut own_slots = Vec::new();
    for (slot, arg) in slots.into_iter().zip(args) {
        let Slot::Ref(place) = slot else {
            own_slots.push(slot);
            continue;
        };
        if !lent.contains(&place.base) {
            lent.push(place.base);
            own_slots.push(Slot::Ref(place));
            continue;
        }
        let mutable = matches!(arg, Arg::Ref { mutable: true, .. });
        let op = if mutable { Op::Snapshot(place.clone()) } else { Op::ZeroTangentAt(place.clone()) };
        let start = builder.bind("t", Ty::Unknown, op);
        let name = format!("{}_part", builder.body.var(place.base).name);
        let own = builder.body.new_var(name, Ty::Unknown, VarKind::Local, span);
        builder.body.vars[own.0 as usize].mutable = true;
        builder.block.stmts.push(Stmt::Declare { var: own, init: Init::Value(start) });
        own_slots.push(Slot::Ref(Place::whole(own)));
        parts.push((place, own, mutable));
    }
    (own_slots, parts)
}
