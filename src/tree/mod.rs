//! One tree for YAML, JSON, TOML and files of variables, with the place of every key and value.
//!
//! [`yaml`], [`json`], [`toml`] and [`dotenv`] read a text into a [`Tree`]; [`scalar`] says what a plain
//! scalar means to the program that will read it; [`de`] hands the tree to serde; [`graft`] puts
//! nodes of several trees together. Whatever holds a [`Node`] knows its place in the file. Import
//! [`Tree`], [`Node`] and [`Entry`] from here; nothing in this folder knows what a file is about.

pub(crate) mod de;
pub(crate) mod dotenv;
pub(crate) mod edit;
#[cfg(test)]
mod edit_tests;
mod embedded;
mod forget;
mod graft;
#[cfg(test)]
mod graft_tests;
pub(crate) mod json;
mod keys;
pub(crate) mod scalar;
mod slots;
#[cfg(test)]
#[allow(clippy::string_slice, clippy::format_push_string, clippy::format_collect)]
mod tests;
pub(crate) mod toml;
pub(crate) mod yaml;

use std::sync::{Arc, OnceLock};

pub(crate) use self::embedded::{HostMap, Joined};
pub(crate) use self::graft::{Graft, Part};
pub(crate) use self::scalar::{Dialect, Scalar};
use self::slots::Slots;
use crate::source::{FileId, Place, Span};

type Id = u32;

/// How a node is written, which decides what a scalar means and how an edit must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A scalar without quotes: may be a number, a boolean or null.
    Plain,
    /// `'single'`
    SingleQuoted,
    /// `"double"`, and every string of JSON and TOML.
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection in indentation, or a TOML table with a header.
    Block,
    /// A collection in brackets.
    Flow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A scalar whose value is a piece of the text.
    Raw(Span),
    /// A scalar whose value differs from the text: an index into `Tree::cooked`.
    Cooked(u32),
    /// A list: a range of `Tree::children`.
    List { first: u32, len: u32 },
    /// A mapping: a range of `Tree::children`, a key and a value in turn.
    Map { first: u32, len: u32 },
    /// An alias of the node with that id.
    Alias(Id),
    /// A node of another tree, in a tree that a [`Graft`] made.
    Link,
}

/// What there is to know of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    span: Span,
    shape: Shape,
    style: Style,
    /// Carries an anchor, so that a change would show elsewhere.
    anchored: bool,
    tag: Tag,
}

/// A tag that changes what a node means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// None, or one that says what is plain anyway.
    None,
    /// `!!str`: a string however it is written.
    Text,
    /// `!reset`: what the other Compose file says is taken away.
    Reset,
    /// `!override`: the value takes the place of what the other Compose file says.
    Override,
}

/// A text that could not be parsed, or a part of it.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxError {
    /// Where the parser gave up, in the file.
    pub(crate) place: Place,
    /// What it said, without a position.
    pub(crate) message: String,
    /// The document that is lost, in the file.
    pub(crate) document: Span,
    /// What there is too much of, where nothing is wrong with the text but that.
    pub(crate) limit: Option<Limit>,
}

/// More values than this are not read of one file. Trees of that size take some 60 MB; of the
/// manifests in public repositories, the largest have a tenth of it.
const MOST_VALUES: usize = 2_000_000;

/// More documents than this are not read of one file. What writes so many objects puts them into
/// several files, or into one list.
const MOST_DOCUMENTS: usize = 10_000;

/// Where the aliases of a document stand for more values than this, it is not read. The YAML reader of
/// Kubernetes begins to refuse at 400,000 where nearly all of them come by aliases, and from
/// 4,000,000 on where a tenth does (go-yaml, `allowedAliasRatio`).
const MOST_ALIASED: usize = 1_000_000;

/// How much of a tree there is.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    slots: usize,
    children: usize,
    cooked: usize,
}

