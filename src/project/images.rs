//! Which image is built by which Dockerfile, decided from evidence.
//!
//! Names are compared as images are: what Docker fills in is filled in, tags and digests count for
//! nothing. A name whose registry or owner a variable supplies equals another one by the rest, but only
//! where that is unique. Stronger evidence wins over weaker; where evidence of one strength names
//! several Dockerfiles, there is no link. Without evidence there is none either.

mod evidence;
mod name;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub(super) use self::evidence::EvidenceKind;
pub(crate) use self::evidence::{Evidence, Stated};
pub(crate) use self::name::Name;
use super::built::{address, folder_of};
use super::{Project, Runner};
use crate::build::{Target, UNKNOWN};
use crate::compose::{Build, Service, interpolated, interpolated_or};
use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, Image, Stage, image_named_by, is_official_image};
use crate::file::{DocumentKind, File, StatedImage};
use crate::image::ImageRef;
use crate::k8s::{Container, Workload};
use crate::source::{FileId, Place, resolve};
use crate::tree::Node;

use super::Subjects;

/// More claims to one last segment of a name than anybody has.
const MOST_CLAIMS: usize = 256;

/// More renamed images than anybody has.
const MOST_RENAMED: usize = 4096;

/// How far a kustomization renames what another one renamed.
const ROUNDS: usize = 2;

/// How deep the values of charts are looked into.
const VALUES_DEPTH: usize = 5;

/// Words in the names of Dockerfiles and stages that nobody deploys.
const FOR_DEVELOPERS: [&str; 11] = [
    "base",
    "builder",
    "ci",
    "debug",
    "dev",
    "development",
    "lint",
    "local",
    "test",
    "tester",
    "tests",
];

/// That a Dockerfile builds an image, and what says so.
#[derive(Clone, Debug)]
pub(crate) struct Link<'p> {
    pub(crate) dockerfile: &'p Dockerfile,
    pub(crate) target: Target,
    /// The strongest first.
    pub(crate) evidence: Vec<Evidence>,
}

impl<'p> Link<'p> {
    /// The image of the stage that is built; nothing where nobody knows which one that is.
    pub(crate) fn image(&self) -> Option<Image<'p>> {
        image_of(self.dockerfile, &self.target)
    }

    /// Names that are alike tell less than what builds the image.
    pub(crate) fn confidence(&self) -> Confidence {
        let kind = self.evidence.first().map(|evidence| evidence.kind);
        match kind {
            Some(EvidenceKind::Path | EvidenceKind::Kustomization) | None => Confidence::Medium,
            Some(_) => Confidence::High,
        }
    }

    fn is_same(&self, claim: &Claim<'p>) -> bool {
        address(self.dockerfile) == address(claim.dockerfile) && self.target == claim.target
    }
}

fn image_of<'p>(dockerfile: &'p Dockerfile, target: &Target) -> Option<Image<'p>> {
    match target {
        Target::Last => dockerfile.image(),
        Target::Stage(name) => dockerfile.image_of(Some(name)),
        Target::Unknown => None,
    }
}

/// What is known of the Dockerfile of an image.
#[derive(Clone, Debug)]
pub(crate) enum Answer<'p> {
    Nothing,
    /// Evidence of one strength says several things.
    Ambiguous(Vec<Link<'p>>),
    Link(Link<'p>),
}

impl<'p> Answer<'p> {
    fn link(self) -> Option<Link<'p>> {
        match self {
            Answer::Link(link) => Some(link),
            Answer::Nothing | Answer::Ambiguous(_) => None,
        }
    }
}

/// An image, and the containers that may run it as anybody but root and leave it to the image as whom.
#[derive(Debug)]
pub(crate) struct Refusal<'p> {
    pub(crate) image: Image<'p>,
    link: Link<'p>,
    /// Never empty, each with its `runAsNonRoot`.
    demands: Vec<(Container<'p>, Node<'p>)>,
}

