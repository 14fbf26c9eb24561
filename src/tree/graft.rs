//! A document that patches make: nodes of several trees, put together without copying a text.
//!
//! A [`Graft`] begins as a node of one tree. What is changed is opened, mapping by mapping and list
//! by list, and takes in nodes of other trees; what is not changed stays the node that it was. So
//! every key and value of the finished [`Tree`] is still the node of the file that says it, with
//! its place there; only the collections around a change are new, and know their [`Node::home`].

use std::collections::HashMap;
use std::sync::Arc;

use super::{Id, Node, Shape, Slot, Style, Tree};
use crate::source::{FileId, Place, Span};

/// Deeper than any file nests; copies of copies could go on for ever.
const MAX_DEPTH: u16 = 255;

/// How many pieces one document may be made of: copies of copies multiply.
const MAX_PIECES: usize = 200_000;

/// Where a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Home {
    source: u32,
    id: Id,
}

/// What a tree that a [`Graft`] made knows beyond others.
#[derive(Debug)]
pub(super) struct Grown {
    sources: Vec<Arc<Tree>>,
    /// Where the node of each slot is written.
    homes: Vec<Home>,
}

impl Grown {
    fn home(&self, id: Id) -> Option<Node<'_>> {
        let home = self.homes.get(id as usize)?;
        Some(Node { tree: self.sources.get(home.source as usize)?, id: home.id })
    }
}

/// A piece of a [`Graft`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part(usize);

#[derive(Clone, Debug)]
enum Piece {
    /// A node as it is.
    Node(Home),
    /// A scalar that stands nowhere in this form, and where what makes it stands.
    Text {
        text: Box<str>,
        home: Home,
        span: Span,
    },
    Map {
        home: Home,
        entries: Vec<(Part, Part)>,
    },
    List {
        home: Home,
        items: Vec<Part>,
    },
}

/// A document in the making.
#[derive(Debug)]
pub(crate) struct Graft {
    file: FileId,
    sources: Vec<Arc<Tree>>,
    /// The index of each source, by its address.
    known: HashMap<usize, u32>,
    pieces: Vec<Piece>,
    is_changed: bool,
}

impl Graft {
    /// Begins with a node of a tree.
    pub(crate) fn new(tree: &Arc<Tree>, node: Node<'_>) -> Self {
        let mut graft = Graft {
            file: tree.file(),
            sources: Vec::new(),
            known: HashMap::new(),
            pieces: Vec::new(),
            is_changed: false,
        };
        graft.take(tree, node);
        graft
    }

    /// What the document began with.
    pub(crate) fn root() -> Part {
        Part(0)
    }

    fn push(&mut self, piece: Piece) -> Part {
        self.pieces.push(piece);
        Part(self.pieces.len() - 1)
    }

    fn home(&mut self, tree: &Arc<Tree>, node: Node<'_>) -> Home {
        let next = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        let source = *self.known.entry(Arc::as_ptr(tree) as usize).or_insert(next);
        if source == next {
            self.sources.push(Arc::clone(tree));
        }
        Home { source, id: node.id }
    }

    fn written(&self, home: Home) -> Option<(&Arc<Tree>, Node<'_>)> {
        let tree = self.sources.get(home.source as usize)?;
        Some((tree, Node { tree, id: home.id }))
    }

    /// Takes in a node of a tree as it is.
    pub(crate) fn take(&mut self, tree: &Arc<Tree>, node: Node<'_>) -> Part {
        let home = self.home(tree, node);
        self.push(Piece::Node(home))
    }

    /// Takes in a text that the scalar `node` makes, or a part of it.
    pub(crate) fn text(
        &mut self,
        tree: &Arc<Tree>,
        node: Node<'_>,
        span: Span,
        text: &str,
    ) -> Part {
        let home = self.home(tree, node);
        self.push(Piece::Text { text: text.into(), home, span })
    }

