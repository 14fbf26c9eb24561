//! How nodes are kept. There are millions, and of what a run remembers they are the most.

use super::{Id, Shape, Slot, Style, Tag};
use crate::source::Span;

/// The nodes of a tree, each in 16 bytes.
#[derive(Debug, Default)]
pub(super) struct Slots(Vec<Packed>);

/// A [`Slot`]: its span, and of what it is made.
#[derive(Clone, Copy, Debug)]
struct Packed {
    span: Span,
    /// Where a scalar or the children begin, the index of a text, or the node that an alias is for.
    at: u32,
    /// From the lowest bit: the shape, the style, whether it is anchored, the tag, and how long a scalar is
    /// or how many children there are.
    rest: u32,
}

const SHAPE: u32 = 3;
const STYLE: u32 = 3;
const ANCHORED: u32 = 1;
const TAG: u32 = 2;
const LENGTH: u32 = u32::BITS - SHAPE - STYLE - ANCHORED - TAG;

/// The longest scalar that may stand in the text alone, and the most children; of more than 2,000,000
/// nodes no tree is made.
pub(super) const MOST: u32 = (1 << LENGTH) - 1;

const STYLES: [Style; 7] = [
    Style::Plain,
    Style::SingleQuoted,
    Style::DoubleQuoted,
    Style::Literal,
    Style::Folded,
    Style::Block,
    Style::Flow,
];

const TAGS: [Tag; 4] = [Tag::None, Tag::Text, Tag::Reset, Tag::Override];

/// Takes bits off the lower end of a number.
fn take(number: &mut u32, bits: u32) -> u32 {
    let taken = *number & ((1 << bits) - 1);
    *number >>= bits;
    taken
}

impl From<Slot> for Packed {
    fn from(slot: Slot) -> Self {
        let (shape, at, length) = match slot.shape {
            Shape::Raw(span) => (0, span.start, span.end.saturating_sub(span.start)),
            Shape::Cooked(index) => (1, index, 0),
            Shape::List { first, len } => (2, first, len),
            Shape::Map { first, len } => (3, first, len),
            Shape::Alias(id) => (4, id, 0),
            Shape::Link => (5, 0, 0),
        };
        let index_of = |found: Option<usize>| found.and_then(|at| u32::try_from(at).ok());
        let style = index_of(STYLES.iter().position(|style| *style == slot.style));
        let tag = index_of(TAGS.iter().position(|tag| *tag == slot.tag));
        let mut rest = length.min(MOST);
        rest = rest << TAG | tag.unwrap_or_default();
        rest = rest << ANCHORED | u32::from(slot.anchored);
        rest = rest << STYLE | style.unwrap_or_default();
        rest = rest << SHAPE | shape;
        Packed { span: slot.span, at, rest }
    }
}

impl From<Packed> for Slot {
    #[inline]
    fn from(packed: Packed) -> Self {
        let Packed { span, at, mut rest } = packed;
        let shape = take(&mut rest, SHAPE);
        let style = STYLES.get(take(&mut rest, STYLE) as usize).copied().unwrap_or(Style::Plain);
        let anchored = take(&mut rest, ANCHORED) != 0;
        let tag = TAGS.get(take(&mut rest, TAG) as usize).copied().unwrap_or(Tag::None);
        let shape = match shape {
            0 => Shape::Raw(Span { start: at, end: at.saturating_add(rest) }),
            1 => Shape::Cooked(at),
            2 => Shape::List { first: at, len: rest },
            3 => Shape::Map { first: at, len: rest },
            4 => Shape::Alias(at),
            _ => Shape::Link,
        };
        Slot { span, shape, style, anchored, tag }
    }
}

impl Slots {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(super) fn get(&self, id: Id) -> Option<Slot> {
        self.0.get(id as usize).map(|packed| Slot::from(*packed))
    }

    /// All of them, in the order of the text.
    pub(super) fn iter(&self) -> impl Iterator<Item = Slot> {
        self.0.iter().map(|packed| Slot::from(*packed))
    }

    pub(super) fn push(&mut self, slot: Slot) {
        self.0.push(slot.into());
    }

    /// Changes one of them.
    pub(super) fn change(&mut self, id: Id, change: impl FnOnce(&mut Slot)) {
        if let Some(packed) = self.0.get_mut(id as usize) {
            let mut slot = Slot::from(*packed);
            change(&mut slot);
            *packed = slot.into();
        }
    }

    /// Changes all of them.
    pub(super) fn change_all(&mut self, mut change: impl FnMut(&mut Slot)) {
        for packed in &mut self.0 {
            let mut slot = Slot::from(*packed);
            change(&mut slot);
            *packed = slot.into();
        }
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut() -> bool) {
        self.0.retain(|_| keep());
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Gives back what was taken for more than there are.
    pub(super) fn settle(&mut self) {
        self.0.shrink_to_fit();
    }

    /// How many bytes they take.
    pub(super) fn weight(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_is_what_was_given(
            (start, len, at, length) in (0..1_u32 << 30, 0..1_u32 << 20, 0..1_u32 << 30, 0..=MOST),
            (shape, style, anchored, tag) in (0..6_u8, 0..7_usize, any::<bool>(), 0..4_usize),
        ) {
            let shape = match shape {
                0 => Shape::Raw(Span { start: at, end: at + length }),
                1 => Shape::Cooked(at),
                2 => Shape::List { first: at, len: length },
                3 => Shape::Map { first: at, len: length },
                4 => Shape::Alias(at),
                _ => Shape::Link,
            };
            let span = Span { start, end: start + len };
            let slot = Slot { span, shape, style: STYLES[style], anchored, tag: TAGS[tag] };
            prop_assert_eq!(Slot::from(Packed::from(slot)), slot);
        }
    }
}
