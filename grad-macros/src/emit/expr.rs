//! Expressions with what is needed to put them together: how tightly they bind, and which names they read.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::ir::{Float, Prim, Ty, V};

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Prec {
    /// Closures, blocks, ranges, assignments.
    Loose,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Prefix,
    /// Names, literals, calls, fields, indices.
    Postfix,
}

impl Prec {
    /// How tightly an infix operator binds.
    pub fn of_symbol(symbol: &str) -> Self {
        match symbol {
            "||" => Self::Or,
            "&&" => Self::And,
            "<" | "<=" | ">" | ">=" | "==" | "!=" => Self::Compare,
            "|" => Self::BitOr,
            "^" => Self::BitXor,
            "&" => Self::BitAnd,
            "<<" | ">>" => Self::Shift,
            "+" | "-" => Self::Sum,
            "*" | "/" | "%" => Self::Product,
            _ => Self::Loose,
        }
    }

    fn is_bitwise(self) -> bool {
        matches!(self, Self::BitOr | Self::BitXor | Self::BitAnd | Self::Shift)
    }
}

/// An expression.
#[derive(Clone)]
pub struct Expr {
    pub tokens: TokenStream,
    pub prec: Prec,
    /// Where its type can't be told from its tokens: a number without a suffix, and what it takes to add one.
    untyped: Option<(TokenStream, Prec)>,
    /// Whether a struct literal would be taken for a block where a block may begin.
    pub braced: bool,
    /// The named values that it reads.
    pub reads: Vec<V>,
}

impl Expr {
    /// A name, a literal, a call: what needs no parentheses anywhere.
    pub fn atom(tokens: TokenStream) -> Self {
        Self::new(tokens, Prec::Postfix)
    }

    /// An expression with this precedence.
    pub fn new(tokens: TokenStream, prec: Prec) -> Self {
        Self { tokens, prec, untyped: None, braced: false, reads: Vec::new() }
    }

    /// The same, with the reads of its parts.
    #[must_use]
    pub fn reading(mut self, parts: impl IntoIterator<Item = V>) -> Self {
        self.reads.extend(parts);
        self
    }

