//! Which files make up a Compose application, and what becomes of their services.
//!
//! [`Stacks`] is worked out once, before the services are looked at. Every document has a
//! [`Stack`]: the documents that Compose merges for it, what its services extend, and what is
//! included beside it, put together as one tree. The views read that tree in the place of the
//! file's own, so that no rule knows of several files; each finding is reported by the one file
//! that brings it ([`Service::brings`]).
//!
//! - A base file is judged as it stands: production runs it without the override file. What Compose
//!   would refuse but for that file is found all the same, as something less bad. Where exactly one file beside it is meant to complete it for production (`docker-compose.prod.yml`
//!   with services that have no image of their own), it is judged with that one.
//! - An override file, and a file beside the base that cannot run alone, is judged merged over the
//!   base, and reports what it brings.
//! - A service that only others extend is judged through these.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::merge::{merge_section, merge_service};
use super::ports::network_modes;
use super::{ComposeFile, Service, services};
use crate::config::environment_of_folder;
use crate::file::{DocumentKind, File};
use crate::rules::Environment;
use crate::source::{FileId, Place, Span, resolve};
use crate::tree::{Entry, Graft, Node, Part, Tree};

/// The names of a Compose file, the preferred one first.
///
/// Source: docs.docker.com/compose/intro/compose-application-model, "The Compose file".
const BASES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// What makes an image, or something else to run.
const RUNNING: [&str; 3] = ["image", "build", "provider"];

/// Words in the name of a file of services that are there to be extended.
const SHARED: [&str; 6] = ["base", "common", "shared", "template", "templates", "defaults"];

/// Where things are that services refer to by name.
const SECTIONS: [&str; 5] = ["networks", "volumes", "secrets", "configs", "models"];

/// Nobody extends services of services this far.
const MAX_DEPTH: usize = 32;

/// Larger applications are not put together, since each service is looked for by its name.
const MOST_SERVICES: usize = 2_000;

/// How many files one application is made of at most.
const MOST_FILES: usize = 64;

/// The Compose applications of a run.
#[derive(Debug, Default)]
pub(crate) struct Stacks<'p> {
    by_document: HashMap<Place, Arc<Stack<'p>>>,
    /// The files of variables that services take.
    handed_out: HashSet<FileId>,
}

/// What Compose runs for a document.
#[derive(Debug)]
pub(crate) struct Stack<'p> {
    own: Node<'p>,
    /// What the file is meant for.
    environment: Environment,
    /// The document with all that belongs to it, where that is more than itself.
    tree: Option<Tree>,
    /// The stack that this one changes.
    below: Option<Arc<Stack<'p>>>,
    /// The override file that completes it wherever no other file is named.
    overriding: Option<Node<'p>>,
    /// The services that build an image, by the names that they give what they build.
    builders: HashMap<String, String>,
    /// Whether it includes what is not among the files.
    has_unseen: bool,
    below_index: Option<usize>,
    /// Where the document's own services stand, in the order of the text.
    spans: Vec<(Span, &'p str)>,
    around: HashMap<&'p str, Around<'p>>,
    /// The other files that have a part in it.
    others: HashSet<FileId>,
    network_modes: OnceLock<HashSet<String>>,
}

/// What there is around a service.
#[derive(Debug, Default)]
struct Around<'p> {
    /// The files that it takes variables from, as far as they are among the files.
    env_files: Vec<EnvFile<'p>>,
    /// Whether what it lacks may come from where nobody looked.
    may_inherit: bool,
    /// Whether it is judged through those that extend it.
    is_fragment: bool,
    /// The services of that kind that it extends.
    fragments: Vec<(Place, &'p str)>,
    /// Whether it extends a service that the other file, which is among the files, does not have.
    extends_nothing: bool,
}

/// A file that a service takes variables from.
#[derive(Clone, Copy, Debug)]
struct EnvFile<'p> {
    path: &'p str,
    variables: Node<'p>,
}

