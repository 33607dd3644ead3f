//! What flows together has one type: after the lowering, what is known of one of the values that a branch joins or a loop hands
//! on holds for all of them. A call's result gets its type so, where the function returns it: only then there is a zero for it.

use super::Lower;
use crate::ir::{Arg, Branch, Call, Callee, Loop, Op, Prim, Stmt, Ty, V};

impl Lower<'_> {
    /// Makes floats of all the values of unknown type that flow together with one, and of what is computed from them.
    pub fn agree(&mut self) {
        let mut stmts = std::mem::take(&mut self.body.block.stmts);
        let mut joints = Vec::new();
        gather(&stmts, &mut joints);
        while self.spread(&joints) || self.operators(&mut stmts) {}
        self.body.block.stmts = stmts;
    }

    /// One step along the joints; whether anything became known.
    fn spread(&mut self, joints: &[(V, V)]) -> bool {
        let mut learned = false;
        for &(a, b) in joints {
            learned |= self.hand_on(a, b) | self.hand_on(b, a);
        }
        learned
    }

    fn hand_on(&mut self, from: V, to: V) -> bool {
        let ty = self.ty(from);
        let news = ty.is_float() && matches!(self.ty(to), Ty::Unknown);
        if news {
            self.body.values[to.0 as usize].ty = ty;
        }
        news
    }

    /// Operators whose operands turned out to be floats are primitives; whether there were any.
    fn operators(&mut self, stmts: &mut [Stmt]) -> bool {
        let mut found = false;
        for stmt in stmts {
            match stmt {
                Stmt::Call(call) => {
                    if let Some((value, op)) = self.as_primitive(call) {
                        *stmt = Stmt::Let { value, op };
                        found = true;
                    }
                }
                Stmt::Branch(branch) => {
                    branch.arms.iter_mut().for_each(|arm| found |= self.operators(&mut arm.stmts));
                }
                Stmt::Loop(looped) => found |= self.operators(&mut looped.body.stmts),
                _ => {}
            }
        }
        found
    }

    fn as_primitive(&mut self, call: &Call) -> Option<(V, Op)> {
        let (Callee::Operator(prim) | Callee::Assignment(prim)) = call.callee else { return None };
        if !matches!(prim, Prim::Add | Prim::Sub | Prim::Mul | Prim::Div | Prim::Rem | Prim::Neg) {
            return None;
        }
        let value = call.result?;
        let operands = call.args.iter().map(|arg| match arg {
            Arg::Value(v) if self.ty(*v).is_float() => Some(*v),
            _ => None,
        });
        let operands: Vec<V> = operands.collect::<Option<_>>()?;
        let ty = self.common(&operands);
        self.learn(value, &ty);
        self.body.values[value.0 as usize].ty = ty;
        Some((value, Op::Prim(prim, operands)))
    }
}

/// The pairs of values that have the same type, as one may become the other.
fn gather(stmts: &[Stmt], joints: &mut Vec<(V, V)>) {
    for stmt in stmts {
        match stmt {
            Stmt::Let { value, op: Op::Copy(of) | Op::Stop(of) } => joints.push((*value, *of)),
            Stmt::Branch(branch) => branches(branch, joints),
            Stmt::Loop(looped) => loops(looped, joints),
            _ => {}
        }
    }
}

fn branches(branch: &Branch, joints: &mut Vec<(V, V)>) {
    for arm in &branch.arms {
        joints.extend(branch.results.iter().copied().zip(arm.results.iter().copied()));
        gather(&arm.stmts, joints);
    }
}

fn loops(looped: &Loop, joints: &mut Vec<(V, V)>) {
    for (carried, &end) in looped.carried.iter().zip(&looped.body.results) {
        joints.extend([carried.init, carried.result, end].map(|other| (carried.param, other)));
    }
    gather(&looped.body.stmts, joints);
}
