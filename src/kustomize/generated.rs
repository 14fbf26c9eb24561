//! The ConfigMaps and Secrets that kustomizations generate, as objects.
//!
//! Each outermost kustomization makes its own, as `kustomize build` does: what it takes from others is
//! finished there, its components add to that, then its generators do, and patches pass over all. Every
//! key and value stands where a generator or a patch says it. A value that is not among the files is a
//! placeholder, as a template's would be.
//!
//! Source: github.com/kubernetes-sigs/kustomize, `api/internal/target` and `api/kv`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::render::{Step, Traveller};
use super::target::Id;
use super::{Overlays, Paths, folder, resolve};
use crate::file::{DocumentKind, File};
use crate::k8s::{DEFAULT_NAMESPACE, KeyedKind, Object};
use crate::source::{FileId, Place, Span};
use crate::tree::{Entry, Graft, Node, Part, Style, Tree};

/// Which objects are generated, and the lists of their generators.
pub(super) const GENERATORS: [(KeyedKind, &str); 2] =
    [(KeyedKind::ConfigMap, "configMapGenerator"), (KeyedKind::Secret, "secretGenerator")];

/// Nobody builds kustomizations on kustomizations this far.
const MAX_DEPTH: usize = 64;

/// How often all objects together may pass a kustomization or be given a key.
const MAX_STEPS: usize = 1_000_000;

/// More keys than anybody gives one generator: each is looked for among the others.
const MOST_KEYS: usize = 1_000;

/// The paths of the files of variables that a kustomization takes, each from its folder.
pub(crate) fn env_files(kustomization: Node<'_>) -> impl Iterator<Item = &str> {
    let entries = GENERATORS.iter().flat_map(move |(_, list)| kustomization.items_at(&[list]));
    entries.flat_map(env_files_of)
}

fn env_files_of(generator: Node<'_>) -> impl Iterator<Item = &str> {
    generator.items_at(&["envs"]).chain(generator.at(&["env"])).map(Node::text)
}

/// A `ConfigMap` or a Secret that an outermost kustomization makes.
#[derive(Debug)]
pub(crate) struct Generated {
    /// The kustomization.
    pub(super) by: usize,
    kind: KeyedKind,
    /// All that it is called: prefixes change its name, and others may go by the old one as well.
    names: Vec<String>,
    tree: Tree,
    /// Whether it may have more keys than the files tell.
    is_open: bool,
    /// The values that are said of it, and not of one that another kustomization makes of the same.
    told: HashSet<Place>,
}

impl Generated {
    /// The object.
    pub(crate) fn object(&self) -> Option<Object<'_>> {
        Object::of(self.tree.documents().next()?)
    }

    pub(crate) fn kind(&self) -> KeyedKind {
        self.kind
    }

    /// Whether it may have more keys than the files tell.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Its keys and values.
    pub(crate) fn data(&self) -> Vec<Entry<'_>> {
        let data = self.object().and_then(|object| object.node().at(&[field(self.kind)]));
        data.map(Node::entries).unwrap_or_default()
    }

    /// Whether it says the same as another one.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let says = |it: &Self| -> HashMap<String, String> {
            let pair = |it: &Entry<'_>| (it.key.text().to_owned(), it.value.text().to_owned());
            it.data().iter().map(pair).collect()
        };
        std::ptr::eq(self, other) || self.is_open == other.is_open && says(self) == says(other)
    }

    /// Whether what it says at a place is to be told of it.
    pub(crate) fn tells(&self, place: Place) -> bool {
        self.told.contains(&place)
    }
}

/// All that is generated.
#[derive(Debug, Default)]
pub(super) struct Products {
    all: Vec<Generated>,
    by_name: HashMap<String, Vec<usize>>,
    /// By the file of the kustomization that makes them.
    by_file: HashMap<FileId, Vec<usize>>,
}

impl Products {
    fn push(&mut self, made: Generated, file: FileId) {
        let index = self.all.len();
        for name in &made.names {
            self.by_name.entry(name.clone()).or_default().push(index);
        }
        self.by_file.entry(file).or_default().push(index);
        self.all.push(made);
    }

