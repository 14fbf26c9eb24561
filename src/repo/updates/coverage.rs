//! What there is to update in a repository, and who updates it.

use std::collections::{BTreeMap, HashSet};

use super::dependabot::{Directory, Off};
use super::renovate::Does;
use super::{Dependabot, Entry, Updates};
use crate::compose::{self, Service};
use crate::docker::Dockerfile;
use crate::file::{DocumentKind, File};
use crate::repo::dependencies::Ecosystem;
use crate::repo::{Part, Repository, is_aside};
use crate::source::Place;

/// A file that names packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Manifest<'p> {
    /// From the root of the repository on.
    pub(crate) path: &'p str,
    /// Where it names them.
    pub(crate) place: Place,
    pub(crate) is_workspace: bool,
    /// How many it names.
    pub(crate) count: usize,
}

impl<'p> Manifest<'p> {
    /// The folder that it lies in, from the root on.
    pub(crate) fn folder(&self) -> &'p str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// What a repository holds of an ecosystem.
#[derive(Debug)]
pub(crate) struct EcosystemFound<'p> {
    pub(crate) ecosystem: Ecosystem,
    /// In the order of their paths.
    pub(crate) manifests: Vec<Manifest<'p>>,
    /// The folders whose manifests bring those below them along.
    workspaces: HashSet<&'p str>,
}

/// Who updates the packages of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cover {
    /// The tool of that name, and what says so.
    By(&'static str, Place),
    /// Something that is not read here may do it: the tool of that name, and what says so.
    Unknown(&'static str, Place),
    /// A value turns it off, and security updates along with it or not.
    Off(Place, Kept),
    /// Nobody; that is what would have to name it.
    Nobody(Option<Place>),
}

/// What is still updated where versions are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kept {
    Nothing,
    Security,
}

impl<'p> Repository<'p> {
    /// The packages that its files name, by ecosystem; those of tests, examples and of what others
    /// wrote are left out.
    pub(crate) fn ecosystems(&self) -> Vec<EcosystemFound<'p>> {
        let mut found: BTreeMap<Ecosystem, Vec<Manifest<'p>>> = BTreeMap::new();
        for (path, file) in self.files().filter(|(path, _)| !is_aside(path)) {
            for part in file.parts() {
                let Part::Dependencies(it) = part else { continue };
                let (place, is_workspace, count) = (it.place, it.is_workspace, it.packages.len());
                let manifest = Manifest { path, place, is_workspace, count };
                found.entry(it.ecosystem).or_default().push(manifest);
            }
            for (ecosystem, places) in [
                (Ecosystem::Docker, base_images(file)),
                (Ecosystem::Compose, images_of_services(file)),
            ] {
                if let Some(place) = places.first().copied() {
                    let manifest =
                        Manifest { path, place, is_workspace: false, count: places.len() };
                    found.entry(ecosystem).or_default().push(manifest);
                }
            }
        }
        let found = found.into_iter().filter(|(_, all)| all.iter().any(|it| it.count > 0));
        let found = found.map(|(ecosystem, manifests)| {
            let workspaces = manifests.iter().filter(|it| it.is_workspace);
            let workspaces = workspaces.map(Manifest::folder).collect();
            let manifests = manifests.into_iter().filter(|it| it.count > 0).collect();
            EcosystemFound { ecosystem, manifests, workspaces }
        });
        found.collect()
    }

    /// The configurations of what updates dependencies, each with its file. Those of a repository
    /// that was copied in are nobody's.
    pub(crate) fn updates(&self) -> impl Iterator<Item = (&'p File, &'p Updates)> {
        let is_own = |path: &str, updates: &Updates| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            match updates {
                Updates::Dependabot(_) => folder.starts_with('.') && !folder.contains('/'),
                Updates::Renovate(_) => matches!(folder, "" | ".github" | ".gitlab"),
                Updates::Other(..) | Updates::Misplaced(_) => !is_aside(path),
            }
        };
        let all = self.files().flat_map(|(path, file)| {
            file.parts().iter().filter_map(move |part| match part {
                Part::Updates(updates) => Some((path, file, updates)),
                _ => None,
            })
        });
        all.filter(move |(path, _, updates)| is_own(path, updates)).map(|(_, file, it)| (file, it))
    }

    /// Whether something updates dependencies here, whatever it does.
    pub(crate) fn has_updates(&self) -> bool {
        self.updates().any(|(_, updates)| !matches!(updates, Updates::Misplaced(_)))
    }

    /// Who updates the packages of a manifest, which is one of those of its ecosystem.
    pub(crate) fn updating(&self, of: &EcosystemFound<'p>, manifest: &Manifest<'p>) -> Cover {
        let mut cover = Cover::Nobody(None);
        for (_, updates) in self.updates() {
            let now = match updates {
                Updates::Other(tool, place) => Cover::Unknown(tool, *place),
                Updates::Misplaced(_) => continue,
                Updates::Dependabot(dependabot) => dependabot.covers(of, manifest),
                Updates::Renovate(renovate) => {
                    match renovate.does(of.ecosystem, manifest.path, |path| self.has(path)) {
                        Does::Updates => Cover::By(updates.tool(), renovate.place),
                        Does::Unknown => Cover::Unknown(updates.tool(), renovate.place),
                        Does::Refuses(place) => Cover::Off(place, Kept::Nothing),
                        Does::Leaves(place) => Cover::Nobody(Some(place)),
                    }
                }
            };
            // The best that any of them does.
            let rank = |cover: Cover| match cover {
                Cover::By(..) => 0,
                Cover::Unknown(..) => 1,
                Cover::Off(..) => 2,
                Cover::Nobody(Some(_)) => 3,
                Cover::Nobody(None) => 4,
            };
            if rank(now) < rank(cover) {
                cover = now;
            }
        }
        cover
    }
}