impl<'p> Stacks<'p> {
    /// The applications of the files; each file is meant for an environment.
    pub(crate) fn of(files: &'p [File], environment: impl Fn(FileId) -> Environment) -> Self {
        let found = Found::of(files, &environment);
        let mut all: Vec<_> = (0..found.documents.len()).map(|index| found.stack(index)).collect();
        let bottoms: Vec<_> = all.iter().map(|stack| stack.as_ref()?.below_index).collect();
        let mut stacks = Stacks::default();
        // Those that others change come first, and none of them changes another.
        let (upper, lower): (Vec<_>, Vec<_>) =
            (0..all.len()).partition(|index| bottoms.get(*index).copied().flatten().is_some());
        let mut done: HashMap<usize, Arc<Stack<'p>>> = HashMap::new();
        for index in lower.into_iter().chain(upper) {
            let Some(mut stack) = all.get_mut(index).and_then(Option::take) else { continue };
            stack.below = stack.below_index.and_then(|below| done.get(&below).cloned());
            let stack = Arc::new(stack);
            let env_files = stack.around.values().flat_map(|around| &around.env_files);
            stacks.handed_out.extend(env_files.map(|it| it.variables.tree().file()));
            stacks.by_document.insert(stack.own.place(), Arc::clone(&stack));
            done.insert(index, stack);
        }
        stacks
    }

    /// Whether a service takes its variables from that file.
    pub(crate) fn hand_out(&self, file: FileId) -> bool {
        self.handed_out.contains(&file)
    }

    /// A document of a file, as Compose runs it.
    pub(crate) fn file(&'p self, document: Node<'p>) -> ComposeFile<'p> {
        let stack = self.by_document.get(&document.place());
        stack.map_or_else(|| ComposeFile::new(document), |stack| ComposeFile::of_stack(stack))
    }
}

impl<'p> Stack<'p> {
    pub(super) fn document(&self) -> Node<'_> {
        let merged = self.tree.as_ref().and_then(|tree| tree.documents().next());
        merged.unwrap_or(self.own)
    }

    /// The document as it is written.
    pub(super) fn own(&self) -> Node<'p> {
        self.own
    }

    pub(super) fn services(&self) -> Vec<Service<'_>> {
        let all = services(self.document()).into_iter();
        all.map(|service| Service { stack: Some(self), ..service }).collect()
    }

    /// The services that run together: those that are judged, and what the other files bring.
    pub(super) fn running(&self) -> Vec<Service<'_>> {
        let is_judged = |name: &str| self.around.get(name).map(|it| !it.is_fragment);
        let is_one = |it: &Service<'_>| is_judged(it.name()).unwrap_or_else(|| runs(it.node()));
        self.services().into_iter().filter(is_one).collect()
    }

    /// The services of the document itself, but for those that others are judged with.
    pub(super) fn judged(&self) -> Vec<Service<'_>> {
        let is_judged = |name: &str| self.around.get(name).is_some_and(|it| !it.is_fragment);
        self.services().into_iter().filter(|service| is_judged(service.name())).collect()
    }

    /// Every `network_mode` that a service states, as far as it is known.
    pub(super) fn network_modes(&self) -> &HashSet<String> {
        self.network_modes.get_or_init(|| network_modes(self.document()).collect())
    }

    pub(super) fn below(&self) -> Option<&Self> {
        self.below.as_deref()
    }

    pub(super) fn overriding(&self) -> Option<Node<'p>> {
        self.overriding
    }

    /// The service that builds the image of that name.
    pub(super) fn builder(&self, image: &str) -> Option<&str> {
        self.builders.get(image).map(String::as_str)
    }

    pub(super) fn has_unseen(&self) -> bool {
        self.has_unseen
    }

    /// Whether a place lies in another file of the application.
    pub(super) fn has_elsewhere(&self, place: Place) -> bool {
        self.others.contains(&place.file)
    }

    /// The service of the document itself that a place lies in.
    fn service_at(&self, place: Place) -> Option<&'p str> {
        let next = self.spans.partition_point(|(span, _)| span.start <= place.span.start);
        let (span, name) = self.spans.get(next.checked_sub(1)?)?;
        (place.file == self.own.tree().file() && place.span.end <= span.end).then_some(name)
    }
}

impl<'t> Service<'t> {
    fn around(self) -> Option<&'t Around<'t>> {
        self.stack?.around.get(self.name())
    }