    /// A scalar with another text, which stands where it stood.
    pub(crate) fn reworded(&mut self, part: Part, text: &str) -> Part {
        let at = match self.pieces.get(part.0) {
            Some(Piece::Text { home, span, .. }) => Some((*home, *span)),
            Some(Piece::Node(home)) => {
                self.written(*home).map(|(_, node)| (*home, node.slot().span))
            }
            _ => None,
        };
        match at {
            Some((home, span)) => self.push(Piece::Text { text: text.into(), home, span }),
            None => part,
        }
    }

    /// An empty mapping that is there because of `node`.
    pub(crate) fn map(&mut self, tree: &Arc<Tree>, node: Node<'_>) -> Part {
        let home = self.home(tree, node);
        self.push(Piece::Map { home, entries: Vec::new() })
    }

    /// An empty mapping that takes the place of another part.
    pub(crate) fn map_for(&mut self, part: Part) -> Option<Part> {
        let home = self.home_of(part)?;
        Some(self.push(Piece::Map { home, entries: Vec::new() }))
    }

    /// An empty list that takes the place of another part.
    pub(crate) fn list_for(&mut self, part: Part) -> Option<Part> {
        let home = self.home_of(part)?;
        Some(self.push(Piece::List { home, items: Vec::new() }))
    }

    fn home_of(&self, part: Part) -> Option<Home> {
        let (Piece::Node(home)
        | Piece::Text { home, .. }
        | Piece::Map { home, .. }
        | Piece::List { home, .. }) = *self.pieces.get(part.0)?;
        Some(home)
    }

    /// Whether the document has grown beyond what anybody writes.
    pub(crate) fn is_full(&self) -> bool {
        self.pieces.len() >= MAX_PIECES
    }

    /// The node that a part still is.
    pub(crate) fn node(&self, part: Part) -> Option<(&Arc<Tree>, Node<'_>)> {
        match self.pieces.get(part.0)? {
            Piece::Node(home) => self.written(*home),
            _ => None,
        }
    }

    /// The text of a scalar.
    pub(crate) fn word(&self, part: Part) -> &str {
        match self.pieces.get(part.0) {
            Some(Piece::Text { text, .. }) => text,
            Some(Piece::Node(home)) => self.written(*home).map_or("", |(_, node)| node.text()),
            _ => "",
        }
    }

    pub(crate) fn is_map(&self, part: Part) -> bool {
        match self.pieces.get(part.0) {
            Some(Piece::Map { .. }) => true,
            _ => self.node(part).is_some_and(|(_, node)| node.is_map()),
        }
    }

    pub(crate) fn is_list(&self, part: Part) -> bool {
        match self.pieces.get(part.0) {
            Some(Piece::List { .. }) => true,
            _ => self.node(part).is_some_and(|(_, node)| node.is_list()),
        }
    }

    /// The text at the end of `keys`, if there is a scalar that is not null.
    pub(crate) fn word_at(&self, part: Part, keys: &[&str]) -> Option<&str> {
        let Some((key, rest)) = keys.split_first() else {
            let is_null = self.node(part).is_some_and(|(_, node)| node.is_null());
            return (!is_null && !self.is_map(part) && !self.is_list(part))
                .then(|| self.word(part));
        };
        match self.pieces.get(part.0)? {
            Piece::Node(home) => {
                let (_, node) = self.written(*home)?;
                node.at(keys).filter(|node| node.is_scalar()).map(Node::text)
            }
            Piece::Map { entries, .. } => {
                let entry = entries.iter().find(|(own, _)| self.word(*own) == *key);
                entry.and_then(|(_, value)| self.word_at(*value, rest))
            }
            _ => None,
        }
    }

    /// Opens a collection, so that it can be changed.
    fn open(&mut self, part: Part) {
        let Some(&Piece::Node(home)) = self.pieces.get(part.0) else { return };
        let Some((tree, _)) = self.written(home) else { return };
        let tree = Arc::clone(tree);
        let node = Node { tree: &tree, id: home.id };
        let mut add = |node: Node<'_>| self.push(Piece::Node(Home { id: node.id, ..home }));
        let opened = if node.is_map() {
            let entries = node.entries().into_iter();
            Piece::Map {
                home,
                entries: entries.map(|entry| (add(entry.key), add(entry.value))).collect(),
            }
        } else if node.is_list() {
            Piece::List { home, items: node.items().map(add).collect() }
        } else {
            return;
        };
        if let Some(piece) = self.pieces.get_mut(part.0) {
            *piece = opened;
        }
    }

