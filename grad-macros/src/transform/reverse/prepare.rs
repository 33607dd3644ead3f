//! What the primal sweep computes for the adjoint's sake: pullbacks of calls, and the shapes of local memory.

use std::collections::HashMap;

use proc_macro2::Span;

use crate::analysis::Activity;
use crate::ir::{Arg, Block, Body, Init, M, Op, Place, Stmt, Ty, V, Value, VarKind};

/// The shapes of local variables, as values at the end of the block that declares them.
#[derive(Default)]
pub struct Prepared {
    /// The length of a `Vec` of known elements.
    pub lengths: HashMap<M, V>,
    /// A zero tangent of a variable whose type isn't known.
    pub zeros: HashMap<M, V>,
}

/// Gives every active call a pullback and every active local variable a shape.
pub fn prepare(body: &mut Body, activity: &Activity) -> Prepared {
    let mut prepared = Prepared::default();
    let mut block = std::mem::replace(
        &mut body.block,
        Block { id: crate::ir::BlockId(0), stmts: Vec::new(), results: Vec::new(), mirrors: None },
    );
    prepare_block(body, activity, &mut block, &mut prepared);
    body.block = block;
    prepared
}

fn prepare_block(body: &mut Body, activity: &Activity, block: &mut Block, prepared: &mut Prepared) {
    let mut shapes = Vec::new();
    for stmt in &mut block.stmts {
        match stmt {
            Stmt::Call(call) => {
                let active = call.args.iter().any(|arg| match arg {
                    Arg::Value(v) => activity.varied(*v),
                    Arg::Ref { place, .. } => activity.var_varied(place.base),
                    Arg::Opaque(_) => false,
                });
                if active {
                    call.pullback = Some(body.new_value("pullback", Ty::Unknown, call.span));
                }
            }
            Stmt::Declare { var, init }
                if activity.var_varied(*var) && body.var(*var).kind == VarKind::Local =>
            {
                shapes.extend(shape(body, *var, init, prepared));
            }
            _ => {}
        }
        for inner in stmt.blocks_mut() {
            prepare_block(body, activity, inner, prepared);
        }
    }
    block.stmts.append(&mut shapes);
}

/// The statement that remembers a variable's shape, where its type doesn't say.
fn shape(body: &mut Body, var: M, init: &Init, prepared: &mut Prepared) -> Option<Stmt> {
    let name = body.var(var).name.clone();
    let ty = body.var(var).ty.clone();
    let place = Place::whole(var);
    if is_static(&ty) || matches!(init, Init::Tape(_)) {
        return None;
    }
    if let Ty::Vec(element) = &ty
        && is_static(element)
    {
        let len = new_value(body, format!("{name}_len"), Ty::Int);
        prepared.lengths.insert(var, len);
        return Some(Stmt::Let { value: len, op: Op::Len(place) });
    }
    let zero = new_value(body, format!("{name}_zero"), Ty::Unknown);
    prepared.zeros.insert(var, zero);
    Some(Stmt::Let { value: zero, op: Op::ZeroTangentAt(place) })
}

fn new_value(body: &mut Body, name: String, ty: Ty) -> V {
    body.values.push(Value { name, ty, span: Span::call_site() });
    V(u32::try_from(body.values.len() - 1).unwrap_or(u32::MAX))
}

/// Whether the type says the shape.
pub fn is_static(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Array(element, _) => is_static(element),
        Ty::Tuple(elements) => elements.iter().all(is_static),
        Ty::Constant | Ty::Slice(_) | Ty::Vec(_) | Ty::Unknown | Ty::Named(_) => false,
    }
}
