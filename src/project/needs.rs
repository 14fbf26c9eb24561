//! What a process needs of its environment, and whether anything gives it that.

use std::collections::HashSet;

use super::keyed::takes_from_store;
use super::{Known, Project, Reads, Runner};
use crate::credential::names_credential;
use crate::diagnostic::Confidence;
use crate::docker::{Dockerfile, Form, Image, Start, is_set_by_images};
use crate::image::ImageRef;
use crate::k8s::{Container, ContainerClass, KeyedKind};
use crate::source::{Place, Source};
use crate::tree::Node;

/// A variable that a process needs and that nothing gives it.
#[derive(Clone, Debug)]
pub(crate) struct Unmet {
    pub(crate) name: String,
    /// Where it is needed.
    pub(crate) at: Place,
    pub(crate) by: Need,
    pub(crate) confidence: Confidence,
}

/// What needs a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The configuration of an agent.
    Configuration,
    /// The command that the image starts with.
    Start,
    /// `$(NAME)` in the container's own command.
    Command,
}

impl Need {
    /// Who it is, for people.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Need::Configuration => "its configuration",
            Need::Start => "the command of its image",
            Need::Command => "its command",
        }
    }
}

impl Unmet {
    /// Whether the process does not start without it, or without what it stands for.
    pub(crate) fn is_grave(&self) -> bool {
        self.by != Need::Configuration || names_credential(&self.name)
    }

    /// What is missing, and what needs it, in a clause for people.
    pub(crate) fn describe(all: &[Self]) -> String {
        const FEW: usize = 4;
        let names: Vec<_> = all.iter().take(FEW).map(|it| format!("`{}`", it.name)).collect();
        let more = all.len().saturating_sub(FEW);
        let names = match (names.as_slice(), more) {
            ([.., _], 1..) => format!("{} and {more} more", names.join(", ")),
            ([first @ .., last], _) if !first.is_empty() => {
                format!("{} and {last}", first.join(", "))
            }
            _ => names.concat(),
        };
        let first = all.first().map(|it| it.by);
        let is_one = all.iter().all(|it| Some(it.by) == first);
        let who = first.filter(|_| is_one).map_or("it", Need::describe);
        format!("{names}, which {who} needs")
    }
}

/// Programs that start another one with variables from a store of secrets.
///
/// Source: the documentation of each.
const LOADERS: [&str; 20] = [
    "aws-env",
    "aws-vault",
    "bank-vaults",
    "berglas",
    "chamber",
    "consul-template",
    "direnv",
    "doppler",
    "dotenv",
    "dotenvx",
    "envconsul",
    "exec-with-secrets",
    "infisical",
    "op",
    "secretspec",
    "sops",
    "ssm-env",
    "summon",
    "teller",
    "vault-env",
];

/// What the names of variables begin with that Kubernetes or an operator sets by itself.
///
/// Sources: kubernetes.io, "Service environment variables"; docs.dapr.io, "Environment variable
/// reference"; github.com/open-telemetry/opentelemetry-operator, "auto-instrumentation injection".
const SET_BY_PLATFORM: [&str; 3] = ["KUBERNETES_", "DAPR_", "OTEL_"];

/// Ends of the names of the variables that Kubernetes makes of Services.
const OF_SERVICES: [&str; 4] = ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT", "_ADDR"];

/// What a process gets from those who run it.
struct Given<'p> {
    names: HashSet<String>,
    /// What the process runs, where it is built here.
    image: Option<(Image<'p>, &'p Dockerfile)>,
}

impl Given<'_> {
    /// Whether nothing sets the variable. Of an image that nobody knows, that is sure of credentials only,
    /// which no image holds.
    fn lacks(&self, name: &str) -> bool {
        let is_open = |image: &Image<'_>, dockerfile: &Dockerfile| {
            let is_public = image.origin.resolved_image().is_some_and(is_public);
            let may_be_of_base = !is_public || is_set_by_images(name);
            dockerfile.at_end(image.stage).sets(name) || may_be_of_base && !names_credential(name)
        };
        let is_set = match &self.image {
            Some((image, dockerfile)) => is_open(image, dockerfile),
            None => !names_credential(name),
        };
        let is_of_platform = SET_BY_PLATFORM.iter().any(|start| name.starts_with(start));
        let is_given = self.names.contains(name) || self.names.contains(&format!("{name}_FILE"));
        !is_given && !is_set && !is_of_platform
    }
}