    /// A number of the compiler's.
    pub fn number(number: f64, ty: &Ty, runtime: &TokenStream) -> Self {
        match ty {
            Ty::Float(Float::Generic(name)) => {
                let number = Self::number(number, &Ty::Unknown, runtime).tokens;
                Self::atom(quote!(#runtime::number::<#name>(#number)))
            }
            Ty::Float(Float::F32) => float(number, "f32"),
            _ => float(number, "f64"),
        }
    }

    /// A literal of the user's; a float without a suffix gets one where needed.
    pub fn literal(expr: &syn::Expr, ty: &Ty) -> Self {
        let tokens = quote!(#expr);
        let suffix = match ty {
            Ty::Float(Float::F32) => "f32",
            Ty::Float(Float::F64) => "f64",
            _ => return Self::new(tokens, super::user::precedence(expr)),
        };
        match bare_literal(expr) {
            Some((negative, literal)) => {
                let mut typed = typed_literal(literal, suffix);
                typed.set_span(literal.span());
                let (tokens_typed, prec) =
                    if negative { (quote!(-#typed), Prec::Prefix) } else { (quote!(#typed), Prec::Postfix) };
                let mut out = Self::new(tokens, prec);
                out.untyped = Some((tokens_typed, prec));
                out
            }
            None => Self::new(tokens, super::user::precedence(expr)),
        }
    }

    /// The expression with a type that rustc sees at once.
    #[must_use]
    pub fn typed(mut self) -> Self {
        if let Some((tokens, prec)) = self.untyped.take() {
            self.tokens = tokens;
            self.prec = prec;
        }
        self
    }

    /// The tokens where at least this much binding is needed.
    pub fn at_least(&self, prec: Prec) -> TokenStream {
        let tokens = &self.tokens;
        if self.prec < prec { quote!((#tokens)) } else { quote!(#tokens) }
    }

    /// The tokens where a `{` follows.
    pub fn before_brace(&self) -> TokenStream {
        let tokens = &self.tokens;
        if self.braced { quote!((#tokens)) } else { quote!(#tokens) }
    }

    /// The tokens as the receiver of a method or a place with parts.
    pub fn receiver(self) -> Self {
        let typed = self.typed();
        let tokens = typed.at_least(Prec::Postfix);
        Self { tokens, prec: Prec::Postfix, ..typed }
    }

    /// `a op b`.
    pub fn infix(prim: Prim, a: Self, b: Self) -> Self {
        let prec = Prec::of_symbol(prim.text());
        let a = if a.untyped.is_some() && b.untyped.is_some() { a.typed() } else { a };
        let (left, right) = operand_bindings(prec, prim);
        let mut left = a.at_least(left);
        if a.prec == Prec::Cast && matches!(prim, Prim::Lt | Prim::Shl) {
            // `x as usize < n` would read as generic arguments.
            let tokens = &a.tokens;
            left = quote!((#tokens));
        }
        let right = b.at_least(right);
        let symbol = symbol(prim);
        let braced = a.braced || b.braced;
        let mut out = Self::new(quote!(#left #symbol #right), prec).reading(a.reads).reading(b.reads);
        out.braced = braced;
        out
    }

    /// `-a` or `!a`.
    pub fn prefix(prim: Prim, a: Self) -> Self {
        let symbol = symbol(prim);
        let operand = a.at_least(Prec::Prefix);
        let mut out = Self::new(quote!(#symbol #operand), Prec::Prefix).reading(a.reads);
        if let Some((tokens, prec)) = a.untyped
            && prec == Prec::Postfix
        {
            out.untyped = Some((quote!(#symbol #tokens), Prec::Prefix));
        }
        out
    }

    /// `receiver.name(args…)`.
    pub fn method(receiver: Self, name: &str, args: Vec<Self>) -> Self {
        let name = Ident::new(name, Span::call_site());
        let receiver = receiver.receiver();
        let tokens = args.iter().map(|arg| &arg.tokens);
        let object = &receiver.tokens;
        let mut out = Self::atom(quote!(#object.#name(#(#tokens),*))).reading(receiver.reads);
        out.braced = receiver.braced;
        out.reading(args.into_iter().flat_map(|arg| arg.reads))
    }

    /// `function(args…)`.
    pub fn call(function: &TokenStream, args: Vec<Self>) -> Self {
        let tokens = args.iter().map(|arg| &arg.tokens);
        Self::atom(quote!(#function(#(#tokens),*))).reading(args.into_iter().flat_map(|arg| arg.reads))
    }
}

/// How tightly the operands of an infix operator have to bind.
fn operand_bindings(prec: Prec, prim: Prim) -> (Prec, Prec) {
    match prec {
        // What binds how among these isn't known by heart: parentheses help.
        _ if prec.is_bitwise() => (Prec::Prefix, Prec::Prefix),
        Prec::Compare => (Prec::BitOr, Prec::BitOr),
        Prec::Or => (Prec::Or, Prec::And),
        Prec::And => (Prec::And, Prec::Compare),
        Prec::Sum => (Prec::Sum, Prec::Product),
        _ if prim == Prim::Rem => (Prec::Cast, Prec::Cast),
        _ => (Prec::Product, Prec::Cast),
    }
}

/// An operator as a token.
fn symbol(prim: Prim) -> TokenStream {
    match prim {
        Prim::Add => quote!(+),
        Prim::Sub | Prim::Neg => quote!(-),
        Prim::Mul => quote!(*),
        Prim::Div => quote!(/),
        Prim::Rem => quote!(%),
        Prim::Lt => quote!(<),
        Prim::Le => quote!(<=),
        Prim::Gt => quote!(>),
        Prim::Ge => quote!(>=),
        Prim::Eq => quote!(==),
        Prim::Ne => quote!(!=),
        Prim::Not => quote!(!),
        Prim::And => quote!(&&),
        Prim::Or => quote!(||),
        Prim::BitAnd => quote!(&),
        Prim::BitOr => quote!(|),
        Prim::BitXor => quote!(^),
        Prim::Shl => quote!(<<),
        _ => quote!(>>),
    }
}

/// A literal number, perhaps negative, without a suffix.
fn bare_literal(expr: &syn::Expr) -> Option<(bool, &syn::Lit)> {
    match expr {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Float(float) if float.suffix().is_empty() => Some((false, &literal.lit)),
            _ => None,
        },
        syn::Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            bare_literal(&unary.expr).filter(|(negative, _)| !negative).map(|(_, literal)| (true, literal))
        }
        syn::Expr::Group(group) => bare_literal(&group.expr),
        _ => None,
    }
}

/// The same digits with a suffix.
fn typed_literal(literal: &syn::Lit, suffix: &str) -> syn::Lit {
    let text = quote!(#literal).to_string();
    let digits = text.strip_suffix('.').map_or(text.clone(), |whole| format!("{whole}.0"));
    syn::Lit::Float(syn::LitFloat::new(&format!("{digits}_{suffix}"), literal.span()))
}

/// A float, with what it takes to give it a type.
fn float(number: f64, suffix: &str) -> Expr {
    if !number.is_finite() {
        return named_float(number, suffix);
    }
    let digits = format!("{:?}", number.abs());
    let parse =
        |text: &str| text.parse::<Literal>().unwrap_or_else(|_| Literal::f64_unsuffixed(number.abs()));
    let (plain, typed) = (parse(&digits), parse(&format!("{digits}_{suffix}")));
    let negative = number.is_sign_negative();
    let prec = if negative { Prec::Prefix } else { Prec::Postfix };
    let mut out = Expr::new(if negative { quote!(-#plain) } else { quote!(#plain) }, prec);
    out.untyped = Some((if negative { quote!(-#typed) } else { quote!(#typed) }, prec));
    out
}

/// Infinity and NaN have names only.
fn named_float(number: f64, suffix: &str) -> Expr {
    let module = Ident::new(suffix, Span::call_site());
    let name = match number {
        _ if number.is_nan() => quote!(NAN),
        f64::INFINITY => quote!(INFINITY),
        _ => quote!(NEG_INFINITY),
    };
    Expr::atom(quote!(::core::primitive::#module::#name))
}
