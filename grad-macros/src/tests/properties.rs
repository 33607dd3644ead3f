//! The macro never panics and always answers with tokens that parse, whatever it is given.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// A small generator of random numbers (xorshift, G. Marsaglia 2003): a failure names its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

const WORDS: [&str; 34] = [
    "fn",
    "let",
    "mut",
    "if",
    "else",
    "for",
    "in",
    "while",
    "loop",
    "match",
    "return",
    "break",
    "continue",
    "x",
    "y",
    "w",
    "f64",
    "usize",
    "sin",
    "powi",
    "sum",
    "map",
    "iter",
    "struct",
    "self",
    "impl",
    "unsafe",
    "as",
    "ref",
    "move",
    "true",
    "Some",
    "Vec",
    "stop_gradient",
];
const MARKS: [char; 20] =
    ['+', '-', '*', '/', '%', '=', '<', '>', '!', '&', '|', '.', ',', ';', ':', '#', '?', '@', '^', '_'];

fn random_tokens(random: &mut Random, depth: usize) -> TokenStream {
    (0..random.below(12)).map(|_| random_token(random, depth)).collect()
}

fn random_token(random: &mut Random, depth: usize) -> TokenTree {
    match random.below(if depth == 0 { 6 } else { 9 }) {
        0..=2 => Ident::new(WORDS[random.below(WORDS.len())], Span::call_site()).into(),
        3 => Literal::f64_unsuffixed(1.5).into(),
        4 => Literal::usize_unsuffixed(random.below(5)).into(),
        5 => match MARKS[random.below(MARKS.len())] {
            '_' => Ident::new("_", Span::call_site()).into(),
            mark => {
                Punct::new(mark, if random.below(2) == 0 { Spacing::Alone } else { Spacing::Joint }).into()
            }
        },
        kind => {
            let delimiter = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket][kind - 6];
            Group::new(delimiter, random_tokens(random, depth - 1)).into()
        }
    }
}

/// Replaces, drops or doubles a few tokens.
fn mutated(tokens: TokenStream, random: &mut Random) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| {
            let token = match token {
                TokenTree::Group(group) => {
                    Group::new(group.delimiter(), mutated(group.stream(), random)).into()
                }
                other => other,
            };
            match random.below(60) {
                0 => vec![],
                1 => vec![token.clone(), token],
                2 => vec![random_token(random, 1)],
                _ => vec![token],
            }
        })
        .collect()
}

fn answers(attribute: TokenStream, item: &TokenStream, what: &str) {
    let shown = item.to_string();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        crate::expand::differentiable(attribute, item, None)
    }));
    assert!(outcome.is_ok(), "{what}: a panic on\n{shown}");
}

#[test]
fn random_tokens_are_answered() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for number in 0..3000 {
        let attribute = if number % 3 == 0 { random_tokens(&mut random, 1) } else { TokenStream::new() };
        let body = random_tokens(&mut random, 3);
        answers(
            attribute,
            &quote::quote!(fn f(x: f64, w: &[f64], n: usize) -> f64 { #body }),
            &format!("number {number}"),
        );
        let item = random_tokens(&mut random, 3);
        answers(TokenStream::new(), &item, &format!("number {number}"));
    }
}

#[test]
fn damaged_functions_are_answered() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/expand");
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("the source can be read");
        let source: TokenStream = text
            .replace("#[differentiable(aux)]", "")
            .replace("#[differentiable]", "")
            .parse()
            .expect("tokens");
        for number in 0..60 {
            let damaged = mutated(source.clone(), &mut random);
            answers(TokenStream::new(), &damaged, &format!("{} number {number}", path.display()));
        }
    }
}
