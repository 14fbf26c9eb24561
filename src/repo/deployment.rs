//! What a repository deploys, and where to.

use super::documents::Topic;
use super::pipeline::{Activity, Does, Format, Leniency, Scan, format_of, is_yaml};
use super::{Repository, is_aside, is_for_show};
use crate::alert::Alert;
use crate::docker::{Action, Dockerfile};
use crate::project::Project;
use crate::source::Place;
use crate::tree::Node;

/// Where something runs, as far as a name says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Production,
    Rehearsal,
}

/// Names of what rehearses production.
const REHEARSALS: [&str; 24] = [
    "acc",
    "acceptance",
    "beta",
    "canary",
    "demo",
    "e2e",
    "int",
    "integration",
    "pilot",
    "preprod",
    "preproduction",
    "preview",
    "qa",
    "qual",
    "rehearsal",
    "review",
    "rc",
    "sandbox",
    "sit",
    "stage",
    "staging",
    "stg",
    "test",
    "uat",
];

const PRODUCTIONS: [&str; 4] = ["live", "prd", "prod", "production"];

/// The environment that a name is about.
fn stage_of(name: &str) -> Option<Stage> {
    let lower = name.to_ascii_lowercase();
    if lower.contains("pre-prod") || lower.contains("non-prod") {
        return Some(Stage::Rehearsal);
    }
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| match word {
        word if PRODUCTIONS.contains(&word) => Some(Stage::Production),
        word if REHEARSALS.contains(&word) => Some(Stage::Rehearsal),
        _ => None,
    })
}

/// The part of a path that says for which environment a configuration is: the folder of an overlay, or the name of a file.
fn environment_of_path(path: &str) -> Option<Stage> {
    const FOLDERS: [&str; 10] = [
        "overlays",
        "environments",
        "environment",
        "envs",
        "env",
        "clusters",
        "stages",
        "deploy",
        "deployments",
        "config",
    ];
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_configuration = matches!(
        extension,
        "yaml" | "yml" | "json" | "toml" | "tfvars" | "env" | "bicepparam" | "hcl"
    ) || name.starts_with(".env.");
    if !is_configuration
        || path.contains("test/")
        || path.contains("tests/")
        || path.starts_with(".github/")
    {
        return None;
    }
    let is_about = |stem: &str| {
        [
            "values",
            "compose",
            "config",
            "settings",
            "application",
            "appsettings",
            "env",
            "kustomization",
        ]
        .iter()
        .any(|it| stem.contains(it))
    };
    let own = if name.starts_with(".env.") {
        stage_of(extension)
    } else {
        stage_of(stem).filter(|_| {
            is_about(stem) || extension == "tfvars" || FOLDERS.iter().any(|it| folder.ends_with(it))
        })
    };
    let mut folders = folder.split('/').peekable();
    let mut inherited = None;
    while let Some(one) = folders.next() {
        if FOLDERS.contains(&one) {
            inherited = inherited.or_else(|| folders.peek().and_then(|it| stage_of(it)));
        }
    }
    own.or(inherited)
}

/// Whether a name or a path is about an environment that is like production, and no test of a part.
fn is_staging(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    lower.contains("pre-prod")
        || words.any(|word| {
            matches!(
                word,
                "acceptance"
                    | "preprod"
                    | "preproduction"
                    | "qa"
                    | "rehearsal"
                    | "sandbox"
                    | "stage"
                    | "staging"
                    | "stg"
                    | "uat"
            )
        })
}

/// Whether something is deployed that answers: infrastructure is proven in other ways.
fn deploys_service(does: &Does) -> bool {
    const INFRASTRUCTURE: [&str; 5] =
        ["Terraform", "Pulumi", "CloudFormation", "Azure Resource Manager", "Travis"];
    matches!(does, Does::Deploys(tool) if !INFRASTRUCTURE.contains(tool))
}

/// Whether what is built from a file is none that runs in production: its path says that it is for
/// tests, for examples or for developers, or that others wrote it.
pub(crate) fn is_left_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let mut words = name.split(['.', '-', '_']);
    is_aside(path)
        || is_for_show(path)
        || words.any(|word| matches!(word, "dev" | "local" | "template"))
}

