//! A Compose file as a whole: its services together, and what else it defines.

use std::collections::{HashMap, HashSet};

use super::{Build, Dependency, Service, Stack, interpolated, services};
use crate::command::file_name;
use crate::image::ImageRef;
use crate::source::Place;
use crate::tree::{Entry, Node};
use crate::variables;

/// A Compose file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ComposeFile<'t> {
    /// The document, with all that is merged into it.
    document: Node<'t>,
    /// Where that comes from; nothing for the document as it is written.
    stack: Option<&'t Stack<'t>>,
}

/// A service that another one waits for until it is healthy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Awaited<'t> {
    pub(crate) waiter: Service<'t>,
    /// What says so.
    pub(crate) condition: Node<'t>,
    pub(crate) service: Service<'t>,
}

/// Words in the names of services that do one thing and end.
const ONE_OFF: [&str; 18] = [
    "bootstrap",
    "create",
    "createbucket",
    "createbuckets",
    "download",
    "downloader",
    "import",
    "init",
    "job",
    "migrate",
    "migration",
    "migrations",
    "migrator",
    "provision",
    "pull",
    "seed",
    "setup",
    "task",
];

/// Commands that do one thing and end.
///
/// Sources: the documentation of the programs.
const ENDING: [&[&str]; 7] = [
    &["alembic", "upgrade"],
    &["hf", "download"],
    &["huggingface-cli", "download"],
    &["manage.py", "migrate"],
    &["mc", "mb"],
    &["ollama", "pull"],
    &["prisma", "migrate", "deploy"],
];

/// Commands behind such a one that change nothing about it.
const CLOSING: [&str; 3] = ["echo", "exit", "true"];

/// The client of `MinIO`, and the words with which it goes on without end.
const CLIENT: [&str; 2] = ["docker.io/minio/mc", "quay.io/minio/mc"];
const ENDLESS: [&str; 6] = ["--watch", "mirror", "sleep", "tail", "watch", "while"];

/// Words in the names of profiles that only developers start.
const DEVELOPMENT: [&str; 14] = [
    "ci",
    "debug",
    "debugging",
    "dev",
    "devel",
    "development",
    "devtools",
    "e2e",
    "local",
    "test",
    "testing",
    "tests",
    "tool",
    "tools",
];

impl<'t> ComposeFile<'t> {
    pub(crate) fn new(document: Node<'t>) -> Self {
        ComposeFile { document, stack: None }
    }

    /// The file, as the application that it is a part of.
    pub(super) fn of_stack(stack: &'t Stack<'t>) -> Self {
        ComposeFile { document: stack.document(), stack: Some(stack) }
    }

