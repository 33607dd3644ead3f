//! The adjoint of a call with tangents: the call is made once more, forward and backward.

use super::Reverse;
use super::call::apart;
use crate::ir::{
    Arg, Builder, Call, Callee, Init, Place, Pushforward, Second, Slot, Stmt, TangentArg, Ty, V, VarKind,
};

impl Reverse {
    pub(super) fn call_with_tangents(
        &mut self,
        builder: &mut Builder<'_>,
        call: &Call,
        tangent: &Pushforward,
    ) {
        let bars = [call.result, tangent.result].map(|v| v.and_then(|v| self.bars.take(v)));
        let through_memory = call.args.iter().any(|arg| matches!(arg, Arg::Ref { mutable: true, .. }));
        if bars.iter().all(Option::is_none) && !through_memory {
            return;
        }
        let seeds = match (call.result, tangent.result) {
            (Some(value), Some(dot)) => {
                let value = bars[0].unwrap_or_else(|| Self::zero(builder, value));
                Some((value, bars[1].unwrap_or_else(|| Self::zero(builder, dot))))
            }
            _ => None,
        };
        let mut cotangents = Vec::new();
        let slots: Vec<Slot> = call.args.iter().map(|arg| self.slot(builder, arg, &mut cotangents)).collect();
        let tangents = tangent.args.iter().zip(&call.args);
        let dots: Vec<Slot> =
            tangents.map(|(dot, arg)| self.tangent_slot(builder, dot, arg, &mut cotangents)).collect();
        let again = again(builder, call, tangent);
        let (count, twice) = (slots.len(), [&again.args[..], &again.args].concat());
        let mut slots = slots;
        // How a method takes a receiver in memory is known where its type is.
        if let (Callee::Method(..), Some(Arg::Ref { place, .. }), Some(slot @ Slot::Constant)) =
            (&call.callee, call.args.first(), slots.first_mut())
        {
            *slot = Slot::Scratch(place.clone());
        }
        let slots = slots.into_iter().chain(dots).zip(&twice).map(|(slot, arg)| like(slot, arg)).collect();
        let (mut slots, parts) = apart(builder, &twice, slots, call.span);
        let tangent_slots = slots.split_off(count);
        builder.block.stmts.push(Stmt::Second(Box::new(Second { call: again, seeds, slots, tangent_slots })));
        self.take_parts(builder, parts);
        for (v, cotangent) in cotangents {
            self.contribute(builder, v, cotangent);
        }
    }

    fn tangent_slot(
        &mut self,
        builder: &mut Builder<'_>,
        dot: &TangentArg,
        arg: &Arg,
        cotangents: &mut Vec<(V, V)>,
    ) -> Slot {
        match dot {
            TangentArg::Value(v) => self.slot(builder, &Arg::Value(*v), cotangents),
            TangentArg::Ref { place, mutable } => {
                let arg = Arg::Ref { place: place.clone(), mutable: *mutable };
                self.slot(builder, &arg, cotangents)
            }
            // The callee may have a tangent for it all the same, of the shape of the argument.
            TangentArg::Constant => match arg {
                Arg::Ref { place, .. } if !builder.body.var(place.base).ty.is_constant() => {
                    Slot::Scratch(place.clone())
                }
                Arg::Ref { .. } | Arg::Value(_) | Arg::Opaque(_) => Slot::Constant,
            },
        }
    }
}

/// A buffer of the shape of an argument is made from what the argument is now.
fn like(slot: Slot, arg: &Arg) -> Slot {
    match (slot, arg) {
        (Slot::Scratch(_), Arg::Ref { place, .. }) => Slot::Scratch(place.clone()),
        (slot, _) => slot,
    }
}

/// The call as it was, on copies of what isn't there any more.
fn again(builder: &mut Builder<'_>, call: &Call, tangent: &Pushforward) -> Call {
    let mut again = call.clone();
    let mut own = |place: &mut Place, copy: &Option<V>| {
        let Some(copy) = copy else { return };
        let name = format!("{}_again", builder.body.var(place.base).name);
        let own = builder.body.new_var(name, Ty::Unknown, VarKind::Local, call.span);
        builder.body.vars[own.0 as usize].mutable = true;
        builder.block.stmts.push(Stmt::Declare { var: own, init: Init::Value(*copy) });
        *place = Place::whole(own);
    };
    for (arg, copy) in again.args.iter_mut().zip(call.repeat.iter().flatten()) {
        if let Arg::Ref { place, .. } = arg {
            own(place, copy);
        }
    }
    let mut tangent = tangent.clone();
    for (arg, copy) in tangent.args.iter_mut().zip(&tangent.repeat) {
        if let TangentArg::Ref { place, .. } = arg {
            own(place, copy);
        }
    }
    (again.result, again.repeat, tangent.result) = (None, None, None);
    again.tangent = Some(tangent);
    again
}
