//! The way of each object through its kustomizations, and what it is in the end.
//!
//! The steps are those of `kustomize build`: what a kustomization takes from others is finished
//! there, then its components change all of it, then its own patches, labels and images do.
//! Prefixes and namespaces change no object here: references go by the names that the files have,
//! and the project joins by every namespace that may be meant.
//!
//! Source: github.com/kubernetes-sigs/kustomize, `api/internal/target`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::target::{Id, Index, Selector, Target};
use super::{
    Kustomization, Overlays, Paths, folder, generated, is_inline, json_patch, resolve, strategic,
};
use crate::config::environment_of_folder;
use crate::file::{DocumentKind, File};
use crate::image::ImageRef;
use crate::k8s::Object;
use crate::rules::Environment;
use crate::source::FileId;
use crate::tree::{Graft, Node, Tree};

/// More ways of one file through overlays than anybody has.
const MOST_WAYS: usize = 64;

/// Nobody builds kustomizations on kustomizations this far.
const MAX_DEPTH: usize = 64;

/// How many steps all ways together may have: kustomizations that include each other twice multiply.
const MAX_STEPS: usize = 2_000_000;

/// The kustomizations that a file passes, the innermost first.
type Way = Vec<usize>;

/// Works out what becomes of every object that a kustomization renders.
pub(super) fn render<'p>(
    overlays: &mut Overlays<'p>,
    files: &'p [File],
    found: &[(&'p File, Node<'p>)],
    paths: &Paths,
    environment: impl Fn(FileId) -> Environment,
) {
    let ways = Ways::of(overlays, found, paths);
    let steps: Vec<_> =
        found.iter().map(|&(file, node)| Step::of(file, node, files, paths)).collect();
    for (id, ways) in &ways.of_file {
        let Some(file) = files.get(id.index()).filter(|_| !overlays.is_partial(*id)) else {
            continue;
        };
        let is_given =
            |index: &usize| overlays.all.get(*index).is_some_and(|it| it.namespace().is_some());
        // Beyond so many ways there may be others.
        if ways.len() < MOST_WAYS && ways.iter().all(|way| way.iter().any(is_given)) {
            overlays.settled.insert(*id);
        }
        let Some(tree) = file.tree() else { continue };
        let ways = best(ways, &overlays.all, environment(*id));
        let outermost = ways.iter().filter_map(|way| way.last().copied()).collect();
        overlays.outermost.insert(*id, outermost);
        let own = file.documents().filter(|(_, kind)| *kind == DocumentKind::Kubernetes);
        let objects = own.flat_map(|(document, _)| Object::all_of(document));
        for object in objects.filter(|object| std::ptr::eq(object.node().tree(), Arc::as_ptr(tree)))
        {
            let mut outcome = outcome(tree, object, &ways, &steps);
            let place = object.node().place();
            if outcome.is_deleted {
                overlays.changed.insert(place, None);
            } else if outcome.graft.is_changed() {
                match outcome.graft.finish() {
                    Some(tree) => _ = overlays.changed.insert(place, Some(tree)),
                    None => outcome.is_doubted = true,
                }
            }
            if outcome.is_doubted {
                overlays.doubted.insert(place);
            }
        }
    }
    overlays.generated = generated::generate(overlays, files, found, paths, &steps);
}

/// The ways of every file from the outermost kustomizations.
#[derive(Default)]
struct Ways {
    of_file: BTreeMap<FileId, Vec<Way>>,
    steps_left: usize,
}

