//! What builds images outside of Compose: pipelines, Makefiles, scripts, Bake, Skaffold, Tilt; and what the
//! same files bring into a cluster.
//!
//! Nothing of these files is checked, and nothing in them is run. They are read for two things: which
//! image is made of which Dockerfile, and of which of its stages; and what is installed of which no manifest
//! tells ([`brought`], [`helmfile`]). [`pipeline`] reads workflows of GitHub, GitLab, Azure, `CircleCI`
//! and their like, [`makefile`], [`bake`], [`jenkins`], [`skaffold`] and [`tilt`] what they are called after,
//! [`script`] shell scripts and what else holds commands; [`command`] finds the builds in shell texts, [`known`] says what a variable stands for where the file itself says so.
//! What that leaves open stays open: a [`Statement`] holds [`UNKNOWN`] in its place, or is not made.

mod bake;
mod brought;
mod command;
mod helmfile;
pub(crate) mod jenkins;
mod known;
pub(crate) mod makefile;
mod pipeline;
mod script;
mod skaffold;
#[cfg(test)]
mod tests;
mod tilt;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use self::brought::Brought;
pub(crate) use self::known::UNKNOWN;
use crate::image::ImageRef;
use crate::source::{FileId, Place, resolve};
use crate::tree::{Node, yaml};

/// No file that people write builds more images.
const MOST: usize = 1024;

/// Something that builds an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) tool: Tool,
    /// The names that the image gets, tags included.
    pub(crate) images: Vec<String>,
    /// Where the Dockerfile may be; the first of them that is there is built.
    pub(crate) dockerfiles: Vec<String>,
    pub(crate) target: Target,
    /// The names of the contexts that it is given beside its own: `--build-context tools=../tools`.
    pub(crate) contexts: Vec<String>,
    pub(crate) place: Place,
}

/// What a [`Statement`] is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Tool {
    Bake,
    Skaffold,
    Tilt,
    Pipeline,
    Makefile,
    /// A shell script, a justfile, a Taskfile, the scripts of a `package.json`.
    Script,
}

/// The stage of a Dockerfile that is built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    Last,
    Stage(String),
    /// A variable decides.
    Unknown,
}

impl Target {
    /// The stage that a text names, if it is one.
    fn of(text: Option<&str>) -> Self {
        match text {
            None | Some("") => Target::Last,
            Some(text) if text.contains(UNKNOWN) => Target::Unknown,
            Some(text) => Target::Stage(text.to_owned()),
        }
    }
}

/// Which of the formats a file may be, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `docker-bake.hcl`
    Bake,
    /// `docker-bake.json`
    BakeJson,
    Jenkinsfile,
    Justfile,
    Makefile,
    /// `package.json`
    Package,
    Script,
    Tiltfile,
    Yaml,
}

impl Format {
    /// The format of files of that name, where it belongs to one that is of no other interest.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let (stem, extension) = lower.rsplit_once('.').unwrap_or((&lower, ""));
        // What overrides another file is nothing without it.
        let is_bake = stem == "bake" || stem == "docker-bake" || stem.ends_with(".docker-bake");
        Some(match extension {
            "hcl" if is_bake => Format::Bake,
            "json" if is_bake => Format::BakeJson,
            "json" if stem == "package" => Format::Package,
            "sh" | "bash" => Format::Script,
            "mk" => Format::Makefile,
            "tiltfile" => Format::Tiltfile,
            "just" | "justfile" => Format::Justfile,
            "jenkinsfile" => Format::Jenkinsfile,
            _ if matches!(name, "Makefile" | "makefile" | "GNUmakefile") => Format::Makefile,
            _ if name == "Tiltfile" => Format::Tiltfile,
            _ if lower == "justfile" => Format::Justfile,
            _ if stem == "jenkinsfile" || lower == "jenkinsfile" => Format::Jenkinsfile,
            _ => return None,
        })
    }
}

/// What a file says of images and of clusters.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) builds: Vec<Statement>,
    pub(crate) brought: Vec<Brought>,
}

impl Told {
    pub(crate) fn is_empty(&self) -> bool {
        self.builds.is_empty() && self.brought.is_empty()
    }
}