impl Refusal<'_> {
    /// The container, or how many there are.
    pub(crate) fn describe(&self) -> String {
        match self.demands.as_slice() {
            [(container, _)] => container.describe(),
            demands => format!("each of {} containers", demands.len()),
        }
    }

    /// How sure the link is.
    pub(crate) fn confidence(&self) -> Confidence {
        self.link.confidence()
    }

    /// Where the demands are made, and what says that they are made to this image.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Place, String)> {
        let demands = self.demands.iter().map(|(container, demand)| {
            (demand.place(), format!("{} must not run as root", container.describe()))
        });
        let evidence = self.link.evidence.first();
        let why = evidence.and_then(|it| Some((it.place()?, it.kind.describe().to_owned())));
        demands.chain(why)
    }
}

/// One piece of evidence.
#[derive(Clone, Debug)]
struct Claim<'p> {
    name: Name,
    dockerfile: &'p Dockerfile,
    target: Target,
    evidence: Evidence,
}

impl Claim<'_> {
    /// Less is stronger; a name that is known wholly is stronger than one that is not.
    fn strength(&self) -> (u8, bool) {
        (self.evidence.kind.rank(), !self.name.is_whole())
    }
}

/// The Dockerfiles of a run, and the images that they build.
#[derive(Debug, Default)]
pub(super) struct Images<'p> {
    by_path: HashMap<String, &'p Dockerfile>,
    /// By the last segments of the names.
    claims: HashMap<String, Vec<Claim<'p>>>,
    /// The images that services build of what is not here.
    elsewhere: HashSet<Name>,
    /// The Dockerfiles whose paths end in each name.
    named: HashMap<String, Vec<&'p Dockerfile>>,
    /// The names that kustomizations replace, which need not say whose the images are.
    renamed: HashSet<Name>,
    /// The images that are run, by the last segments of their names.
    run: HashMap<String, BTreeSet<Name>>,
    /// The images of the configuration, and the lines that name them.
    stated: Vec<(Option<Name>, usize)>,
    /// Who runs each image.
    runners: BTreeMap<Name, Vec<Runner<'p>>>,
    /// The containers that run what a Dockerfile builds.
    containers: HashMap<usize, Vec<Container<'p>>>,
    /// The stages that somebody builds of a Dockerfile and that it does not have.
    absent: HashMap<usize, Vec<(String, Evidence)>>,
    /// What builds each Dockerfile outside of Compose: the stage, and the contexts that have names.
    builds: HashMap<usize, Vec<(Target, &'p [String])>>,
}

