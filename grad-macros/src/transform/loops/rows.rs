//! Memory that an inner loop walks over, element after element, is borrowed once before the loop: its bounds are checked once
//! there, and the loop itself needs no checks.

use std::collections::{HashMap, HashSet};

use super::affine::{Affine, Integers, Pace, copied};
use crate::ir::{
    Block, Body, Head, Init, Loop, M, Op, Opaque, Place, Prim, Projection, Range, Replay, Row, Stmt, Ty, V,
    VarKind,
};

/// How many rows of one variable a loop may read.
const MOST_ROWS: usize = 8;

/// Borrows the rows that the inner loops of both sweeps walk over.
pub fn rows(body: &mut Body, adjoint: &mut Block) {
    let mut known = Known::default();
    // Twice: lengths are compared before it's said whose they are.
    for block in [&body.block, &*adjoint, &body.block, &*adjoint] {
        known.learn(block);
    }
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut primal = std::mem::replace(&mut body.block, empty);
    in_block(body, &mut primal, &known);
    in_block(body, adjoint, &known);
    body.block = primal;
}

/// What is known of integers.
#[derive(Default)]
struct Known {
    /// The variables whose lengths a value can't exceed.
    lengths: HashMap<V, Vec<M>>,
    integers: Integers,
}

impl Known {
    fn learn(&mut self, block: &Block) {
        self.integers.learn(block);
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Let { value, op: Op::Len(place) } if place.projections.is_empty() => {
                let of = self.lengths.entry(*value).or_default();
                if !of.contains(&place.base) {
                    of.push(place.base);
                }
            }
            Stmt::Let { value, op: Op::Prim(Prim::Min, operands) } => {
                let all = operands.iter().filter_map(|v| self.lengths.get(v)).flatten().copied().collect();
                self.lengths.insert(*value, all);
            }
            Stmt::Declare { var, init: Init::Zeros { len: Some(len), .. } } => {
                self.lengths.entry(*len).or_default().push(*var);
            }
            Stmt::Declare { var, init: Init::Kept { count, .. } } => {
                self.lengths.entry(*count).or_default().push(*var);
            }
            _ => {}
        });
    }
}

fn in_block(body: &mut Body, block: &mut Block, known: &Known) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut stmt in block.stmts.drain(..) {
        stmt.blocks_mut().into_iter().for_each(|inner| in_block(body, inner, known));
        if let Stmt::Loop(looped) = &mut stmt {
            in_loop(body, looped, known, &mut stmts);
        }
        stmts.push(stmt);
    }
    block.stmts = stmts;
}

/// What a row is known by: the way to the slice, and the value that indexes it.
type Key = (Place, V);

fn in_loop(body: &mut Body, looped: &mut Loop, known: &Known, before: &mut Vec<Stmt>) {
    let Some((index, range)) = walked(looped) else { return };
    let (index, range) = (index, range.clone());
    let keys = wanted(body, looped, Some(&range), known);
    if keys.is_empty() {
        return;
    }
    let from_zero = known.integers.literal(range.start) == Some(0);
    if !from_zero && keeps(looped) {
        // A tape that was declared before has its length from the range as it is.
        return;
    }
    // Where the index changes, rustc sees no bounds any more.
    let keys = if from_zero { keys } else { wanted(body, looped, None, known) };
    let count = if from_zero { range.end } else { trip_count(body, &range, before) };
    let mut made: Vec<(Key, M)> = Vec::new();
    let mut declared = Vec::new();
    for ((of, v), mutable) in keys {
        let first = first(body, looped, v, (index, range.start), from_zero);
        let name = format!("{}_row", body.var(of.base).name);
        let var = body.new_var(name, Ty::Unknown, VarKind::Row, looped.span);
        let row = Row { of: of.clone(), mutable, count, first };
        declared.push(Stmt::Declare { var, init: Init::Row(Box::new(row)) });
        made.push(((of, v), var));
    }
    let position = if from_zero { index } else { count_from_zero(body, looped, count, before) };
    redirect(&mut looped.body, &made, position);
    drop_unused(body, &mut looped.body);
    before.extend(declared);
}