    /// The objects of a kind and a name.
    pub(super) fn named<'a>(
        &'a self,
        kind: KeyedKind,
        name: &str,
    ) -> impl Iterator<Item = &'a Generated> + use<'a> {
        let named = self.by_name.get(name).into_iter().flatten();
        named.filter_map(|index| self.all.get(*index)).filter(move |made| made.kind == kind)
    }

    /// What the kustomization in a file makes.
    pub(super) fn of_file(&self, file: FileId) -> impl Iterator<Item = &Generated> {
        let of_file = self.by_file.get(&file).into_iter().flatten();
        of_file.filter_map(|index| self.all.get(*index))
    }
}

/// The field of an object that holds its keys.
fn field(kind: KeyedKind) -> &'static str {
    match kind {
        KeyedKind::ConfigMap => "data",
        KeyedKind::Secret => "stringData",
    }
}

/// Works out what the outermost kustomizations generate.
pub(super) fn generate<'p>(
    overlays: &Overlays<'p>,
    files: &'p [File],
    found: &[(&'p File, Node<'p>)],
    paths: &Paths,
    steps: &[Option<Step<'p>>],
) -> Products {
    let has_generators = |index: &usize| {
        let node = found.get(*index).map(|(_, node)| *node);
        node.is_some_and(|node| GENERATORS.iter().any(|(_, list)| node.at(&[list]).is_some()))
    };
    let (mut steps_left, mut told, mut products) = (MAX_STEPS, HashSet::new(), Products::default());
    for (by, kustomization) in overlays.all.iter().enumerate() {
        if !kustomization.is_outermost() || !kustomization.parts.iter().any(has_generators) {
            continue;
        }
        let (seen, sources) = (HashSet::new(), HashMap::new());
        let mut maker = Maker { files, found, paths, steps, seen, sources, steps_left };
        let mut drafts = Vec::new();
        maker.gather(by, MAX_DEPTH, &mut drafts);
        steps_left = maker.steps_left;
        if steps_left == 0 {
            break;
        }
        for draft in drafts {
            let is_open = draft.is_open || kustomization.brings_unseen;
            let Some(mut made) = draft.finish(by, is_open) else { continue };
            let places: Vec<_> = made.data().iter().map(|entry| entry.value.place()).collect();
            let is_told_here = |place: &Place| {
                let source = maker.sources.get(place);
                source.is_none_or(|file| overlays.counts(by, *file)) && !speaks(files, place.file)
            };
            made.told =
                places.into_iter().filter(|it| is_told_here(it) && told.insert(*it)).collect();
            products.push(made, kustomization.node.tree().file());
        }
    }
    products
}

/// Whether a file is a configuration by itself, which is judged as such.
fn speaks(files: &[File], file: FileId) -> bool {
    files.get(file.index()).is_some_and(|file| {
        file.documents().any(|(_, kind)| matches!(kind, DocumentKind::Agent(_)))
    })
}

/// An object that is being made.
struct Draft {
    kind: KeyedKind,
    traveller: Traveller,
    is_open: bool,
}

impl Draft {
    fn is_called(&self, kind: KeyedKind, name: &str) -> bool {
        self.kind == kind && self.traveller.id.names.iter().any(|own| own == name)
    }

    /// The object; nothing where nobody can tell what it is.
    fn finish(self, by: usize, is_open: bool) -> Option<Generated> {
        let Traveller { id, graft, is_deleted, is_doubted } = self.traveller;
        if is_deleted || is_doubted {
            return None;
        }
        let (kind, names, told) = (self.kind, id.names, HashSet::new());
        Some(Generated { by, kind, names, tree: graft.finish()?, is_open, told })
    }
}

/// Makes what one outermost kustomization generates.
struct Maker<'a, 'p> {
    files: &'p [File],
    found: &'a [(&'p File, Node<'p>)],
    paths: &'a Paths,
    steps: &'a [Option<Step<'p>>],
    seen: HashSet<usize>,
    /// The file of the kustomization that brings a value, by where that stands.
    sources: HashMap<Place, FileId>,
    steps_left: usize,
}