    /// The file of variables that a place lies in, and that the service takes.
    pub(super) fn env_file_at(self, place: Place) -> Option<&'t str> {
        let env_files = &self.around()?.env_files;
        let at = env_files.iter().find(|it| it.variables.tree().file() == place.file);
        at.map(|it| it.path)
    }

    /// The variables that the service takes from files, the files that count most first.
    pub(super) fn file_variables(self) -> impl Iterator<Item = Entry<'t>> {
        let env_files = self.around().map_or(&[][..], |around| &around.env_files);
        env_files.iter().rev().flat_map(|it| it.variables.own_entries().rev())
    }

    /// Whether all of the service is among the files, the files of its variables included.
    pub(super) fn is_known_wholly(self) -> bool {
        let stated = self.env_files().len();
        let is_whole = |it: &Around<'_>| !it.may_inherit && it.env_files.len() == stated;
        self.around().map_or(stated == 0, is_whole)
    }

    /// The service that a place lies in, where this one is judged in its place.
    pub(super) fn fragment_at(self, place: Place) -> Option<&'t str> {
        let fragments = &self.around()?.fragments;
        let at = fragments.iter().find(|(fragment, _)| fragment.contains(place));
        at.map(|(_, name)| *name)
    }

    /// Whether a place lies in another file of the application.
    pub(super) fn is_elsewhere(self, place: Place) -> bool {
        self.stack.is_some_and(|stack| stack.has_elsewhere(place))
    }

    /// Whether a finding at a place is this service's to report: nothing else is judged that has it
    /// as well.
    pub(crate) fn brings(self, place: Place) -> bool {
        let Some(stack) = self.stack else { return true };
        if self.env_file_at(place).is_some() || self.fragment_at(place).is_some() {
            return true;
        }
        let is_of_another = stack.service_at(place).is_some_and(|name| name != self.name());
        !self.is_elsewhere(place) && !is_of_another && !self.may_inherit_at(place)
    }

    /// What names the service of another file that it extends, where that file does not have it.
    pub(crate) fn extended_in_vain(self) -> Option<Node<'t>> {
        self.around().filter(|around| around.extends_nothing)?;
        self.node().at(&["extends", "service"])
    }

    /// Whether it may have more than is seen, from a file that is not among those of the run.
    pub(super) fn may_inherit(self) -> bool {
        self.around().is_some_and(|around| around.may_inherit)
    }

    /// Whether something is found missing at a place that may well come from a file that is not
    /// among those of the run.
    fn may_inherit_at(self, place: Place) -> bool {
        self.around().is_some_and(|around| around.may_inherit) && self.lacks_at(place)
    }

    /// Whether a finding at a place is about something missing: these are reported at a key that has
    /// other keys below it, or could have.
    pub(crate) fn lacks_at(self, place: Place) -> bool {
        fn is_holder(entry: Entry<'_>, place: Place, depth: usize) -> bool {
            if entry.key.place() == place {
                return entry.value.is_map() || entry.value.is_null();
            }
            let below = depth.checked_sub(1).map(|depth| (entry.value.own_entries(), depth));
            below.is_some_and(|(mut all, depth)| all.any(|it| is_holder(it, place, depth)))
        }
        is_holder(self.entry, place, MAX_DEPTH)
    }

    /// The same service without what its file changes of it; nothing where it changes nothing.
    pub(crate) fn below(self) -> Option<Self> {
        let stack = self.stack?.below()?;
        let document = stack.document();
        let entry = document.at(&["services"])?.get(self.name())?;
        Some(Service { entry, document, stack: Some(stack) })
    }

    /// Whether no other file has the service before this one, and all of it is among the files.
    pub(super) fn is_introduced_here(self) -> bool {
        let may_inherit = self.around().is_some_and(|around| around.may_inherit);
        !may_inherit && !self.is_elsewhere(self.entry.key.place())
    }

    /// Whether the service runs where others than developers see it.
    pub(crate) fn is_deployed(self) -> bool {
        let of_file = self.stack.map(|stack| stack.environment);
        of_file != Some(Environment::Development) && !self.is_for_development()
    }
}

/// What a file is to those beside it, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// What Compose reads if nothing is said.
    Base,
    /// What Compose merges over it then.
    Override,
    /// `docker-compose.prod.yml`: may be meant to be merged over it.
    Variant,
    Other,
}

