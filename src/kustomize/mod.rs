//! Kustomizations, and what they make of the objects that pass through them.
//!
//! [`Overlays`] is worked out once, before the objects are looked at: which files each
//! [`Kustomization`] renders, which files are patches, and, for each object that patches change,
//! the tree that comes of it. The views read that tree in the place of the file's own, so that no
//! rule knows of patches. [`render`] chooses the way of an object through its kustomizations and
//! goes it; [`target`] says which objects a patch is for; [`strategic`] and [`json_patch`] are the
//! two kinds of patches; [`generated`] is what generators bring.

mod generated;
pub(crate) mod json_patch;
mod render;
mod strategic;
mod target;

use std::collections::{HashMap, HashSet};

use self::generated::{GENERATORS, Products};
pub(crate) use self::generated::{Generated, env_files};
use crate::file::{DocumentKind, File};
use crate::k8s::{KeyedKind, Object};
use crate::rules::Environment;
use crate::source::{FileId, Place, resolve};
use crate::tree::{Node, Tree};

/// A kustomization and what it is made of.
#[derive(Debug)]
pub(crate) struct Kustomization<'p> {
    node: Node<'p>,
    /// The folder that it stands in.
    folder: String,
    /// Those that it renders, itself included.
    parts: Vec<usize>,
    /// Whether another one renders it.
    is_inner: bool,
    /// Renders something that is not among the files: a remote base, a chart.
    brings_unseen: bool,
}

impl<'p> Kustomization<'p> {
    /// Whether it renders objects that are not among the files.
    pub(crate) fn brings_unseen(&self) -> bool {
        self.brings_unseen
    }

    /// The namespace that it gives to every object.
    pub(crate) fn namespace(&self) -> Option<&'p str> {
        self.node.at(&["namespace"]).map(Node::text).filter(|namespace| !namespace.is_empty())
    }

    /// Whether it gives the image of that name a tag of its own or a digest.
    pub(crate) fn pins_image(&self, name: &str) -> bool {
        let says = |entry: Node<'_>, field: &str| {
            entry.at(&[field]).is_some_and(|value| !matches!(value.text(), "" | "latest"))
        };
        self.entries_named("images", name)
            .any(|entry| says(entry, "newTag") || says(entry, "digest"))
    }

    /// Whether it gives the image of that name a digest.
    pub(crate) fn gives_digest(&self, name: &str) -> bool {
        self.entries_named("images", name).any(|entry| entry.at(&["digest"]).is_some())
    }

    /// Whether it takes the image of that name from somewhere else.
    pub(crate) fn renames_image(&self, name: &str) -> bool {
        self.entries_named("images", name).any(|entry| entry.at(&["newName"]).is_some())
    }

    /// A name without what it puts before and after the names of its objects.
    pub(crate) fn unprefixed<'n>(&self, name: &'n str) -> &'n str {
        let part = |key| self.node.at(&[key]).map_or("", Node::text);
        let name = name.strip_prefix(part("namePrefix")).unwrap_or(name);
        name.strip_suffix(part("nameSuffix")).unwrap_or(name)
    }

    /// A name with what it puts before and after the names of its objects.
    pub(crate) fn prefixed(&self, name: &str) -> String {
        let part = |key| self.node.at(&[key]).map_or("", Node::text);
        format!("{}{name}{}", part("namePrefix"), part("nameSuffix"))
    }

    /// The number of replicas that it gives to workloads of that name.
    fn replicas(&self, name: &str) -> Option<Node<'p>> {
        self.entries_named("replicas", name).find_map(|entry| entry.at(&["count"]))
    }

    fn entries_named<'a>(
        &self,
        list: &str,
        name: &'a str,
    ) -> impl Iterator<Item = Node<'p>> + use<'a, 'p> {
        let entries = self.node.items_at(&[list]);
        entries.filter(move |entry| entry.at(&["name"]).is_some_and(|node| node.text() == name))
    }

    /// Whether it is one to build, and no part of another.
    fn is_outermost(&self) -> bool {
        !self.is_inner && !self.is_component()
    }

    /// Whether it is for use in others only.
    fn is_component(&self) -> bool {
        self.node.at(&["kind"]).is_some_and(|kind| kind.text() == "Component")
    }
}

/// The kustomizations of a run, and what they make of its objects.
#[derive(Debug, Default)]
pub(crate) struct Overlays<'p> {
    all: Vec<Kustomization<'p>>,
    /// Those over each file.
    over: HashMap<FileId, Vec<usize>>,
    /// The files that are patches: partial objects, which must not be judged alone.
    partial: HashSet<FileId>,
    /// What becomes of the objects that are changed, by where they stand; nothing of one that is
    /// deleted.
    changed: HashMap<Place, Option<Tree>>,
    /// The objects of which nobody can tell what is made of them.
    doubted: HashSet<Place>,
    /// The outermost kustomizations by which each file is judged.
    outermost: HashMap<FileId, Vec<usize>>,
    /// The files whose objects get a namespace whichever way they go.
    settled: HashSet<FileId>,
    generated: Products,
}