impl Ways {
    fn of(overlays: &Overlays<'_>, found: &[(&File, Node<'_>)], paths: &Paths) -> Self {
        let mut ways = Ways { of_file: BTreeMap::new(), steps_left: MAX_STEPS };
        for (index, kustomization) in overlays.all.iter().enumerate() {
            if !kustomization.is_outermost() {
                continue;
            }
            let mut gathered = Vec::new();
            ways.gather(index, &mut Vec::new(), &mut gathered, (found, paths));
            for (file, way) in gathered {
                let known = ways.of_file.entry(file).or_default();
                if known.len() < MOST_WAYS && !known.contains(&way) {
                    known.push(way);
                }
            }
        }
        ways
    }

    /// Adds what a kustomization renders to what is there, and lets all of that pass it.
    fn gather(
        &mut self,
        index: usize,
        open: &mut Vec<usize>,
        into: &mut Vec<(FileId, Way)>,
        (found, paths): (&[(&File, Node<'_>)], &Paths),
    ) {
        let Some(&(file, node)) = found.get(index) else { return };
        if open.contains(&index) || open.len() == MAX_DEPTH {
            return;
        }
        open.push(index);
        // It passes itself, for those who ask which way counts for what it says.
        into.push((file.id(), Vec::new()));
        for list in ["resources", "bases"] {
            for path in node.items_at(&[list]).filter_map(Node::as_str) {
                let path = resolve(folder(file), path);
                if let Some(file) = paths.file(&path) {
                    into.push((file, Vec::new()));
                } else if let Some(other) = paths.kustomization(&path) {
                    let mut below = Vec::new();
                    self.gather(other, open, &mut below, (found, paths));
                    into.append(&mut below);
                }
            }
        }
        for path in node.items_at(&["components"]).filter_map(Node::as_str) {
            if let Some(component) = paths.kustomization(&resolve(folder(file), path)) {
                self.gather(component, open, into, (found, paths));
            }
        }
        self.steps_left = self.steps_left.saturating_sub(into.len());
        if self.steps_left > 0 {
            for (_, way) in into {
                way.push(index);
            }
        }
        open.pop();
    }
}

/// The ways that lead to where the file is judged for: those whose folders say so, else those that
/// say nothing, else all.
fn best<'w>(ways: &'w [Way], all: &[Kustomization<'_>], wanted: Environment) -> Vec<&'w Way> {
    let says = |way: &Way| {
        let folders = way.iter().rev().filter_map(|index| all.get(*index));
        folders.map(|it| environment_of_folder(&it.folder)).find_map(|environment| environment)
    };
    let saying = |what| ways.iter().filter(|way| says(way) == what).collect::<Vec<_>>();
    let choices = [saying(Some(wanted)), saying(None), ways.iter().collect()];
    choices.into_iter().find(|ways| !ways.is_empty()).unwrap_or_default()
}

/// An object on its way.
pub(super) struct Traveller {
    pub(super) id: Id,
    pub(super) graft: Graft,
    pub(super) is_deleted: bool,
    pub(super) is_doubted: bool,
}

impl Traveller {
    fn new(tree: &Arc<Tree>, object: Object<'_>) -> Self {
        let graft = Graft::new(tree, object.node());
        Traveller { id: Id::of(object), graft, is_deleted: false, is_doubted: false }
    }

    fn pass<'s, 'f: 's>(&mut self, way: &[usize], steps: &'s [Option<Step<'f>>]) {
        for step in taken(way, steps) {
            step.apply(self);
        }
    }

    fn replicas(&self) -> Option<i64> {
        self.graft.word_at(Graft::root(), &["spec", "replicas"])?.parse().ok()
    }
}

fn taken<'s, 'f: 's>(
    way: &[usize],
    steps: &'s [Option<Step<'f>>],
) -> impl Iterator<Item = &'s Step<'f>> {
    way.iter().filter_map(|index| steps.get(*index)?.as_ref())
}

/// What an object is at the end of its ways: as far as they are one, that is plain. Where they part
/// and change it further, each in its own manner, nobody can tell which of them counts.
fn outcome(
    tree: &Arc<Tree>,
    object: Object<'_>,
    ways: &[&Way],
    steps: &[Option<Step<'_>>],
) -> Traveller {
    let mut common = Traveller::new(tree, object);
    let Some((first, others)) = ways.split_first() else { return common };
    let shared = others.iter().fold(first.len(), |shared, way| {
        way.iter().zip(first.iter()).take(shared).take_while(|(a, b)| a == b).count()
    });
    let (together, _) = first.split_at(shared.min(first.len()));
    common.pass(together, steps);
    if others.is_empty() {
        return common;
    }
    let mut largest: Option<(i64, Traveller)> = None;
    for way in ways {
        let mut alone = Traveller::new(tree, object);
        alone.pass(way, steps);
        let (_, apart) = way.split_at(shared.min(way.len()));
        common.is_doubted |= taken(apart, steps).any(|step| step.rewrites(&alone));
        // Of several numbers of replicas the largest one counts: the others are for development.
        if let Some(count) = alone.replicas()
            && largest.as_ref().is_none_or(|(most, _)| *most < count)
        {
            largest = Some((count, alone));
        }
    }
    if let Some((count, mut alone)) = largest
        && common.replicas().is_none_or(|own| own < count)
        && let Some(spec) = alone.graft.get(Graft::root(), "spec")
        && let Some(replicas) = alone.graft.get(spec, "replicas")
        && let Some((tree, node)) = alone.graft.node(replicas)
    {
        let spec = common.graft.map_below(Graft::root(), "spec", (tree, node));
        let key = common.graft.text(tree, node, node.local_span(), "replicas");
        let value = common.graft.take(tree, node);
        common.graft.set(spec, key, value);
    }
    common
}

/// What one patch does.
enum Content<'f> {
    Merge(&'f Arc<Tree>, Node<'f>),
    Operations(&'f Arc<Tree>, Node<'f>),
    /// The patch is not among the files, or a replacement, whose value is not worked out.
    Unseen,
}

impl Content<'_> {
    /// Whether nothing but the number of replicas is changed.
    fn only_scales(&self) -> bool {
        match self {
            Content::Merge(_, patch) => patch.entries().iter().all(|entry| {
                let only = |known: &[&str]| {
                    entry.value.entries().iter().all(|own| known.contains(&own.key.text()))
                };
                match entry.key.text() {
                    "apiVersion" | "kind" => true,
                    "metadata" => only(&["name", "namespace"]),
                    "spec" => only(&["replicas"]),
                    _ => false,
                }
            }),
            Content::Operations(_, operations) => operations.items().all(|operation| {
                operation.at(&["path"]).is_some_and(|path| path.text() == "/spec/replicas")
            }),
            Content::Unseen => false,
        }
    }
}

