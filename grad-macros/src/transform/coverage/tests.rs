//! What counts as filled before it's read, and what as written once: each line is a program that differs in one thing from one that does.

use crate::analysis::Sizes;
use crate::diag::Errors;
use crate::ir::{Block, Body, Head, M, Stmt};
use crate::parse::{Home, Options};
use crate::transform::coverage::{is_fresh, is_settled};
use crate::transform::lengths::lengths;

/// A function's body, and the array `w` in it.
fn lowered(source: &str) -> (Body, M) {
    let errors = Errors::default();
    let function = syn::parse_str(source).expect("a function");
    let function = crate::parse::item(Options::default(), function, Home::default(), &errors);
    let body = crate::lower::function(&function, &errors);
    assert!(errors.finish().is_none(), "{source}");
    let mut body = body.expect("a body");
    lengths(&mut body);
    let index = body.vars.iter().position(|var| var.name == "w").expect("an array called `w`");
    (body, M(u32::try_from(index).expect("few variables")))
}

/// The body of the loop `for _ in 0..rounds`.
fn rounds(body: &Body) -> &Block {
    body.block
        .stmts
        .iter()
        .find_map(|stmt| match stmt {
            Stmt::Loop(looped) if matches!(looped.head, Head::Range { .. }) => Some(&looped.body),
            _ => None,
        })
        .expect("a loop over a range")
}

/// Whether an iteration with these statements reads nothing of `w` but what it wrote itself.
fn fresh(iteration: &str) -> bool {
    let (body, w) = lowered(&format!(
        "fn f(x: &[f64; 4], y: f64, rounds: usize, n: usize) -> f64 {{
            let mut w = [0.0; 4];
            let mut s = 0.0;
            for _ in 0..rounds {{ {iteration} }}
            s
        }}"
    ));
    is_fresh(w, rounds(&body), &Sizes::of(&body, &body.block, &std::collections::HashMap::new()))
}

const READ: &str = "for i in 0..4 { s += w[i] * w[i]; }";

#[test]
fn filled_from_the_first_element_to_the_last() {
    for fill in [
        "for i in 0..4 { w[i] = x[i] * y; }",
        "if y > 0.0 { for i in 0..4 { w[i] = x[i]; } } else { for i in 0..4 { w[i] = y * y; } }",
        "w[0] = y; for i in 1..4 { w[i] = w[i - 1] * x[i]; }",
        "for i in 0..4 { w[i] = x[i]; s += w[i]; w[i] += y; }",
        "for i in 0..2 { for j in 0..2 { w[i * 2 + j] = x[i] * x[j]; } }",
    ] {
        assert!(fresh(&format!("{fill} {READ}")), "{fill}");
    }
}

#[test]
fn not_filled_before_it_is_read() {
    for fill in [
        "for i in 0..3 { w[i] = x[i] * y; }",
        "for i in 1..4 { w[i] = x[i] * y; }",
        "for i in 0..n { w[i] = x[i] * y; }",
        "for i in (0..4).step_by(2) { w[i] = x[i] * y; }",
        "for i in 0..4 { w[i] += x[i] * y; }",
        "for i in 0..4 { if x[i] > y { w[i] = x[i]; } }",
        "for i in 0..4 { if x[i] > y { break; } w[i] = x[i]; }",
        "for i in 0..4 { w[i] = x[i]; if x[i] > y { break; } }",
        "w[0] += y; for i in 1..4 { w[i] = x[i]; }",
        "w[3] = y;",
        "for i in 0..4 { w[i * 2 % 4] = x[i] * y; }",
        "let mut j = 0; for i in 0..4 { w[j] = x[i] * y; j += 2; if j > 3 { j = 0; } }",
        "for i in 0..3 { w[i] = w[i + 1] * y; } w[3] = y;",
        "s += w[0]; for i in 0..4 { w[i] = x[i] * y; }",
        "for i in 0..2 { for j in 0..2 { w[i * 3 + j] = x[i] * x[j]; } }",
        "let mut k = 0; while k < 3 && w[k] < y { k += 1; } for i in 0..4 { w[i] = x[i] * y; }",
        "if y > 0.0 { for i in 0..4 { w[i] = x[i]; } }",
        "if y > 0.0 { for i in 0..4 { w[i] = x[i]; } } else { for i in 0..3 { w[i] = y; } }",
        "g(&w); for i in 0..4 { w[i] = x[i] * y; }",
        "let mut v = [y; 4]; for i in 0..4 { w[i] = x[i] * y; } std::mem::swap(&mut v, &mut w);",
    ] {
        assert!(!fresh(&format!("{fill} {READ}")), "{fill}");
    }
}

#[test]
fn lent_when_all_of_it_is_there() {
    assert!(fresh(&format!("for i in 0..4 {{ w[i] = x[i] * y; }} s += g(&w); {READ}")));
    assert!(!fresh("for i in 0..3 { w[i] = x[i] * y; } s += g(&w);"));
}

/// Whether what these loops read of `w` is still there afterwards.
fn settled(statement: &str) -> bool {
    let (body, w) = lowered(&format!(
        "fn f(x: &[f64; 4], y: f64, n: usize) -> f64 {{
            let mut w = [0.0; 16];
            let mut s = 0.0;
            {statement}
            s
        }}"
    ));
    let looped = body.block.stmts.iter().find(|stmt| matches!(stmt, Stmt::Loop(_))).expect("a loop");
    is_settled(w, looped, &Sizes::of(&body, &body.block, &std::collections::HashMap::new()))
}

#[test]
fn each_element_is_written_once_before_it_is_read() {
    assert!(settled("for i in 0..4 { w[i] = x[i] * y; s += w[i] * w[i]; }"));
    assert!(settled("for i in 0..4 { for j in 0..4 { w[i * 4 + j] = x[i] * x[j]; } }"));
    for statement in [
        "for i in 0..4 { w[i] = x[i] * y; w[i] = y; }",
        "for i in 0..4 { w[i] = x[i] * y; w[i] += y; }",
        "for i in 0..4 { s += w[i]; w[i] = x[i] * y; }",
        "for i in 0..4 { w[i + 1] = x[i] * y; s += w[0]; }",
        "for i in 0..4 { w[0] = x[i] * y; s += w[0]; }",
        "for i in 0..4 { for j in 0..4 { w[j] = x[i] * x[j]; s += w[j]; } }",
        "for i in 0..4 { for j in 0..4 { w[i * 3 + j] = x[i] * x[j]; } }",
        "for i in 0..4 { if x[i] > y { w[i] = y; } s += w[i]; }",
    ] {
        assert!(!settled(statement), "{statement}");
    }
}