/// What a text may have too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// It is larger than so many bytes.
    Bytes(u64),
    /// Collections in collections are more than so many.
    Levels(usize),
    /// Keys, scalars and collections.
    Values,
    /// Documents in one file.
    Documents,
    /// What aliases stand for.
    Aliases,
    /// What files before this one take of the memory of a run.
    Memory,
    /// Containers or volumes of one pod.
    InPod(usize),
}

impl Limit {
    /// What there is too much of.
    pub(crate) fn describe(self) -> String {
        match self {
            Limit::Bytes(most) => format!("larger than {} MiB", most >> 20),
            Limit::Levels(most) => format!("nesting deeper than {most} levels"),
            Limit::Values => format!("more than {} values", grouped(MOST_VALUES)),
            Limit::Documents => format!("more than {} documents", grouped(MOST_DOCUMENTS)),
            Limit::Aliases => {
                format!("aliases that stand for more than {} values", grouped(MOST_ALIASED))
            }
            Limit::Memory => "the files before it take all the memory that a run may".to_owned(),
            Limit::InPod(most) => format!("more than {} of them in one pod", grouped(most)),
        }
    }

    /// What becomes of it, and what to do.
    pub(crate) fn help(self) -> &'static str {
        match self {
            Limit::Bytes(_) => "nothing in this file was checked; split it",
            Limit::Memory => "nothing in this file was checked; lint the project in parts",
            Limit::Levels(_) | Limit::InPod(_) => "nothing in this document was checked",
            Limit::Values => "nothing in this document was checked; split it",
            Limit::Documents => "nothing from here on was checked; split the file",
            Limit::Aliases => {
                "nothing in this document was checked; most programs refuse it as a whole"
            }
        }
    }
}

/// A number with its thousands set apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Values of variables, by their names.
pub(crate) type Variables = std::collections::HashMap<String, String>;

/// The documents of one text.
#[derive(Debug)]
pub(crate) struct Tree {
    file: FileId,
    text: Arc<str>,
    slots: Slots,
    children: Vec<Id>,
    cooked: Vec<Box<str>>,
    documents: Vec<Id>,
    /// Keys that a mapping holds more than once, each with the earlier one.
    duplicates: Vec<(Id, Id)>,
    /// The nodes that carry an anchor, in the order of the text.
    anchored: Vec<Id>,
    /// Whether some mapping has a merge key.
    merges: bool,
    dialect: Dialect,
    is_toml: bool,
    is_json: bool,
    /// Where the keys of large mappings are.
    keys: OnceLock<keys::Keys>,
    /// How the text is written, told once for all edits of it.
    habits: OnceLock<edit::Habits>,
    /// Where its scalars stand, in the order of the text; for edits.
    scalar_spans: OnceLock<Vec<Span>>,
    host: Option<HostMap>,
    /// What the variables in the text stand for, as far as the project says.
    variables: Option<Arc<Variables>>,
    /// For a tree that a [`Graft`] made: what its nodes are made of.
    grown: Option<Box<graft::Grown>>,
}

/// A node of a [`Tree`]; a copy is a pointer and an index.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    tree: &'t Tree,
    id: Id,
}

/// A key and what it maps to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) key: Node<'t>,
    pub(crate) value: Node<'t>,
}

/// How far merge keys are followed: `<<` inside a merged mapping, and so on.
const MERGE_DEPTH: u8 = 8;

/// How many mappings the merge keys of one mapping may bring together: merged lists of merged
/// lists would multiply without end.
const MERGE_BUDGET: u16 = 1000;

/// The entries that were found so far, and where the one of each key is.
#[derive(Default)]
struct Seen<'t> {
    entries: Vec<Entry<'t>>,
    by_key: std::collections::HashMap<&'t str, usize>,
}

impl<'t> Seen<'t> {
    /// Adds an entry of a mapping whose own entries begin at `own`.
    fn add(&mut self, entry: Entry<'t>, own: usize) {
        let index = *self.by_key.entry(entry.key.text()).or_insert(self.entries.len());
        match self.entries.get_mut(index) {
            Some(earlier) if index >= own => *earlier = entry,
            Some(_) => {}
            None => self.entries.push(entry),
        }
    }
}

