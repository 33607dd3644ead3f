//! Where the rows are few: all of them in one function, without the pair.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::items::face::Face;
use crate::emit::items::one_or_tuple;
use crate::ir::Block;
use crate::transform::jacobian::Jacobian;
use crate::transform::reverse::Cotangent;

/// `[[row 0], [row 1], ..]` per parameter.
pub fn in_one_sweep(face: &Face, sweeps: &Jacobian) -> TokenStream {
    let mut block = Block { mirrors: None, ..sweeps.body.block.clone() };
    block.stmts.extend(sweeps.block.stmts.iter().cloned());
    block.results.extend(&sweeps.block.results);
    let mut emitter = Emitter::new(&sweeps.body, &[&block], face.runtime.clone());
    let body = emitter.scoped(|emitter| {
        emitter.imports();
        emitter.stmts(&block);
        let columns: Vec<TokenStream> = (0..face.active().count())
            .map(|param| {
                let rows = sweeps.rows.iter().map(|row| emitter.cotangent(row[param]));
                let rows: Vec<TokenStream> = rows.collect();
                quote!([#(#rows),*])
            })
            .collect();
        let (value, columns) = (emitter.output(&sweeps.body.result, &block.results), one_or_tuple(&columns));
        emitter.push(face.success(&quote!((#value, #columns))));
    });
    let count = Literal::usize_unsuffixed(sweeps.rows.len());
    let results: Vec<TokenStream> = face
        .active()
        .map(|param| {
            let tangent = &param.tangent;
            quote!([#tangent; #count])
        })
        .collect();
    let matrices = one_or_tuple(&results);
    super::items(face, &super::Jacobian { matrices, clause: None, body, mutable: true, allocates: false })
}

impl Emitter<'_> {
    /// One cotangent as an expression.
    fn cotangent(&mut self, cotangent: Cotangent) -> TokenStream {
        match cotangent {
            Cotangent::Value(v) => self.expr(v).typed().tokens,
            Cotangent::Var(m) | Cotangent::Buffer(m) => {
                let name = self.var(m);
                quote!(#name)
            }
        }
    }
}