impl Role {
    fn of(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let stem = [".yaml", ".yml"].iter().find_map(|ending| lower.strip_suffix(ending));
        let rest = stem.and_then(|stem| stem.trim_start_matches("docker-").strip_prefix("compose"));
        match rest {
            Some("") => Role::Base,
            Some(".override") => Role::Override,
            Some(rest) if rest.split(['.', '-', '_']).any(|word| SHARED.contains(&word)) => {
                Role::Other
            }
            Some(rest) if rest.starts_with(['.', '-', '_']) => Role::Variant,
            _ => Role::Other,
        }
    }
}

/// A document of a Compose file.
struct Document<'p> {
    file: &'p File,
    tree: &'p Arc<Tree>,
    node: Node<'p>,
    role: Role,
    environment: Environment,
    services: HashMap<&'p str, Entry<'p>>,
}

impl<'p> Document<'p> {
    fn folder(&self) -> &'p str {
        self.file.source().folder()
    }

    fn section(&self, name: &str) -> Option<Node<'p>> {
        self.node.at(&[name]).filter(|section| section.is_map())
    }

    /// A service as the document has it.
    fn service(&self, entry: Entry<'p>) -> Service<'p> {
        Service { entry, document: self.node, stack: None }
    }

    fn entries(&self) -> Vec<Entry<'p>> {
        self.section("services").map(Node::entries).unwrap_or_default()
    }

    /// What the document includes: each time the paths of files that are merged.
    fn includes(&self) -> impl Iterator<Item = Vec<&'p str>> + use<'p> {
        let items = self.node.at(&["include"]).into_iter().flat_map(Node::items);
        items.map(|item| {
            let path = if item.is_map() { item.at(&["path"]) } else { Some(item) };
            let several = path.into_iter().flat_map(Node::items).map(Node::text);
            several.chain(path.filter(|path| path.is_scalar()).map(Node::text)).collect()
        })
    }
}

/// The service that a service extends.
struct Extends<'p> {
    file: Option<&'p str>,
    service: &'p str,
}