impl<'p> Images<'p> {
    pub(super) fn of(files: &'p [File], stated: &[StatedImage], subjects: &[Subjects<'p>]) -> Self {
        let mut images = Images::default();
        for file in files {
            let Some(dockerfile) = file.dockerfile() else { continue };
            let path = resolve("", file.source().path());
            if let Some(name) = image_named_by(&path) {
                images.named.entry(name).or_default().push(dockerfile);
            }
            images.by_path.insert(path, dockerfile);
        }
        images.find_runners(subjects);
        images.find_values(files);
        images.state(files, stated);
        images.claim_services(files, subjects);
        images.claim_builds(files);
        images.rename(files);
        images.find_containers();
        images
    }

    /// The Dockerfile at a path.
    pub(super) fn dockerfile_at(&self, path: &str) -> Option<&'p Dockerfile> {
        self.by_path.get(path).copied()
    }

    /// The Dockerfile that a service of a Compose file builds.
    pub(super) fn dockerfile(&self, build: Build<'_>, files: &'p [File]) -> Option<&'p Dockerfile> {
        if let Some(text) = build.inline() {
            return files.get(text.place().file.index())?.inline_in(text);
        }
        let path = resolve(&folder_of(build, files)?, &build.dockerfile()?);
        self.dockerfile_at(&path)
    }

    fn find_runners(&mut self, subjects: &[Subjects<'p>]) {
        let mut seen = HashSet::new();
        let mut run = |name: Option<Name>, runner: Runner<'p>| {
            let Some(name) = name else { return };
            let known = self.run.entry(name.short().to_owned()).or_default();
            if known.len() < MOST_CLAIMS {
                known.insert(name.clone());
            }
            // A service is the same in every file that takes it in.
            let known = self.runners.entry(name).or_default();
            if seen.insert(runner.place()) {
                known.push(runner);
            }
        };
        for subjects in subjects {
            for container in subjects.workloads.iter().copied().flat_map(Workload::containers) {
                let image = container.node().at(&["image"]);
                run(image.and_then(|it| Name::read(it.text())), Runner::Container(container));
            }
            for &service in &subjects.services {
                run(name_of(service), Runner::Service(service));
            }
        }
    }

    /// Takes in the names in values of Helm charts: nobody knows what the templates make of them, but
    /// there are such images.
    ///
    /// ```text
    /// image: {registry: ghcr.io, repository: acme/api}
    /// ```
    fn find_values(&mut self, files: &[File]) {
        let documents = files.iter().flat_map(File::documents);
        let values = documents.filter(|(_, kind)| *kind == DocumentKind::HelmValues);
        let mut names = Vec::new();
        for (document, _) in values {
            named_in(document, VALUES_DEPTH, &mut names);
        }
        for name in names.iter().filter_map(|name| Name::read(name)) {
            let known = self.run.entry(name.short().to_owned()).or_default();
            if known.len() < MOST_CLAIMS {
                known.insert(name);
            }
        }
    }

    fn claim(
        &mut self,
        text: &str,
        dockerfile: &'p Dockerfile,
        target: Target,
        evidence: Evidence,
    ) {
        if let Some(name) = Name::read(text) {
            self.push(Claim { name, dockerfile, target, evidence });
        }
    }

    fn push(&mut self, claim: Claim<'p>) {
        if claim.name.is_official() {
            return;
        }
        let claims = self.claims.entry(claim.name.short().to_owned()).or_default();
        let is_same = |own: &Claim<'p>| {
            (&own.name, &own.target, own.evidence) == (&claim.name, &claim.target, claim.evidence)
                && address(own.dockerfile) == address(claim.dockerfile)
        };
        if claims.len() < MOST_CLAIMS && !claims.iter().any(is_same) {
            claims.push(claim);
        }
    }

    fn state(&mut self, files: &'p [File], stated: &[StatedImage]) {
        for StatedImage { image, dockerfile, line } in stated {
            self.stated.push((Name::read(image), *line));
            let file = files.get(dockerfile.index());
            let Some(dockerfile) = file.and_then(File::dockerfile) else { continue };
            let stated = Stated::Configuration(*line);
            let evidence = Evidence { kind: EvidenceKind::Configuration, stated };
            self.claim(image, dockerfile, Target::Last, evidence);
        }
    }

    fn claim_services(&mut self, files: &'p [File], subjects: &[Subjects<'p>]) {
        for service in subjects.iter().flat_map(|subjects| subjects.services.iter().copied()) {
            let Some((build, name)) = service.build().zip(name_of(service)) else { continue };
            let Some(dockerfile) = self.dockerfile(build, files) else {
                if is_plain(build) {
                    self.elsewhere.insert(name);
                }
                continue;
            };
            let Some(image) = service.node().at(&["image"]) else { continue };
            let kind = if service.is_deployed() {
                EvidenceKind::Compose
            } else {
                EvidenceKind::ComposeForDevelopment
            };
            let evidence = Evidence { kind, stated: Stated::At(image.place()) };
            self.push(Claim { name, dockerfile, target: target_of(build), evidence });
        }
    }

    fn claim_builds(&mut self, files: &'p [File]) {
        // Where nobody knows the folder, the stage that is there says which file is meant.
        let mut met = HashSet::new();
        let mut absent = Vec::new();
        for statement in files.iter().flat_map(File::builds) {
            let mut paths = statement.dockerfiles.iter();
            let Some(dockerfile) = paths.find_map(|path| self.dockerfile_at(path)) else {
                continue;
            };
            let stated = Stated::At(statement.place);
            let evidence = Evidence { kind: statement.tool.into(), stated };
            if let Target::Stage(name) = &statement.target {
                if dockerfile.image_of(Some(name)).is_none() {
                    absent.push((statement.place, address(dockerfile), name.clone(), evidence));
                } else {
                    met.insert(statement.place);
                }
            }
            let builds = self.builds.entry(address(dockerfile)).or_default();
            if builds.len() < MOST_CLAIMS {
                builds.push((statement.target.clone(), &statement.contexts));
            }
            for image in &statement.images {
                self.claim(image, dockerfile, statement.target.clone(), evidence);
            }
        }
        for (_, at, name, evidence) in absent.into_iter().filter(|it| !met.contains(&it.0)) {
            self.absent.entry(at).or_default().push((name, evidence));
        }
    }

    /// Gives what is known of an image to its other name in a kustomization.
    fn rename(&mut self, files: &'p [File]) {
        let documents = files.iter().flat_map(File::documents);
        let kustomizations = documents.filter(|(_, kind)| *kind == DocumentKind::Kustomization);
        let entries = kustomizations.filter_map(|(document, _)| document.at(&["images"]));
        let renamed = entries.flat_map(Node::items).filter_map(|entry| {
            let (old, new) = (entry.at(&["name"])?, entry.at(&["newName"])?);
            Some((Name::read(old.text())?, Name::read(new.text())?, new.place()))
        });
        let renamed: Vec<_> = renamed.take(MOST_RENAMED).collect();
        self.renamed.extend(renamed.iter().map(|(old, ..)| old.clone()));
        for _ in 0..ROUNDS {
            let mut claims = Vec::new();
            for (old, new, place) in &renamed {
                for (from, to) in [(old, new), (new, old)] {
                    let Some(link) = self.find(from).link().filter(|_| from != to) else {
                        continue;
                    };
                    // What goes by its path only has no more to give than that.
                    let is_path = |it: &Evidence| it.kind == EvidenceKind::Path;
                    let kind = if link.evidence.first().is_some_and(is_path) {
                        EvidenceKind::Path
                    } else {
                        EvidenceKind::Kustomization
                    };
                    let evidence = Evidence { kind, stated: Stated::At(*place) };
                    let (name, dockerfile) = (to.clone(), link.dockerfile);
                    claims.push(Claim { name, dockerfile, target: link.target, evidence });
                }
            }
            for claim in claims {
                self.push(claim);
            }
        }
    }

    fn find_containers(&mut self) {
        let mut containers: HashMap<usize, Vec<Container<'p>>> = HashMap::new();
        for (name, runners) in &self.runners {
            let Some(link) = self.find(name).link() else { continue };
            let own = runners.iter().filter_map(|runner| match runner {
                Runner::Container(container) => Some(*container),
                Runner::Service(_) => None,
            });
            containers.entry(address(link.dockerfile)).or_default().extend(own);
        }
        self.containers = containers;
    }

    /// Whether nothing of the project builds any image.
    fn are_all_foreign(&self) -> bool {
        self.claims.is_empty() && self.by_path.is_empty() && self.named.is_empty()
    }

    /// What is known of the Dockerfile of an image.
    pub(super) fn find(&self, name: &Name) -> Answer<'p> {
        if name.is_official() {
            return Answer::Nothing;
        }
        let own = self.claims.get(name.short()).into_iter().flatten();
        let mut claims: Vec<_> = own.filter(|claim| self.is_for(claim, name)).cloned().collect();
        claims.extend(self.by_path(name));
        claims.sort_by_key(|claim| {
            (claim.strength(), claim.evidence.stated, claim.dockerfile.file())
        });
        let Some(best) = claims.first().map(Claim::strength) else { return Answer::Nothing };
        let mut links: Vec<Link<'p>> = Vec::new();
        for claim in &claims {
            if let Some(link) = links.iter_mut().find(|link| link.is_same(claim)) {
                let is_said = |it: &Evidence| it.stated == claim.evidence.stated;
                if !link.evidence.iter().any(is_said) {
                    link.evidence.push(claim.evidence);
                }
            } else if claim.strength() == best {
                let (dockerfile, target) = (claim.dockerfile, claim.target.clone());
                links.push(Link { dockerfile, target, evidence: vec![claim.evidence] });
            }
        }
        if links.len() > 1 {
            let real: Vec<_> =
                links.iter().filter(|link| !self.is_for_developers(link)).cloned().collect();
            if real.len() == 1 {
                links = real;
            }
        }
        if links.len() > 1 {
            return Answer::Ambiguous(links);
        }
        links.into_iter().next().map_or(Answer::Nothing, Answer::Link)
    }

    /// Whether a claim is about the image of that name and, where the claim leaves a part open, about no
    /// other that is run here.
    fn is_for(&self, claim: &Claim<'p>, name: &Name) -> bool {
        if !claim.name.may_be(name) {
            return false;
        }
        claim.name == *name
            || claim.name.is_whole() && name.is_whole()
            || !is_derived(claim.dockerfile, name.short())
                && !is_official_image(name.short())
                && self.is_only(name, |other| claim.name.may_be(other))
    }

    /// Whether no other repository that is run here is meant.
    fn is_only(&self, name: &Name, is_meant: impl Fn(&Name) -> bool) -> bool {
        let Some(run) = self.run.get(name.short()) else { return true };
        let mut others = run.iter().filter(|other| other.is_whole() && is_meant(other));
        // Of so many nobody knows the rest.
        let is_all = run.len() < MOST_CLAIMS;
        !name.is_whole() || is_all && others.all(|other| other.repository() == name.repository())
    }

    /// The Dockerfile that is called like the image, where it is the only one and so is the image.
    fn by_path(&self, name: &Name) -> Option<Claim<'p>> {
        let [dockerfile] = self.named.get(name.short())?.as_slice() else { return None };
        let is_owned = name.has_owner() || self.renamed.contains(name);
        let is_own = is_owned
            && !self.elsewhere.contains(name)
            && !is_official_image(name.short())
            && !is_derived(dockerfile, name.short())
            && self.is_only(name, |_| true);
        let evidence = Evidence { kind: EvidenceKind::Path, stated: Stated::Path };
        let (name, target) = (name.clone(), Target::Last);
        is_own.then_some(Claim { name, dockerfile, target, evidence })
    }

    /// Whether what is built is there to develop or to test.
    fn is_for_developers(&self, link: &Link<'p>) -> bool {
        let is_one = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.split(['-', '_', '.']).any(|word| FOR_DEVELOPERS.contains(&word))
        };
        let of_stage = matches!(&link.target, Target::Stage(name) if is_one(name));
        let file = link.dockerfile.file();
        let path = || self.by_path.iter().find(|(_, it)| it.file() == file).map(|(path, _)| path);
        of_stage || path().is_some_and(|path| is_one(path.rsplit('/').next().unwrap_or(path)))
    }
}