    /// The entries of a mapping, and nothing of anything else.
    pub(crate) fn entries(&mut self, part: Part) -> &[(Part, Part)] {
        self.open(part);
        match self.pieces.get(part.0) {
            Some(Piece::Map { entries, .. }) => entries,
            _ => &[],
        }
    }

    /// The items of a list, and nothing of anything else.
    pub(crate) fn items(&mut self, part: Part) -> &[Part] {
        self.open(part);
        match self.pieces.get(part.0) {
            Some(Piece::List { items, .. }) => items,
            _ => &[],
        }
    }

    fn position(&mut self, map: Part, key: &str) -> Option<usize> {
        self.open(map);
        let Piece::Map { entries, .. } = self.pieces.get(map.0)? else { return None };
        entries.iter().position(|(own, _)| self.word(*own) == key)
    }

    /// What a mapping has under a key.
    pub(crate) fn get(&mut self, map: Part, key: &str) -> Option<Part> {
        let at = self.position(map, key)?;
        self.entries(map).get(at).map(|(_, value)| *value)
    }

    /// The mapping that a mapping has under a key, or a new one, there because of `node`.
    pub(crate) fn map_below(
        &mut self,
        map: Part,
        key: &str,
        (tree, node): (&Arc<Tree>, Node<'_>),
    ) -> Part {
        if let Some(below) = self.get(map, key).filter(|below| self.is_map(*below)) {
            return below;
        }
        let (key, below) = (self.text(tree, node, node.slot().span, key), self.map(tree, node));
        self.set(map, key, below);
        below
    }

    /// Gives a key of a mapping a value; where the mapping has the key, it keeps its own.
    pub(crate) fn set(&mut self, map: Part, key: Part, value: Part) {
        let name = self.word(key).to_owned();
        let at = self.position(map, &name);
        self.is_changed = true;
        let Some(Piece::Map { entries, .. }) = self.pieces.get_mut(map.0) else { return };
        match at.and_then(|at| entries.get_mut(at)) {
            Some(entry) => entry.1 = value,
            None => entries.push((key, value)),
        }
    }

    /// Takes a key out of a mapping.
    pub(crate) fn remove(&mut self, map: Part, key: &str) -> Option<Part> {
        let at = self.position(map, key)?;
        self.is_changed = true;
        match self.pieces.get_mut(map.0) {
            Some(Piece::Map { entries, .. }) => Some(entries.remove(at).1),
            _ => None,
        }
    }

    /// Gives a list other items.
    pub(crate) fn set_items(&mut self, list: Part, new: Vec<Part>) {
        self.open(list);
        self.is_changed = true;
        if let Some(Piece::List { items, .. }) = self.pieces.get_mut(list.0) {
            *items = new;
        }
    }

    /// The same once more, to be changed on its own; nothing where that would be too much.
    pub(crate) fn copy(&mut self, part: Part) -> Option<Part> {
        self.copy_below(part, MAX_DEPTH)
    }

    fn copy_below(&mut self, part: Part, depth: u16) -> Option<Part> {
        let depth = depth.checked_sub(1)?;
        if self.pieces.len() >= MAX_PIECES {
            return None;
        }
        let piece = match self.pieces.get(part.0)?.clone() {
            Piece::Map { home, entries } => {
                let mut copy = |part| self.copy_below(part, depth);
                let entries = entries.into_iter();
                let entries: Option<_> =
                    entries.map(|(key, value)| Some((copy(key)?, copy(value)?))).collect();
                Piece::Map { home, entries: entries? }
            }
            Piece::List { home, items } => {
                let items: Option<_> =
                    items.into_iter().map(|item| self.copy_below(item, depth)).collect();
                Piece::List { home, items: items? }
            }
            piece => piece,
        };
        Some(self.push(piece))
    }

    /// Whether the document is no longer what it began as.
    pub(crate) fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// The document; nothing where it nests without end.
    pub(crate) fn finish(self) -> Option<Tree> {
        let dialect = self.sources.first()?.dialect();
        let mut tree = Tree::new(self.file, "".into(), dialect, None);
        let mut homes = Vec::new();
        let root = emit(&self, Self::root(), MAX_DEPTH, &mut tree, &mut homes)?;
        tree.documents.push(root);
        tree.grown = Some(Box::new(Grown { sources: self.sources, homes }));
        Some(tree)
    }
}

/// Writes a part into the tree.
fn emit(
    graft: &Graft,
    part: Part,
    depth: u16,
    tree: &mut Tree,
    homes: &mut Vec<Home>,
) -> Option<Id> {
    let depth = depth.checked_sub(1)?;
    let piece = graft.pieces.get(part.0)?;
    let home = graft.home_of(part)?;
    let (_, node) = graft.written(home)?;
    let (own, target) = (node.slot(), node.target().slot());
    let new = |shape| Slot { shape, anchored: false, style: target.style, ..own };
    let slot = match piece {
        Piece::Node(_) => new(Shape::Link),
        Piece::Text { text, span, .. } => {
            let shape = tree.scalar(text.clone().into_string().into());
            Slot { span: *span, style: Style::DoubleQuoted, ..new(shape) }
        }
        Piece::Map { .. } => new(Shape::Map { first: 0, len: 0 }),
        Piece::List { .. } => new(Shape::List { first: 0, len: 0 }),
    };
    let id = tree.push(slot);
    homes.push(home);
    let parts: Vec<Part> = match piece {
        Piece::Map { entries, .. } => {
            entries.iter().flat_map(|(key, value)| [*key, *value]).collect()
        }
        Piece::List { items, .. } => items.clone(),
        _ => return Some(id),
    };
    let children: Option<Vec<Id>> =
        parts.into_iter().map(|part| emit(graft, part, depth, tree, homes)).collect();
    tree.adopt(id, &children?);
    Some(id)
}

impl Tree {
    /// The node with that id: the tree's own, or the one of another tree that was taken in.
    pub(super) fn node(&self, id: Id) -> Node<'_> {
        let own = Node { tree: self, id };
        match &self.grown {
            Some(grown) if matches!(own.slot().shape, Shape::Link) => grown.home(id).unwrap_or(own),
            _ => own,
        }
    }
}