/// ```text
/// extends: base
/// extends: {file: common.yml, service: base}
/// ```
fn extends(service: Node<'_>) -> Option<Extends<'_>> {
    let extends = service.at(&["extends"])?;
    if !extends.is_map() {
        return Some(Extends { file: None, service: extends.text() });
    }
    let file = extends.at(&["file"]).map(Node::text);
    Some(Extends { file, service: extends.at(&["service"])?.text() })
}

fn runs(service: Node<'_>) -> bool {
    RUNNING.iter().any(|key| service.at(&[key]).is_some())
}

/// The Compose files of a run, and how they go together.
struct Found<'p> {
    documents: Vec<Document<'p>>,
    by_path: HashMap<String, usize>,
    folders: HashMap<FileId, &'p str>,
    /// The files of variables.
    env_files: HashMap<String, EnvFile<'p>>,
    /// The base of each folder.
    bases: HashMap<&'p str, usize>,
    /// The files beside each base that are merged over it, and of these the one for production.
    variants: HashMap<usize, Vec<usize>>,
    production: HashMap<usize, usize>,
    /// The override file of each base beside which no file is for production.
    overrides: HashMap<usize, usize>,
    /// Files that an `include` merges, by each of them.
    groups: HashMap<usize, Vec<usize>>,
    /// Who includes whom.
    included: HashMap<usize, Vec<usize>>,
    includers: HashMap<usize, Vec<usize>>,
    /// Those that include what is not among the files.
    unseen: HashSet<usize>,
    /// The services that others extend, and whether those of another file do.
    extended: HashMap<(usize, &'p str), bool>,
}

impl<'p> Found<'p> {
    fn of(files: &'p [File], environment: &impl Fn(FileId) -> Environment) -> Self {
        let mut found = Found {
            documents: Vec::new(),
            by_path: HashMap::new(),
            folders: HashMap::new(),
            env_files: HashMap::new(),
            bases: HashMap::new(),
            variants: HashMap::new(),
            production: HashMap::new(),
            overrides: HashMap::new(),
            groups: HashMap::new(),
            included: HashMap::new(),
            includers: HashMap::new(),
            unseen: HashSet::new(),
            extended: HashMap::new(),
        };
        for file in files {
            found.add(file, environment(file.id()));
        }
        found.find_bases();
        found.find_variants();
        for index in 0..found.documents.len() {
            found.find_includes(index);
            found.find_extended(index);
        }
        found
    }

    fn add(&mut self, file: &'p File, environment: Environment) {
        let Some(tree) = file.tree() else { return };
        let path = resolve("", file.source().path());
        self.folders.insert(file.id(), file.source().folder());
        for (node, kind) in file.documents() {
            match kind {
                DocumentKind::Variables => {
                    let env_file = EnvFile { path: file.source().path(), variables: node };
                    self.env_files.insert(path.clone(), env_file);
                }
                DocumentKind::Compose => {
                    let is_first = !self.by_path.contains_key(&path);
                    let role = if is_first { Role::of(file.source().name()) } else { Role::Other };
                    let index = self.documents.len();
                    self.by_path.entry(path.clone()).or_insert(index);
                    let services = HashMap::new();
                    let mut document = Document { file, tree, node, role, environment, services };
                    let entries = document.entries().into_iter();
                    document.services = entries.map(|entry| (entry.key.text(), entry)).collect();
                    self.documents.push(document);
                }
                _ => {}
            }
        }
    }

    fn find_bases(&mut self) {
        let rank = |document: &Document<'_>| {
            let name = document.file.source().name();
            BASES.iter().position(|base| *base == name).unwrap_or(BASES.len())
        };
        for (index, document) in self.documents.iter().enumerate() {
            if document.role != Role::Base {
                continue;
            }
            let known = self.bases.entry(document.folder()).or_insert(index);
            if self.documents.get(*known).is_some_and(|known| rank(document) < rank(known)) {
                *known = index;
            }
        }
    }

    /// The base beside a file.
    fn base_of(&self, index: usize) -> Option<usize> {
        let base = *self.bases.get(self.documents.get(index)?.folder())?;
        (base != index).then_some(base)
    }

    fn find_variants(&mut self) {
        let mut for_production: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, document) in self.documents.iter().enumerate() {
            if let Some(base) = self.base_of(index).filter(|_| document.role == Role::Override) {
                self.overrides.entry(base).or_insert(index);
            }
            let Some(base) = self.base_of(index).filter(|_| document.role == Role::Variant) else {
                continue;
            };
            let Some(below) = self.documents.get(base) else { continue };
            if !needs(document, below) {
                continue;
            }
            self.variants.entry(base).or_default().push(index);
            let of_name = environment_of_folder(document.file.source().name());
            if of_name == Some(Environment::Production) {
                for_production.entry(base).or_default().push(index);
            }
        }
        self.overrides.retain(|base, _| !for_production.contains_key(base));
        let only = for_production.into_iter().filter_map(|(base, all)| match all.as_slice() {
            [only] => Some((base, *only)),
            _ => None,
        });
        self.production = only.collect();
    }

    fn find_includes(&mut self, index: usize) {
        let Some(document) = self.documents.get(index) else { return };
        for paths in document.includes().take(MOST_FILES) {
            let known = |path: &&str| self.by_path.get(&resolve(document.folder(), path)).copied();
            let group: Vec<_> = paths.iter().filter_map(known).take(MOST_FILES).collect();
            if group.len() < paths.len() {
                self.unseen.insert(index);
            }
            for part in group.iter().copied().filter(|part| *part != index) {
                self.included.entry(index).or_default().push(part);
                self.includers.entry(part).or_default().push(index);
                if group.len() > 1 {
                    self.groups.entry(part).or_insert_with(|| group.clone());
                }
            }
        }
    }

    fn find_extended(&mut self, index: usize) {
        let Some(document) = self.documents.get(index) else { return };
        for service in document.entries() {
            if let Some(target) = self.target(index, service.value) {
                *self.extended.entry(target).or_default() |= target.0 != index;
            }
        }
    }

    /// The service that a service extends, where it is among the files.
    fn target(&self, index: usize, service: Node<'p>) -> Option<(usize, &'p str)> {
        let extends = extends(service)?;
        let other = match extends.file {
            None => index,
            Some(path) => {
                let folder = self.documents.get(index)?.folder();
                *self.by_path.get(&resolve(folder, path))?
            }
        };
        let known = self.documents.get(other)?.services.get(extends.service)?;
        Some((other, known.key.text()))
    }

    /// Whether a service extends one that the other file does not have.
    fn extends_nothing(&self, index: usize, service: Node<'p>) -> bool {
        let Some(document) = self.documents.get(index) else { return false };
        let Some(Extends { file: Some(path), service: name }) = extends(service) else {
            return false;
        };
        let other = self.by_path.get(&resolve(document.folder(), path));
        let other = other.and_then(|other| self.documents.get(*other));
        other.is_some_and(|other| {
            let is_open = other.includes().next().is_some() || name.contains('$');
            !is_open && !other.services.is_empty() && !other.services.contains_key(name)
        })
    }

    /// Whether a service is there to be extended, and runs in no other way.
    fn is_fragment(&self, index: usize, name: &'p str) -> bool {
        let Some(by_another_file) = self.extended.get(&(index, name)) else { return false };
        self.documents.get(index).is_some_and(|document| {
            let own = document.services.get(name).map(|entry| entry.value);
            let has_body = own.is_some_and(|own| runs(own) || extends(own).is_some());
            !has_body || *by_another_file && document.role == Role::Other
        })
    }

    /// The documents that Compose merges for one, the lowest first.
    fn layers(&self, index: usize) -> Vec<usize> {
        let is_variant =
            |base| self.variants.get(&base).is_some_and(|variants| variants.contains(&index));
        let role = self.documents.get(index).map_or(Role::Other, |document| document.role);
        if let Some(group) = self.groups.get(&index) {
            return group.clone();
        }
        match self.base_of(index) {
            Some(base) if role == Role::Override || is_variant(base) => vec![base, index],
            Some(_) => vec![index],
            None => std::iter::once(index).chain(self.production.get(&index).copied()).collect(),
        }
    }

    /// The stack that one changes, where both are judged.
    fn below(&self, index: usize, layers: &[usize]) -> Option<usize> {
        let base = *layers.first().filter(|base| **base != index)?;
        let is_one = self.groups.contains_key(&index) || self.production.get(&base) == Some(&index);
        (!is_one).then_some(base)
    }

    /// The override file of one.
    fn overriding(&self, index: usize) -> Option<Node<'p>> {
        let document = self.documents.get(*self.overrides.get(&index)?)?;
        Some(document.node)
    }

    /// What is there beside the layers, because they include it or are included with it.
    fn company(&self, layers: &[usize]) -> Vec<usize> {
        let mut company: Vec<usize> = Vec::new();
        let of = |map: &HashMap<usize, Vec<usize>>, index: &usize| {
            map.get(index).cloned().unwrap_or_default()
        };
        let mut waiting: Vec<usize> =
            layers.iter().flat_map(|it| of(&self.includers, it)).collect();
        waiting.extend(layers.iter().flat_map(|it| of(&self.included, it)));
        while let Some(index) = waiting.pop() {
            if company.len() == MOST_FILES || layers.contains(&index) || company.contains(&index) {
                continue;
            }
            waiting.extend(of(&self.included, &index));
            company.push(index);
        }
        company.sort_unstable();
        company
    }

    fn stack(&self, index: usize) -> Option<Stack<'p>> {
        let document = self.documents.get(index)?;
        let layers = self.layers(index);
        let mut spans: Vec<_> = document
            .entries()
            .into_iter()
            .map(|entry| (entry_span(entry), entry.key.text()))
            .collect();
        spans.sort_unstable();
        let mut stack = Stack {
            own: document.node,
            environment: document.environment,
            tree: None,
            below: None,
            overriding: self.overriding(index),
            below_index: self.below(index, &layers),
            builders: HashMap::new(),
            has_unseen: false,
            spans,
            around: document.services.keys().map(|name| (*name, Around::default())).collect(),
            others: layers.iter().filter_map(|layer| self.file(*layer)).collect(),
            network_modes: OnceLock::new(),
        };
        let company = self.company(&layers);
        stack.has_unseen = layers.iter().chain(&company).any(|it| self.unseen.contains(it));
        let in_all = layers.iter().chain(&company).filter_map(|layer| self.documents.get(*layer));
        let is_small = in_all.map(|it| it.services.len()).sum::<usize>() <= MOST_SERVICES;
        let is_alone = layers.len() == 1 && company.is_empty();
        let extends = document.services.values().any(|entry| extends(entry.value).is_some());
        match !is_alone || extends {
            true if is_small => {
                Assembly { found: self, index, stack: &mut stack }.put_together(&layers, &company);
            }
            true => {
                (stack.has_unseen, stack.below_index) = (true, None);
                stack.around.values_mut().for_each(|around| around.may_inherit = true);
            }
            false => {}
        }
        stack.others.remove(&document.file.id());
        self.look_around(index, &mut stack);
        Some(stack)
    }

    fn file(&self, index: usize) -> Option<FileId> {
        self.documents.get(index).map(|document| document.file.id())
    }

    /// Says of each service where its variables come from, and whether it is all there.
    fn look_around(&self, index: usize, stack: &mut Stack<'p>) {
        let folder = |file: FileId| self.folders.get(&file).copied().unwrap_or_default();
        let role = self.documents.get(index).map(|document| document.role);
        let is_part = matches!(role, Some(Role::Override | Role::Variant))
            || self.variants.contains_key(&index) && !self.production.contains_key(&index);
        let (mut seen, mut builders) = (Vec::new(), HashMap::new());
        for service in stack.services() {
            if let (Some(_), Some(image)) = (service.build(), service.node().at(&["image"])) {
                builders.entry(image.text().to_owned()).or_insert(service.name().to_owned());
            }
            let paths = service.env_files().into_iter().map(|path| {
                let folder = folder(path.place().file);
                resolve(folder, path.text())
            });
            let env_files: Vec<_> =
                paths.filter_map(|path| self.env_files.get(&path).copied()).collect();
            let is_lacking = is_part && !runs(service.node());
            seen.push((service.name().to_owned(), env_files, is_lacking));
        }
        stack.builders = builders;
        for (name, env_files, is_lacking) in seen {
            let Some(around) = stack.around.get_mut(name.as_str()) else { continue };
            around.env_files = env_files;
            around.may_inherit |= is_lacking;
        }
        let own = self.documents.get(index).map(|document| &document.services);
        // Each is judged by itself, so that their order does not matter.
        #[allow(clippy::iter_over_hash_type)]
        for (name, around) in &mut stack.around {
            around.is_fragment = self.is_fragment(index, name);
            let entry = own.and_then(|own| own.get(name));
            around.extends_nothing =
                entry.is_some_and(|entry| self.extends_nothing(index, entry.value));
        }
    }
}

