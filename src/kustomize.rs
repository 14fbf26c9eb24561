//! Kustomizations, as far as they change how other files are read.

use std::collections::{HashMap, HashSet};

use crate::file::{DocumentKind, File};
use crate::k8s::KeyedKind;
use crate::source::FileId;
use crate::tree::Node;

/// A kustomization and what it is made of.
#[derive(Debug)]
pub(crate) struct Kustomization<'p> {
    node: Node<'p>,
    /// The files whose objects it renders, through other kustomizations as well.
    files: HashSet<FileId>,
    /// Renders something that is not among the files: a remote base, a chart.
    brings_unseen: bool,
}

impl<'p> Kustomization<'p> {
    /// Whether the objects of a file pass through it.
    pub(crate) fn covers(&self, file: FileId) -> bool {
        self.files.contains(&file)
    }

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

    /// The ConfigMaps and Secrets that it makes: which of the two, the name, and the keys where the
    /// kustomization tells all of them.
    pub(crate) fn generated(&self) -> Vec<(KeyedKind, &'p str, Option<Vec<&'p str>>)> {
        let generators =
            [("configMapGenerator", KeyedKind::ConfigMap), ("secretGenerator", KeyedKind::Secret)];
        let list = |key: &str| self.node.at(&[key]).into_iter().flat_map(Node::items);
        generators
            .into_iter()
            .flat_map(|(key, kind)| list(key).map(move |entry| (kind, entry)))
            .filter_map(|(kind, entry)| {
                Some((kind, entry.at(&["name"])?.text(), generated_keys(entry)))
            })
            .collect()
    }

    /// The number of replicas that it gives to workloads of that name.
    pub(crate) fn replicas(&self, name: &str) -> Option<Node<'p>> {
        self.entries_named("replicas", name).find_map(|entry| entry.at(&["count"]))
    }

    fn entries_named<'a>(
        &self,
        list: &str,
        name: &'a str,
    ) -> impl Iterator<Item = Node<'p>> + use<'a, 'p> {
        let entries = self.node.at(&[list]).into_iter().flat_map(Node::items);
        entries.filter(move |entry| entry.at(&["name"]).is_some_and(|node| node.text() == name))
    }
}

/// The keys of what a generator makes. Those that it reads from an `.env` file are not known, and
/// neither are those of what it merges into.
///
/// Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator>
fn generated_keys(entry: Node<'_>) -> Option<Vec<&str>> {
    let is_open = ["env", "envs", "behavior"].iter().any(|field| entry.at(&[field]).is_some());
    let list = |key: &str| {
        entry.at(&[key]).into_iter().flat_map(Node::items).map(Node::text).collect::<Vec<_>>()
    };
    let literals = list("literals").into_iter().map(|it| it.split_once('=').map_or(it, |it| it.0));
    let files = list("files").into_iter().map(|it| match it.split_once('=') {
        Some((key, _)) => key,
        None => it.rsplit('/').next().unwrap_or(it),
    });
    (!is_open).then(|| literals.chain(files).collect())
}

/// The kustomizations among the files, in their order.
pub(crate) fn kustomizations<'p>(files: &'p [File]) -> Vec<Kustomization<'p>> {
    let found: Vec<_> = documents(files).collect();
    let by_path: HashMap<String, FileId> =
        files.iter().map(|file| (resolve("", file.source().path()), file.id())).collect();
    let by_folder: HashMap<String, usize> = found
        .iter()
        .enumerate()
        .map(|(index, (file, _))| (resolve("", folder(file)), index))
        .collect();
    let reach = |start: usize| {
        let (mut reached, mut brings_unseen) = (HashSet::new(), false);
        let (mut visited, mut waiting) = (HashSet::new(), vec![start]);
        while let Some(index) = waiting.pop() {
            let Some(&(file, node)) = found.get(index).filter(|_| visited.insert(index)) else {
                continue;
            };
            brings_unseen |= node.get("helmCharts").is_some();
            for path in resources(node) {
                let path = resolve(folder(file), path);
                match (by_path.get(&path), by_folder.get(&path)) {
                    (Some(&file), _) => _ = reached.insert(file),
                    (None, Some(&other)) => waiting.push(other),
                    (None, None) => brings_unseen = true,
                }
            }
        }
        (reached, brings_unseen)
    };
    let link = |(index, &(_, node)): (usize, &(&File, Node<'p>))| {
        let (files, brings_unseen) = reach(index);
        Kustomization { node, files, brings_unseen }
    };
    found.iter().enumerate().map(link).collect()
}

/// The files that kustomizations use as patches: partial objects, which must not be judged alone.
pub(crate) fn patches(files: &[File]) -> HashSet<FileId> {
    let mut patched: HashSet<String> = HashSet::new();
    for (file, document) in documents(files) {
        patched.extend(named(document).iter().map(|path| resolve(folder(file), path)));
    }
    let is_patch = |file: &&File| patched.contains(&resolve("", file.source().path()));
    files.iter().filter(is_patch).map(File::id).collect()
}

fn documents(files: &[File]) -> impl Iterator<Item = (&File, Node<'_>)> {
    files.iter().flat_map(|file| {
        let of_file = file.documents().filter(|(_, kind)| *kind == DocumentKind::Kustomization);
        of_file.map(move |(document, _)| (file, document))
    })
}

fn folder(file: &File) -> &str {
    file.source().path().rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn resources(kustomization: Node<'_>) -> impl Iterator<Item = &str> {
    let list = move |key: &str| kustomization.at(&[key]).into_iter().flat_map(Node::items);
    list("resources").chain(list("bases")).chain(list("components")).filter_map(Node::as_str)
}

fn named(kustomization: Node<'_>) -> Vec<&str> {
    let list = |key: &str| kustomization.at(&[key]).into_iter().flat_map(Node::items);
    list("patches")
        .chain(list("patchesJson6902"))
        .filter_map(|item| item.at(&["path"])?.as_str())
        .chain(list("patchesStrategicMerge").filter_map(Node::as_str))
        // An entry of several lines is the patch itself.
        .filter(|path| !path.contains('\n'))
        .collect()
}

/// `overlays/prod` and `../base/x.yaml` make `overlays/base/x.yaml`.
fn resolve(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}