/// What the file at `path` builds and brings.
pub(crate) fn read(format: Format, file: FileId, path: &str, text: &Arc<str>) -> Told {
    let mut found = Found { file, folder: folder(path), ..Found::default() };
    match format {
        Format::Makefile if command::may_tell(text) => makefile::read(text, &mut found),
        Format::Script if command::may_tell(text) => script::read(text, &mut found),
        Format::Justfile if command::may_tell(text) => script::read_just(text, &mut found),
        Format::Package if command::may_tell(text) => script::read_package(text, &mut found),
        Format::Jenkinsfile if command::may_tell(text) => jenkins::read(text, &mut found),
        Format::Bake => bake::read(text, &mut found),
        Format::BakeJson => bake::read_json(text, &mut found),
        Format::Tiltfile => tilt::read(text, &mut found),
        Format::Yaml
            if skaffold::may_be(text) || helmfile::may_be(text) || pipeline::may_be(text) =>
        {
            let (tree, _) = yaml::read(file, text, None);
            for document in tree.documents() {
                if skaffold::recognise(document) {
                    skaffold::read(document, &mut found);
                } else if helmfile::recognise(document) {
                    helmfile::read(document, &mut found);
                } else if pipeline::recognise(document) {
                    found.folder = root(path);
                    let name = path.rsplit('/').next().unwrap_or(path);
                    let is_task = name.to_ascii_lowercase().starts_with("taskfile");
                    let tool = if is_task { Tool::Script } else { Tool::Pipeline };
                    pipeline::read(document, tool, &mut found);
                }
            }
        }
        Format::Jenkinsfile
        | Format::Justfile
        | Format::Makefile
        | Format::Package
        | Format::Script
        | Format::Yaml => {}
    }
    found.settle()
}

/// The commands of a step of a pipeline as its shell gets them, each character with its place; what the
/// pipeline puts into them is [`UNKNOWN`].
pub(crate) fn said(script: Node<'_>) -> Vec<(usize, char)> {
    pipeline::said(script, &known::Known::default())
}

fn folder(path: &str) -> String {
    resolve("", path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// The folder of the repository that a pipeline belongs to: above `.github`, `.circleci` and the like.
fn root(path: &str) -> String {
    let folder = folder(path);
    let hidden = |segment: &&str| segment.starts_with('.') && *segment != "..";
    let plain = folder.split('/').take_while(|segment| !hidden(segment));
    plain.collect::<Vec<_>>().join("/")
}

/// What was found in a file so far.
#[derive(Debug)]
struct Found {
    file: FileId,
    /// From where paths begin.
    folder: String,
    statements: Vec<Statement>,
    /// `docker tag`: another name for an image of that name.
    tags: Vec<(String, String)>,
    brought: Vec<Brought>,
}

impl Default for Found {
    fn default() -> Self {
        let (statements, tags) = (Vec::new(), Vec::new());
        let (file, folder, brought) = (FileId::new(0), String::new(), Vec::new());
        Found { file, folder, statements, tags, brought }
    }
}

impl Found {
    fn push(&mut self, statement: Statement) {
        // Without a name it still tells which stage is built, and what with.
        let tells = !statement.images.is_empty()
            || statement.target != Target::Last
            || !statement.contexts.is_empty();
        let is_whole = !statement.dockerfiles.is_empty() && tells;
        if is_whole && self.statements.len() < MOST && !self.statements.contains(&statement) {
            self.statements.push(statement);
        }
    }

    fn tag(&mut self, image: String, other: String) {
        if self.tags.len() < MOST {
            self.tags.push((image, other));
        }
    }

    /// The statements, with the names that images got later.
    fn settle(mut self) -> Told {
        let mut others: HashMap<String, Vec<String>> = HashMap::new();
        for (image, other) in self.tags {
            others.entry(ImageRef::parse(&image).name()).or_default().push(other);
        }
        for statement in &mut self.statements {
            let own = statement.images.iter().map(|image| ImageRef::parse(image).name());
            let later: Vec<_> =
                own.filter_map(|name| others.get(&name)).flatten().take(MOST).cloned().collect();
            statement.images.extend(later);
        }
        Told { builds: self.statements, brought: self.brought }
    }
}

/// The path of a file or a folder, from the folder that another one is; nothing where that is not
/// known or not within the project.
fn path_from(root: &str, folder: &str, path: &str) -> Option<String> {
    let is_known = !path.contains([UNKNOWN, '*', '?']) && !path.contains("://");
    let path = path.trim();
    if !is_known || path.is_empty() || path.starts_with(['/', '~', '-']) {
        return None;
    }
    match path.rsplit_once(known::ROOT) {
        Some((_, below)) => Some(resolve(root, below)),
        None => Some(resolve(folder, path)),
    }
}

/// The Dockerfile that a context has unless another one is named.
fn default_in(context: &str) -> String {
    resolve(context, "Dockerfile")
}