/// Whether a loop writes to a tape.
fn keeps(looped: &Loop) -> bool {
    let mut found = false;
    looped.body.for_each_stmt(&mut |stmt| found |= matches!(stmt, Stmt::Record { .. } | Stmt::Keep { .. }));
    found
}

/// The index and the range of a loop that visits all of it.
fn walked(looped: &Loop) -> Option<(V, &Range)> {
    let (index, range) = match &looped.head {
        Head::Range { index, range } => (*index, range),
        Head::Replay(replay) => replay.range.as_ref().map(|(index, range)| (*index, range))?,
        Head::While(_) | Head::Forever => return None,
    };
    (looped.exit.is_none() && range.adapters.is_empty() && !range.inclusive).then_some((index, range))
}

/// The rows that the loop walks over, and whether it writes to them; but for those that rustc sees are within the bounds of this
/// range.
fn wanted(body: &Body, looped: &Loop, range: Option<&Range>, known: &Known) -> Vec<(Key, bool)> {
    let Some(affine) = Affine::of(looped) else { return Vec::new() };
    let mut uses = Uses::default();
    uses.block(&looped.body, true);
    if !uses.plain {
        return Vec::new();
    }
    let mut keys = Vec::new();
    let mut order: Vec<M> = uses.of.keys().copied().collect();
    order.sort_unstable();
    for m in order {
        let all = &uses.of[&m];
        let checked = |one: &Use| range.is_some_and(|range| is_checked(body, one, &affine, (range, known)));
        if uses.own.contains(&m) || all.iter().all(checked) {
            continue;
        }
        let mut found: Vec<Key> = Vec::new();
        for one in all.iter().filter(|one| one.certain) {
            if let Some(key) = key(body, &one.place, &affine)
                && !found.contains(&key)
            {
                found.push(key);
            }
        }
        let written = all.iter().any(|one| one.writes);
        let alone = |found: &[Key]| {
            found.len() == 1
                && !uses.otherwise.contains(&m)
                && all.iter().all(|one| key(body, &one.place, &affine).as_ref() == found.first())
        };
        if found.len() <= MOST_ROWS && (!written || alone(&found)) {
            keys.extend(found.into_iter().map(|key| (key, written)));
        }
    }
    keys
}

/// What a loop's body does with memory.
struct Uses {
    of: HashMap<M, Vec<Use>>,
    own: HashSet<M>,
    /// The variables that are used in other ways.
    otherwise: HashSet<M>,
    /// Whether nothing but arithmetic and memory happens.
    plain: bool,
}

impl Default for Uses {
    fn default() -> Self {
        Self { of: HashMap::new(), own: HashSet::new(), otherwise: HashSet::new(), plain: true }
    }
}

struct Use {
    place: Place,
    writes: bool,
    /// Whether every iteration gets here.
    certain: bool,
}

impl Uses {
    fn block(&mut self, block: &Block, certain: bool) {
        for stmt in &block.stmts {
            self.stmt(stmt, certain);
            stmt.blocks().into_iter().for_each(|inner| self.block(inner, false));
        }
    }

