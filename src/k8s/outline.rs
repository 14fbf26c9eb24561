//! What is the same of objects that say the same about different things.

use std::hash::{Hash, Hasher};

use super::Object;
use super::form::{self, Form};
use super::schema::{is_quantity, says_nothing};
use crate::tree::{Entry, Node, Scalar};

/// No outline is made of what nests deeper.
const DEPTH: u8 = 64;

impl Object<'_> {
    /// Feeds a hasher with the keys of the object, and with what types ask of the values: of which kind
    /// they are, and of a string whether it is empty, a quantity, or may be a time, and where there is a
    /// form for it, whether it has that. What labels and the like are called is nothing to types.
    ///
    /// Nothing comes of an object with aliases, merge keys or keys that stand twice, whose outline is that
    /// of another one.
    pub(super) fn outline(self, hasher: &mut impl Hasher) -> Option<()> {
        self.node().tree().is_plain().then(|| trace(self.node(), DEPTH, hasher))?
    }
}

fn trace(node: Node<'_>, depth: u8, hasher: &mut impl Hasher) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match node.scalar() {
        None if node.is_map() => {
            hasher.write_u8(b'{');
            for entry in node.own_entries() {
                entry.key.is_scalar().then_some(())?;
                entry.key.text().hash(hasher);
                if is_of_strings(entry) {
                    hasher.write_u8(b's');
                    continue;
                }
                for form in form::all(entry.key.text()) {
                    trace_form(form, entry.value, hasher);
                }
                trace(entry.value, depth, hasher)?;
            }
            hasher.write_u8(b'}');
        }
        None => {
            hasher.write_u8(b'[');
            node.items().try_for_each(|item| trace(item, depth, hasher))?;
            hasher.write_u8(b']');
        }
        Some(Scalar::Null) => hasher.write_u8(b'0'),
        Some(Scalar::Bool(_)) => hasher.write_u8(b'b'),
        Some(Scalar::Int(number)) if i32::try_from(number).is_ok() => hasher.write_u8(b'i'),
        Some(Scalar::Int(_) | Scalar::Float(_)) => hasher.write_u8(b'n'),
        Some(Scalar::Str("")) => hasher.write_u8(b'e'),
        Some(Scalar::Str(text)) if is_like_time(text) => {
            hasher.write_u8(b'd');
            text.hash(hasher);
        }
        Some(Scalar::Str(text)) if is_quantity(text) => hasher.write_u8(b'q'),
        Some(Scalar::Str(_)) => hasher.write_u8(b't'),
    }
    Some(())
}

/// Whether an entry holds strings under whatever names, of which one is as good as another.
fn is_of_strings(entry: Entry<'_>) -> bool {
    const FIELDS: [&str; 4] = ["annotations", "data", "labels", "matchLabels"];
    let is_string = |it: Entry<'_>| it.key.is_scalar() && it.value.as_str().is_some();
    FIELDS.contains(&entry.key.text())
        && entry.value.is_map()
        && entry.value.own_entries().all(is_string)
}

/// Which strings have the form, down to those of a list.
fn trace_form(form: Form, value: Node<'_>, hasher: &mut impl Hasher) {
    let strings = std::iter::once(value).chain(value.items());
    for (node, text) in strings.filter_map(|node| Some((node, node.as_str()?))) {
        hasher.write_u8(match () {
            () if form.fits(text) => b'+',
            // What a template will fill in is no fault, and tells nothing of other objects.
            () if says_nothing(node) => b'?',
            () => b'-',
        });
    }
}

/// `2026-01-31T...`
fn is_like_time(text: &str) -> bool {
    let begin = text.as_bytes().first_chunk::<5>();
    begin.is_some_and(|[year @ .., dash]| *dash == b'-' && year.iter().all(u8::is_ascii_digit))
}