impl<'p> Project<'p> {
    /// The variables that a process needs and that nothing gives it: neither those who run it nor its
    /// image. Nothing is told where variables may come from what is not among the files.
    pub(crate) fn unmet_needs(&self, runner: Runner<'_>) -> Vec<Unmet> {
        if self.has_rest() || has_loader(&words_of(runner)) {
            return Vec::new();
        }
        let of_command = self.unmet_in_command(runner);
        let files = self.files_of_secrets(runner);
        let Some((mut names, files)) = self.names_given(runner).zip(files) else {
            return of_command;
        };
        names.extend(files);
        let image = self.image_of(runner).zip(self.dockerfile_run_by(runner));
        let is_open = |image: &Image<'_>| {
            let started = started(image);
            has_loader(&started) || is_filled(runner, &started)
        };
        if image.as_ref().is_some_and(|(image, _)| is_open(image)) {
            return of_command;
        }
        let given = Given { names, image };
        let mut unmet = of_command;
        unmet.extend(Self::unmet_at_start(runner, &given));
        unmet.extend(self.unmet_in_configuration(runner, &given));
        let mut seen = HashSet::new();
        unmet.retain(|it| seen.insert(it.name.clone()));
        unmet
    }

    /// The names of the variables that whoever runs the process gives it; nothing where there may be
    /// others.
    fn names_given(&self, runner: Runner<'_>) -> Option<HashSet<String>> {
        match runner {
            Runner::Service(service) => {
                Some(service.given_variables()?.into_iter().map(str::to_owned).collect())
            }
            Runner::Container(container) => {
                let workload = container.workload();
                let object = workload.object();
                let is_open = takes_from_store(workload)
                    || self.is_doubted(object)
                    || self.has_unseen_company(object)
                    || mounts_variables(container);
                let variables = self.variables_of(container);
                let names = variables.iter().map(|variable| variable.name.clone().into_owned());
                (!is_open && !variables.is_open()).then(|| names.collect())
            }
        }
    }

    /// The names of the secrets that the process may read as files, as its variables would be called;
    /// nothing where nobody knows them.
    fn files_of_secrets(&self, runner: Runner<'_>) -> Option<Vec<String>> {
        let as_variable = |name: &str| name.to_ascii_uppercase().replace(['-', '.'], "_");
        let Some(container) = runner.container() else {
            let secrets = runner.node().at(&["secrets"]).into_iter().flat_map(Node::items);
            let names = secrets.flat_map(|secret| {
                let of_map = ["source", "target"].map(|key| secret.at(&[key]));
                of_map.into_iter().flatten().chain(secret.is_scalar().then_some(secret))
            });
            return Some(names.map(|name| as_variable(name.text())).collect());
        };
        let object = container.workload().object();
        let volumes = container.workload().volumes();
        let own = volumes.iter().filter(|volume| {
            volume.mounts.iter().any(|mount| mount.container.node() == container.node())
        });
        let mut names = Vec::new();
        for volume in own {
            if volume.source().is_some_and(|source| source.key.text() == "csi") {
                return None;
            }
            for reference in volume.shown().iter().filter(|it| it.kind == KeyedKind::Secret) {
                let Known::Keys(_, keys) =
                    self.keyed(object, reference.kind, reference.name.text())
                else {
                    return None;
                };
                names.extend(keys.into_iter().map(as_variable));
            }
        }
        Some(names)
    }

    /// `$(NAME)` in a container's command, which the kubelet fills in from the variables of the manifest
    /// alone, and leaves as it is where there is none.
    fn unmet_in_command(&self, runner: Runner<'_>) -> Vec<Unmet> {
        let Some(container) = runner.container() else { return Vec::new() };
        let lists = ["command", "args"].into_iter().filter_map(|key| container.node().at(&[key]));
        let words: Vec<_> = lists
            .flat_map(Node::items)
            .flat_map(|word| filled_in(word.text()).into_iter().map(move |name| (name, word)))
            .collect();
        if words.is_empty() {
            return Vec::new();
        }
        let Some(names) = self.names_given(runner) else { return Vec::new() };
        let is_of_service = |name: &str| OF_SERVICES.iter().any(|end| name.ends_with(end));
        let is_given = |name: &str| {
            names.contains(name) || name.starts_with("KUBERNETES_") || is_of_service(name)
        };
        let unmet = words.into_iter().filter(|(name, _)| !is_given(name));
        let unmet = unmet.map(|(name, word)| Unmet {
            name: name.to_owned(),
            at: word.place(),
            by: Need::Command,
            confidence: Confidence::High,
        });
        unmet.collect()
    }

    /// The variables of the command that the image starts with, where nobody gives it another one.
    fn unmet_at_start(runner: Runner<'_>, given: &Given<'p>) -> Vec<Unmet> {
        let keys = match runner {
            Runner::Container(_) => ["command", "args"],
            Runner::Service(_) => ["entrypoint", "command"],
        };
        let [replaces, adds] = keys.map(|key| runner.node().at(&[key]).is_some());
        let Some((image, dockerfile)) = given.image.as_ref().filter(|_| !replaces) else {
            return Vec::new();
        };
        // Behind an ENTRYPOINT the CMD is no more than its arguments.
        let start = image.entrypoint.or(image.cmd.filter(|_| !adds));
        let start = start.filter(|_| dockerfile.is_complete() && !dockerfile.is_inline());
        let needed = start.map(|start| dockerfile.variables_of_start(start)).unwrap_or_default();
        let unmet = needed.into_iter().filter(|it| given.lacks(it.name));
        let unmet = unmet.map(|it| Unmet {
            name: it.name.to_owned(),
            at: it.place,
            by: Need::Start,
            confidence: Confidence::High,
        });
        unmet.collect()
    }

    /// The variables of the configurations that the process reads. Of several that read one, each may need
    /// a part of it: only one that gives half of its variables is taken to need the others.
    fn unmet_in_configuration(&self, runner: Runner<'_>, given: &Given<'p>) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        for (agent, reads) in self.agents_of(runner) {
            let needed = agent.needed_variables();
            let count = needed.iter().filter(|it| given.names.contains(it.name)).count();
            let is_handed = matches!(reads, Reads::Mounted(_) | Reads::Copied(_));
            let is_reader = if self.has_one_reader(agent) {
                count > 0 || is_handed
            } else {
                count * 2 >= needed.len() && !ends(runner)
            };
            let source = self.source(agent.root().place().file);
            if !is_reader || source.is_none_or(Source::is_example) {
                continue;
            }
            let missing = needed.into_iter().filter(|it| given.lacks(it.name));
            unmet.extend(missing.map(|it| Unmet {
                name: it.name.to_owned(),
                at: it.at.place(),
                by: Need::Configuration,
                confidence: Confidence::Medium,
            }));
        }
        unmet
    }

    /// The Dockerfile of the image that somebody runs.
    fn dockerfile_run_by(&self, runner: Runner<'_>) -> Option<&'p Dockerfile> {
        match runner {
            Runner::Container(container) => Some(self.link_of_container(container)?.dockerfile),
            Runner::Service(service) => self.dockerfile_of(service),
        }
    }
}