impl<'p> Maker<'_, 'p> {
    /// Adds what a kustomization makes to what is there, and lets all of that pass it.
    fn gather(&mut self, index: usize, depth: usize, into: &mut Vec<Draft>) {
        let Some(&(file, node)) = self.found.get(index) else { return };
        let Some(depth) = depth.checked_sub(1).filter(|_| self.seen.insert(index)) else { return };
        for list in ["resources", "bases"] {
            for other in self.named_in(file, node, list) {
                let mut below = Vec::new();
                self.gather(other, depth, &mut below);
                into.append(&mut below);
            }
        }
        for component in self.named_in(file, node, "components") {
            self.gather(component, depth, into);
        }
        if let Some(tree) = file.tree().filter(|it| std::ptr::eq(Arc::as_ptr(it), node.tree())) {
            for (kind, list) in GENERATORS {
                for generator in node.items_at(&[list]) {
                    self.generate(
                        &Source { file, tree, generator: generator.target() },
                        kind,
                        into,
                    );
                }
            }
        }
        self.steps_left = self.steps_left.saturating_sub(into.len());
        let step = self.steps.get(index).and_then(Option::as_ref).filter(|_| self.steps_left > 0);
        if let Some(step) = step {
            for draft in into {
                step.apply(&mut draft.traveller);
            }
        }
    }

    /// The kustomizations that one names in a list.
    fn named_in(&self, file: &File, node: Node<'_>, list: &str) -> Vec<usize> {
        let paths = node.items_at(&[list]).filter_map(Node::as_str);
        let paths = paths.map(|path| resolve(folder(file), path));
        let folders = paths.filter(|path| self.paths.file(path).is_none());
        folders.filter_map(|path| self.paths.kustomization(&path)).collect()
    }

    /// Makes an object, or changes the one that there is.
    fn generate(&mut self, source: &Source<'p>, kind: KeyedKind, into: &mut Vec<Draft>) {
        let says = |key: &str| source.generator.at(&[key]).filter(|it| !it.text().is_empty());
        let Some(name) = says("name") else { return };
        let behavior = says("behavior").map_or("create", Node::text);
        let known = into.iter_mut().find(|draft| draft.is_called(kind, name.text()));
        if let Some(known) = known.filter(|_| behavior != "create") {
            if behavior == "replace" {
                clear(&mut known.traveller.graft, kind);
                known.is_open = false;
            }
            known.is_open |= self.fill(&mut known.traveller.graft, source, kind);
            return;
        }
        let mut graft = source.begin(kind, name);
        let is_open = self.fill(&mut graft, source, kind) || behavior == "merge";
        let namespace = says("namespace").map_or(DEFAULT_NAMESPACE, Node::text).to_owned();
        let id = Id {
            group: String::new(),
            version: "v1".to_owned(),
            kind: kind.as_str().to_owned(),
            names: vec![name.text().to_owned()],
            namespaces: vec![namespace],
        };
        let traveller = Traveller { id, graft, is_deleted: false, is_doubted: false };
        into.push(Draft { kind, traveller, is_open });
    }

    /// Adds the keys of a generator, and tells whether it may have others.
    fn fill(&mut self, graft: &mut Graft, source: &Source<'p>, kind: KeyedKind) -> bool {
        let data = graft.map_below(Graft::root(), field(kind), (source.tree, source.generator));
        let (mut is_open, mut pairs) = (false, Vec::new());
        for literal in source.generator.items_at(&["literals"]) {
            pairs.extend(source.literal(graft, literal));
        }
        for path in source.generator.items_at(&["files"]) {
            pairs.extend(source.file(graft, path));
        }
        for path in env_files_of(source.generator) {
            let file = self.paths.file(&resolve(folder(source.file), path));
            match file.and_then(|file| self.files.get(file.index())) {
                Some(file) => is_open |= !add_env_file(graft, file, &mut pairs),
                None => is_open = true,
            }
        }
        is_open |= pairs.len() > MOST_KEYS;
        self.steps_left = self.steps_left.saturating_sub(pairs.len());
        for Pair { key, value, place } in pairs.into_iter().take(MOST_KEYS) {
            graft.set(data, key, value);
            self.sources.insert(place, source.file.id());
        }
        is_open
    }
}

/// A key and its value, and where that stands.
struct Pair {
    key: Part,
    value: Part,
    place: Place,
}

