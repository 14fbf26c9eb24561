//! What is the same of two nodes that say the same about different things.

use std::hash::{Hash, Hasher};

use super::{Node, Scalar};

/// No outline is made of what nests deeper.
const DEPTH: u8 = 64;

impl Node<'_> {
    /// Feeds a hasher with the keys below the node, and with the kinds of the values: of a number, and of
    /// a string that begins like one, the text; of any other string, whether it is empty.
    ///
    /// Nothing comes of a node with aliases or merge keys, whose outline is that of other nodes.
    pub(crate) fn outline(self, hasher: &mut impl Hasher) -> Option<()> {
        let tree = self.tree;
        let is_plain = tree.grown.is_none() && !tree.merges && tree.anchored.is_empty();
        if is_plain && tree.duplicates.is_empty() { self.trace(DEPTH, hasher) } else { None }
    }

    fn trace(self, depth: u8, hasher: &mut impl Hasher) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match self.scalar() {
            None if self.is_map() => {
                hasher.write_u8(b'{');
                for entry in self.own_entries() {
                    entry.key.is_scalar().then_some(())?;
                    entry.key.text().hash(hasher);
                    entry.value.trace(depth, hasher)?;
                }
                hasher.write_u8(b'}');
            }
            None => {
                hasher.write_u8(b'[');
                self.items().try_for_each(|item| item.trace(depth, hasher))?;
                hasher.write_u8(b']');
            }
            Some(Scalar::Null) => hasher.write_u8(b'0'),
            Some(Scalar::Bool(_)) => hasher.write_u8(b'b'),
            Some(Scalar::Int(_) | Scalar::Float(_)) => {
                hasher.write_u8(b'n');
                self.text().hash(hasher);
            }
            Some(Scalar::Str("")) => hasher.write_u8(b'e'),
            Some(Scalar::Str(text)) if text.starts_with(is_like_number) => {
                hasher.write_u8(b's');
                text.hash(hasher);
            }
            Some(Scalar::Str(_)) => hasher.write_u8(b't'),
        }
        Some(())
    }
}

fn is_like_number(first: char) -> bool {
    first.is_ascii_digit() || matches!(first, '+' | '-' | '.')
}