/// How a scan fails to stop what it should.
#[derive(Clone, Debug)]
pub(crate) enum Slack {
    /// Its failure counts for nothing.
    Lenient(Leniency),
    /// It runs only then.
    Rare(&'static str),
    /// What it looks at is deployed or pushed already, or beside it, by this.
    Late(Activity),
}

impl Repository<'_> {
    /// Why none of the scans of a kind can stop anything, with the first of them; nothing where one can, or where there is
    /// none.
    pub(crate) fn slack_of(&self, kind: Scan) -> Option<(&Activity, Slack)> {
        let mut first = None;
        for scan in self.flow().scans(kind) {
            let slack = self.slack(scan)?;
            first.get_or_insert((scan, slack));
        }
        first
    }

    /// The scans of a kind that stop what they find something in.
    pub(crate) fn stopping_scans(&self, kind: Scan) -> impl Iterator<Item = &Activity> {
        self.flow().scans(kind).filter(|scan| self.slack(scan).is_none())
    }

    fn slack(&self, scan: &Activity) -> Option<Slack> {
        let flow = self.flow();
        if let Some(lenient) = scan.lenient.clone().filter(|it| !self.is_configured(scan, it)) {
            return Some(Slack::Lenient(lenient));
        }
        if let Some(when) = scan.events.describe() {
            return Some(Slack::Rare(when));
        }
        if scan.events.has(super::pipeline::Events::MERGE)
            || !matches!(scan.does, Does::Scans(Scan::Image, _))
        {
            return None;
        }
        let is_here =
            |it: &&Activity| it.at.0 == scan.at.0 && !(it.events & scan.events).is_empty();
        let deploys: Vec<_> =
            flow.doing(|it| matches!(it, Does::Deploys(_))).filter(is_here).collect();
        let pushes: Vec<_> = flow.doing(|it| *it == Does::PushesImage).filter(is_here).collect();
        let acts = if deploys.is_empty() { pushes } else { deploys };
        let is_met = acts.iter().any(|it| flow.is_before(scan, it));
        acts.first().filter(|_| !is_met).map(|it| Slack::Late((*it).clone()))
    }

    /// Whether a file of the scanner's own may tell it to fail.
    fn is_configured(&self, scan: &Activity, lenient: &Leniency) -> bool {
        let Does::Scans(_, tool) = scan.does else { return false };
        let files: &[&str] = match tool {
            "Trivy" => &["trivy.yaml", "trivy.yml"],
            "Grype" => &[".grype.yaml", ".grype/config.yaml"],
            _ => &[],
        };
        lenient.how == super::pipeline::How::ByDefault && files.iter().any(|it| self.has(it))
    }

    /// The first deployment of which nothing behind it says whether it works; nothing where one is looked at.
    pub(crate) fn unproven_deployment(&self) -> Option<&Activity> {
        let flow = self.flow();
        let proves = |does: &Does| {
            matches!(does, Does::SmokeTests | Does::AwaitsRollout | Does::Tests | Does::Unknown)
        };
        let mut first = None;
        for deployment in flow.doing(deploys_service) {
            let is_proven = flow.doing(proves).any(|it| {
                flow.is_before(deployment, it)
                    || it.at == deployment.at
                    || it.does == Does::Unknown && it.at.0 == deployment.at.0
            });
            if is_proven {
                return None;
            }
            first.get_or_insert(deployment);
        }
        first
    }

    /// Every deployment of a service, with what behind it says whether it works, of those things of which
    /// `proves` holds.
    pub(crate) fn deployments(
        &self,
        proves: impl Fn(&Does) -> bool,
    ) -> Vec<(&Activity, Option<&Activity>)> {
        /// Nobody deploys in more places.
        const MOST: usize = 256;
        let flow = self.flow();
        let proofs: Vec<_> =
            flow.doing(proves).filter(|it| it.lenient.is_none()).take(MOST).collect();
        let deployments = flow.doing(deploys_service).take(MOST);
        let pairs = deployments.map(|deployment| {
            let is_behind = |it: &&&Activity| {
                flow.is_before(deployment, it) || it.at == deployment.at && it.does != Does::Tests
            };
            (deployment, proofs.iter().find(is_behind).copied())
        });
        pairs.collect()
    }