/// Whether a Dockerfile goes on from an image of that last segment, and so may only be called after it.
fn is_derived(dockerfile: &Dockerfile, short: &str) -> bool {
    let bases = dockerfile.stages().iter().filter_map(|stage| stage.resolved_image());
    bases.map(ImageRef::parse).any(|base| base.short_name() == short)
}

/// The names of the images in values of a chart, as far down as anybody looks.
fn named_in(values: Node<'_>, depth: usize, names: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for entry in values.entries() {
        if names.len() >= MOST_RENAMED {
            return;
        }
        let text = |key: &str| entry.value.at(&[key]).map(Node::text).filter(|it| !it.is_empty());
        let is_image = entry.key.text() == "image";
        if is_image && entry.value.is_scalar() {
            names.push(entry.value.text().to_owned());
        } else if is_image && let Some(repository) = text("repository") {
            let registry = text("registry").map(|it| format!("{it}/")).unwrap_or_default();
            names.push(format!("{registry}{repository}"));
        } else if !entry.value.is_scalar() {
            named_in(entry.value, depth, names);
        }
    }
}

/// The name of the image of a service.
fn name_of(service: Service<'_>) -> Option<Name> {
    let image = service.node().at(&["image"])?;
    Name::read(&interpolated_or(image, UNKNOWN)?)
}

