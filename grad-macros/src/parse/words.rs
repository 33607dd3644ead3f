//! The words of a source text: names, numbers and single characters, without comments and literals. Nothing here fails.

/// The words of a text.
pub fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, kept) = match first {
            _ if first.is_whitespace() => (first.len_utf8(), false),
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (comment(rest), false),
            '"' => (string(rest), false),
            '\'' => (character(rest), false),
            _ if is_part_of_name(first) => {
                let name = rest.find(|c| !is_part_of_name(c)).unwrap_or(rest.len());
                match raw_string(rest, name) {
                    Some(length) => (length, false),
                    None => (name, true),
                }
            }
            _ => (first.len_utf8(), true),
        };
        let (word, after) = rest.split_at(length);
        if kept {
            words.push(word);
        }
        rest = after;
    }
    words
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a comment that may hold others.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a string with its quotes.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The length of `r"…"`, `br#"…"#`, where the name before the quotes has this length.
fn raw_string(text: &str, name: usize) -> Option<usize> {
    let (prefix, rest) = text.split_at(name);
    let marks = rest.chars().take_while(|c| *c == '#').count();
    if !matches!(prefix, "r" | "br" | "cr") || !rest[marks..].starts_with('"') {
        return None;
    }
    let end = format!("\"{}", "#".repeat(marks));
    let inside = &rest[marks + 1..];
    Some(inside.find(&end).map_or(text.len(), |at| name + marks + 1 + at + end.len()))
}

/// The length of a character in its quotes, or of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => chars.find(|(_, c)| *c == '\'').map_or(text.len(), |(at, _)| at + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => text[1..].find(|c| !is_part_of_name(c)).map_or(text.len(), |at| at + 1),
    }
}
