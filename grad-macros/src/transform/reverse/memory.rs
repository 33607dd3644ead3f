//! The adjoints of reads and writes of memory.

use super::Reverse;
use crate::ir::{
    Block, Builder, CopyHow, Init, M, Op, Place, Projection, Stmt, StoreHow, Ty, V, Var, VarKind,
};

impl Reverse {
    /// The adjoint of a parameter that is memory: the caller's buffer, or a zero of our own.
    pub(super) fn parameter_shadow(&mut self, builder: &mut Builder<'_>, m: M) {
        let shadow = self.shadow(builder, m);
        if builder.body.var(m).kind == VarKind::Owned || self.owns_buffers {
            let init = self.zeros(m);
            builder.block.stmts.push(Stmt::Declare { var: shadow, init });
        }
    }

    /// Zeros in the shape of a variable.
    fn zeros(&self, m: M) -> Init {
        match self.prepared.zeros.get(&m) {
            Some(zero) => Init::Value(*zero),
            None => Init::Zeros { like: m, len: self.prepared.lengths.get(&m).copied() },
        }
    }

    /// The adjoint of a variable that is returned starts as the seed.
    pub(super) fn seed_var(&mut self, builder: &mut Builder<'_>, m: M, place: &Place) {
        if !self.activity.var_varied(m) {
            return;
        }
        let returned = self.shadow(builder, m);
        let ours = matches!(builder.body.var(m).kind, VarKind::Local | VarKind::Owned);
        if ours && !self.seeded.contains(&m) {
            let init = Init::Copy { from: place.clone(), how: CopyHow::Plain };
            builder.block.stmts.push(Stmt::Declare { var: returned, init });
            self.seeded.insert(m);
        } else {
            let ty = builder.body.var(m).ty.clone();
            let bar = builder.load("t", ty, place.clone());
            builder.store(Place::whole(returned), StoreHow::Add, bar);
        }
    }

    /// The adjoint of an array that is returned starts as zeros, but for one element.
    pub(super) fn seed_element(&mut self, builder: &mut Builder<'_>, m: M, number: usize) {
        if !self.activity.var_varied(m) {
            return;
        }
        let shadow = self.shadow(builder, m);
        if builder.body.var(m).kind == VarKind::Local && self.seeded.insert(m) {
            let init = self.zeros(m);
            builder.block.stmts.push(Stmt::Declare { var: shadow, init });
        }
        let element = builder.body.var(m).ty.element();
        let one = builder.bind("t", element, Op::Number(1.0));
        let place = Place::whole(shadow).then(Projection::Index(index(builder, number)));
        builder.store(place, StoreHow::Set, one);
    }

    /// Declares the adjoints of the variables that `primal` declares.
    pub(super) fn declare_shadows(&mut self, builder: &mut Builder<'_>, primal: &Block) {
        for stmt in &primal.stmts {
            if let Stmt::Declare { var, .. } = stmt
                && self.activity.var_varied(*var)
                && !self.seeded.contains(var)
            {
                let shadow = self.shadow(builder, *var);
                let init = self.zeros(*var);
                builder.block.stmts.push(Stmt::Declare { var: shadow, init });
            }
        }
    }

    /// `v = place`: `place_bar += v_bar`.
    pub(super) fn load(&mut self, builder: &mut Builder<'_>, place: &Place, bar: V) {
        if self.activity.var_varied(place.base) && !place.is_constant() {
            let shadow = self.shadow(builder, place.base);
            builder.store(place.rebased(shadow), StoreHow::Add, bar);
        }
    }

    /// `place = v`: `v_bar += place_bar; place_bar = 0`.
    pub(super) fn store(&mut self, builder: &mut Builder<'_>, place: &Place, how: StoreHow, value: V) {
        if !self.activity.var_varied(place.base) || place.is_constant() {
            return;
        }
        let shadow = self.shadow(builder, place.base);
        let (base, place) = (place.base, place.rebased(shadow));
        if how == StoreHow::Set
            && let Some(len) = self.prepared.before.get(&(base, value)).copied()
            && matches!(builder.ty(len), Ty::Int)
        {
            return self.overwritten(builder, shadow, len, value);
        }
        if how == StoreHow::Set
            && place.projections.is_empty()
            && let Some(zero) = self.prepared.before.get(&(base, value)).copied()
        {
            return self.exchanged(builder, shadow, Init::Value(zero), value);
        }
        if how == StoreHow::Set && self.is_first_vector(builder, &place, base, value) {
            let none = index(builder, 0);
            return self.overwritten(builder, shadow, none, value);
        }
        if self.activity.varied(value) {
            let ty = builder.ty(value);
            let bar = builder.load("t", ty, place.clone());
            let bar = match how {
                StoreHow::Sub => builder.prim(crate::ir::Prim::Neg, &[bar]),
                StoreHow::Set | StoreHow::Add => bar,
            };
            if how == StoreHow::Set {
                self.restart(builder, place, base, value);
            }
            self.contribute(builder, value, bar);
        } else if how == StoreHow::Set {
            self.restart(builder, place, base, value);
        }
    }