    /// The document as it is written.
    pub(crate) fn node(self) -> Node<'t> {
        self.stack.map_or(self.document, Stack::own)
    }

    /// The services of the application that the file is a part of.
    pub(crate) fn everybody(self) -> Vec<Service<'t>> {
        self.stack.map_or_else(|| services(self.document), Stack::services)
    }

    /// The services that are judged for the file.
    pub(crate) fn services(self) -> Vec<Service<'t>> {
        self.stack.map_or_else(|| services(self.document), Stack::judged)
    }

    /// The services that run together with those that are judged, these included.
    pub(crate) fn running(self) -> Vec<Service<'t>> {
        self.stack.map_or_else(|| services(self.document), Stack::running)
    }

    /// Whether the file changes another one, which knows nothing of it.
    pub(crate) fn is_laid_over(self) -> bool {
        self.stack.is_some_and(|stack| stack.below().is_some())
    }

    /// What the override file defines under a name, which `docker compose up` reads too where it is not
    /// told otherwise.
    pub(crate) fn overriding(self, section: &str, name: &str) -> Option<Entry<'t>> {
        self.stack?.overriding()?.at(&[section])?.get(name)
    }

    /// The service as the override file has it.
    pub(crate) fn overriding_service(self, name: &str) -> Option<Service<'t>> {
        let document = self.stack?.overriding()?;
        let entry = self.overriding("services", name)?;
        Some(Service { entry, document, stack: None })
    }

    /// Whether a finding at a place is the file's to report, and not that of another one.
    pub(crate) fn brings(self, place: Place) -> bool {
        self.stack.is_none_or(|stack| !stack.has_elsewhere(place))
    }

    /// Where to point for what concerns all services.
    pub(crate) fn grip(self) -> Node<'t> {
        self.document.grip(&["services"]).unwrap_or(self.document)
    }

    /// What stands in a section of the file: `networks`, `volumes`, `secrets`, `configs`.
    pub(crate) fn defined(self, section: &str) -> Vec<Entry<'t>> {
        self.section(section).map(Node::entries).unwrap_or_default()
    }

    pub(super) fn section(self, name: &str) -> Option<Node<'t>> {
        self.document.at(&[name])
    }

    /// The variables that Compose takes from the host or from `.env`, each with where it is named first.
    /// One with a default is none of them, nor are those of images and builds, which a pipeline sets.
    pub(crate) fn taken_variables(self) -> Vec<(&'t str, Node<'t>)> {
        let services = services(self.node());
        let of_builds = services.iter().flat_map(|service| {
            let image = service.node().at(&["image"]).map(Node::text);
            let arguments = service.build_arguments().map(|it| it.value);
            let build = service.build();
            let parts = [build.and_then(Build::context), build.and_then(Build::target)];
            image.into_iter().chain(arguments).chain(parts.into_iter().flatten().map(Node::text))
        });
        let mut seen: HashSet<&str> = of_builds.flat_map(variables::taken).collect();
        let within = self.node().place();
        let scalars = self.node().tree().scalars().filter(|it| within.contains(it.place()));
        let filled_in = scalars
            .flat_map(|it| variables::taken(it.text()).into_iter().map(move |name| (name, it)));
        let passed_on = services.iter().filter_map(|it| it.node().at(&["environment"]));
        let passed_on = passed_on.flat_map(|stated| {
            let mapped = stated.entries().into_iter().filter(|entry| entry.value.is_null());
            let listed = stated.items().filter(|item| !item.text().contains(['=', '$']));
            mapped.map(|entry| entry.key).chain(listed).collect::<Vec<_>>()
        });
        let all = filled_in.chain(passed_on.map(|node| (node.text(), node)));
        all.filter(|(name, _)| seen.insert(name)).collect()
    }

    /// A circle of services that wait for each other, if there is one: each is named by the
    /// dependency of the one before, the first by that of the last. Of several files that have a part in
    /// it one is told, and the first of the circle stands in that.
    pub(crate) fn circle(self) -> Vec<Dependency<'t>> {
        let mut circle = self.whole_circle();
        let is_here = |step: &Dependency<'_>| self.brings(step.node.place());
        let first = circle.iter().position(is_here);
        let last_file = circle.iter().map(|step| step.node.place().file).max();
        let is_told = |step: &Dependency<'_>| {
            self.is_laid_over() || last_file == Some(step.node.place().file)
        };
        let told = first.filter(|first| circle.get(*first).is_some_and(is_told));
        let Some(first) = told else { return Vec::new() };
        circle.rotate_left(first);
        circle
    }

    fn whole_circle(self) -> Vec<Dependency<'t>> {
        let services = self.running();
        let mut waiting: HashMap<_, _> =
            services.iter().map(|it| (it.name(), it.runs_after())).collect();
        // Whoever waits for nobody is in no circle, and nobody waits for it in one.
        let mut waiters: HashMap<_, Vec<_>> = HashMap::new();
        for service in &services {
            for dependency in service.runs_after() {
                waiters.entry(dependency.name).or_default().push(service.name());
            }
        }
        let mut left: HashMap<_, _> = waiting
            .iter()
            .map(|(name, all)| {
                (*name, all.iter().filter(|it| waiting.contains_key(it.name)).count())
            })
            .collect();
        let mut free: Vec<_> =
            left.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
        while let Some(name) = free.pop() {
            waiting.remove(name);
            for waiter in waiters.remove(name).unwrap_or_default() {
                if let Some(count) = left.get_mut(waiter) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        free.push(waiter);
                    }
                }
            }
        }
        let Some(start) = services.iter().map(|it| it.name()).find(|it| waiting.contains_key(it))
        else {
            return Vec::new();
        };
        let (mut way, mut name): (Vec<Dependency<'_>>, _) = (Vec::new(), start);
        while let Some(next) =
            waiting.get(name).and_then(|all| all.iter().find(|it| waiting.contains_key(it.name)))
        {
            if let Some(first) = way.iter().position(|step| step.name == next.name) {
                way.push(*next);
                return way.split_off(first + 1);
            }
            way.push(*next);
            name = next.name;
        }
        Vec::new()
    }

    /// Who waits until whom is healthy, and does not start otherwise.
    pub(crate) fn awaited_healthy(self) -> Vec<Awaited<'t>> {
        let services = self.everybody();
        let by_name: HashMap<_, _> = services.iter().map(|it| (it.name(), *it)).collect();
        let mut found = Vec::new();
        for waiter in &services {
            for dependency in waiter.dependencies().into_iter().filter(|it| it.is_required) {
                let condition = dependency.condition.filter(|it| it.text() == "service_healthy");
                if let (Some(condition), Some(service)) = (condition, by_name.get(dependency.name))
                {
                    found.push(Awaited { waiter: *waiter, condition, service: *service });
                }
            }
        }
        found
    }

    /// Whether files that are not among those of the run have a say in what services there are: the
    /// file is laid over another one, or includes some.
    pub(crate) fn is_part(self) -> bool {
        let has_unseen = |stack: &Stack<'_>| stack.has_unseen();
        self.stack.map_or_else(|| self.document.get("include").is_some(), has_unseen)
            || self.services().iter().any(|service| !service.is_whole())
    }

    /// The services that are there in production, of which the file says what they run. Those with a
    /// profile that others build upon are there to be built.
    pub(crate) fn deployed(self) -> Vec<Service<'t>> {
        let all = self.everybody();
        let built_upon: HashSet<_> = all.iter().flat_map(|service| service.builds_upon()).collect();
        let is_base = |service: &Service<'_>| {
            built_upon.contains(service.name()) && !service.profiles().is_empty()
        };
        let is_deployed = |service: &Service<'_>| {
            service.has_image() && !service.is_for_development() && !is_base(service)
        };
        self.services().into_iter().filter(is_deployed).collect()
    }

    /// Those of them that run until they are stopped.
    pub(crate) fn lasting(self) -> Vec<Service<'t>> {
        let all = self.everybody();
        let awaited: HashSet<_> = all.iter().flat_map(|service| service.awaits_end_of()).collect();
        let mut lasting = self.deployed();
        lasting.retain(|service| !awaited.contains(service.name()) && !service.ends_by_itself());
        lasting
    }
}