impl Dependabot {
    fn covers(&self, of: &EcosystemFound<'_>, manifest: &Manifest<'_>) -> Cover {
        if !self.is_read {
            return Cover::Unknown("Dependabot", self.place);
        }
        let mut best = Cover::Nobody(Some(self.place));
        for entry in self.entries.iter().filter(|entry| entry.ecosystem == Some(of.ecosystem)) {
            if entry.excludes(manifest.path) {
                continue;
            }
            let Some(directory) = entry.directories.iter().find(|it| reaches(it, of, manifest))
            else {
                if let (Cover::Nobody(_), Some(last), true) =
                    (best, entry.directories.last(), entry.is_known)
                {
                    best = Cover::Nobody(Some(last.place));
                }
                continue;
            };
            match entry.off {
                // That is said where the name stands.
                _ if !entry.is_known => best = Cover::Unknown("Dependabot", directory.place),
                None => return Cover::By("Dependabot", directory.place),
                Some(Off::Limit(place)) => best = Cover::Off(place, Kept::Security),
                Some(Off::Ignored(place)) => best = Cover::Off(place, Kept::Nothing),
            }
        }
        best
    }

    /// The entries that name a folder in which there is no manifest of their ecosystem.
    pub(crate) fn empty<'d>(
        &'d self,
        repository: &Repository<'_>,
    ) -> Vec<(&'d Entry, &'d Directory)> {
        /// Of a long list of patterns, each looks at every path.
        const MOST: usize = 256;
        // Of an ecosystem that Dependabot does not know, that is what has to be said.
        let entries = self.entries.iter().filter(|entry| entry.is_known);
        let entries = entries.filter_map(|entry| Some((entry, entry.ecosystem?)));
        let named = entries.flat_map(|(entry, ecosystem)| {
            entry.directories.iter().map(move |directory| (entry, ecosystem, directory))
        });
        let is_empty = |ecosystem: Ecosystem, directory: &Directory| {
            !repository.paths().iter().any(|path| has_manifest(ecosystem, directory, path))
        };
        named
            .take(MOST)
            .filter(|(_, ecosystem, directory)| is_empty(*ecosystem, directory))
            .map(|(entry, _, directory)| (entry, directory))
            .collect()
    }
}

/// Whether an entry for that folder updates the manifest.
fn reaches(directory: &Directory, of: &EcosystemFound<'_>, manifest: &Manifest<'_>) -> bool {
    let folder = manifest.folder();
    if directory.is(folder) {
        return true;
    }
    let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    match of.ecosystem {
        // The root stands for the folder that GitHub reads.
        Ecosystem::Actions => directory.is(""),
        // Lists of requirements are looked for one folder below as well.
        Ecosystem::Python
            if !folder.is_empty()
                && directory.is(parent)
                && matches!(manifest.path.rsplit_once('.'), Some((_, "txt" | "in"))) =>
        {
            true
        }
        Ecosystem::NuGet => above(folder).any(|above| directory.is(above)),
        _ => above(folder).any(|above| of.workspaces.contains(above) && directory.is(above)),
    }
}