    fn stmt(&mut self, stmt: &Stmt, certain: bool) {
        match stmt {
            Stmt::Let { op: Op::Load(place), .. } => self.at(place, false, certain),
            Stmt::Let { op: Op::Prim(prim, _), .. } => {
                self.plain &= prim.is_cheap() || matches!(prim, Prim::Div | Prim::Powi | Prim::Sqrt);
            }
            Stmt::Let { op: Op::Opaque(Opaque { cheap: false, .. }), .. } => self.plain = false,
            Stmt::Let { op, .. } => self.otherwise.extend(op.reads()),
            Stmt::Store { place, .. } | Stmt::Clear { place, .. } => self.at(place, true, certain),
            Stmt::Declare { var, init } => {
                self.own.insert(*var);
                match init {
                    Init::Copy { from, .. } => self.at(from, false, false),
                    Init::Opaque(_) => self.plain = false,
                    _ => {}
                }
            }
            Stmt::Record { .. } | Stmt::Keep { .. } | Stmt::Branch(_) => {}
            Stmt::Effect(_)
            | Stmt::Call(_)
            | Stmt::Pullback(_)
            | Stmt::Second(_)
            | Stmt::Loop(_)
            | Stmt::Swap { .. } => {
                self.plain = false;
            }
        }
    }

    fn at(&mut self, place: &Place, writes: bool, certain: bool) {
        self.of.entry(place.base).or_default().push(Use { place: place.clone(), writes, certain });
    }
}

/// The row that a place is on, if it's one of a slice, an array or a vector.
fn key(body: &Body, place: &Place, affine: &Affine<'_>) -> Option<Key> {
    let mut ty = body.var(place.base).ty.clone();
    for (at, projection) in place.projections.iter().enumerate() {
        match projection {
            Projection::Index(v) => match affine.pace(*v) {
                Pace::Same if !affine.is_own(*v) => ty = ty.element(),
                Pace::Unit if matches!(ty, Ty::Slice(_) | Ty::Vec(_) | Ty::Array(..)) => {
                    let way = place.projections[..at].to_vec();
                    return Some((Place { base: place.base, projections: way }, *v));
                }
                _ => return None,
            },
            Projection::Field(syn::Member::Unnamed(index)) => ty = ty.tuple_field(index.index as usize),
            Projection::Field(syn::Member::Named(_)) => ty = Ty::Unknown,
            Projection::Slice { start, end } => {
                let mut bounds = start.operand().into_iter().chain(end.operand());
                if bounds.any(|v| affine.is_own(v))
                    || !matches!(ty, Ty::Slice(_) | Ty::Vec(_) | Ty::Array(..))
                {
                    return None;
                }
                ty = Ty::Slice(Box::new(ty.element()));
            }
            Projection::Payload(_) | Projection::View(_) | Projection::Coordinates => return None,
        }
    }
    None
}

/// Whether rustc sees without help that the place is within bounds: the range ends with the length, or both are constants.
fn is_checked(body: &Body, one: &Use, affine: &Affine<'_>, (range, known): (&Range, &Known)) -> bool {
    let base = one.place.base;
    match one.place.projections.first() {
        Some(Projection::Index(v)) if is_up_to_the_index(*v, affine, known) => {
            let shorter = known.lengths.get(&range.end).is_some_and(|all| {
                all.contains(&base) || body.var(base).kind == VarKind::Buffer && !all.is_empty()
            });
            shorter || range.trip.is_some() && is_array(&body.var(base).ty, &one.place.projections, affine)
        }
        _ => range.trip.is_some() && is_array(&body.var(base).ty, &one.place.projections, affine),
    }
}

/// Whether a value is the index, or the index less a literal.
fn is_up_to_the_index(v: V, affine: &Affine<'_>, known: &Known) -> bool {
    affine.is_index(v)
        || matches!(affine.op(v), Some(Op::Prim(Prim::Sub, operands))
            if affine.is_index(operands[0]) && known.integers.literal(operands[1]).is_some())
}

/// Whether what the loop walks over are arrays.
fn is_array(ty: &Ty, way: &[Projection], affine: &Affine<'_>) -> bool {
    let mut ty = ty.clone();
    way.iter().all(|projection| match projection {
        Projection::Index(v) => {
            let array = matches!(ty, Ty::Array(..));
            ty = ty.element();
            array || affine.pace(*v) == Pace::Same
        }
        Projection::Field(syn::Member::Unnamed(index)) => {
            ty = ty.tuple_field(index.index as usize);
            true
        }
        _ => false,
    })
}

