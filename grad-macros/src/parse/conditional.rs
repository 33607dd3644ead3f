//! `#[cfg(..)]` inside a function: which parts are there isn't known to a macro, so each choice has a version of its own, and
//! rustc takes the one that applies.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, ExprArray, ExprCall, ExprMatch, ExprMethodCall, ExprStruct, FnArg, Item, Meta,
    PatStruct, Signature, Stmt, Token, parse_quote,
};

/// Three conditions make eight versions.
const MOST: usize = 3;

/// The versions of a function or a block, each under the condition that selects it; the item itself where nothing in it is
/// conditional. Where there are too many conditions, the place of the first that is too much.
pub fn versions(item: Item) -> Result<Vec<Item>, Span> {
    let conditions = conditions(&item);
    if conditions.is_empty() {
        return Ok(vec![item]);
    }
    if let Some(further) = conditions.get(MOST) {
        return Err(further.span());
    }
    let choices = 0..1_u32 << conditions.len();
    Ok(choices.map(|choice| version(item.clone(), &conditions, choice)).collect())
}

/// Whether a part of a function is there in some configurations only.
pub fn is_conditional(function: &syn::ItemFn) -> bool {
    !conditions(&Item::Fn(function.clone())).is_empty()
}

/// The version in which the conditions hold whose bits are set.
fn version(mut item: Item, conditions: &[TokenStream], choice: u32) -> Item {
    let holds = |index: usize| choice >> index & 1 == 1;
    let selects = conditions.iter().enumerate().map(|(index, condition)| {
        if holds(index) { condition.clone() } else { quote::quote!(not(#condition)) }
    });
    let selects: Attribute = parse_quote!(#[cfg(all(#(#selects),*))]);
    let known = conditions.iter().enumerate();
    let known = known.map(|(index, condition)| (condition.to_string(), holds(index))).collect();
    let mut chosen = Chosen { known };
    match &mut item {
        Item::Fn(function) => {
            chosen.visit_signature_mut(&mut function.sig);
            chosen.visit_block_mut(&mut function.block);
            function.attrs.push(selects);
        }
        Item::Impl(block) => {
            for item in &mut block.items {
                if let syn::ImplItem::Fn(method) = item {
                    chosen.visit_signature_mut(&mut method.sig);
                    chosen.visit_block_mut(&mut method.block);
                }
            }
            block.attrs.push(selects);
        }
        Item::Trait(block) => {
            for item in &mut block.items {
                if let syn::TraitItem::Fn(method) = item {
                    chosen.visit_signature_mut(&mut method.sig);
                    method.default.iter_mut().for_each(|block| chosen.visit_block_mut(block));
                }
            }
            block.attrs.push(selects);
        }
        _ => {}
    }
    item
}

/// The conditions inside the functions of an item, each once; those on a function as a whole are no affair of its body.
fn conditions(item: &Item) -> Vec<TokenStream> {
    let mut found = Conditions::default();
    match item {
        Item::Fn(function) => found.of(&function.sig, Some(&function.block)),
        Item::Impl(block) => block.items.iter().for_each(|item| {
            if let syn::ImplItem::Fn(method) = item {
                found.of(&method.sig, Some(&method.block));
            }
        }),
        Item::Trait(block) => block.items.iter().for_each(|item| {
            if let syn::TraitItem::Fn(method) = item {
                found.of(&method.sig, method.default.as_ref());
            }
        }),
        _ => {}
    }
    found.0
}

#[derive(Default)]
struct Conditions(Vec<TokenStream>);

impl Conditions {
    fn of(&mut self, signature: &Signature, block: Option<&Block>) {
        self.visit_signature(signature);
        block.into_iter().for_each(|block| self.visit_block(block));
    }
}

impl Visit<'_> for Conditions {
    fn visit_attribute(&mut self, attribute: &Attribute) {
        if let Some((condition, _)) = condition(attribute) {
            let (condition, _) = positive(condition);
            if self.0.iter().all(|known| known.to_string() != condition.to_string()) {
                self.0.push(condition);
            }
        }
    }

    fn visit_item(&mut self, item: &Item) {
        // What an item says of its inside isn't ours; whether it is there at all may be.
        attributes_of(item).iter().for_each(|attribute| self.visit_attribute(attribute));
    }
}

/// Takes away what isn't there, and the attributes that asked.
struct Chosen {
    known: Vec<(String, bool)>,
}

impl Chosen {
    /// Whether something with these attributes is there.
    fn keeps(&self, attributes: &mut Vec<Attribute>) -> bool {
        let mut kept = true;
        let taken = std::mem::take(attributes);
        for attribute in taken {
            match condition(&attribute) {
                None => attributes.push(attribute),
                Some((condition, None)) => kept &= self.holds(condition),
                Some((condition, Some(given))) => attributes.extend(given.into_iter().filter_map(|meta| {
                    self.holds(condition.clone()).then(|| -> Attribute { parse_quote!(#[#meta]) })
                })),
            }
        }
        kept
    }

    fn holds(&self, condition: TokenStream) -> bool {
        let (condition, is) = positive(condition);
        let condition = condition.to_string();
        self.known.iter().any(|(known, holds)| *known == condition && *holds == is)
    }

    fn list<T>(
        &self,
        list: &mut Punctuated<T, Token![,]>,
        attributes: impl Fn(&mut T) -> &mut Vec<Attribute>,
    ) {
        let all = std::mem::take(list).into_iter();
        *list = all.filter_map(|mut each| self.keeps(attributes(&mut each)).then_some(each)).collect();
    }

    fn expressions(&self, list: &mut Punctuated<Expr, Token![,]>) {
        let all = std::mem::take(list).into_iter();
        *list = all.filter_map(|mut each| self.keeps_expr(&mut each).then_some(each)).collect();
    }

    fn keeps_expr(&self, expr: &mut Expr) -> bool {
        let mut own = OfExpr { chosen: self, kept: None };
        own.visit_expr_mut(first(expr));
        own.kept.unwrap_or(true)
    }

    fn keeps_stmt(&self, stmt: &mut Stmt) -> bool {
        match stmt {
            Stmt::Local(local) => self.keeps(&mut local.attrs),
            Stmt::Macro(mac) => self.keeps(&mut mac.attrs),
            Stmt::Expr(expr, _) => self.keeps_expr(expr),
            Stmt::Item(item) => {
                let mut attributes = attributes_of(item).to_vec();
                self.keeps(&mut attributes)
            }
        }
    }
}

/// The attributes of an expression, which are the first that are met in it.
struct OfExpr<'a> {
    chosen: &'a Chosen,
    kept: Option<bool>,
}

impl VisitMut for OfExpr<'_> {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        if self.kept.is_none() {
            self.kept = Some(self.chosen.keeps(attributes));
        }
    }
}

impl VisitMut for Chosen {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        self.list(&mut signature.inputs, |input| match input {
            FnArg::Receiver(receiver) => &mut receiver.attrs,
            FnArg::Typed(input) => &mut input.attrs,
        });
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| self.keeps_stmt(stmt));
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_match_mut(&mut self, expr: &mut ExprMatch) {
        expr.arms.retain_mut(|arm| self.keeps(&mut arm.attrs));
        visit_mut::visit_expr_match_mut(self, expr);
    }

    fn visit_expr_struct_mut(&mut self, expr: &mut ExprStruct) {
        self.list(&mut expr.fields, |field| &mut field.attrs);
        visit_mut::visit_expr_struct_mut(self, expr);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut PatStruct) {
        self.list(&mut pat.fields, |field| &mut field.attrs);
        visit_mut::visit_pat_struct_mut(self, pat);
    }

    fn visit_expr_array_mut(&mut self, expr: &mut ExprArray) {
        self.expressions(&mut expr.elems);
        visit_mut::visit_expr_array_mut(self, expr);
    }

    fn visit_expr_call_mut(&mut self, expr: &mut ExprCall) {
        self.expressions(&mut expr.args);
        visit_mut::visit_expr_call_mut(self, expr);
    }

    fn visit_expr_method_call_mut(&mut self, expr: &mut ExprMethodCall) {
        self.expressions(&mut expr.args);
        visit_mut::visit_expr_method_call_mut(self, expr);
    }

    /// An item that stays keeps its attributes: under the condition of the version they hold.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// The condition of `#[cfg(..)]`, or that of `#[cfg_attr(..)]` with the attributes that it gives.
fn condition(attribute: &Attribute) -> Option<(TokenStream, Option<Vec<Meta>>)> {
    let Meta::List(list) = &attribute.meta else { return None };
    if list.path.is_ident("cfg") {
        return Some((list.tokens.clone(), None));
    }
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
    let mut parts = parts.into_iter();
    Some((parts.next()?.to_token_stream(), Some(parts.collect())))
}

/// The condition without `not`, and whether it is to hold.
fn positive(condition: TokenStream) -> (TokenStream, bool) {
    match syn::parse2::<Meta>(condition.clone()) {
        Ok(Meta::List(list)) if list.path.is_ident("not") => {
            let (inner, holds) = positive(list.tokens);
            (inner, !holds)
        }
        _ => (condition, true),
    }
}

/// The expression that the attributes of a statement stand before.
fn first(expr: &mut Expr) -> &mut Expr {
    match expr {
        Expr::Assign(assign) => first(&mut assign.left),
        Expr::Binary(binary) => first(&mut binary.left),
        Expr::Cast(cast) => first(&mut cast.expr),
        _ => expr,
    }
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
