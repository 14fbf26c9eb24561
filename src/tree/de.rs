//! Hands a [`Node`] to serde, so that typed structures come from the tree that is already there.
//!
//! This is the only deserializer of the program: every further one would instantiate the whole
//! Kubernetes type graph again, which costs a minute of compile time and a megabyte of binary.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::{Entry, Node, Scalar};

/// How many nodes one document may cost when its aliases are followed.
const BUDGET: u32 = 1_000_000;

/// How deep a document may nest when its aliases are followed.
const MAX_DEPTH: u16 = 255;

/// What serde made of a document, and what it made nothing of.
pub(crate) struct Read<'t, T> {
    /// The value, or the node that did not fit and why.
    pub(crate) value: Result<T, (Node<'t>, String)>,
    /// The entries that the type does not know.
    pub(crate) unknown: Vec<Unknown<'t>>,
    /// The nodes that were read as a type around one other type, with the name of the outer one:
    /// for what it demands of a text beyond being a text, which serde does not check.
    pub(crate) wrapped: Vec<(&'static str, Node<'t>)>,
    /// The entries that were asked for, each with the name of the struct that it is read into.
    pub(crate) asked: Vec<(&'static str, Entry<'t>)>,
}

/// Whether an entry is asked for: by the name of the struct, and its key.
pub(crate) type Asks = fn(&str, &str) -> bool;

/// An entry that the type does not know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unknown<'t> {
    /// Its key.
    pub(crate) key: Node<'t>,
    /// The fields that stand there instead.
    pub(crate) known: Fields,
}

/// The names of the fields of a struct.
type Fields = &'static [&'static str];

/// What an entry is read into; nothing of what is no struct.
#[derive(Clone, Copy, Default)]
struct Owner {
    name: &'static str,
    fields: Fields,
}

/// Reads `node` as a `T`.
pub(crate) fn read<'t, T: de::Deserialize<'t>>(node: Node<'t>) -> Read<'t, T> {
    read_without(node, &[], |_, _| false)
}

/// Reads `node` as a `T` as if what holds one of `without` were not there. Serde stops at the
/// first node that does not fit; this is how to find the next one.
pub(crate) fn read_without<'t, T: de::Deserialize<'t>>(
    node: Node<'t>,
    without: &[Node<'t>],
    asks: Asks,
) -> Read<'t, T> {
    let state = State {
        budget: Cell::new(BUDGET),
        at: Cell::new(node),
        without,
        asks,
        unknown: RefCell::default(),
        wrapped: RefCell::default(),
        asked: RefCell::default(),
    };
    let owner = Owner::default();
    let value = T::deserialize(De { node, key: None, owner, depth: 0, state: &state });
    let value = value.map_err(|error| (state.at.get(), error.0));
    let State { unknown, wrapped, asked, .. } = state;
    let (unknown, wrapped) = (unknown.into_inner(), wrapped.into_inner());
    Read { value, unknown, wrapped, asked: asked.into_inner() }
}

struct State<'t, 's> {
    budget: Cell<u32>,
    /// The node in hand, which an error is about.
    at: Cell<Node<'t>>,
    /// The nodes to pass over.
    without: &'s [Node<'t>],
    asks: Asks,
    unknown: RefCell<Vec<Unknown<'t>>>,
    wrapped: RefCell<Vec<(&'static str, Node<'t>)>>,
    asked: RefCell<Vec<(&'static str, Entry<'t>)>>,
}

/// Why a node did not fit.
#[derive(Debug)]
pub(crate) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(message.to_string())
    }
}

#[derive(Clone, Copy)]
struct De<'t, 's> {
    node: Node<'t>,
    /// The key that the node is the value of.
    key: Option<Node<'t>>,
    /// The struct that the node is an entry of.
    owner: Owner,
    depth: u16,
    state: &'s State<'t, 's>,
}

impl<'t> De<'t, '_> {
    fn visit(&self) -> Result<Node<'t>, Error> {
        let left = self.state.budget.get().checked_sub(1);
        self.state.budget.set(left.ok_or_else(|| Error("its aliases expand without end".into()))?);
        if self.depth > MAX_DEPTH {
            return Err(Error(format!("nests deeper than {MAX_DEPTH} levels")));
        }
        self.state.at.set(self.node);
        Ok(self.node.target())
    }

    fn item(&self, node: Node<'t>) -> Self {
        let owner = Owner::default();
        De { node, key: None, owner, depth: self.depth + 1, state: self.state }
    }

    fn value(&self, entry: Entry<'t>, owner: Owner) -> Self {
        if (self.state.asks)(owner.name, entry.key.text()) {
            self.state.asked.borrow_mut().push((owner.name, entry));
        }
        De { key: Some(entry.key), owner, ..self.item(entry.value) }
    }

    /// Hands the node to the visitor; `owner` is the struct that it makes, if one.
    fn accept<V: Visitor<'t>>(self, owner: Owner, visitor: V) -> Result<V::Value, Error> {
        let node = self.visit()?;
        let result = match node.scalar() {
            Some(Scalar::Null) => visitor.visit_unit(),
            Some(Scalar::Bool(value)) => visitor.visit_bool(value),
            Some(Scalar::Int(value)) => visitor.visit_i64(value),
            Some(Scalar::Float(value)) => visitor.visit_f64(value),
            Some(Scalar::Str(text)) => visitor.visit_borrowed_str(text),
            None if node.is_list() => visitor.visit_seq(List { de: self, items: node.items() }),
            None => visitor.visit_map(Map {
                de: self,
                owner,
                entries: node.entries().into_iter(),
                value: None,
            }),
        };
        // A visitor that refuses a collection has not set the place back from its children.
        result.inspect_err(|_| {
            if node.is_scalar() {
                self.state.at.set(self.node);
            }
        })
    }
}