    /// Where something is said to be for what rehearses production, and what it is.
    pub(crate) fn rehearsals(&self, project: &Project<'_>) -> Vec<(Place, String)> {
        let jobs: Vec<_> = self.flow().pipelines().flat_map(|(_, it)| &it.jobs).collect();
        let environments = jobs.iter().filter_map(|job| job.environment.as_ref());
        // What is handed to a pipeline may be any.
        let environments =
            environments.filter(|(name, _)| is_staging(name) && !name.contains(['$', '{']));
        let mut found: Vec<_> =
            environments.map(|(name, at)| (*at, format!("environment `{name}`"))).collect();
        let is_deploying = |job: &&&super::pipeline::Job| {
            is_staging(&job.name) && job.steps.iter().any(|it| matches!(it.does, Does::Deploys(_)))
        };
        let named = jobs.iter().filter(is_deploying);
        found.extend(named.map(|job| (job.place, format!("job `{}`", job.name))));
        for (path, file) in self.files() {
            let is_one = environment_of_path(path) == Some(Stage::Rehearsal) && is_staging(path);
            if let Some((first, _)) =
                file.documents().next().filter(|_| is_one && !is_for_show(path))
            {
                found.extend(first_key(first).map(|at| (at, format!("`{path}`"))));
            }
        }
        let subjects = self.files().filter_map(|(_, file)| project.subjects(file.id().index()));
        for object in subjects.flat_map(|it| &it.objects) {
            let is_one = matches!(object.kind(), "Application" | "Namespace");
            if is_one && is_staging(object.name()) {
                found.push((object.grip().place(), object.describe()));
            }
        }
        found
    }

    /// Where something is said to be for production, where nothing rehearses it.
    pub(crate) fn unrehearsed_production(&self, project: &Project<'_>) -> Option<Place> {
        let flow = self.flow();
        let environments = || {
            flow.pipelines().flat_map(|(_, it)| &it.jobs).filter_map(|it| it.environment.as_ref())
        };
        let is_rehearsed = environments()
            .any(|(name, _)| stage_of(name) != Some(Stage::Production))
            || self.paths().iter().any(|path| environment_of_path(path) == Some(Stage::Rehearsal))
            || flow.pipelines().any(|(path, it)| {
                stage_of(path.rsplit('/').next().unwrap_or(path)) == Some(Stage::Rehearsal)
                    && it
                        .jobs
                        .iter()
                        .flat_map(|it| &it.steps)
                        .any(|it| matches!(it.does, Does::Deploys(_)))
            })
            || flow.pipelines().flat_map(|(_, it)| &it.jobs).any(|it| {
                stage_of(&it.name) == Some(Stage::Rehearsal)
                    && it
                        .steps
                        .iter()
                        .any(|it| matches!(it.does, Does::Deploys(_) | Does::Calls(_)))
            })
            || !self.documents(Topic::Staging).is_empty()
            // The slot is where the new version runs first.
            || flow.doing(|does| matches!(does, Does::Switches(_))).next().is_some();
        let namespaces = || {
            let subjects = self.files().filter_map(|(_, file)| project.subjects(file.id().index()));
            subjects.flat_map(|it| &it.objects).map(|it| (it.namespace(), it.name(), it.kind()))
        };
        let is_named = namespaces().any(|(namespace, name, kind)| {
            stage_of(namespace) == Some(Stage::Rehearsal)
                || matches!(kind, "Application" | "Namespace")
                    && stage_of(name) == Some(Stage::Rehearsal)
        });
        if is_rehearsed || is_named {
            return None;
        }
        let of_job = environments()
            .find(|(name, _)| stage_of(name) == Some(Stage::Production))
            .map(|it| it.1);
        of_job.or_else(|| {
            let mut files = self
                .files()
                .filter(|(path, _)| environment_of_path(path) == Some(Stage::Production));
            files.find_map(|(_, file)| file.documents().next().and_then(|(it, _)| first_key(it)))
        })
    }

    /// The first file that is built into an image, but for those of tests and developers.
    pub(crate) fn built_at(&self) -> Option<Place> {
        let mut files = self.files().filter(|(path, _)| !is_left_out(path));
        files.find_map(|(_, file)| {
            Some(file.dockerfile()?.stages().first()?.from().image.as_ref()?.place)
        })
    }

    /// Whether something that is built or deployed from here runs as a service.
    pub(crate) fn is_of_service(&self, project: &Project<'_>) -> bool {
        let subjects = self.files().filter_map(|(_, file)| project.subjects(file.id().index()));
        let mut running = subjects
            .filter(|it| !it.workloads.is_empty() || it.services.iter().any(|it| it.is_deployed()));
        let listens = |dockerfile: &Dockerfile| {
            let mut all = dockerfile.stages().iter().flat_map(crate::docker::Stage::instructions);
            all.any(|it| matches!(it.action, Action::Expose(..)))
        };
        // An image of a program that people start says nothing of the kind.
        let is_exposed = self.files().any(|(_, file)| file.dockerfile().is_some_and(listens));
        running.next().is_some() || is_exposed && self.built_at().is_some()
    }