struct Patch<'f> {
    target: Target<'f>,
    content: Content<'f>,
    /// `patchesJson6902` come after the labels.
    is_late: bool,
}

/// What one kustomization does.
pub(super) struct Step<'f> {
    tree: &'f Arc<Tree>,
    node: Node<'f>,
    patches: Vec<Patch<'f>>,
    index: Index<'f>,
    prefix: &'f str,
    suffix: &'f str,
}

impl<'f> Step<'f> {
    fn of(file: &'f File, node: Node<'f>, files: &'f [File], paths: &Paths) -> Option<Self> {
        let text = |key: &str| node.at(&[key]).map_or("", Node::text);
        let mut step = Step {
            tree: file.tree()?,
            node,
            patches: Vec::new(),
            index: Index::default(),
            prefix: text("namePrefix"),
            suffix: text("nameSuffix"),
        };
        let of_path = |path: &str| paths.file(&resolve(folder(file), path));
        let by_path = |path: &str| Some(files.get(of_path(path)?.index())?.tree());
        for item in node.items_at(&["patchesStrategicMerge"]) {
            let tree = match item.as_str() {
                Some(path) if !is_inline(item) => by_path(path).flatten(),
                _ => file.embedded_in(item),
            };
            step.add(tree, None, false);
        }
        for (list, is_late) in [("patches", false), ("patchesJson6902", true)] {
            for item in node.items_at(&[list]) {
                let tree = match (item.at(&["path"]), item.at(&["patch"])) {
                    (Some(path), _) => by_path(path.text()).flatten(),
                    (None, Some(patch)) => file.embedded_in(patch),
                    (None, None) => continue,
                };
                step.add(tree, item.at(&["target"]), is_late);
            }
        }
        for replacement in node.items_at(&["replacements"]) {
            for target in replacement.items_at(&["targets"]) {
                if let Some(select) = target.at(&["select"]) {
                    step.push(Target::Selected(Selector::of(select)), Content::Unseen, true);
                }
            }
        }
        if node.at(&["transformers"]).is_some() {
            step.push(Target::Unknown, Content::Unseen, true);
        }
        Some(step)
    }