impl<'t> Node<'t> {
    /// The node as its file has it, before any patch; a node that no patch changed is its own.
    pub(crate) fn home(self) -> Node<'t> {
        let grown = self.tree.grown.as_deref();
        grown.and_then(|grown| grown.home(self.id)).unwrap_or(self)
    }

    /// Where in its own file a document holds what a patch brings from `place`: the key that has
    /// it, or what it was added to. Nothing for any other place.
    pub(crate) fn graft_point(self, place: Place) -> Option<Place> {
        let grown = self.tree.grown.as_deref()?;
        let is_foreign = |tree: &Arc<Tree>| {
            tree.file() == place.file && !std::ptr::eq(self.home().tree, Arc::as_ptr(tree))
        };
        if !grown.sources.iter().any(is_foreign) {
            return None;
        }
        self.point_below(self.tree, self.place(), place)
    }

    /// Follows what belongs to `grown`, the only nodes that hold others from elsewhere.
    fn point_below(self, grown: &Tree, holder: Place, wanted: Place) -> Option<Place> {
        let own = self.place();
        if !std::ptr::eq(self.tree, grown) || self.is_scalar() || own == wanted {
            let holds = own.file == wanted.file
                && own.span.start <= wanted.span.start
                && wanted.span.end <= own.span.end;
            return (holds && own.file != holder.file).then_some(holder);
        }
        let at_home = |place: Place| if place.file == grown.file { place } else { holder };
        let in_entries = self.own_entries().find_map(|entry| {
            if entry.key.place() == wanted {
                return Some(holder);
            }
            entry.value.point_below(grown, at_home(entry.key.place()), wanted)
        });
        in_entries.or_else(|| {
            self.items().find_map(|item| item.point_below(grown, at_home(item.place()), wanted))
        })
    }
}
