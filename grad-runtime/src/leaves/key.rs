//! Key chains: written, compared and looked up without an allocation.

use core::fmt::{self, Display, Write};

use super::Leaves;

/// The key chain of one leaf, as something that can be displayed; see [`key`].
#[derive(Debug)]
pub struct Key<'a, C: ?Sized> {
    container: &'a C,
    index: usize,
}

impl<C: ?Sized> Clone for Key<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: ?Sized> Copy for Key<'_, C> {}

impl<C: Leaves + ?Sized> Display for Key<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.container.write_key(self.index, f)
    }
}

/// The key chain of the leaf at `index`; displaying it panics where the index is out of range.
///
/// ```
/// use grad_runtime::leaves::key;
///
/// assert_eq!(key(&(1.0, ([2.0], 3.0)), 2).to_string(), "1/1");
/// assert_eq!(key(&1.0, 0).to_string(), "");
/// ```
#[must_use]
pub fn key<C: Leaves + ?Sized>(container: &C, index: usize) -> Key<'_, C> {
    Key { container, index }
}

/// The index of the leaf with this key chain.
///
/// ```
/// use grad_runtime::leaves::find;
///
/// assert_eq!(find(&(1.0, ([2.0], 3.0)), &"1/0"), Some(1));
/// assert_eq!(find(&(1.0, ([2.0], 3.0)), &"2"), None);
/// ```
#[must_use]
pub fn find<C: Leaves + ?Sized>(container: &C, chain: &dyn Display) -> Option<usize> {
    (0..container.leaf_count()).find(|&index| same_text(&key(container, index), chain))
}

/// Writes the key chain of a leaf of `child`, which its parent knows as `name`: `name` alone where the child is itself
/// the leaf, `name/…` otherwise. This is what implementations of [`Leaves::write_key`] call for their fields.
///
/// # Errors
/// Those of `out`.
///
/// ```
/// use grad_runtime::leaves::write_child_key;
///
/// let mut text = String::new();
/// write_child_key(&mut text, &"encoder", &(1.0, 2.0), 1)?;
/// assert_eq!(text, "encoder/1");
/// # Ok::<(), core::fmt::Error>(())
/// ```
pub fn write_child_key<C: Leaves + ?Sized>(
    out: &mut dyn Write,
    name: &dyn Display,
    child: &C,
    index: usize,
) -> fmt::Result {
    write!(out, "{name}")?;
    child.write_key(index, &mut AfterSlash { out, started: false })
}

/// Puts a slash before the first text that comes, and none where none comes.
struct AfterSlash<'a> {
    out: &'a mut dyn Write,
    started: bool,
}

impl Write for AfterSlash<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !self.started && !text.is_empty() {
            self.started = true;
            self.out.write_char('/')?;
        }
        self.out.write_str(text)
    }
}

/// Whether two values display as the same text.
///
/// Neither text is stored: each piece of the first is held against the second's, written again up to that place.
/// That is quadratic in the number of pieces, of which a key chain has a handful.
///
/// ```
/// assert!(grad_runtime::leaves::same_text(&12, &"12"));
/// ```
#[must_use]
pub fn same_text(left: &dyn Display, right: &dyn Display) -> bool {
    same_writing(&|out| write!(out, "{left}"), &|out| write!(out, "{right}"))
}

/// Whether two leaves have the same key chain.
pub(crate) fn same_key<A, B>(left: &A, left_index: usize, right: &B, right_index: usize) -> bool
where
    A: Leaves + ?Sized,
    B: Leaves + ?Sized,
{
    same_writing(&|out| left.write_key(left_index, out), &|out| right.write_key(right_index, out))
}

/// Something that writes a text.
type Writing<'a> = &'a dyn Fn(&mut dyn Write) -> fmt::Result;

/// Whether two texts are the same.
fn same_writing(left: Writing<'_>, right: Writing<'_>) -> bool {
    let mut comparison = Comparison { other: right, position: 0 };
    if left(&mut comparison).is_err() {
        return false;
    }
    let mut length = Length(0);
    right(&mut length).is_ok() && length.0 == comparison.position
}

/// Receives one text and holds it against another.
struct Comparison<'a> {
    other: Writing<'a>,
    position: usize,
}

impl Write for Comparison<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let mut window = Window { skip: self.position, expected: piece.as_bytes() };
        (self.other)(&mut window)?;
        self.position += piece.len();
        if window.expected.is_empty() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Skips so many bytes of the text that it receives, then takes the expected bytes off one by one.
struct Window<'a> {
    skip: usize,
    expected: &'a [u8],
}

impl Write for Window<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let start = self.skip.min(piece.len());
        self.skip -= start;
        let rest = &piece.as_bytes()[start..];
        let common = rest.len().min(self.expected.len());
        if rest[..common] != self.expected[..common] {
            return Err(fmt::Error);
        }
        self.expected = &self.expected[common..];
        Ok(())
    }
}

/// Counts the bytes of a text.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.0 += piece.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Displays its pieces one by one, as a chain of fields does.
    struct Pieces(&'static [&'static str]);

    impl Display for Pieces {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.iter().try_for_each(|piece| f.write_str(piece))
        }
    }

    #[test]
    fn texts_are_compared_across_the_borders_of_their_pieces() {
        let whole = Pieces(&["encoder/w"]);
        assert!(same_text(&whole, &Pieces(&["enc", "", "oder", "/", "w"])));
        assert!(same_text(&Pieces(&["enc", "oder/", "w"]), &Pieces(&["e", "ncoder/w"])));
        assert!(same_text(&Pieces(&[]), &Pieces(&["", ""])));
    }

    #[test]
    fn a_prefix_is_not_the_same_text() {
        let whole = Pieces(&["encoder", "/w"]);
        assert!(!same_text(&whole, &Pieces(&["encoder"])));
        assert!(!same_text(&Pieces(&["encoder"]), &whole));
        assert!(!same_text(&whole, &Pieces(&["encoder", "/b"])));
        assert!(!same_text(&Pieces(&[]), &whole));
        assert!(!same_text(&whole, &Pieces(&[])));
    }
}