impl Tree {
    fn new(file: FileId, text: Arc<str>, dialect: Dialect, host: Option<HostMap>) -> Self {
        Tree {
            file,
            text,
            slots: Slots::default(),
            children: Vec::new(),
            cooked: Vec::new(),
            documents: Vec::new(),
            duplicates: Vec::new(),
            anchored: Vec::new(),
            merges: false,
            dialect,
            is_toml: false,
            is_json: false,
            keys: OnceLock::new(),
            habits: OnceLock::new(),
            scalar_spans: OnceLock::new(),
            host,
            variables: None,
            grown: None,
        }
    }

    /// Gives back what was taken for more nodes than there are.
    pub(crate) fn settle(&mut self) {
        self.slots.settle();
        self.children.shrink_to_fit();
        self.cooked.shrink_to_fit();
    }

    pub(crate) fn file(&self) -> FileId {
        self.file
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Says which program will read the documents.
    pub(crate) fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
    }

    /// What plain scalars mean in the documents.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Says what the variables in the text stand for.
    pub(crate) fn set_variables(&mut self, variables: Arc<Variables>) {
        self.variables = Some(variables);
    }

    /// What is known of the variables in the text.
    pub(crate) fn variables(&self) -> Option<&Arc<Variables>> {
        self.variables.as_ref()
    }

    /// Whether the text is JSON, with or without comments.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Whether each of its nodes stands for itself, once: nothing of it is merged, patched, or repeated.
    pub(crate) fn is_plain(&self) -> bool {
        self.grown.is_none()
            && !self.merges
            && self.anchored.is_empty()
            && self.duplicates.is_empty()
    }

    /// Whether the text is a string inside another file.
    pub(crate) fn is_embedded(&self) -> bool {
        self.host.is_some()
    }

    pub(crate) fn documents(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.documents.iter().map(|&id| self.node(id))
    }

    /// Keys that stand twice in their mapping: the later and the earlier one.
    pub(crate) fn duplicates(&self) -> impl Iterator<Item = (Node<'_>, Node<'_>)> {
        self.duplicates.iter().map(|&(later, earlier)| {
            (Node { tree: self, id: later }, Node { tree: self, id: earlier })
        })
    }

    /// Merge keys behind another one of their mapping: the later and the first one.
    pub(crate) fn doubled_merges(&self) -> impl Iterator<Item = (Node<'_>, Node<'_>)> {
        let most = if self.merges { self.slots.len() } else { 0 };
        let ids = 0..Id::try_from(most).unwrap_or(Id::MAX);
        let nodes = ids.map(|id| Node { tree: self, id });
        let maps = nodes.filter(|node| matches!(node.slot().shape, Shape::Map { .. }));
        maps.flat_map(|map| {
            let mut merges = map.own_entries().filter(|it| it.is_merge()).map(|it| it.key);
            let first = merges.next();
            merges.filter_map(move |later| Some((later, first?)))
        })
    }

