//! What a project shows that its configuration may speak of.

use std::collections::{BTreeMap, BTreeSet};

use super::images::images;
use crate::compose::Stacks;
use crate::config::Config;
use crate::file::File;
use crate::k8s::{Workload, is_templated};
use crate::kustomize::Overlays;
use crate::outcome::Outcome;
use crate::project::Project;
use crate::rules::{Environment, Rule, find};
use crate::tree::Node;

/// Folders of code that other people wrote. `vendor` is one of them only at the top: further down
/// it may as well be the service that deals with vendors.
const VENDORED: [&str; 6] =
    ["third_party", "third-party", "thirdparty", "vendored", "site-packages", "bower_components"];

/// Folders for development whose names [`Config`] does not read as such.
const DEVELOPMENT: [&str; 5] = ["devel", "devenv", "localdev", "minikube", "testdata"];

/// What was found. Every text in it is plain, see [`is_plain`].
#[derive(Default)]
pub(crate) struct Survey {
    /// Folders of other people's code in which something was found, and how much.
    pub(super) vendored: BTreeMap<String, usize>,
    /// What is taken to be for development because of its path.
    pub(super) told: BTreeSet<String>,
    /// What should be: folders whose names say so to people alone.
    pub(super) development: BTreeSet<String>,
    /// The Secrets that workloads refer to and that are not here.
    pub(super) secrets: BTreeSet<String>,
    /// The one Dockerfile of an image, by the image.
    pub(super) images: BTreeMap<String, String>,
    /// The rules with parameters that found something.
    pub(super) tunable: Vec<&'static Rule>,
}

impl Survey {
    /// Looks over what a run saw and found.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let overlays = Overlays::of(outcome.files.as_slice(), |_| Environment::Production);
        let stacks = Stacks::of(outcome.files.as_slice(), |_| Environment::Production);
        let project = Project::link(&outcome.files, &overlays, &stacks);
        let mut survey = Survey {
            secrets: missing_secrets(&project),
            images: images(&project),
            tunable: tunable(outcome),
            ..Survey::default()
        };
        for found in outcome.active() {
            let path = outcome.files.source(found.place.file).map_or("", |source| source.path());
            if let Some(folder) = vendored(path) {
                *survey.vendored.entry(folder.to_owned()).or_default() += 1;
            }
        }
        let config = Config::default();
        for path in understood(outcome.files.as_slice()).filter(|path| vendored(path).is_none()) {
            if let Some(told) = told(&config, path) {
                survey.told.insert(told.to_owned());
            } else if let Some(folder) = outermost(path, says_development) {
                survey.development.insert(folder.to_owned());
            }
        }
        survey
    }

    /// What of it the configuration takes up, in a line each.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let vendored = self.vendored.iter().map(|(folder, count)| {
            let findings = if *count == 1 { "finding" } else { "findings" };
            format!("{folder} is left out: {count} {findings} in code of others")
        });
        let development = self.development.iter();
        let development = development.map(|folder| format!("{folder} is for development"));
        let told = self.told.iter().map(|path| format!("{path} is for development by its path"));
        let images =
            self.images.iter().map(|(image, path)| format!("{image} is built from {path}"));
        let secrets = self.secrets.iter();
        let secrets = secrets.map(|name| {
            format!("Secret {name} is not here; `external` may say that it need not be")
        });
        vendored.chain(development).chain(told).chain(images).chain(secrets).collect()
    }
}

fn understood(files: &[File]) -> impl Iterator<Item = &str> {
    let understood = files.iter().filter(|file| file.kind().is_some());
    understood.map(|file| file.source().path()).filter(|path| is_plain(path))
}

/// Whether a text can stand in a line of configuration as it is, and in a glob for itself.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || " ._-/@:+".contains(c))
}

/// The outermost folder of a path that is one of those meant, with a slash at its end; asked
/// without.
fn outermost(path: &str, is_meant: impl Fn(&str) -> bool) -> Option<&str> {
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    let end = slashes.find(|end| path.get(..*end).is_some_and(&is_meant))?;
    path.get(..=end)
}

/// The last segment of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of other people's code that a path leads through.
pub(super) fn vendored(path: &str) -> Option<&str> {
    let is_vendored = |folder: &str| folder == "vendor" || VENDORED.contains(&last(folder));
    outermost(path, is_vendored).filter(|folder| is_plain(folder))
}

/// The folder, or else the file, whose name tells that it is for development.
fn told<'p>(config: &Config, path: &'p str) -> Option<&'p str> {
    let is_told =
        |path: &str| config.settings_below(path, path).environment == Environment::Development;
    let of_folder = || outermost(path, |folder| is_told(&format!("{folder}/x")));
    is_told(path).then(|| of_folder().unwrap_or(path))
}

/// `minikube`, `integration-tests`; but `test-runner` may be anything.
fn says_development(folder: &str) -> bool {
    let lower = last(folder).to_ascii_lowercase();
    let last = lower.rsplit(['-', '_']).next().unwrap_or_default();
    DEVELOPMENT.contains(&lower.as_str()) || last == "tests" || last == "e2e"
}

fn tunable(outcome: &Outcome) -> Vec<&'static Rule> {
    let found: BTreeSet<&str> = outcome.active().map(|found| found.rule).collect();
    let rules = found.into_iter().filter_map(find);
    rules.filter(|rule| !rule.parameters.is_empty()).collect()
}

/// Secrets belong into no repository, so that one which is missing here lives elsewhere; what
/// makes one of the same name (an `ExternalSecret`, a `SealedSecret`) is as good as the Secret.
fn missing_secrets(project: &Project<'_>) -> BTreeSet<String> {
    let subjects = (0..project.files().len()).filter_map(|index| project.subjects(index));
    let objects = subjects.flat_map(|subjects| &subjects.objects);
    let made = objects.filter(|object| object.kind().ends_with("Secret"));
    let made: BTreeSet<&str> = made
        .flat_map(|object| {
            let target = object.node().at(&["spec", "target", "name"]);
            [object.name(), target.map_or("", Node::text)]
        })
        .collect();
    let wanted = project.workloads().flat_map(secrets_of);
    wanted
        .filter(|name| !made.contains(name) && !is_templated(name) && is_plain(name))
        .map(str::to_owned)
        .collect()
}

/// The Secrets that the containers of a workload read.
fn secrets_of(workload: Workload<'_>) -> Vec<&str> {
    let mut names = Vec::new();
    for container in workload.containers() {
        let items = |key| container.node().at(&[key]).into_iter().flat_map(Node::items);
        names.extend(items("envFrom").filter_map(|from| from.at(&["secretRef", "name"])));
        names.extend(
            items("env").filter_map(|item| item.at(&["valueFrom", "secretKeyRef", "name"])),
        );
    }
    let volumes = workload.pod_spec().and_then(|spec| spec.at(&["volumes"]));
    let volumes = volumes.into_iter().flat_map(Node::items);
    names.extend(volumes.filter_map(|volume| volume.at(&["secret", "secretName"])));
    names.into_iter().map(Node::text).collect()
}