impl<'t> de::Deserializer<'t> for De<'t, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        self.accept(Owner::default(), visitor)
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.accept(Owner { name, fields }, visitor)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.visit()?.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.state.wrapped.borrow_mut().push((name, self.node));
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.visit()?.as_str() {
            Some(text) => visitor.visit_enum(text.into_deserializer()),
            None => Err(de::Error::custom("expected a word")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Error> {
        let unknown = self.key.map(|key| Unknown { key, known: self.owner.fields });
        self.state.unknown.borrow_mut().extend(unknown);
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

struct List<'t, 's, I> {
    de: De<'t, 's>,
    items: I,
}

impl<'t, I: Iterator<Item = Node<'t>>> SeqAccess<'t> for List<'t, '_, I> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let item = self.items.find(|item| !self.de.state.without.contains(item));
        item.map(|item| seed.deserialize(self.de.item(item))).transpose()
    }
}

struct Map<'t, 's> {
    de: De<'t, 's>,
    owner: Owner,
    entries: std::vec::IntoIter<Entry<'t>>,
    value: Option<Entry<'t>>,
}

impl<'t> MapAccess<'t> for Map<'t, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let without = self.de.state.without;
        let present =
            |entry: &Entry<'t>| !without.contains(&entry.key) && !without.contains(&entry.value);
        let Some(entry) = self.entries.find(present) else { return Ok(None) };
        self.value = Some(entry);
        self.de.state.at.set(entry.key);
        if !entry.key.is_scalar() {
            return Err(de::Error::custom("a key must be a scalar"));
        }
        // Whatever a key looks like, the readers of these formats take its text.
        seed.deserialize(de::value::BorrowedStrDeserializer::new(entry.key.text())).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, Error> {
        match self.value.take() {
            Some(entry) => seed.deserialize(self.de.value(entry, self.owner)),
            None => Err(de::Error::custom("a value before its key")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::source::FileId;
    use crate::tree::{Tree, yaml};

    #[derive(serde::Deserialize)]
    struct Limits {
        cpu: Option<u32>,
        memory: Option<Size>,
        items: Option<Vec<u32>>,
        nested: Option<BTreeMap<String, Limits>>,
    }

    #[derive(serde::Deserialize)]
    struct Size(String);

    fn tree(text: &str) -> Tree {
        yaml::read(FileId::new(0), &text.into(), None).0
    }

    #[test]
    fn an_unknown_key_comes_with_the_fields_of_its_own_struct() {
        let tree = tree("nested:\n  a: {memry: 5, cpu: 1}\n  b: {memory: 2Gi}\n");
        let read = read::<Limits>(tree.documents().next().unwrap());
        let [unknown] = read.unknown.as_slice() else { panic!("{:?}", read.unknown) };
        assert_eq!(unknown.key.text(), "memry");
        assert_eq!(unknown.known, ["cpu", "memory", "items", "nested"]);
        let [(name, node)] = read.wrapped.as_slice() else { panic!("{:?}", read.wrapped) };
        assert_eq!((*name, node.text()), ("Size", "2Gi"));
        let nested = read.value.map_err(|(_, why)| why).unwrap().nested.unwrap();
        assert_eq!(nested["b"].memory.as_ref().unwrap().0, "2Gi");
    }

    #[test]
    fn an_entry_that_is_asked_for_comes_with_its_struct() {
        let tree = tree("cpu: 2\nnested:\n  cpu: {cpu: 1, memory: cpu}\n");
        let root = tree.documents().next().unwrap();
        let asks: Asks = |name, key| name == "Limits" && key == "cpu";
        let read = read_without::<Limits>(root, &[], asks);
        let values: Vec<_> = read.asked.iter().map(|(_, entry)| entry.value.text()).collect();
        // The key of a map is none of a struct.
        assert_eq!(values, ["2", "1"]);
    }

    #[test]
    fn one_misfit_after_the_other_can_be_passed_over() {
        let tree = tree("cpu: many\nitems: [1, two, 3]\n");
        let root = tree.documents().next().unwrap();
        let mut without = Vec::new();
        let limits = loop {
            match read_without::<Limits>(root, &without, |_, _| false).value {
                Ok(limits) => break limits,
                Err((node, _)) => without.push(node),
            }
        };
        assert_eq!(without.iter().map(|node| node.text()).collect::<Vec<_>>(), ["many", "two"]);
        assert_eq!((limits.cpu, limits.items), (None, Some(vec![1, 3])));
    }
}