    /// Every scalar that is not an alias, in the order of the text, keys included.
    pub(crate) fn scalars(&self) -> impl Iterator<Item = Node<'_>> {
        let ids = 0..Id::try_from(self.slots.len()).unwrap_or(Id::MAX);
        ids.map(|id| Node { tree: self, id })
            .filter(|node| matches!(node.slot().shape, Shape::Raw(_) | Shape::Cooked(_)))
    }

    /// Where a piece of the tree's own text stands in the file.
    pub(crate) fn place(&self, span: Span) -> Place {
        let span = self.host.as_ref().map_or(span, |host| host.outer(span));
        Place { file: self.file, span }
    }

    /// How much memory it takes, near enough.
    pub(crate) fn weight(&self) -> usize {
        let cooked: usize = self.cooked.iter().map(|text| text.len()).sum();
        self.slots.weight() + size_of_val(self.children.as_slice()) + cooked
    }

    /// Whether it has all the values that a file may have.
    fn is_full(&self) -> bool {
        self.slots.len() > MOST_VALUES
    }

    /// How much there is so far.
    fn mark(&self) -> Mark {
        let (slots, children, cooked) = (self.slots.len(), self.children.len(), self.cooked.len());
        Mark { slots, children, cooked }
    }

    /// Forgets what came after the mark, of which nothing is a document yet.
    fn forget_since(&mut self, mark: Mark) {
        self.slots.truncate(mark.slots);
        self.children.truncate(mark.children);
        self.cooked.truncate(mark.cooked);
        // What was noted of it comes last.
        let alive = Id::try_from(mark.slots).unwrap_or(Id::MAX);
        while self.duplicates.pop_if(|(later, _)| *later >= alive).is_some() {}
        while self.anchored.pop_if(|id| *id >= alive).is_some() {}
    }

    fn push(&mut self, slot: Slot) -> Id {
        let id = Id::try_from(self.slots.len()).unwrap_or(Id::MAX);
        if slot.anchored {
            self.anchored.push(id);
        }
        self.slots.push(slot);
        id
    }

    /// The shape of a scalar with that value; `value` is often a slice of the text itself.
    fn scalar(&mut self, value: std::borrow::Cow<'_, str>) -> Shape {
        if let std::borrow::Cow::Borrowed(slice) = &value {
            let start = (slice.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
            let end = start.wrapping_add(slice.len());
            let is_own = |own: &str| own.as_ptr() == slice.as_ptr();
            if slice.len() <= slots::MOST as usize && self.text.get(start..end).is_some_and(is_own)
            {
                return Shape::Raw(Span::new(start, end));
            }
        }
        self.cooked.push(value.into_owned().into());
        Shape::Cooked(u32::try_from(self.cooked.len() - 1).unwrap_or(u32::MAX))
    }

    /// Moves the children of a finished collection to where they belong.
    fn close(&mut self, id: Id, children: &[Id]) {
        if self.adopt(id, children) {
            self.note_duplicates(children);
        }
    }

    /// Gives a collection its children, and tells whether it is a mapping.
    fn adopt(&mut self, id: Id, children: &[Id]) -> bool {
        let first = u32::try_from(self.children.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(children.len()).unwrap_or(u32::MAX);
        self.children.extend_from_slice(children);
        let mut is_map = false;
        self.slots.change(id, |slot| {
            is_map = matches!(slot.shape, Shape::Map { .. });
            slot.shape =
                if is_map { Shape::Map { first, len } } else { Shape::List { first, len } };
        });
        is_map
    }

    fn note_duplicates(&mut self, children: &[Id]) {
        const FEW: usize = 12;
        let tree: &Tree = self;
        let merges = children.iter().step_by(2).any(|&id| Node { tree, id }.text() == "<<");
        let key = |id: Id| Node { tree, id }.text();
        let keys = || children.iter().step_by(2).copied();
        let mut found = Vec::new();
        if children.len() <= 2 * FEW {
            for (index, later) in keys().enumerate() {
                if let Some(earlier) = keys().take(index).find(|&id| key(id) == key(later)) {
                    found.push((later, earlier));
                }
            }
        } else {
            let mut seen = std::collections::HashMap::with_capacity(children.len() / 2);
            for later in keys() {
                if let Some(&earlier) = seen.get(key(later)) {
                    found.push((later, earlier));
                } else {
                    seen.insert(key(later), later);
                }
            }
        }
        // Several merge keys in one mapping are how some writers merge several anchors, see
        // [`Tree::doubled_merges`], and a key that is itself a collection has no text to compare.
        found.retain(|&(later, _)| {
            let node = Node { tree, id: later };
            node.is_scalar() && node.text() != "<<"
        });
        self.duplicates.extend(found);
        self.merges |= merges;
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl std::hash::Hash for Node<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (std::ptr::from_ref(self.tree), self.id).hash(state);
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({}, {:?})", self.id, self.slot().span)
    }
}

impl<'t> Node<'t> {
    /// What stands for an id that cannot be: the tree made every id, so it is never seen.
    const NOTHING: Slot = Slot {
        span: Span { start: 0, end: 0 },
        shape: Shape::Raw(Span { start: 0, end: 0 }),
        style: Style::Plain,
        anchored: false,
        tag: Tag::None,
    };

    #[inline]
    fn slot(self) -> Slot {
        self.tree.slots.get(self.id).unwrap_or(Self::NOTHING)
    }

    fn with(self, id: Id) -> Self {
        self.tree.node(id)
    }

    fn children(self) -> &'t [Id] {
        let (Shape::List { first, len } | Shape::Map { first, len }) = self.target().slot().shape
        else {
            return &[];
        };
        let range = first as usize..(first as usize).saturating_add(len as usize);
        self.tree.children.get(range).unwrap_or_default()
    }

    pub(crate) fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The node that an alias stands for; any other node is its own target.
    pub(crate) fn target(self) -> Self {
        match self.slot().shape {
            Shape::Alias(id) => self.with(id),
            _ => self,
        }
    }

    /// Where the node stands in its file. A block scalar begins at its content.
    pub(crate) fn place(self) -> Place {
        self.home().tree.place(self.slot().span)
    }

    /// Where the node stands in its own text: the file, or the string that it is embedded in.
    pub(crate) fn local_span(self) -> Span {
        self.slot().span
    }

    pub(crate) fn style(self) -> Style {
        self.slot().style
    }

    pub(crate) fn is_alias(self) -> bool {
        matches!(self.slot().shape, Shape::Alias(_))
    }

    /// The tag that stands before the node.
    pub(crate) fn tag(self) -> Tag {
        self.slot().tag
    }

    /// Whether the node carries an anchor.
    pub(crate) fn is_anchored(self) -> bool {
        self.slot().anchored
    }

    pub(crate) fn is_map(self) -> bool {
        matches!(self.target().slot().shape, Shape::Map { .. })
    }

    pub(crate) fn is_list(self) -> bool {
        matches!(self.target().slot().shape, Shape::List { .. })
    }

    pub(crate) fn is_scalar(self) -> bool {
        !self.is_map() && !self.is_list()
    }

    /// The text of a scalar, and nothing for a collection.
    pub(crate) fn text(self) -> &'t str {
        match self.target().slot().shape {
            Shape::Raw(span) => self.tree.text.get(span.range()).unwrap_or_default(),
            Shape::Cooked(index) => {
                self.tree.cooked.get(index as usize).map_or("", |text| text.as_ref())
            }
            _ => "",
        }
    }

    /// Whether that is the text of the scalar. Most keys are not the one that is looked for, which
    /// their length tells.
    #[inline]
    fn is_text(self, text: &str) -> bool {
        match self.slot().shape {
            Shape::Raw(span) => {
                span.range().len() == text.len()
                    && self.tree.text.as_bytes().get(span.range()) == Some(text.as_bytes())
            }
            _ => self.text() == text,
        }
    }

    /// Whether a mapping may have entries that merge keys bring.
    fn may_merge(self) -> bool {
        let tree = self.target().tree;
        tree.merges || tree.grown.is_some()
    }

    /// What the scalar means to the program that reads the file; nothing for a collection.
    pub(crate) fn scalar(self) -> Option<Scalar<'t>> {
        let slot = self.target().slot();
        match slot.shape {
            Shape::Raw(_) | Shape::Cooked(_)
                if slot.style != Style::Plain || slot.tag == Tag::Text =>
            {
                Some(Scalar::Str(self.text()))
            }
            Shape::Raw(_) | Shape::Cooked(_) => Some(self.tree.dialect.resolve(self.text())),
            _ => None,
        }
    }

    /// A string, and nothing for a number, a boolean, null or a collection.
    pub(crate) fn as_str(self) -> Option<&'t str> {
        match self.scalar()? {
            Scalar::Str(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.scalar()? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A switch: a boolean, or `yes`, `no`, `on` or `off` without quotes, which are booleans of YAML 1.1 and
    /// so to many programs (`PyYAML`, the `config` crate), though not to YAML 1.2.
    pub(crate) fn as_switch(self) -> Option<bool> {
        let word = || match self.text().to_ascii_lowercase().as_str() {
            "yes" | "on" => Some(true),
            "no" | "off" => Some(false),
            _ => None,
        };
        self.as_bool().or_else(|| if self.style() == Style::Plain { word() } else { None })
    }

    pub(crate) fn as_int(self) -> Option<i64> {
        match self.scalar()? {
            Scalar::Int(value) => Some(value),
            _ => None,
        }
    }

    /// A number, whole or not.
    #[allow(clippy::cast_precision_loss)] // thresholds and sizes are far below 2^52
    pub(crate) fn as_number(self) -> Option<f64> {
        match self.scalar()? {
            Scalar::Int(value) => Some(value as f64),
            Scalar::Float(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        const LONGEST: usize = "null".len();
        match self.target().slot().shape {
            Shape::Raw(span) if span.range().len() > LONGEST => false,
            Shape::List { .. } | Shape::Map { .. } => false,
            _ => matches!(self.scalar(), Some(Scalar::Null)),
        }
    }

    /// The items of a list, and nothing for anything else.
    pub(crate) fn items(self) -> impl DoubleEndedIterator<Item = Node<'t>> + ExactSizeIterator {
        let children: &[Id] = if self.is_list() { self.children() } else { &[] };
        children.iter().map(move |&id| self.with(id))
    }

    /// The items of the list at the end of `keys`, and nothing where there is none.
    pub(crate) fn items_at(self, keys: &[&str]) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.at(keys).into_iter().flat_map(Node::items)
    }

    /// The entries that the mapping itself holds, `<<` included.
    pub(crate) fn own_entries(self) -> impl DoubleEndedIterator<Item = Entry<'t>> {
        let children: &[Id] = if self.is_map() { self.children() } else { &[] };
        children.chunks_exact(2).filter_map(move |pair| match *pair {
            [key, value] => Some(Entry { key: self.with(key), value: self.with(value) }),
            _ => None,
        })
    }

    /// The entries of the mapping with those of its merge keys, as a reader of the file sees
    /// them: an own key hides a merged one, a later duplicate hides the earlier.
    pub(crate) fn entries(self) -> Vec<Entry<'t>> {
        let is_plain = !self.may_merge() || !self.own_entries().any(Entry::is_merge);
        if self.tree.duplicates.is_empty() && is_plain {
            return self.own_entries().collect();
        }
        let mut seen = Seen::default();
        self.collect_entries(&mut seen, MERGE_DEPTH, &mut { MERGE_BUDGET });
        seen.entries
    }

    fn collect_entries(self, seen: &mut Seen<'t>, depth: u8, budget: &mut u16) {
        let own = seen.entries.len();
        let mut merges = Vec::new();
        for entry in self.own_entries() {
            if entry.is_merge() {
                merges.push(entry.value);
            } else {
                seen.add(entry, own);
            }
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        for source in merges.into_iter().flat_map(Node::merge_sources) {
            let Some(left) = budget.checked_sub(1) else { return };
            *budget = left;
            source.collect_entries(seen, depth, budget);
        }
    }

    /// What the value of a merge key merges: a mapping, or each of a list.
    fn merge_sources(self) -> impl Iterator<Item = Node<'t>> {
        self.items().chain(self.is_map().then_some(self))
    }

    /// The entry of that key: the last one, or one that a merge key brings.
    pub(crate) fn get(self, key: &str) -> Option<Entry<'t>> {
        let node = self.target();
        match node.slot().shape {
            Shape::Map { len, .. } if !keys::is_large(len) && !node.may_merge() => {
                node.get_plain(key)
            }
            Shape::Map { .. } => node.find(key, MERGE_DEPTH, &mut { MERGE_BUDGET }),
            _ => None,
        }
    }

    /// The entry of that key in a mapping of a few entries of its own. This is where rules spend most of
    /// their time.
    fn get_plain(self, key: &str) -> Option<Entry<'t>> {
        let node = |id: Id| Node { tree: self.tree, id };
        self.children().rchunks_exact(2).find_map(|pair| {
            let [own, value] = *pair else { return None };
            node(own).is_text(key).then(|| Entry { key: node(own), value: node(value) })
        })
    }

    fn find(self, key: &str, depth: u8, budget: &mut u16) -> Option<Entry<'t>> {
        let is_it = |entry: &Entry<'t>| entry.key.is_text(key) && !entry.is_merge();
        let own = match self.keys() {
            Some(keys) => keys.find(self, key),
            None => self.own_entries().rev().find(is_it),
        };
        if own.is_some() || !self.may_merge() {
            return own;
        }
        let depth = depth.checked_sub(1)?;
        let merges = self.own_entries().filter(|entry| entry.is_merge());
        merges.flat_map(|merge| merge.value.merge_sources()).find_map(|source| {
            *budget = budget.checked_sub(1)?;
            source.find(key, depth, budget)
        })
    }

    /// The entry at the end of `keys`, each a key of what the one before maps to.
    pub(crate) fn path(self, keys: &[&str]) -> Option<Entry<'t>> {
        let (first, rest) = keys.split_first()?;
        let entry = self.get(first)?;
        if rest.is_empty() { Some(entry) } else { entry.value.path(rest) }
    }

    /// The value at the end of `keys`; an explicit null counts as absent, as it does for
    /// every reader of these formats.
    pub(crate) fn at(self, keys: &[&str]) -> Option<Node<'t>> {
        self.path(keys).map(|entry| entry.value).filter(|value| !value.is_null())
    }

    /// The way to the node from the root: the index of the document, then keys and indexes.
    ///
    /// Ids are given in the order of the text, so those of a subtree lie together, and the way
    /// down is found without looking at what lies aside.
    pub(crate) fn data_path(self) -> Vec<String> {
        if self.tree.grown.is_some() {
            return self.home().data_path();
        }
        let before = |id: &Id| *id <= self.id;
        let documents = &self.tree.documents;
        let index = documents.partition_point(before).saturating_sub(1);
        let mut path = vec![index.to_string()];
        let Some(&root) = documents.get(index) else { return path };
        let mut node = self.with(root);
        while node.id != self.id && !node.is_alias() {
            let children = node.children();
            let next = if node.is_map() {
                let key = children.partition_point(before).saturating_sub(1) / 2 * 2;
                children.get(key..key + 2).and_then(|pair| {
                    let (key, value) = (pair.first().filter(|key| before(key))?, pair.get(1)?);
                    Some((self.with(*key).text().to_owned(), *value))
                })
            } else {
                let item = children.partition_point(before).checked_sub(1);
                item.and_then(|item| Some((item.to_string(), *children.get(item)?)))
            };
            let Some((step, id)) = next else { break };
            path.push(step);
            if self.id < id {
                break; // the node is the key itself
            }
            node = self.with(id);
        }
        path
    }

    /// Where to point when something is missing below `keys`: the key of the longest part of
    /// the path that exists, or nothing when not even the first key does.
    pub(crate) fn grip(self, keys: &[&str]) -> Option<Node<'t>> {
        let mut node = self;
        let mut grip = None;
        for key in keys {
            let Some(entry) = node.get(key) else { break };
            grip = Some(entry.key);
            node = entry.value;
        }
        grip
    }
}

impl Entry<'_> {
    /// `<<` as a merge key; quoted, it is a key like any other.
    fn is_merge(self) -> bool {
        self.key.style() == Style::Plain
            && self.key.text() == "<<"
            && self.key.tree.dialect != Dialect::Json
    }
}

impl From<Node<'_>> for Place {
    fn from(node: Node<'_>) -> Self {
        node.place()
    }
}