    /// Whether a vector is moved to where there was none: its adjoint leaves, and nothing takes its place.
    fn is_first_vector(&self, builder: &Builder<'_>, place: &Place, base: M, value: V) -> bool {
        place.projections.is_empty()
            && matches!(builder.ty(value), Ty::Vec(_))
            && !self.prepared.before.contains_key(&(base, value))
    }

    /// What was there before the store has no adjoint yet.
    fn restart(&self, builder: &mut Builder<'_>, place: Place, base: M, value: V) {
        match self.prepared.before.get(&(base, value)) {
            Some(zero) => builder.store(place, StoreHow::Set, *zero),
            None => Self::clear(builder, place, value),
        }
    }

    /// `place = 0`: `place_bar = 0`.
    pub(super) fn cleared(&mut self, builder: &mut Builder<'_>, place: &Place, ty: &Ty) {
        if self.activity.var_varied(place.base) {
            let shadow = self.shadow(builder, place.base);
            builder.block.stmts.push(Stmt::Clear { place: place.rebased(shadow), ty: ty.clone() });
        }
    }

    /// All of a vector was overwritten: its adjoint leaves, and zeros as many as there were elements before take its place.
    fn overwritten(&mut self, builder: &mut Builder<'_>, shadow: M, len: V, value: V) {
        self.exchanged(builder, shadow, Init::Zeros { like: shadow, len: Some(len) }, value);
    }

    /// The adjoint of what was stored leaves, as it may not be copied; the zero of what was there before takes its place.
    fn exchanged(&mut self, builder: &mut Builder<'_>, shadow: M, init: Init, value: V) {
        let Var { name, ty, .. } = builder.body.var(shadow).clone();
        let own = builder.body.new_var(name, ty, VarKind::Local, builder.span);
        builder.block.stmts.push(Stmt::Declare { var: own, init });
        builder.block.stmts.push(Stmt::Swap { a: shadow, b: own });
        if self.activity.varied(value) {
            let ty = builder.ty(value);
            let bar = builder.load("t", ty, Place::whole(own));
            self.contribute(builder, value, bar);
        }
    }

    fn clear(builder: &mut Builder<'_>, place: Place, value: V) {
        let ty = builder.ty(value);
        builder.block.stmts.push(Stmt::Clear { place, ty });
    }

    /// The elements that a variable starts with get its adjoint's.
    pub(super) fn declare(&mut self, builder: &mut Builder<'_>, var: M, init: &Init) {
        if !self.activity.var_varied(var) {
            return;
        }
        let shadow = Place::whole(self.shadow(builder, var));
        match init {
            Init::Elements(values) => self.elements(builder, var, &shadow, values),
            Init::Fill { value, .. } => self.fill(builder, &shadow, *value),
            Init::Value(value) => {
                let ty = builder.ty(*value);
                self.part(builder, *value, ty, shadow);
            }
            Init::Struct { path, fields } => {
                for (member, value) in fields {
                    let ty = builder.ty(*value);
                    self.part(builder, *value, ty, shadow.then(Projection::tangent_field(path, member)));
                }
            }
            Init::Copy { from, .. } => {
                if self.activity.var_varied(from.base) {
                    let ty = builder.body.var(var).ty.clone();
                    let bar = builder.load("t", ty, shadow);
                    let target = self.shadow(builder, from.base);
                    builder.store(from.rebased(target), StoreHow::Add, bar);
                }
            }
            Init::Uninit
            | Init::Opaque(_)
            | Init::Zeros { .. }
            | Init::Row(_)
            | Init::Kept { .. }
            | Init::Tape(_) => {}
        }
    }

    fn elements(&mut self, builder: &mut Builder<'_>, var: M, shadow: &Place, values: &[V]) {
        let tuple = matches!(builder.body.var(var).ty, Ty::Tuple(_));
        for (index, value) in values.iter().enumerate() {
            if !self.activity.varied(*value) {
                continue;
            }
            let projection = if tuple {
                Projection::Field(syn::Member::Unnamed(syn::Index::from(index)))
            } else {
                Projection::Index(self::index(builder, index))
            };
            let ty = builder.ty(*value);
            self.part(builder, *value, ty, shadow.then(projection));
        }
    }

    fn part(&mut self, builder: &mut Builder<'_>, value: V, ty: Ty, place: Place) {
        if self.activity.varied(value) {
            let bar = builder.load("t", ty, place);
            self.contribute(builder, value, bar);
        }
    }

    /// A value that fills a whole array gets the sum of the elements' adjoints.
    fn fill(&mut self, builder: &mut Builder<'_>, shadow: &Place, value: V) {
        if self.activity.varied(value) {
            let ty = builder.ty(value);
            let sum = builder.bind("t", ty, Op::SumOver(shadow.clone()));
            self.contribute(builder, value, sum);
        }
    }

    /// Where a binding lives, as adjoint memory.
    pub(super) fn shadow_place(&mut self, builder: &mut Builder<'_>, place: &Place) -> Place {
        let shadow = self.shadow(builder, place.base);
        place.rebased(shadow)
    }
}

/// The number of an element, as a value.
fn index(builder: &mut Builder<'_>, number: usize) -> V {
    let literal = proc_macro2::Literal::usize_unsuffixed(number);
    builder.bind("t", Ty::Int, Op::Literal(Box::new(syn::parse_quote!(#literal))))
}