    /// Adds the documents of a patch, or what is known of one that cannot be read.
    fn add(&mut self, tree: Option<&'f Arc<Tree>>, target: Option<Node<'f>>, is_late: bool) {
        let selected = || target.map(|target| Target::Selected(Selector::of(target)));
        let documents =
            tree.into_iter().flat_map(|tree| tree.documents().map(move |it| (tree, it)));
        let mut is_read = false;
        for (tree, document) in documents {
            is_read = true;
            let content = if document.is_list() {
                Content::Operations(tree, document)
            } else {
                Content::Merge(tree, document)
            };
            let target = selected().or_else(|| Object::of(document).map(Target::Named));
            // A part without kind and name is for nothing.
            if let Some(target) = target {
                self.push(target, content, is_late);
            }
        }
        if !is_read {
            self.push(selected().unwrap_or(Target::Unknown), Content::Unseen, is_late);
        }
    }

    fn push(&mut self, target: Target<'f>, content: Content<'f>, is_late: bool) {
        self.index.push(self.patches.len(), target.exact());
        self.patches.push(Patch { target, content, is_late });
    }

    /// Whether a patch changes more of the object than the number of its replicas.
    fn rewrites(&self, object: &Traveller) -> bool {
        let candidates = self.index.candidates(&object.id).into_iter();
        let mut patches = candidates.filter_map(|index| self.patches.get(index));
        patches.any(|patch| {
            !patch.content.only_scales() && patch.target.matches(&object.id, &object.graft)
        })
    }

    pub(super) fn apply(&self, object: &mut Traveller) {
        self.patch(object, false);
        if let Some(namespace) = self.node.at(&["namespace"]) {
            object.id.namespaces.push(namespace.text().to_owned());
        }
        if !self.prefix.is_empty() || !self.suffix.is_empty() {
            let name = object.id.names.last().cloned().unwrap_or_default();
            object.id.names.push(format!("{}{name}{}", self.prefix, self.suffix));
        }
        self.label(object);
        self.patch(object, true);
        for image in self.node.items_at(&["images"]) {
            self.set_images(&mut object.graft, image);
        }
    }

    fn patch(&self, object: &mut Traveller, is_late: bool) {
        for index in self.index.candidates(&object.id) {
            let Some(patch) = self.patches.get(index).filter(|patch| patch.is_late == is_late)
            else {
                continue;
            };
            if object.is_deleted || !patch.target.matches(&object.id, &object.graft) {
                continue;
            }
            match patch.content {
                Content::Merge(tree, node) => {
                    let is_builtin = is_builtin(&object.id.group);
                    let merged = strategic::merge(&mut object.graft, tree, node, is_builtin);
                    object.is_deleted = merged == strategic::Merged::Deleted;
                }
                Content::Operations(tree, node) => {
                    let done = json_patch::apply(&mut object.graft, tree, node);
                    object.is_doubted |= done.is_none();
                }
                Content::Unseen => object.is_doubted = true,
            }
        }
    }