fn entry_span(entry: Entry<'_>) -> Span {
    let (key, value) = (entry.key.place().span, entry.value.place().span);
    Span { start: key.start, end: value.end.max(key.end) }
}

/// Whether a file beside the base cannot do without it: it changes a service without saying what it
/// runs, or waits for one that only the base has.
fn needs(variant: &Document<'_>, base: &Document<'_>) -> bool {
    let is_in_base = |name: &str| base.services.contains_key(name);
    let is_own = |name: &str| variant.services.contains_key(name);
    variant.services.iter().any(|(name, entry)| {
        let is_change = !runs(entry.value) && extends(entry.value).is_none();
        is_change && is_in_base(name)
            || variant
                .service(*entry)
                .dependencies()
                .iter()
                .any(|it| !is_own(it.name) && is_in_base(it.name))
    })
}

/// Puts the tree of a stack together.
struct Assembly<'a, 'p> {
    found: &'a Found<'p>,
    index: usize,
    stack: &'a mut Stack<'p>,
}

impl<'a, 'p> Assembly<'a, 'p> {
    fn put_together(&mut self, layers: &[usize], company: &[usize]) {
        let Some(own) = self.found.documents.get(self.index) else { return };
        let mut graft = Graft::new(own.tree, own.node);
        let services = graft.map(own.tree, own.section("services").unwrap_or(own.node));
        let mut names = HashSet::new();
        for entry in self.of(layers).flat_map(Document::entries) {
            let name = entry.key.text();
            if names.insert(name)
                && let Some((key, service)) = self.service(&mut graft, layers, name)
            {
                graft.set(services, key, service);
            }
        }
        self.fill(&mut graft, services, "services", company);
        self.set(&mut graft, "services", services);
        for section in SECTIONS {
            let mut stated = self.of(layers).chain(self.of(company));
            if !stated.any(|document| document.section(section).is_some()) {
                continue;
            }
            let map = graft.map(own.tree, own.section(section).unwrap_or(own.node));
            for document in self.of(layers) {
                if let Some(stated) = document.section(section) {
                    let stated = graft.take(document.tree, stated);
                    merge_section(&mut graft, map, stated);
                }
            }
            self.fill(&mut graft, map, section, company);
            self.set(&mut graft, section, map);
        }
        self.stack.tree = graft.finish();
    }