/// The folders above a folder, the root included.
fn above(folder: &str) -> impl Iterator<Item = &str> {
    let is_root = folder.is_empty();
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([0]);
    ends.filter_map(move |end| folder.get(..end)).filter(move |_| !is_root)
}

/// Whether a path is a manifest of the ecosystem that an entry for the folder would read.
fn has_manifest(ecosystem: Ecosystem, directory: &Directory, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&lower.as_str());
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let is_yaml = ends(&[".yml", ".yaml"]);
    let here = directory.is(folder);
    let below = || here || above(folder).any(|above| directory.is(above));
    match ecosystem {
        Ecosystem::Actions => {
            let is_workflow = folder == ".github/workflows" && is_yaml;
            let is_action = is(&["action.yml", "action.yaml"]);
            here && (is_workflow || is_action) || directory.path.is_empty() && is_workflow
        }
        Ecosystem::Bundler => here && (is(&["gemfile", "gems.rb"]) || ends(&[".gemspec"])),
        Ecosystem::Cargo => here && is(&["cargo.toml"]),
        Ecosystem::Compose => here && is_yaml && lower.contains("compose"),
        Ecosystem::Composer => here && is(&["composer.json"]),
        Ecosystem::Conda | Ecosystem::Helm => here && is_yaml,
        Ecosystem::Deno => here && is(&["deno.json", "deno.jsonc"]),
        // It reads the images of manifests and of values as well.
        Ecosystem::Docker => {
            here && (lower.contains("dockerfile") || lower.contains("containerfile") || is_yaml)
        }
        Ecosystem::Go => here && is(&["go.mod", "go.work"]),
        Ecosystem::Gradle => below() && (ends(&[".gradle", ".gradle.kts", ".versions.toml"])),
        Ecosystem::Hex => here && is(&["mix.exs"]),
        Ecosystem::Maven => here && ends(&["pom.xml"]),
        Ecosystem::Npm => here && is(&["package.json", "bun.lock", "bun.lockb"]),
        Ecosystem::NuGet => {
            below()
                && (ends(&["proj", ".sln", ".slnx", ".props", ".targets", ".nuspec"])
                    || is(&["packages.config", "global.json", "dotnet-tools.json"]))
        }
        Ecosystem::Pub => here && is(&["pubspec.yaml"]),
        Ecosystem::Submodules => here && is(&[".gitmodules"]),
        Ecosystem::Swift => below() && is(&["package.swift", "package.resolved"]),
        Ecosystem::Python => {
            let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            let is_list = ends(&[".txt", ".in"]);
            let is_other = is(&["pyproject.toml", "setup.py", "setup.cfg", "pipfile", "uv.lock"])
                || is(&["poetry.lock", "pylock.toml"]);
            here && (is_list || is_other) || is_list && directory.is(parent)
        }
        Ecosystem::Terraform => here && ends(&[".tf", ".tofu", ".hcl", ".tf.json"]),
    }
}

/// The images of others that the stages of a Dockerfile begin with.
fn base_images(file: &File) -> Vec<Place> {
    let stages = file.dockerfile().into_iter().flat_map(Dockerfile::stages);
    let external = stages.filter(|stage| stage.is_external() && !stage.is_scratch());
    let images = external.filter_map(|stage| {
        let image = stage.resolved_image().filter(|image| !image.is_empty())?;
        let word = stage.image()?;
        (!image.contains('$')).then_some(word.place)
    });
    images.collect()
}

/// The images of others that the services of a Compose file run.
fn images_of_services(file: &File) -> Vec<Place> {
    let documents = file.documents().filter(|(_, kind)| *kind == DocumentKind::Compose);
    let services = documents.flat_map(|(document, _)| compose::services(document));
    let images = services.filter_map(Service::foreign_image);
    images.filter(|image| !image.text().contains("${")).map(crate::tree::Node::place).collect()
}
