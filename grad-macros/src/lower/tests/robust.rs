//! Whatever the tokens are, the lowering answers with IR or with messages.

use proc_macro2::{Group, TokenStream, TokenTree};

use super::programs::PROGRAMS;
use crate::diag::Errors;

/// Numbers that look random.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }
}

/// All tokens that occur in the programs: what a mutation puts in the place of another.
fn stock(tokens: TokenStream, found: &mut Vec<TokenTree>) {
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            stock(group.stream(), found);
        }
        found.push(token);
    }
}

/// The tokens with something replaced, removed or doubled.
fn mutated(tokens: TokenStream, random: &mut Random, stock: &[TokenTree]) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let at = random.below(tokens.len());
    match tokens.get(at).cloned() {
        Some(TokenTree::Group(group)) if random.below(4) > 0 => {
            let inner = mutated(group.stream(), random, stock);
            tokens[at] = TokenTree::Group(Group::new(group.delimiter(), inner));
        }
        Some(token) => match random.below(3) {
            0 => tokens[at] = stock[random.below(stock.len())].clone(),
            1 => {
                tokens.remove(at);
            }
            _ => tokens.insert(at, token),
        },
        None => {}
    }
    tokens.into_iter().collect()
}

/// Lowers what the tokens say, if they are a function at all.
fn try_to_lower(tokens: TokenStream) -> bool {
    let Ok(function) = syn::parse2(tokens) else { return false };
    let errors = Errors::default();
    let function = crate::parse::item(
        crate::parse::Options::default(),
        function,
        crate::parse::Home::default(),
        &errors,
    );
    let body = super::super::function(&function, &errors);
    assert_eq!(body.is_some(), errors.is_empty(), "either a body or a message");
    let _ = errors.finish();
    true
}

#[test]
fn programs_are_lowered() {
    for source in PROGRAMS {
        super::body(source);
    }
}

#[test]
fn no_tokens_make_it_panic() {
    let mut words = Vec::new();
    let programs: Vec<TokenStream> = PROGRAMS.iter().map(|source| source.parse().unwrap()).collect();
    programs.iter().for_each(|program| stock(program.clone(), &mut words));
    let mut random = Random(7);
    let mut functions = 0;
    for round in 0..30_000 {
        let mut tokens = programs[round % programs.len()].clone();
        for _ in 0..=random.below(3) {
            tokens = mutated(tokens, &mut random, &words);
        }
        functions += usize::from(try_to_lower(tokens));
    }
    assert!(functions > 1_000, "only {functions} mutations are functions");
}