    fn of<'i>(
        &self,
        indexes: &'i [usize],
    ) -> impl Iterator<Item = &'a Document<'p>> + use<'i, 'a, 'p> {
        let found = self.found;
        indexes.iter().filter_map(move |index| found.documents.get(*index))
    }

    /// The key and the value of a service of that name, of all layers together.
    fn service(&mut self, graft: &mut Graft, layers: &[usize], name: &str) -> Option<(Part, Part)> {
        let stated = |layer: &usize| {
            let document = self.found.documents.get(*layer)?;
            Some((*layer, document, document.services.get(name)?))
        };
        let all: Vec<_> = layers.iter().filter_map(stated).collect();
        let (_, lowest, entry) = all.first()?;
        let key = graft.take(lowest.tree, entry.key);
        let home = all.iter().find(|(layer, ..)| *layer == self.index).or(all.last())?;
        let home = (all.len() > 1).then(|| graft.map(home.1.tree, home.2.value));
        let mut whole = None;
        for (layer, _, entry) in all {
            let part = self.resolved(graft, layer, *entry, &mut Vec::new())?;
            match home {
                Some(home) => merge_service(graft, home, part),
                None => whole = Some(part),
            }
        }
        Some((key, home.or(whole)?))
    }

    /// A service of a document with all that it extends. `open` are those that extend it.
    fn resolved(
        &mut self,
        graft: &mut Graft,
        index: usize,
        entry: Entry<'p>,
        open: &mut Vec<Entry<'p>>,
    ) -> Option<Part> {
        let document = self.found.documents.get(index)?;
        let own = graft.take(document.tree, entry.value);
        if extends(entry.value).is_none() {
            return Some(own);
        }
        open.push(entry);
        let target = self.found.target(index, entry.value).and_then(|(other, name)| {
            let extended = self.found.documents.get(other)?;
            Some((other, extended, *extended.services.get(name)?))
        });
        // What is extended may be unseen, or in a circle that Compose refuses.
        let is_good = |extended: &Entry<'_>| {
            open.len() < MAX_DEPTH
                && !graft.is_full()
                && open.iter().all(|known| known.key != extended.key)
        };
        let asker = open.first().map_or("", |first| first.key.text());
        let Some((other, extended, below)) = target.filter(|(.., below)| is_good(below)) else {
            self.around(asker, |around| around.may_inherit = true);
            return Some(own);
        };
        self.stack.others.insert(extended.file.id());
        let name = below.key.text();
        if self.found.is_fragment(other, name) {
            let place = Place { file: extended.file.id(), span: entry_span(below) };
            self.around(asker, |around| around.fragments.push((place, name)));
        }
        let whole = graft.map(document.tree, entry.value);
        let below = self.resolved(graft, other, below, open)?;
        graft.remove(below, "extends");
        merge_service(graft, whole, below);
        merge_service(graft, whole, own);
        Some(whole)
    }

    fn around(&mut self, name: &str, change: impl FnOnce(&mut Around<'p>)) {
        if let Some(around) = self.stack.around.get_mut(name) {
            change(around);
        }
    }

    /// Adds what the documents beside have in a section, under names that are not taken.
    fn fill(&mut self, graft: &mut Graft, map: Part, section: &str, company: &[usize]) {
        for document in self.of(company) {
            self.stack.others.insert(document.file.id());
            for entry in document.section(section).map(Node::entries).unwrap_or_default() {
                if graft.get(map, entry.key.text()).is_none() && !graft.is_full() {
                    let key = graft.take(document.tree, entry.key);
                    let value = graft.take(document.tree, entry.value);
                    graft.set(map, key, value);
                }
            }
        }
    }

    fn set(&self, graft: &mut Graft, section: &str, map: Part) {
        let Some(own) = self.found.documents.get(self.index) else { return };
        let key = graft.text(own.tree, own.node, own.node.local_span(), section);
        graft.set(Graft::root(), key, map);
    }
}
