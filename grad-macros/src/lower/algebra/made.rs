//! Matrices that are made of numbers: zeros, and then what fills them.

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, Path};

use super::super::opaque::{parsed, written};
use super::super::{Lower, Term};
use crate::ir::{Algebra, Init, Op, Opaque, Place, Projection, Range, Ty, V};

/// A call of `Owner::name(sizes.., data)`.
struct Made<'c> {
    path: &'c Path,
    /// Whether the owner's size isn't part of its type.
    dynamic: bool,
    sizes: Vec<&'c Expr>,
    span: Span,
}

impl Lower<'_> {
    /// `Matrix3::from_fn(..)`, `DVector::from_vec(..)`, `Matrix2::from_row_slice(..)` and their like, with active data.
    pub fn made_matrix(&mut self, call: &ExprCall, path: &Path) -> Option<Term> {
        let segments: Vec<_> = path.segments.iter().collect();
        let [.., owner, name] = &segments[..] else { return None };
        let owner = owner.ident.to_string();
        if Algebra::named(&owner)? != Algebra::Matrix {
            return None;
        }
        let data = call.args.last()?;
        let sizes = call.args.iter().take(call.args.len() - 1).collect();
        let dynamic = matches!(owner.as_str(), "DMatrix" | "DVector" | "RowDVector");
        let made = Made { path, dynamic, sizes, span: call.span() };
        let vector = owner.contains("Vector");
        Some(match name.ident.to_string().as_str() {
            "from_fn" => self.made_by_location(&made, data),
            "from_row_slice" if !vector => self.made_of_elements(&made, data, true),
            "from_row_slice" | "from_column_slice" | "from_vec" => self.made_of_elements(&made, data, false),
            "from_iterator" => return self.made_of_chain(&made, data),
            "from_element" | "repeat" => self.made_of_one(&made, data),
            "from_diagonal_element" => {
                let sizes = self.written_sizes(&made);
                let target = self.zeros(&made, &sizes);
                self.fill_diagonal(&target, data, made.span);
                Term::Place(target)
            }
            "from_diagonal" => self.made_of_diagonal(&made, data),
            "from_rows" => self.made_of_lines(&made, data, "row"),
            "from_columns" => self.made_of_lines(&made, data, "column"),
            _ => return None,
        })
    }

    /// `Owner::zeros(sizes)`, to be filled.
    fn zeros(&mut self, made: &Made<'_>, sizes: &[(Opaque, syn::Ident)]) -> Place {
        let mut zeros = made.path.clone();
        if let Some(last) = zeros.segments.last_mut() {
            last.ident = syn::Ident::new("zeros", last.ident.span());
        }
        let mut uses = Vec::new();
        let mut names = Vec::new();
        for (size, name) in sizes {
            let v = self.bind("len", Ty::Int, Op::Opaque(size.clone()), made.span);
            uses.push((name.clone(), crate::ir::Binding::Value(v)));
            names.push(name);
        }
        let expr = parsed(quote!(#zeros(#(#names),*)));
        let ty = match self.constructed(made.path, &[]) {
            Ty::Unknown => {
                let owner = made.path.segments.iter().nth_back(1);
                let len = owner.and_then(|owner| {
                    crate::parse::types::elements(&owner.ident.to_string(), &owner.arguments)
                });
                Ty::Algebra(Algebra::Matrix, Box::new(self.floats.fresh()), len)
            }
            known => known,
        };
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: false };
        self.declare("matrix", ty, true, Init::Opaque(opaque), made.span)
    }

    /// The sizes as they are written.
    fn written_sizes(&mut self, made: &Made<'_>) -> Vec<(Opaque, syn::Ident)> {
        let sizes = made.sizes.iter().enumerate();
        sizes.map(|(index, size)| (self.opaque_of(size), quote::format_ident!("size_{index}"))).collect()
    }

    /// A size that something else has: `data.len()`.
    fn size_of(
        data: &Place,
        formula: &proc_macro2::TokenStream,
        name: &str,
        span: Span,
    ) -> (Opaque, syn::Ident) {
        let (tokens, uses) = written(data, span);
        let expr = parsed(quote!(#tokens #formula));
        (Opaque { expr: Box::new(expr), uses, cheap: true }, syn::Ident::new(name, span))
    }

    fn made_by_location(&mut self, made: &Made<'_>, function: &Expr) -> Term {
        let sizes = self.written_sizes(made);
        let target = self.zeros(made, &sizes);
        self.for_each_location(&target, function, made.span, &mut |_, location, _| location.to_vec());
        Term::Place(target)
    }

    fn made_of_elements(&mut self, made: &Made<'_>, data: &Expr, by_row: bool) -> Term {
        let span = made.span;
        let data = self.operand_place(data, span);
        let sizes = if made.dynamic && made.sizes.is_empty() {
            vec![Self::size_of(&data, &quote!(.len()), "size_0", span)]
        } else {
            self.written_sizes(made)
        };
        let target = self.zeros(made, &sizes);
        let columns = by_row.then(|| {
            let (columns, _) = Self::size_of(&target, &quote!(.ncols()), "columns", span);
            self.bind("columns", Ty::Int, Op::Opaque(columns), span)
        });
        self.for_each_index(&target, span, &mut |lower, index| {
            let from = Term::Place(data.then(Projection::Index(index)));
            let at = match columns {
                Some(columns) => lower.location(index, columns, span),
                None => index,
            };
            lower.put_element(&target, at, from, span);
        });
        Term::Place(target)
    }

    /// What comes out of a chain, element by element; as in the primal, it's an error where that is too little.
    fn made_of_chain(&mut self, made: &Made<'_>, data: &Expr) -> Option<Term> {
        let span = made.span;
        let chain = self.chain(data)?;
        let sizes = self.written_sizes(made);
        let target = self.zeros(made, &sizes);
        let first = Term::Value(self.integer(0, span));
        let count =
            self.folded(&chain, first, std::collections::BTreeSet::new(), span, &mut |lower, at, term| {
                let at = lower.value(at, span);
                lower.put_element(&target, at, Lower::deref(term), span);
                let one = lower.integer(1, span);
                Term::Value(lower.integers("a + b", &[at, one], span))
            });
        let count = self.value(count, span);
        let (tokens, mut uses) = written(&target, span);
        uses.push((syn::Ident::new("count", span), crate::ir::Binding::Value(count)));
        let stmt = syn::parse_quote!(::core::assert!(count == #tokens.len(), "not enough elements"););
        let effect = crate::ir::Effect { stmt: Box::new(stmt), uses, writes: Vec::new() };
        self.stmts.push(crate::ir::Stmt::Effect(effect));
        Some(Term::Place(target))
    }

    /// Row and column of the element with this number, row by row.
    fn location(&mut self, index: V, columns: V, span: Span) -> V {
        let row = self.integers("a / b", &[index, columns], span);
        let column = self.integers("a % b", &[index, columns], span);
        self.tuple_of(&[row, column], span)
    }

    fn made_of_one(&mut self, made: &Made<'_>, value: &Expr) -> Term {
        let sizes = self.written_sizes(made);
        let term = self.argument_term(value);
        let target = self.zeros(made, &sizes);
        self.for_each_index(&target, made.span, &mut |lower, index| {
            lower.put_element(&target, index, term.clone(), made.span);
        });
        Term::Place(target)
    }

    fn made_of_diagonal(&mut self, made: &Made<'_>, data: &Expr) -> Term {
        let span = made.span;
        let data = self.operand_place(data, span);
        let sizes = if made.dynamic {
            ["size_0", "size_1"].map(|name| Self::size_of(&data, &quote!(.len()), name, span)).to_vec()
        } else {
            Vec::new()
        };
        let target = self.zeros(made, &sizes);
        self.for_each_index(&data, span, &mut |lower, index| {
            let at = lower.tuple_of(&[index, index], span);
            lower.put_element(&target, at, Term::Place(data.then(Projection::Index(index))), span);
        });
        Term::Place(target)
    }

    /// From an array of rows or columns.
    fn made_of_lines(&mut self, made: &Made<'_>, lines: &Expr, method: &str) -> Term {
        let span = made.span;
        let lines = self.operand_place(lines, span);
        let sizes = if made.dynamic {
            let number = Self::size_of(&lines, &quote!(.len()), "size_0", span);
            let length = Self::size_of(&lines, &quote!([0].len()), "size_1", span);
            if method == "row" { vec![number, length] } else { vec![length, number] }
        } else {
            Vec::new()
        };
        let target = self.zeros(made, &sizes);
        let (start, end) = (self.integer(0, span), self.len_of(&lines, span));
        let trip = match self.place_ty(&lines) {
            Ty::Array(_, len) => Some(len),
            _ => None,
        };
        let range = Range { start, end, inclusive: false, adapters: Vec::new(), trip };
        self.count_up(range, std::collections::BTreeSet::new(), span, &mut |lower, index| {
            let line = lower.load(lines.then(Projection::Index(index)), span);
            let part = super::view(syn::Ident::new(method, span), None, vec![index]);
            lower.set(target.then(part), line);
        });
        Term::Place(target)
    }
}