fn trip_count(body: &mut Body, range: &Range, before: &mut Vec<Stmt>) -> V {
    let count = body.new_value("count", Ty::Int, proc_macro2::Span::call_site());
    before.push(Stmt::Let { value: count, op: Op::TripCount(Box::new(range.clone())) });
    count
}

/// Makes the loop's index the number of the iteration, which is returned; what it was before is computed from that.
fn count_from_zero(body: &mut Body, looped: &mut Loop, count: V, before: &mut Vec<Stmt>) -> V {
    let (number, zero) =
        (body.new_value("k", Ty::Int, looped.span), body.new_value("t", Ty::Int, looped.span));
    before.push(Stmt::Let { value: zero, op: Op::Literal(Box::new(syn::parse_quote!(0))) });
    let (Head::Range { index, range } | Head::Replay(Replay { range: Some((index, range)), .. })) =
        &mut looped.head
    else {
        return number;
    };
    let was = std::mem::replace(index, number);
    let start = std::mem::replace(&mut range.start, zero);
    range.end = count;
    let op = Op::Prim(Prim::Add, vec![number, start]);
    looped.body.stmts.insert(0, Stmt::Let { value: was, op });
    number
}

/// The index in the first iteration, as code to be run if there is one.
fn first(body: &mut Body, looped: &Loop, v: V, (index, start): (V, V), from_zero: bool) -> Block {
    let mut block = body.new_block();
    let Some(affine) = Affine::of(looped) else { return block };
    let mut copies = HashMap::from([(index, start)]);
    let result = copied(body, &affine, v, &mut copies, (&mut block, from_zero));
    block.results.push(result);
    block
}

/// Uses the rows in place of what they are rows of.
fn redirect(block: &mut Block, made: &[(Key, M)], position: V) {
    for stmt in &mut block.stmts {
        match stmt {
            Stmt::Let { op: Op::Load(place), .. }
            | Stmt::Store { place, .. }
            | Stmt::Clear { place, .. }
            | Stmt::Declare { init: Init::Copy { from: place, .. }, .. } => on_row(place, made, position),
            _ => {}
        }
        stmt.blocks_mut().into_iter().for_each(|inner| redirect(inner, made, position));
    }
}

/// Removes the indices that nothing is reached by any more.
fn drop_unused(body: &Body, block: &mut Block) {
    let mut used: HashSet<V> = block.results.iter().copied().collect();
    block.for_each_stmt(&mut |stmt| {
        if !matches!(stmt, Stmt::Let { .. }) {
            used.extend(stmt.own_operands());
        }
        stmt.blocks().into_iter().for_each(|inner| {
            inner.clone().map_operands(&mut |v| {
                used.insert(v);
                v
            });
        });
    });
    let mut stmts: Vec<Stmt> = Vec::with_capacity(block.stmts.len());
    for stmt in block.stmts.drain(..).rev() {
        if let Stmt::Let { value, op } = &stmt {
            let index =
                matches!(op, Op::Prim(..) | Op::Literal(_)) && matches!(body.value(*value).ty, Ty::Int);
            if index && !used.contains(value) {
                continue;
            }
            used.extend(op.operands());
        }
        stmts.push(stmt);
    }
    stmts.reverse();
    block.stmts = stmts;
}

fn on_row(place: &mut Place, made: &[(Key, M)], position: V) {
    for ((of, v), row) in made {
        let at = of.projections.len();
        if place.base == of.base
            && place.projections.starts_with(&of.projections)
            && matches!(place.projections.get(at), Some(Projection::Index(index)) if index == v)
        {
            let rest = place.projections.split_off(at + 1);
            place.base = *row;
            place.projections = vec![Projection::Index(position)];
            place.projections.extend(rest);
            return;
        }
    }
}