/// A generator, and the file that it stands in.
struct Source<'p> {
    file: &'p File,
    tree: &'p Arc<Tree>,
    generator: Node<'p>,
}

impl Source<'_> {
    /// The object without its keys.
    fn begin(&self, kind: KeyedKind, name: Node<'_>) -> Graft {
        let (tree, root) = (self.tree, Graft::root());
        let mut graft = Graft::new(tree, self.generator);
        let own: Vec<_> = self.generator.entries().iter().map(|it| it.key.text()).collect();
        for key in own {
            graft.remove(root, key);
        }
        for (key, text) in [("apiVersion", "v1"), ("kind", kind.as_str())] {
            let (key, text) = (self.text(&mut graft, name, key), self.text(&mut graft, name, text));
            graft.set(root, key, text);
        }
        let metadata = graft.map_below(root, "metadata", (tree, self.generator));
        let stated = ["name", "namespace"].map(|key| (key, self.generator.at(&[key])));
        for (key, node) in stated {
            let Some(node) = node else { continue };
            let (key, value) = (self.text(&mut graft, node, key), graft.take(tree, node));
            graft.set(metadata, key, value);
        }
        graft
    }

    fn text(&self, graft: &mut Graft, at: Node<'_>, text: &str) -> Part {
        graft.text(self.tree, at, at.local_span(), text)
    }

    /// `KEY=value`; quotes around the value are not part of it.
    fn literal(&self, graft: &mut Graft, literal: Node<'_>) -> Option<Pair> {
        let (key, rest) = literal.text().split_once('=').filter(|(key, _)| !key.is_empty())?;
        let value = rest.trim_matches(['"', '\'']);
        let span = span_of(literal, value);
        let place = self.tree.place(span);
        let (key, value) =
            (self.text(graft, literal, key), graft.text(self.tree, literal, span, value));
        Some(Pair { key, value, place })
    }

    /// `path`, `key=path`; what is in the file is not looked up.
    fn file(&self, graft: &mut Graft, item: Node<'_>) -> Option<Pair> {
        let text = item.text();
        let (key, path) = text
            .split_once('=')
            .unwrap_or_else(|| (text.rsplit_once('/').map_or(text, |(_, name)| name), text));
        let place = item.place();
        let (key, value) =
            (self.text(graft, item, key), self.text(graft, item, &format!("<{path}>")));
        (!text.is_empty()).then_some(Pair { key, value, place })
    }
}

/// Where the value of `KEY=value` stands; the whole scalar where it is written otherwise.
fn span_of(literal: Node<'_>, value: &str) -> Span {
    let whole = literal.local_span();
    let written = literal.tree().text().get(whole.range()).unwrap_or_default();
    let at = written.split_once('=').and_then(|(key, rest)| {
        let at = key.len() + 1 + rest.find(value)?;
        (!value.is_empty()).then(|| whole.start as usize + at)
    });
    at.map_or(whole, |at| Span::new(at, at + value.len()))
}

/// Adds the variables of a file, and tells whether these are all. Quotes and comments behind a value are
/// part of it to kustomize alone, and a name without a value takes that from whoever builds.
fn add_env_file(graft: &mut Graft, file: &File, pairs: &mut Vec<Pair>) -> bool {
    let Some(tree) = file.tree() else { return false };
    let lines = tree.text().lines().map(str::trim_start);
    let stated = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    let mut count = 0;
    for entry in tree.documents().flat_map(Node::own_entries) {
        count += 1;
        let (key, value) = (graft.take(tree, entry.key), entry.value);
        let place = value.place();
        let value = if is_as_written(value) {
            graft.take(tree, value)
        } else {
            graft.text(tree, value, value.local_span(), "<quoted>")
        };
        pairs.push(Pair { key, value, place });
    }
    count == stated
}

/// Whether a value is the rest of its line.
fn is_as_written(value: Node<'_>) -> bool {
    let end = value.local_span().end as usize;
    let behind = value.tree().text().get(end..).and_then(|rest| rest.lines().next());
    value.style() == Style::Plain && behind.is_none_or(|rest| rest.trim().is_empty())
}

/// Takes all keys out of an object.
fn clear(graft: &mut Graft, kind: KeyedKind) {
    graft.remove(Graft::root(), field(kind));
}