/// Whether no variable decides what a service builds.
fn is_plain(build: Build<'_>) -> bool {
    let parts = [build.context(), build.node().at(&["dockerfile"])];
    parts.into_iter().flatten().all(|part| interpolated(part).is_some())
}

/// The stage that a service builds.
fn target_of(build: Build<'_>) -> Target {
    match build.target().map(interpolated) {
        None => Target::Last,
        Some(Some(target)) if !target.is_empty() => Target::Stage(target),
        Some(_) => Target::Unknown,
    }
}

/// All that is known of the images of a run, for people.
#[derive(Debug)]
pub(crate) struct Known<'a, 'p> {
    /// Every image with its Dockerfile, and who runs it.
    pub(crate) links: Vec<(Name, Link<'p>, &'a [Runner<'p>])>,
    /// The images that may be of several Dockerfiles.
    pub(crate) ambiguous: Vec<(Name, Vec<Link<'p>>)>,
    /// The images of manifests and Compose files without a Dockerfile here.
    pub(crate) foreign: Vec<(Name, &'a [Runner<'p>])>,
    /// The Dockerfiles of which nobody knows the image.
    pub(crate) unnamed: Vec<FileId>,
}

impl<'p> Project<'p> {
    /// What is known of the images of the run.
    pub(crate) fn images(&self) -> Known<'_, 'p> {
        let images = &self.images;
        let claimed = images.claims.values().flatten().map(|claim| &claim.name);
        let mut names: BTreeSet<&Name> = images.runners.keys().chain(claimed).collect();
        // What leaves a part open is that image of which the rest is known.
        let whole: Vec<&Name> = names.iter().copied().filter(|name| name.is_whole()).collect();
        let mut by_short: HashMap<&str, Vec<&Name>> = HashMap::new();
        for name in whole {
            by_short.entry(name.short()).or_default().push(name);
        }
        names.retain(|name| {
            let others = by_short.get(name.short()).into_iter().flatten();
            let mut others = others.take(MOST_CLAIMS);
            name.is_whole()
                || images.runners.contains_key(*name)
                || !others.any(|other| other.may_be(name))
        });
        let (mut links, mut ambiguous) = (Vec::new(), Vec::new());
        let (mut foreign, mut linked) = (Vec::new(), BTreeSet::new());
        for name in names {
            let runners = images.runners.get(name).map_or(&[][..], Vec::as_slice);
            match images.find(name) {
                Answer::Link(link) => {
                    linked.insert(address(link.dockerfile));
                    links.push((name.clone(), link, runners));
                }
                Answer::Ambiguous(all) => {
                    linked.extend(all.iter().map(|link| address(link.dockerfile)));
                    ambiguous.push((name.clone(), all));
                }
                Answer::Nothing if !runners.is_empty() => foreign.push((name.clone(), runners)),
                Answer::Nothing => {}
            }
        }
        let is_known = |it: &&Dockerfile| linked.contains(&address(it)) || self.built.runs(it);
        let unnamed = images.by_path.values().copied().filter(|it| !is_known(it));
        let unnamed: BTreeSet<FileId> = unnamed.map(Dockerfile::file).collect();
        let unnamed = unnamed.into_iter();
        Known { links, ambiguous, foreign, unnamed: unnamed.collect() }
    }

    /// The lines of the configuration that name the Dockerfile of an image which nothing here runs,
    /// while other images are run here.
    pub(crate) fn unused_images(&self) -> Vec<usize> {
        let images = &self.images;
        if images.run.is_empty() {
            return Vec::new();
        }
        let is_run = |name: &Name| {
            let run = images.run.get(name.short()).into_iter().flatten();
            images.renamed.contains(name) || run.take(MOST_CLAIMS).any(|it| it.may_be(name))
        };
        let stated = images.stated.iter();
        let unused = stated.filter(|(name, _)| !name.as_ref().is_some_and(is_run));
        unused.map(|(_, line)| *line).collect()
    }

    /// The Dockerfile of the image that a container runs, and what says so.
    pub(crate) fn link_of_container(&self, container: Container<'_>) -> Option<Link<'p>> {
        if self.images.are_all_foreign() {
            return None;
        }
        let name = Name::read(container.node().at(&["image"])?.text())?;
        self.images.find(&name).link()
    }

    /// Whether the image of a container may be that of a Dockerfile here to which no evidence leads.
    pub(super) fn may_be_built_here(&self, container: Container<'_>) -> bool {
        let name = container.node().at(&["image"]).and_then(|image| Name::read(image.text()));
        name.is_none_or(|name| !name.is_official() && self.images.find(&name).link().is_none())
    }

    /// The Dockerfile of the image that a service runs and does not build.
    pub(super) fn link_of_service(&self, service: Service<'_>) -> Option<Link<'p>> {
        self.images.find(&name_of(service)?).link()
    }

    /// The image that a container runs, where a Dockerfile of the project makes it, and what says so.
    pub(crate) fn image_of_container(
        &self,
        container: Container<'_>,
    ) -> Option<(Image<'p>, Link<'p>)> {
        let link = self.link_of_container(container)?;
        Some((link.image()?, link))
    }

    /// The stages of a Dockerfile whose user is held against `runAsNonRoot` of some container.
    pub(crate) fn refusals_of(&self, dockerfile: &Dockerfile) -> Vec<Refusal<'p>> {
        let mut refusals: Vec<Refusal<'p>> = Vec::new();
        let demanding = self.containers_running(dockerfile).iter().filter_map(|container| {
            let is_doubted = self.is_doubted(container.workload().object());
            Some((*container, container.demands_non_root_of_image().filter(|_| !is_doubted)?))
        });
        for (container, demand) in demanding.filter(|_| dockerfile.is_complete()) {
            let Some((image, link)) = self.image_of_container(container) else { continue };
            let known = refusals.iter_mut().find(|known| known.image.stage.is(image.stage));
            match known {
                Some(known) => known.demands.push((container, demand)),
                None => refusals.push(Refusal { image, link, demands: vec![(container, demand)] }),
            }
        }
        refusals
    }

    /// Who runs what a Dockerfile builds, as far as others than developers see it and the manifests say it
    /// for sure; not more of them than one looks at.
    pub(crate) fn deployed_runners(
        &self,
        dockerfile: &Dockerfile,
    ) -> impl Iterator<Item = Runner<'p>> {
        let services = self.services_running(dockerfile).iter().copied();
        let services = services.filter(|service| service.is_deployed()).map(Runner::Service);
        let containers = self.containers_running(dockerfile).iter().copied();
        let sure = containers.filter(|it| !self.is_doubted(it.workload().object()));
        services.chain(sure.map(Runner::Container)).take(MOST_CLAIMS)
    }

    /// The stages that pipelines and their like build of a Dockerfile and that it does not have, each with
    /// what asks for it.
    pub(crate) fn absent_stages_of(&self, dockerfile: &Dockerfile) -> &[(String, Evidence)] {
        let is_whole = dockerfile.is_complete() && !dockerfile.is_fragment();
        let absent = self.images.absent.get(&address(dockerfile)).filter(|_| is_whole);
        absent.map_or(&[], Vec::as_slice)
    }

    /// Whether something here builds a stage of a Dockerfile for itself, or may.
    pub(crate) fn may_build_stage(&self, dockerfile: &Dockerfile, stage: &Stage) -> bool {
        let services = self.services_running(dockerfile).iter().take(MOST_CLAIMS);
        let of_services = services.filter_map(|it| it.built_image()).map(target_of);
        let others = self.images.builds.get(&address(dockerfile)).into_iter().flatten();
        let mut targets = of_services.chain(others.map(|(target, _)| target.clone()));
        targets.any(|target| match target {
            Target::Last => false,
            Target::Stage(name) => {
                let numbered = || dockerfile.stages().get(name.parse::<usize>().ok()?);
                stage.name().is_some_and(|own| own.text.eq_ignore_ascii_case(&name))
                    || numbered().is_some_and(|it| it.is(stage))
            }
            Target::Unknown => stage.name().is_some(),
        })
    }

    /// Whether something that builds a Dockerfile gives it a context of that name.
    pub(crate) fn has_build_context(&self, dockerfile: &Dockerfile, name: &str) -> bool {
        let services = self.services_running(dockerfile).iter().take(MOST_CLAIMS);
        let mut of_services = services.filter_map(|it| it.built_image()).flat_map(Build::contexts);
        let others = self.images.builds.get(&address(dockerfile)).into_iter().flatten();
        of_services.any(|own| own.eq_ignore_ascii_case(name))
            || others
                .flat_map(|(_, contexts)| contexts.iter())
                .any(|own| own.eq_ignore_ascii_case(name))
    }

    /// The containers that run what a Dockerfile builds.
    pub(crate) fn containers_running(&self, dockerfile: &Dockerfile) -> &[Container<'p>] {
        self.images.containers.get(&address(dockerfile)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