impl<'t> Service<'t> {
    /// Whether the file says what the service runs.
    fn has_image(self) -> bool {
        self.node().at(&["image"]).is_some() || self.node().at(&["build"]).is_some()
    }

    /// Whether the file says what the service is, though another one may add to it.
    fn is_whole(self) -> bool {
        self.has_image()
            || ["extends", "provider"].iter().any(|field| self.node().at(&[field]).is_some())
    }

    /// Whether all profiles of the service are a developer's.
    pub(crate) fn is_for_development(self) -> bool {
        let profiles: Vec<_> =
            self.node().at(&["profiles"]).into_iter().flat_map(Node::items).collect();
        let is_word = |word: &str| DEVELOPMENT.iter().any(|known| known.eq_ignore_ascii_case(word));
        let of_word = |profile: &Node<'_>| profile.text().split(['-', '_', '.']).any(is_word);
        !profiles.is_empty() && profiles.iter().all(of_word)
    }

    /// The services whose end this one waits for before it starts.
    fn awaits_end_of(self) -> impl Iterator<Item = &'t str> {
        let entries = self.node().at(&["depends_on"]).map(Node::entries).unwrap_or_default();
        let of_end = |entry: &Entry<'_>| {
            let condition = entry.value.at(&["condition"]).map_or("", Node::text);
            condition == "service_completed_successfully"
        };
        entries.into_iter().filter(of_end).map(|entry| entry.key.text())
    }

    /// Whether the service does one thing and ends: it says so, or its name does.
    pub(crate) fn ends_by_itself(self) -> bool {
        let says = |path: &[&str], values: &[&str]| {
            let value = self.node().at(path).and_then(interpolated);
            value.is_some_and(|value| values.contains(&value.as_str()))
        };
        says(&["restart"], &["no"])
            || says(&["deploy", "restart_policy", "condition"], &["none"])
            || says(&["deploy", "mode"], &["replicated-job", "global-job"])
            || says(&["deploy", "replicas"], &["0"])
            || says(&["scale"], &["0"])
            || self.name().split(['-', '_', '.']).any(|word| ONE_OFF.contains(&word))
            || self.runs_what_ends()
    }

    /// Whether the last command of its script is one that ends.
    fn runs_what_ends(self) -> bool {
        let of = |field| self.node().at(&[field]).into_iter();
        let scalars = ["entrypoint", "command"].into_iter().flat_map(of).flat_map(|node| {
            node.items().map(Node::text).chain(node.is_scalar().then_some(node.text()))
        });
        let script = scalars.collect::<Vec<_>>().join(" ");
        let words = |text: &'_ str| {
            let words = text.split([' ', '\t', '"', '\'', '(', ')']).filter(|it| !it.is_empty());
            words.map(|it| file_name(it).to_owned()).collect::<Vec<_>>()
        };
        if self
            .known_image()
            .is_some_and(|it| CLIENT.contains(&ImageRef::parse(&it).full_name().as_str()))
        {
            return !script.split([' ', '\n', ';']).any(|word| ENDLESS.contains(&word));
        }
        let commands = script.rsplit(['\n', ';', '&', '|']).map(words);
        let is_last = |words: &Vec<String>| {
            words.first().is_some_and(|first| !CLOSING.contains(&first.as_str()))
        };
        let Some(last) = commands.into_iter().find(is_last) else { return false };
        ENDING.iter().any(|known| last.windows(known.len()).any(|it| it == *known))
    }

    /// The services whose images the build of this one takes something from.
    ///
    /// ```text
    /// build: {context: ., additional_contexts: {base: "service:base"}}
    /// ```
    fn builds_upon(self) -> impl Iterator<Item = &'t str> {
        let contexts = self.node().at(&["build", "additional_contexts"]);
        let mapped = contexts.map(Node::entries).unwrap_or_default().into_iter();
        let mapped = mapped.map(|entry| entry.value.text());
        let listed = contexts.into_iter().flat_map(Node::items);
        let listed = listed.filter_map(|item| Some(item.text().split_once('=')?.1));
        mapped.chain(listed).filter_map(|text| text.strip_prefix("service:"))
    }

    /// Whether the service says what only Swarm reads, which restarts what ends unless told not to.
    pub(crate) fn is_for_swarm(self) -> bool {
        let fields = ["endpoint_mode", "placement", "rollback_config", "update_config"];
        fields.iter().any(|field| self.node().at(&["deploy", field]).is_some())
    }

    /// The profiles that the service belongs to; one without any is always there.
    pub(crate) fn profiles(self) -> HashSet<&'t str> {
        let list = self.node().at(&["profiles"]);
        list.into_iter().flat_map(Node::items).map(Node::text).collect()
    }

    /// Whether the service and another one may be there at once.
    pub(crate) fn may_meet(self, other: Self) -> bool {
        let (own, others) = (self.profiles(), other.profiles());
        own.is_empty() || others.is_empty() || !own.is_disjoint(&others)
    }

    /// The key that the service stands at.
    pub(crate) fn key(self) -> Node<'t> {
        self.entry.key
    }

    /// Where to point when something is missing: the key of the longest part of the path that is
    /// the service's own, else its name.
    pub(crate) fn grip(self, path: &[&str]) -> Node<'t> {
        let grip = self.node().grip(path);
        let own = self.node().place().span;
        let is_own = |node: &Node<'_>| {
            let at = node.place();
            at.file == self.key().place().file
                && own.start <= at.span.start
                && at.span.end <= own.end
        };
        grip.filter(|_| !self.node().is_alias()).filter(is_own).unwrap_or(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::tree;

    fn names(services: Vec<Service<'_>>) -> Vec<&str> {
        services.into_iter().map(Service::name).collect()
    }

    #[test]
    fn services_that_last_and_those_that_do_not() {
        let tree = tree(
            "services:\n  api: {build: ., depends_on: {tables: {condition: service_completed_successfully}}}\n  \
             tables: {image: a}\n  db-init: {image: a}\n  once: {image: a, restart: 'no'}\n  \
             job: {image: a, deploy: {mode: replicated-job}}\n  mail: {image: a, profiles: [dev, debug]}\n  \
             gpu: {image: a, profiles: [dev, gpu]}\n  initiator: {image: a, restart: always}\n  \
             base: {build: base, profiles: [build]}\n  \
             upon: {build: {context: ., additional_contexts: {base: 'service:base'}}}\n",
        );
        let file = ComposeFile::new(tree.documents().next().unwrap());
        assert!(!file.is_part());
        assert_eq!(names(file.lasting()), ["api", "gpu", "initiator", "upon"]);
        let deployed = names(file.deployed());
        assert_eq!(
            deployed,
            ["api", "tables", "db-init", "once", "job", "gpu", "initiator", "upon"]
        );
    }

    #[test]
    fn some_commands_end() {
        for (text, ends) in [
            ("entrypoint: [/bin/sh, -c, 'ollama pull llama3.2']", true),
            (
                "entrypoint: [/bin/sh, -c, 'ollama serve & sleep 5; ollama pull llama3.2; exit 0;']",
                true,
            ),
            ("entrypoint: ollama, command: [pull, llama3.2]", true),
            ("command: uv run alembic upgrade head", true),
            ("command: sh -c \"alembic upgrade head && uvicorn app:app\"", false),
            ("command: [sh, -c, 'while true; do /bin/mc mb m/x; done']", false),
            ("command: [sh, -c, '/usr/bin/mc mb m/x || true']", true),
            (
                "image: 'minio/mc:1', entrypoint: [sh, -c, 'mc mb m/x && mc anonymous set none m/x']",
                true,
            ),
            ("image: 'minio/mc:1', command: mirror --watch a b", false),
            ("image: 'ollama/ollama:1'", false),
        ] {
            let tree = tree(&format!("services: {{a: {{{text}}}}}"));
            assert_eq!(
                services(tree.documents().next().unwrap())[0].ends_by_itself(),
                ends,
                "{text}"
            );
        }
    }

    #[test]
    fn a_file_may_be_part_of_something() {
        for (text, is_part) in [
            ("services: {a: {image: x}, b: {extends: a}, c: {provider: {type: x}}}", false),
            ("services: {a: {image: x}, b: {ports: []}}", true),
            ("include: [other.yaml]\nservices: {a: {image: x}}", true),
        ] {
            let tree = tree(text);
            let file = ComposeFile::new(tree.documents().next().unwrap());
            assert_eq!(file.is_part(), is_part, "{text}");
        }
    }

    #[test]
    fn services_may_wait_for_each_other() {
        for (text, expected) in [
            ("{a: {depends_on: [b]}, b: {depends_on: [c]}, c: {depends_on: [b]}}", "c b"),
            ("{a: {depends_on: [a]}}", "a"),
            ("{a: {depends_on: [b, c]}, b: {depends_on: [c, d]}, c: {}}", ""),
            ("{a: {depends_on: {b: {condition: service_started}}}, b: {depends_on: [a]}}", "a b"),
            ("{a: {links: ['b:x']}, b: {network_mode: 'service:a'}}", "a b"),
            ("{a: {volumes_from: ['b:ro', 'container:a']}, b: {pid: host}}", ""),
        ] {
            let tree = tree(&format!("services: {text}"));
            let circle = ComposeFile::new(tree.documents().next().unwrap()).circle();
            let names: Vec<_> = circle.iter().map(|it| it.name).collect();
            assert_eq!(names.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn services_of_different_profiles_do_not_meet() {
        let tree = tree(
            "services: {a: {}, b: {profiles: [cpu]}, c: {profiles: [gpu]}, d: {profiles: [gpu, x]}}",
        );
        let services = ComposeFile::new(tree.documents().next().unwrap()).services();
        assert!(services[0].may_meet(services[1]) && services[2].may_meet(services[3]));
        assert!(!services[1].may_meet(services[2]));
    }
}