    /// Whether alerts lead to runbooks, wherever those are.
    pub(crate) fn links_runbooks(&self, project: &Project<'_>) -> bool {
        self.alerts(project, |alert| alert.has_runbook)
    }

    /// Whether an alert is about a budget for errors.
    pub(crate) fn burns_budget(&self, project: &Project<'_>) -> bool {
        self.alerts(project, |alert| {
            let name = alert.name.text().to_ascii_lowercase();
            ["burn", "errorbudget", "error_budget", "slo"].iter().any(|it| name.contains(it))
        })
    }

    /// The name of the first alert.
    pub(crate) fn first_alert(&self, project: &Project<'_>) -> Option<Place> {
        let mut subjects = self.files().filter_map(|(_, file)| project.subjects(file.id().index()));
        subjects
            .find_map(|it| Some(it.alerts.iter().flat_map(|it| &it.alerts).next()?.name.place()))
    }

    fn alerts(&self, project: &Project<'_>, is_one: impl Fn(&Alert<'_>) -> bool) -> bool {
        let mut subjects = self.files().filter_map(|(_, file)| project.subjects(file.id().index()));
        subjects.any(|it| it.alerts.iter().flat_map(|it| &it.alerts).any(&is_one))
    }

    /// Whether there is code of which tests may be asked: it names what it depends on.
    pub(crate) fn has_code(&self) -> bool {
        const MANIFESTS: [&str; 12] = [
            "pyproject.toml",
            "requirements.txt",
            "setup.py",
            "setup.cfg",
            "pipfile",
            "package.json",
            "cargo.toml",
            "go.mod",
            "pom.xml",
            "build.gradle",
            "build.gradle.kts",
            "composer.json",
        ];
        self.paths().iter().any(|path| {
            let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
            MANIFESTS.contains(&name.as_str()) || name.ends_with(".csproj")
        })
    }

    /// Whether a pipeline of a program that is not read lies here, or a platform builds what is pushed.
    pub(crate) fn has_foreign_pipeline(&self) -> bool {
        const FOLDERS: [&str; 9] = [
            ".semaphore",
            ".teamcity",
            ".harness",
            ".tekton",
            "tekton",
            ".builds",
            "concourse",
            ".concourse",
            "bamboo-specs",
        ];
        const FILES: [&str; 16] = [
            ".cirrus.yml",
            ".onedev-buildspec.yml",
            "appveyor.yml",
            ".appveyor.yml",
            "codefresh.yml",
            "wercker.yml",
            ".gocd.yaml",
            ".build.yml",
            "heroku.yml",
            "render.yaml",
            "railway.json",
            "railway.toml",
            "app.json",
            "dagger.json",
            "shippable.yml",
            "buddy.yml",
        ];
        self.paths().iter().any(|path| match path.rsplit_once('/') {
            // Concourse looks nowhere by itself; that is what people call its files.
            Some(("ci", name)) if name.starts_with("pipeline") && is_yaml(path) => true,
            Some((folders, _)) => folders.split('/').any(|folder| FOLDERS.contains(&folder)),
            None => FILES.iter().any(|file| path.starts_with(file)),
        })
    }

    /// Whether a file lies here that is a pipeline by its name, whatever could be read of it.
    pub(crate) fn has_file_of_pipeline(&self) -> bool {
        let is_one = |path: &str| matches!(format_of(path), Some(Format::Pipeline(_)));
        self.paths().iter().copied().any(is_one)
    }
}

fn first_key(node: Node<'_>) -> Option<Place> {
    node.own_entries().next().map(|it| it.key.place())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_for_which_environment_they_are() {
        let of = environment_of_path;
        assert_eq!(of("deploy/overlays/production/kustomization.yaml"), Some(Stage::Production));
        assert_eq!(of("charts/api/values-staging.yaml"), Some(Stage::Rehearsal));
        assert_eq!(of("compose.prod.yaml"), Some(Stage::Production));
        assert_eq!(of(".env.staging"), Some(Stage::Rehearsal));
        assert_eq!(of("infra/envs/pre-prod/main.tfvars"), Some(Stage::Rehearsal));
        assert_eq!(of("src/production.py"), None);
        assert_eq!(of("k8s/deployment.yaml"), None);
    }
}
