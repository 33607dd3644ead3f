//! What is wrong with the structure of a container, in words that name the leaf.

use core::fmt::{self, Display, Write};

use super::Shape;

/// The key chain of a leaf, kept in an error.
///
/// With the feature `alloc` it is the whole chain. Without it, it is the last 64 bytes at most, after an ellipsis where
/// that cuts something off.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KeyText {
    #[cfg(feature = "alloc")]
    text: alloc::string::String,
    #[cfg(not(feature = "alloc"))]
    text: Tail,
}

impl KeyText {
    /// The chain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Keeps the text of a key chain.
    pub(crate) fn new(chain: &dyn Display) -> Self {
        let mut text = Self::default();
        // Neither a string nor the tail buffer can fail to take a text.
        let _ = write!(text.text, "{chain}");
        text
    }
}

impl Display for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(not(feature = "alloc"))]
        if self.text.cut {
            f.write_char('…')?;
        }
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The last bytes of a text, on character borders.
#[cfg(any(not(feature = "alloc"), test))]
#[derive(Clone, PartialEq, Eq)]
struct Tail {
    bytes: [u8; 64],
    length: usize,
    cut: bool,
}

#[cfg(any(not(feature = "alloc"), test))]
impl Default for Tail {
    fn default() -> Self {
        Self { bytes: [0; 64], length: 0, cut: false }
    }
}

#[cfg(any(not(feature = "alloc"), test))]
impl Tail {
    fn as_str(&self) -> &str {
        // Only whole characters are put in and taken out, so the empty text never stands in for another.
        core::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    /// Drops the first character.
    fn drop_first(&mut self) {
        let width = self.as_str().chars().next().map_or(0, char::len_utf8);
        self.bytes.copy_within(width..self.length, 0);
        self.length -= width;
        self.cut = true;
    }
}

#[cfg(any(not(feature = "alloc"), test))]
impl Write for Tail {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let width = character.len_utf8();
            while self.length + width > self.bytes.len() {
                self.drop_first();
            }
            character.encode_utf8(&mut self.bytes[self.length..]);
            self.length += width;
        }
        Ok(())
    }
}

/// A shape in an error: boxed where there is an allocator, so that results stay small, in place where there is none.
#[cfg(feature = "alloc")]
pub type KeptShape = alloc::boxed::Box<Shape>;

/// A shape in an error: boxed where there is an allocator, so that results stay small, in place where there is none.
#[cfg(not(feature = "alloc"))]
pub type KeptShape = Shape;

/// Keeps a shape for an error.
#[cfg(feature = "alloc")]
#[allow(clippy::unnecessary_box_returns)] // the box is the point: it is what the error holds
pub(crate) fn keep(shape: Shape) -> KeptShape {
    KeptShape::new(shape)
}

/// Keeps a shape for an error.
#[cfg(not(feature = "alloc"))]
pub(crate) fn keep(shape: Shape) -> KeptShape {
    shape
}

/// Two containers don't match, or a leaf holds what it mustn't. Nothing has been written when one of these comes back.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StructureError {
    /// A leaf has no counterpart.
    Missing {
        /// The key chain of the leaf.
        key: KeyText,
        /// What was looked for: `gradient`, `learning rate`, …
        what: &'static str,
        /// The shape that it has to have.
        expected: KeptShape,
    },
    /// A leaf's counterpart has another shape, or its elements lie in another order.
    Shape {
        /// The key chain of the leaf.
        key: KeyText,
        /// What was looked for: `gradient`, `learning rate`, …
        what: &'static str,
        /// The shape that it has to have.
        expected: KeptShape,
        /// The shape that it has.
        found: KeptShape,
    },
    /// There is a leaf that the container which sets the structure doesn't have.
    Unexpected {
        /// The key chain of the leaf.
        key: KeyText,
        /// The shape that it has.
        found: KeptShape,
    },
    /// An element is infinite or NaN; only the checked functions look.
    NotFinite {
        /// The key chain of the leaf.
        key: KeyText,
        /// What was looked at: `gradient`, …
        what: &'static str,
        /// The position of the element in the leaf's data.
        element: usize,
        /// The element.
        value: f64,
    },
    /// A flat slice hasn't as many elements as the container.
    Length {
        /// How many elements the container has.
        expected: usize,
        /// How many the slice has.
        found: usize,
    },
}

impl Display for StructureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { key, what, expected } => {
                write!(f, "there is no {what} for the leaf `{key}` of shape {expected}")
            }
            Self::Shape { key, what, expected, found } => {
                write!(
                    f,
                    "the {what} of the leaf `{key}` has shape {found}, but the leaf has shape {expected}"
                )
            }
            Self::Unexpected { key, found } => {
                write!(f, "there is a leaf `{key}` of shape {found} too many")
            }
            Self::NotFinite { key, what, element, value } => {
                write!(f, "the {what} of the leaf `{key}` is {value} at element {element}")
            }
            Self::Length { expected, found } => {
                write!(f, "the slice has {found} elements, but the container has {expected}")
            }
        }
    }
}

impl core::error::Error for StructureError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_keeps_the_last_bytes_on_character_borders() {
        let mut tail = Tail::default();
        for _ in 0..30 {
            tail.write_str("äb/").unwrap_or_default();
        }
        assert!(tail.cut);
        assert_eq!(tail.as_str(), "äb/".repeat(16));
        tail.write_str("c").unwrap_or_default();
        assert_eq!(tail.as_str(), format!("b/{}c", "äb/".repeat(15)));
    }
}
