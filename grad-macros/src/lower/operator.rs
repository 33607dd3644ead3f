//! Operators: on known scalars a primitive, on anything else a call that dispatches by type.

use proc_macro2::Span;
use quote::format_ident;
use syn::spanned::Spanned;
use syn::{BinOp, ExprBinary};

use super::{Lower, Term};
use crate::ir::{Arg, Binding, Call, Callee, Op, Opaque, Prim, Stmt, StoreHow, Ty, V};
use crate::parse::tokens::assigns;

/// The primitive behind an operator, also behind the one that assigns.
pub fn primitive(op: &BinOp) -> Option<Prim> {
    Some(match op {
        BinOp::Add(_) | BinOp::AddAssign(_) => Prim::Add,
        BinOp::Sub(_) | BinOp::SubAssign(_) => Prim::Sub,
        BinOp::Mul(_) | BinOp::MulAssign(_) => Prim::Mul,
        BinOp::Div(_) | BinOp::DivAssign(_) => Prim::Div,
        BinOp::Rem(_) | BinOp::RemAssign(_) => Prim::Rem,
        BinOp::BitXor(_) | BinOp::BitXorAssign(_) => Prim::BitXor,
        BinOp::BitAnd(_) | BinOp::BitAndAssign(_) => Prim::BitAnd,
        BinOp::BitOr(_) | BinOp::BitOrAssign(_) => Prim::BitOr,
        BinOp::Shl(_) | BinOp::ShlAssign(_) => Prim::Shl,
        BinOp::Shr(_) | BinOp::ShrAssign(_) => Prim::Shr,
        BinOp::Eq(_) => Prim::Eq,
        BinOp::Lt(_) => Prim::Lt,
        BinOp::Le(_) => Prim::Le,
        BinOp::Ne(_) => Prim::Ne,
        BinOp::Ge(_) => Prim::Ge,
        BinOp::Gt(_) => Prim::Gt,
        BinOp::And(_) => Prim::And,
        BinOp::Or(_) => Prim::Or,
        _ => return None,
    })
}