impl<'p> Overlays<'p> {
    /// The overlays of the files; each file is meant for an environment.
    pub(crate) fn of(files: &'p [File], environment: impl Fn(FileId) -> Environment) -> Self {
        let found: Vec<_> = documents(files).collect();
        if found.is_empty() {
            return Overlays::default();
        }
        let paths = Paths::of(files, &found);
        let mut overlays = Overlays::default();
        for (index, &(file, node)) in found.iter().enumerate() {
            let reach = paths.reach(&found, index);
            for file in &reach.files {
                overlays.over.entry(*file).or_default().push(index);
            }
            overlays.all.push(Kustomization {
                node,
                folder: resolve("", folder(file)),
                parts: reach.parts,
                is_inner: false,
                brings_unseen: reach.brings_unseen,
            });
        }
        overlays.mark_inner();
        let in_file = |list: fn(Node<'p>) -> Vec<&'p str>| {
            let named = found.iter().flat_map(|&(file, node)| {
                list(node).into_iter().map(move |path| resolve(folder(file), path))
            });
            named.filter_map(|path| paths.file(&path)).collect::<HashSet<_>>()
        };
        let whole = in_file(|node| resources(node).collect());
        overlays.partial = &in_file(patch_paths) - &whole;
        render::render(&mut overlays, files, &found, &paths, environment);
        overlays
    }

    fn mark_inner(&mut self) {
        let mut inner = HashSet::new();
        for (index, kustomization) in self.all.iter().enumerate() {
            for part in kustomization.parts.iter().filter(|part| **part != index) {
                // Of two that include each other, neither is the inner one.
                let is_mutual = self.all.get(*part).is_some_and(|part| part.parts.contains(&index));
                if !is_mutual {
                    inner.insert(*part);
                }
            }
        }
        for (index, kustomization) in self.all.iter_mut().enumerate() {
            kustomization.is_inner = inner.contains(&index);
        }
    }

    /// Whether a file holds patches, which must not be judged alone.
    pub(crate) fn is_partial(&self, file: FileId) -> bool {
        self.partial.contains(&file)
    }

    /// The kustomizations that render the objects of a file.
    pub(crate) fn over(&self, file: FileId) -> impl Iterator<Item = &Kustomization<'p>> {
        let indexes = self.over.get(&file).into_iter().flatten();
        indexes.filter_map(|index| self.all.get(*index))
    }

    /// Whether every way of a file's objects gives them a namespace.
    pub(crate) fn settles_namespace(&self, file: FileId) -> bool {
        self.settled.contains(&file)
    }

    /// The number of replicas that each of the outermost kustomizations over a file gives to workloads
    /// of that name; nothing for one that leaves them their own.
    pub(crate) fn replicas<'a>(
        &'a self,
        file: FileId,
        name: &'a str,
    ) -> impl Iterator<Item = Option<Node<'p>>> + use<'a, 'p> {
        let outermost = self.over(file).filter(|it| it.is_outermost());
        outermost.map(move |kustomization| {
            // The outer ones come first, and have the last word.
            kustomization.parts.iter().find_map(|index| {
                let part = self.all.get(*index)?;
                let at = part.replicas(name)?;
                let is_over = || self.over.get(&file).is_some_and(|over| over.contains(index));
                (part.is_component() || is_over()).then_some(at)
            })
        })
    }

    /// What is made of an object; nothing where it is deleted.
    pub(crate) fn object<'a>(&'a self, object: Object<'a>) -> Option<Object<'a>> {
        match self.changed.get(&object.node().place()) {
            None => Some(object),
            Some(changed) => Object::of(changed.as_ref()?.documents().next()?),
        }
    }

    /// Whether nobody can tell what is made of an object.
    pub(crate) fn is_doubted(&self, object: Object<'_>) -> bool {
        self.doubted.contains(&object.node().home().place())
    }

    /// The ConfigMaps and Secrets of that name that the outermost kustomizations over a file make, as far as
    /// it can be told what they are.
    pub(crate) fn generated<'a>(
        &'a self,
        file: FileId,
        kind: KeyedKind,
        name: &str,
    ) -> impl Iterator<Item = &'a Generated> + use<'a, 'p> {
        let over = self.over.get(&file).map(Vec::as_slice).unwrap_or_default();
        self.generated.named(kind, name).filter(|made| over.contains(&made.by))
    }

    /// What the kustomization in a file makes.
    pub(crate) fn generated_in(&self, file: FileId) -> impl Iterator<Item = &Generated> {
        self.generated.of_file(file)
    }

    /// Whether a file is judged by what is made here of several, each for an environment.
    pub(crate) fn is_judged_by(&self, file: FileId, made: &Generated) -> bool {
        self.counts(made.by, file)
    }

    fn counts(&self, outermost: usize, file: FileId) -> bool {
        self.outermost.get(&file).is_none_or(|counting| counting.contains(&outermost))
    }

    /// Whether a kustomization over a file generates the `ConfigMap` or `Secret` of that name.
    pub(crate) fn generate(&self, file: FileId, kind: &str, name: &str) -> bool {
        let list = GENERATORS.iter().find(|(own, _)| own.as_str() == kind);
        let Some((_, list)) = list else { return false };
        let parts = self.over(file).flat_map(|over| &over.parts);
        let mut parts = parts.filter_map(|part| self.all.get(*part));
        parts.any(|part| part.entries_named(list, name).next().is_some())
    }
}