/// Whether a script that starts the process may make variables of the secrets that are mounted.
fn is_filled(runner: Runner<'_>, started: &[String]) -> bool {
    const SECRETS: [&str; 3] = ["csi", "projected", "secret"];
    let has_secrets = match runner {
        Runner::Container(container) => container.workload().volumes().iter().any(|volume| {
            volume.source().is_some_and(|source| SECRETS.contains(&source.key.text()))
        }),
        Runner::Service(service) => service.node().at(&["secrets"]).is_some(),
    };
    let is_script =
        |word: &String| word.strip_suffix(".sh").is_some() || word.ends_with("entrypoint");
    has_secrets && (started.iter().any(is_script) || words_of(runner).iter().any(is_script))
}

/// Whether a process does one thing and ends, before or beside the one that serves.
fn ends(runner: Runner<'_>) -> bool {
    match runner {
        Runner::Container(container) => {
            container.class() == ContainerClass::Init || container.workload().runs_to_completion()
        }
        Runner::Service(service) => service.ends_by_itself(),
    }
}

/// Whether a container has a file of variables mounted, which its program may read.
fn mounts_variables(container: Container<'_>) -> bool {
    let mounts = container.node().at(&["volumeMounts"]).into_iter().flat_map(Node::items);
    let mut paths = mounts.filter_map(|mount| mount.at(&["mountPath"]));
    paths.any(|path| path.text().strip_suffix(".env").is_some())
}

/// The words of the commands that a process is started with, by whoever runs it.
fn words_of(runner: Runner<'_>) -> Vec<String> {
    let nodes = ["command", "args", "entrypoint"].into_iter();
    let nodes = nodes.filter_map(|key| runner.node().at(&[key]));
    let scalars = nodes.flat_map(|node| node.items().chain(node.is_scalar().then_some(node)));
    scalars.flat_map(|node| node.text().split_whitespace()).map(str::to_owned).collect()
}

/// The words of the commands that an image starts with.
fn started(image: &Image<'_>) -> Vec<String> {
    let words = |start: Start<'_>| match &start.command.form {
        Form::Exec(words) => words.iter().map(|word| word.text.clone()).collect::<Vec<_>>(),
        Form::Shell(text) => text.split_whitespace().map(str::to_owned).collect(),
    };
    [image.entrypoint, image.cmd].into_iter().flatten().flat_map(words).collect()
}