    /// Adds the labels and annotations that every object gets.
    fn label(&self, object: &mut Traveller) {
        let kind = object.id.kind.clone();
        let mut add = |path: &[&str], pairs: Node<'f>, makes_last: bool| {
            self.add_pairs(&mut object.graft, path, pairs, makes_last);
        };
        for item in self.node.items_at(&["labels"]) {
            let Some(pairs) = item.at(&["pairs"]) else { continue };
            let is_set = |key: &str| item.at(&[key]).and_then(Node::as_bool) == Some(true);
            add(&["metadata", "labels"], pairs, true);
            if is_set("includeSelectors") || is_set("includeTemplates") {
                in_templates(&kind, "labels", |path| add(path, pairs, true));
            }
            if is_set("includeSelectors") {
                in_selectors(&kind, |path, makes_last| add(path, pairs, makes_last));
            }
        }
        if let Some(pairs) = self.node.at(&["commonLabels"]) {
            add(&["metadata", "labels"], pairs, true);
            in_templates(&kind, "labels", |path| add(path, pairs, true));
            in_selectors(&kind, |path, makes_last| add(path, pairs, makes_last));
        }
        if let Some(pairs) = self.node.at(&["commonAnnotations"]) {
            add(&["metadata", "annotations"], pairs, true);
            in_templates(&kind, "annotations", |path| add(path, pairs, true));
        }
    }

    /// Adds entries to the mapping at a path. The last two mappings of it are made where they are
    /// missing, the ones before have to be there.
    fn add_pairs(&self, graft: &mut Graft, path: &[&str], pairs: Node<'f>, makes_last: bool) {
        let made = if makes_last { 2 } else { 0 };
        let mut map = Graft::root();
        for (index, key) in path.iter().enumerate() {
            let below = graft.get(map, key).filter(|below| graft.is_map(*below));
            map = match below {
                Some(below) => below,
                None if index + made >= path.len() => graft.map_below(map, key, (self.tree, pairs)),
                None => return,
            };
        }
        for entry in pairs.entries() {
            let (key, value) =
                (graft.take(self.tree, entry.key), graft.take(self.tree, entry.value));
            graft.set(map, key, value);
        }
    }

    /// Gives the containers that run an image its new name, tag or digest.
    fn set_images(&self, graft: &mut Graft, image: Node<'f>) {
        let says = |key: &str| image.at(&[key]).filter(|node| !node.text().is_empty());
        let Some(name) = says("name") else { return };
        let (new_name, tag, digest) = (says("newName"), says("newTag"), says("digest"));
        if new_name.or(tag).or(digest).is_none() {
            return;
        }
        for path in POD_SPECS {
            let spec = path.iter().try_fold(Graft::root(), |map, key| graft.get(map, key));
            let Some(spec) = spec else { continue };
            for list in ["containers", "initContainers"] {
                let Some(list) = graft.get(spec, list) else { continue };
                for container in graft.items(list).to_vec() {
                    let Some(own) = graft.get(container, "image") else { continue };
                    let text = graft.word(own).to_owned();
                    let old = ImageRef::parse(&text);
                    if old.name() != name.text() {
                        continue;
                    }
                    let mut new = new_name.unwrap_or(name).text().to_owned();
                    let value = if let Some(by) = digest.or(tag) {
                        new.extend(tag.iter().flat_map(|tag| [":", tag.text()]));
                        new.extend(digest.iter().flat_map(|digest| ["@", digest.text()]));
                        graft.text(self.tree, by, by.local_span(), &new)
                    } else {
                        // The tag, or that there is none, is still what the object says.
                        new.extend(old.tag.iter().flat_map(|tag| [":", *tag]));
                        new.extend(old.digest.iter().flat_map(|digest| ["@", *digest]));
                        graft.reworded(own, &new)
                    };
                    let key = graft.text(self.tree, image, image.local_span(), "image");
                    graft.set(container, key, value);
                }
            }
        }
    }
}

/// Where pods are specified.
const POD_SPECS: [&[&str]; 3] = [
    &["spec"],
    &["spec", "template", "spec"],
    &["spec", "jobTemplate", "spec", "template", "spec"],
];

/// Whether a group is one of Kubernetes' own, whose types kustomize knows.
fn is_builtin(group: &str) -> bool {
    !group.contains('.') || group.ends_with(".k8s.io")
}

/// The metadata of the pods that an object makes.
///
/// Source: kustomize, `commonlabels.go` and `commonannotations.go` of its default configuration.
fn in_templates(kind: &str, field: &str, mut add: impl FnMut(&[&str])) {
    match kind {
        "Deployment"
        | "ReplicaSet"
        | "DaemonSet"
        | "StatefulSet"
        | "Job"
        | "ReplicationController" => add(&["spec", "template", "metadata", field]),
        "CronJob" => {
            add(&["spec", "jobTemplate", "metadata", field]);
            add(&["spec", "jobTemplate", "spec", "template", "metadata", field]);
        }
        _ => {}
    }
}

/// The selectors of an object, and whether one is made that is not there.
fn in_selectors(kind: &str, mut add: impl FnMut(&[&str], bool)) {
    match kind {
        "Service" | "ReplicationController" => add(&["spec", "selector"], true),
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => {
            add(&["spec", "selector", "matchLabels"], true);
        }
        "Job" | "PodDisruptionBudget" => add(&["spec", "selector", "matchLabels"], false),
        "CronJob" => {
            add(&["spec", "jobTemplate", "spec", "selector", "matchLabels"], false);
        }
        "NetworkPolicy" => add(&["spec", "podSelector", "matchLabels"], false),
        _ => {}
    }
}