/// Where files and kustomizations are.
struct Paths {
    files: HashMap<String, FileId>,
    folders: HashMap<String, usize>,
}

/// What a kustomization renders.
struct Reach {
    files: Vec<FileId>,
    parts: Vec<usize>,
    brings_unseen: bool,
}

impl Paths {
    fn of(files: &[File], found: &[(&File, Node<'_>)]) -> Self {
        let of_file = |file: &File| (resolve("", file.source().path()), file.id());
        let of_folder =
            |(index, (file, _)): (usize, &(&File, Node<'_>))| (resolve("", folder(file)), index);
        Paths {
            files: files.iter().map(of_file).collect(),
            folders: found.iter().enumerate().map(of_folder).collect(),
        }
    }

    fn file(&self, path: &str) -> Option<FileId> {
        self.files.get(path).copied()
    }

    fn kustomization(&self, path: &str) -> Option<usize> {
        self.folders.get(path).copied()
    }

    fn reach(&self, found: &[(&File, Node<'_>)], start: usize) -> Reach {
        let (mut files, mut parts) = (HashSet::new(), HashSet::new());
        let mut reach = Reach { files: Vec::new(), parts: Vec::new(), brings_unseen: false };
        let mut waiting = vec![start];
        while let Some(index) = waiting.pop() {
            let Some(&(file, node)) = found.get(index).filter(|_| parts.insert(index)) else {
                continue;
            };
            reach.parts.push(index);
            reach.brings_unseen |=
                ["helmCharts", "generators"].iter().any(|key| node.at(&[key]).is_some());
            for path in resources(node) {
                let path = resolve(folder(file), path);
                match (self.file(&path), self.kustomization(&path)) {
                    (Some(file), _) if files.insert(file) => reach.files.push(file),
                    (Some(_), _) => {}
                    (None, Some(other)) => waiting.push(other),
                    (None, None) => reach.brings_unseen = true,
                }
            }
        }
        reach
    }
}

fn documents(files: &[File]) -> impl Iterator<Item = (&File, Node<'_>)> {
    files.iter().flat_map(|file| {
        let of_file = file.documents().filter(|(_, kind)| *kind == DocumentKind::Kustomization);
        of_file.map(move |(document, _)| (file, document))
    })
}

fn folder(file: &File) -> &str {
    file.source().folder()
}

fn resources(kustomization: Node<'_>) -> impl Iterator<Item = &str> {
    let list = move |key: &str| kustomization.items_at(&[key]);
    list("resources").chain(list("bases")).chain(list("components")).filter_map(Node::as_str)
}

/// The scalars that are patches themselves.
pub(crate) fn inline_patches(kustomization: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let with_target = ["patches", "patchesJson6902"].into_iter();
    let texts = with_target.flat_map(move |key| kustomization.items_at(&[key]));
    texts
        .filter_map(|item| item.at(&["patch"]))
        .chain(kustomization.items_at(&["patchesStrategicMerge"]).filter(|item| is_inline(*item)))
}

/// Whether an entry of `patchesStrategicMerge` is the patch and not the path of one.
fn is_inline(entry: Node<'_>) -> bool {
    entry.as_str().is_some_and(|text| text.contains('\n'))
}

fn patch_paths(kustomization: Node<'_>) -> Vec<&str> {
    let with_target = ["patches", "patchesJson6902"].into_iter();
    with_target
        .flat_map(|key| kustomization.items_at(&[key]))
        .filter_map(|item| item.at(&["path"])?.as_str())
        .chain(
            kustomization
                .items_at(&["patchesStrategicMerge"])
                .filter(|item| !is_inline(*item))
                .filter_map(Node::as_str),
        )
        .collect()
}