fn has_loader(words: &[String]) -> bool {
    let name = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    words
        .iter()
        .any(|word| LOADERS.contains(&name(word).as_str()) || word.strip_suffix(".env").is_some())
}

/// Whether it is an image of which everybody knows what it sets.
fn is_public(base: &str) -> bool {
    base == "scratch"
        || base.starts_with("gcr.io/distroless/")
        || ImageRef::parse(base).official_name().is_some()
}

/// The names in `$(NAME)`; `$$(NAME)` is text. What is written small is a command of a shell.
fn filled_in(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        rest = after;
        if let Some(after) = after.strip_prefix('$') {
            rest = after;
        } else if let Some((name, after)) =
            after.strip_prefix('(').and_then(|it| it.split_once(')'))
        {
            let of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            if name.len() > 1 && name.chars().all(of_name) {
                found.push(name);
                rest = after;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Unmet;
    use crate::project::Runner;
    use crate::project::tests::linked;

    const CONFIG: &str = "model_list:\n  - model_name: a\n    litellm_params: {model: openai/a, api_key: os.environ/OPENAI_API_KEY}\n\
                          general_settings: {master_key: os.environ/MASTER_KEY}\n";

    /// What the services of a Compose file lack.
    fn unmet(compose: &str, others: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = [("compose.yaml", compose)].iter().chain(others).copied().collect();
        linked(&files, |project| {
            let services = project.subjects(0).unwrap().services.iter();
            let unmet =
                services.map(|service| (service, project.unmet_needs(Runner::Service(*service))));
            let lacking = unmet.filter(|(_, unmet)| !unmet.is_empty());
            lacking
                .map(|(service, unmet)| format!("{}: {}", service.name(), Unmet::describe(&unmet)))
                .collect()
        })
    }

    #[test]
    fn what_a_configuration_needs_and_nobody_gives() {
        let service = |name: &str, rest: &str| {
            format!("  {name}: {{image: acme/api, volumes: ['./config.yaml:/c.yaml'], {rest}}}\n")
        };
        let both = ["`OPENAI_API_KEY` and `MASTER_KEY`, which its configuration needs"];
        let key = "environment: {OPENAI_API_KEY: x}";
        let master = "`MASTER_KEY`, which its configuration needs";
        for (rest, expected) in [
            ("", both.map(|it| format!("a: {it}")).to_vec()),
            (key, vec![format!("a: {master}")]),
            ("environment: [OPENAI_API_KEY, MASTER_KEY]", vec![]),
            ("environment: {OPENAI_API_KEY: x, MASTER_KEY_FILE: /run/x}", vec![]),
            ("environment: [OPENAI_API_KEY], secrets: [master_key]", vec![]),
            ("env_file: .env", vec![]),
            ("command: [doppler, run, --, litellm]", vec![]),
        ] {
            let compose = format!("services:\n{}", service("a", rest));
            assert_eq!(unmet(&compose, &[("config.yaml", CONFIG)]), expected, "{rest}");
        }
        let several = format!(
            "services:\n{}{}{}",
            service("a", key),
            service("web", "ports: ['80:80']"),
            service("migrate", key)
        );
        assert_eq!(unmet(&several, &[("config.yaml", CONFIG)]), [format!("a: {master}")]);
    }

    #[test]
    fn what_the_command_of_an_image_needs() {
        for (start, expected) in [
            ("CMD app --port $PORT", true),
            ("CMD [\"sh\", \"-c\", \"app --port ${PORT}\"]", true),
            ("CMD app --port ${PORT:?}", true),
            ("CMD app --port ${PORT:-80}", false),
            ("CMD PORT=80 && app --port $PORT", false),
            ("CMD [\"app\", \"--port\", \"80\"]", false),
            ("CMD app '$PORT' $APP_ARGS", false),
            ("CMD if [ -n \"$PORT\" ]; then app $PORT; fi", false),
            ("ENV PORT=80\nCMD app --port $PORT", false),
            ("CMD . /app/env && app $PORT", false),
        ] {
            let dockerfile = format!("FROM debian:13-slim\n{start}\n");
            let found = unmet("services:\n  a: {build: .}\n", &[("Dockerfile", &dockerfile)]);
            assert_eq!(!found.is_empty(), expected, "{start}: {found:?}");
        }
        let own = "services:\n  a: {build: ., command: [app]}\n";
        assert!(unmet(own, &[("Dockerfile", "FROM debian:13\nCMD app $PORT\n")]).is_empty());
    }
}