impl Lower<'_> {
    pub fn binary(&mut self, binary: &ExprBinary) -> Term {
        if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) {
            return self.short_circuit(&binary.left, &binary.op, &binary.right);
        }
        let Some(prim) = primitive(&binary.op) else {
            return self.not_yet(binary.op.span(), "this operator");
        };
        if assigns(&binary.op) {
            self.compound(binary, prim);
            return Term::Unit;
        }
        let left = self.expr(&binary.left);
        let left = self.operand(left, binary.left.span());
        let right = self.expr(&binary.right);
        let right = self.operand(right, binary.right.span());
        self.operator(prim, &[left, right], binary.span())
    }

    /// `a op= b`: the right side first, as Rust does for primitive types.
    fn compound(&mut self, binary: &ExprBinary, prim: Prim) {
        let right = self.expr(&binary.right);
        let right = self.operand(right, binary.right.span());
        let span = binary.span();
        if self.is_constant_field(&binary.left) && matches!(self.term_ty(&right), Ty::Int | Ty::Bool) {
            return self.change_constant(&binary.left, &binary.op, right);
        }
        let target = self.target_of(&binary.left);
        self.claim_as(&right, &self.term_ty(&target));
        if let (Prim::Add | Prim::Sub, Some(place), Term::Value(v)) = (prim, target.place().cloned(), &right)
            && self.place_ty(&place).is_float()
            && self.ty(*v).is_float()
        {
            let ty = self.place_ty(&place);
            self.learn(*v, &ty);
            let how = if prim == Prim::Add { StoreHow::Add } else { StoreHow::Sub };
            self.store(place, how, *v);
            return;
        }
        let old = match target.place().cloned() {
            Some(place) => Term::Value(self.load(place, span)),
            None => target.clone(),
        };
        // A view is a part of a matrix, and its sum is a matrix of its own.
        let callee = match target.place() {
            Some(place) if place.is_view() => Callee::Operator(prim),
            _ => Callee::Assignment(prim),
        };
        let new = self.applied(callee, prim, &[old, right], span);
        match target.place().cloned() {
            Some(place) => {
                let value = self.value(new, span);
                let ty = self.place_ty(&place);
                self.learn(value, &ty);
                self.store(place, StoreHow::Set, value);
            }
            None => self.assign(&binary.left, new),
        }
    }

    /// What is combined with a float in place is a float of that type: if it's the result of a call, that is said where it's called, so
    /// that rustc holds us to it.
    fn claim_as(&mut self, term: &Term, ty: &Ty) {
        let Term::Value(v) = term else { return };
        let is_result = |stmt: &Stmt| matches!(stmt, Stmt::Call(call) if call.result == Some(*v));
        if ty.is_float()
            && matches!(self.ty(*v), Ty::Unknown)
            && self.stmts.iter().rev().take(4).any(is_result)
        {
            self.body.values[v.0 as usize].ty = ty.clone();
        }
    }

    /// An operand: scalars are read, what isn't known to be one stays a place.
    pub fn operand(&mut self, term: Term, span: Span) -> Term {
        match &term {
            Term::Place(place) | Term::Ref { place, .. } => match self.place_ty(place) {
                Ty::Float(_) | Ty::Int | Ty::Bool => Term::Value(self.load(place.clone(), span)),
                _ if self.tables.contains(&place.base) => Term::Value(self.load(place.clone(), span)),
                _ => term,
            },
            Term::ValueRef(v) if matches!(self.ty(*v), Ty::Float(_) | Ty::Int | Ty::Bool) => Term::Value(*v),
            _ => term,
        }
    }

    /// Applies an operator.
    pub fn operator(&mut self, prim: Prim, operands: &[Term], span: Span) -> Term {
        self.applied(Callee::Operator(prim), prim, operands, span)
    }

    /// Applies an operator: what is called where it has to be looked up by type.
    fn applied(&mut self, callee: Callee, prim: Prim, operands: &[Term], span: Span) -> Term {
        if operands.iter().any(|term| matches!(term, Term::Poison)) {
            return Term::Poison;
        }
        if operands.iter().any(|term| matches!(term, Term::Never)) {
            return Term::Never;
        }
        self.learn_numbers(prim, operands);
        let types: Vec<Ty> = operands.iter().map(|term| self.term_ty(term)).collect();
        if types.iter().all(|ty| matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool)) {
            let values: Vec<V> = operands.iter().map(|term| self.value(term.clone(), span)).collect();
            return Term::Value(self.primitive(prim, values, span));
        }
        let varied = operands.iter().any(|term| self.term_varies(term));
        if prim.is_predicate() || !varied {
            let ty = if prim.is_predicate() && prim != Prim::Not { Ty::Bool } else { Ty::Constant };
            return Term::Value(self.constant_operator(&callee, prim, operands, ty, span));
        }
        let known = self.operator_result(prim, &types);
        let args = operands.iter().map(|term| self.operator_argument(term, span)).collect();
        let result = self.emit_call(callee, args, span);
        self.learn(result, &known);
        Term::Value(result)
    }

    /// An operand of an operator that is looked up by type; constant memory stays in the user's words.
    fn operator_argument(&mut self, term: &Term, span: Span) -> Arg {
        match term {
            Term::Ref { place, .. } if !self.is_varied_place(place) => {
                let (tokens, uses) = super::opaque::written(place, span);
                let behind = place.projections.is_empty() && self.is_reference(place);
                let expr = if behind { quote::quote!(&*#tokens) } else { quote::quote!(&#tokens) };
                let expr = super::opaque::parsed(expr);
                Arg::Opaque(Opaque { expr: Box::new(expr), uses, cheap: true })
            }
            term => self.argument_of(term.clone(), span),
        }
    }

    /// A named constant beside a float is one.
    fn learn_numbers(&mut self, prim: Prim, operands: &[Term]) {
        let [Term::Value(a), Term::Value(b)] = operands else { return };
        if !matches!(
            prim,
            Prim::Add | Prim::Sub | Prim::Mul | Prim::Div | Prim::Lt | Prim::Le | Prim::Gt | Prim::Ge
        ) {
            return;
        }
        for (constant, number) in [(*a, *b), (*b, *a)] {
            let ty = self.ty(number);
            if ty.is_float() && self.numbers.contains(&constant) {
                self.learn(constant, &ty);
            }
        }
    }

    /// Applies a primitive to values of known types.
    pub fn primitive(&mut self, prim: Prim, values: Vec<V>, span: Span) -> V {
        if !matches!(prim, Prim::Powi | Prim::Shl | Prim::Shr) {
            self.common(&values);
        }
        let bitwise_not = prim == Prim::Not && !matches!(self.ty(values[0]), Ty::Bool);
        let ty = if prim.is_predicate() && !bitwise_not {
            Ty::Bool
        } else {
            self.body.value(values[0]).ty.clone()
        };
        self.bind("t", ty, Op::Prim(prim, values), span)
    }

    /// An operator on constants whose type isn't known.
    fn constant_operator(&mut self, callee: &Callee, prim: Prim, operands: &[Term], ty: Ty, span: Span) -> V {
        let mut uses = Vec::new();
        let mut names = Vec::new();
        for (index, term) in operands.iter().enumerate() {
            let name = format_ident!("operand_{index}", span = span);
            let binding = match term {
                Term::Place(place) | Term::Ref { place, .. } if place.projections.is_empty() => {
                    Binding::Var(place.base)
                }
                _ => Binding::Value(self.value(term.clone(), span)),
            };
            uses.push((name.clone(), binding));
            names.push(name);
        }
        // Written in one, `*=` stays one token.
        let assigns = matches!(callee, Callee::Assignment(_));
        let text = if assigns { format!("{}=", prim.text()) } else { prim.text().to_owned() };
        let symbol: proc_macro2::TokenStream = text.parse().unwrap_or_default();
        let expr: syn::Expr = match &names[..] {
            [only] => super::opaque::parsed(quote::quote_spanned!(span=> (#symbol #only))),
            [left, right] if assigns => super::opaque::parsed(
                quote::quote_spanned!(span=> { let mut changed = #left; changed #symbol #right; changed }),
            ),
            [left, right] => super::opaque::parsed(quote::quote_spanned!(span=> (#left #symbol #right))),
            _ => syn::parse_quote!(()),
        };
        self.bind("t", ty, Op::Opaque(Opaque { expr: Box::new(expr), uses, cheap: true }), span)
    }

    /// A call with a result.
    pub fn emit_call(&mut self, callee: Callee, args: Vec<Arg>, span: Span) -> V {
        let ty = self.declared_result(&callee, false).unwrap_or(Ty::Unknown);
        let result = self.new_value("t", ty, true, span);
        self.refuse_hidden(&callee, &args);
        for arg in &args {
            if let Arg::Ref { place, mutable: true } = arg {
                self.body.vars[place.base.0 as usize].mutable = true;
                self.varied_vars.insert(place.base, true);
            }
        }
        self.stmts.push(Stmt::Call(Box::new(Call {
            callee,
            args,
            result: Some(result),
            pullback: None,
            repeat: None,
            tangent: None,
            fails: crate::ir::Fails::Never,
            span,
        })));
        result
    }

    /// What is known of a term's type.
    pub fn term_ty(&self, term: &Term) -> Ty {
        match term {
            Term::Value(v) => self.ty(*v),
            Term::ValueRef(v) => match self.ty(*v) {
                known @ (Ty::Float(_) | Ty::Int | Ty::Bool) => known,
                _ => Ty::Unknown,
            },
            Term::Place(place) | Term::Ref { place, .. } => self.place_ty(place),
            Term::Tuple(elements) => {
                Ty::Tuple(elements.iter().map(|element| self.term_ty(element)).collect())
            }
            Term::Known(_) => Ty::Bool,
            _ => Ty::Unknown,
        }
    }

    /// Whether a term may carry a derivative.
    pub fn term_varies(&self, term: &Term) -> bool {
        match term {
            Term::Value(v) | Term::ValueRef(v) => self.is_varied(*v),
            Term::Place(place) | Term::Ref { place, .. } => self.is_varied_place(place),
            Term::Tuple(elements) => elements.iter().any(|element| self.term_varies(element)),
            Term::Closure(_) | Term::Chain(_) => true,
            _ => false,
        }
    }
}
