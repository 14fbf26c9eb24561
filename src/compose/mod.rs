//! Compose files as views of the tree.
//!
//! [`stack`] says which files make up an application and puts them together by the rules of [`merge`],
//! below the views. [`ComposeFile`] is a file, [`Service`] one of its services, as Compose runs it,
//! wherever it is written; what a service publishes, mounts, may do and refers to has a file of its
//! own. All but [`stack`] import from [`crate::tree`], [`crate::image`], [`crate::variables`],
//! [`crate::host_path`] and below only.

mod build;
mod command;
mod consistency;
mod devices;
mod env_file;
mod file;
mod healthcheck;
mod hosts;
mod lack;
mod lifecycle;
mod merge;
mod neighbours;
mod ports;
mod reference;
mod resources;
pub(crate) mod schema;
mod security;
mod stack;
#[cfg(test)]
mod stack_tests;
#[cfg(test)]
mod tests;
mod volumes;

use std::collections::HashSet;

pub(crate) use self::build::{Build, inline_dockerfiles};
pub(crate) use self::command::Word;
pub(crate) use self::devices::Danger;
pub(crate) use self::env_file::env_files;
pub(crate) use self::file::{Awaited, ComposeFile};
pub(crate) use self::healthcheck::Health;
pub(crate) use self::hosts::{Heard, Hosts};
pub(crate) use self::lack::Lack;
pub(crate) use self::neighbours::is_of_container;
pub(crate) use self::ports::Port;
pub(crate) use self::reference::Dependency;
pub(crate) use self::resources::{Resource, bytes};
pub(crate) use self::security::Reach;
use self::stack::Stack;
pub(crate) use self::stack::Stacks;
pub(crate) use self::volumes::{Mount, Origin};
use crate::diagnostic::Subject;
use crate::source::{Place, Span};
use crate::tree::edit::{self, Edits};
use crate::tree::{Entry, Node};
use crate::variables;

/// The keys of which a service of a Compose file has at least one; other formats have `services`
/// too.
const TELLING: [&str; 3] = ["image", "build", "extends"];

/// What else services say that are there to be extended or merged. Of other formats' services, none
/// has nothing but these.
///
/// Source: github.com/compose-spec/compose-spec, `05-services.md`.
const FRAGMENT: [&str; 34] = [
    "cap_add",
    "cap_drop",
    "command",
    "configs",
    "cpus",
    "depends_on",
    "deploy",
    "dns",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extra_hosts",
    "healthcheck",
    "hostname",
    "init",
    "labels",
    "logging",
    "mem_limit",
    "networks",
    "ports",
    "privileged",
    "profiles",
    "read_only",
    "restart",
    "secrets",
    "security_opt",
    "stop_grace_period",
    "sysctls",
    "tmpfs",
    "ulimits",
    "user",
    "volumes",
    "working_dir",
];

/// What a Compose file may hold besides extensions (`x-...`). Woodpecker CI has `services` with
/// images as well, and `steps` beside it.
///
/// Source: github.com/compose-spec/compose-spec, `schema/compose-spec.json`.
const TOP_LEVEL: [&str; 9] = [
    "version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs",
];

/// Whether a document is a Compose file. `named` says that the file has a Compose file's name,
/// in which case the services need not say where their image comes from (override files).
pub(crate) fn recognise(document: Node<'_>, named: bool) -> bool {
    let Some(services) = document.at(&["services"]).filter(|node| node.is_map()) else {
        return named && document.get("services").is_none() && has_misspelt(document);
    };
    let mut services = services.entries().into_iter().map(|entry| entry.value);
    if named {
        return services.all(|service| service.is_map() || service.is_null());
    }
    let is_known = |key: &str| TOP_LEVEL.contains(&key) || key.starts_with("x-");
    let tells = |service: &Node<'_>| TELLING.iter().any(|key| service.get(key).is_some());
    let is_fragment = |service: &Node<'_>| {
        let entries = service.entries();
        let mut keys = entries.iter().map(|entry| entry.key.text());
        !entries.is_empty() && keys.all(|key| FRAGMENT.contains(&key) || key.starts_with("x-"))
    };
    let services: Vec<_> = services.collect();
    // The `azure.yaml` of Azure's developer CLI says where each service is hosted.
    if services.iter().any(|service| service.get("host").is_some()) {
        return false;
    }
    document.own_entries().all(|entry| is_known(entry.key.text()))
        && (services.iter().any(tells) || !services.is_empty() && services.iter().all(is_fragment))
}

/// Whether something like services stands at a key like `services`.
fn has_misspelt(document: Node<'_>) -> bool {
    let is_service = |node: Node<'_>| TELLING.iter().any(|key| node.get(key).is_some());
    document.own_entries().any(|entry| {
        let is_like = crate::schema::nearest(entry.key.text(), ["services"].into_iter()).is_some();
        let all = entry.value.entries();
        let is_note = entry.key.text().starts_with("x-");
        is_like && !is_note && !all.is_empty() && all.into_iter().all(|it| is_service(it.value))
    })
}

/// The services of a Compose file.
pub(crate) fn services(document: Node<'_>) -> Vec<Service<'_>> {
    let services = document.at(&["services"]).map(Node::entries).unwrap_or_default();
    let maps = services.into_iter().filter(|entry| entry.value.is_map());
    maps.map(|entry| Service { entry, document, stack: None }).collect()
}

/// One service of a Compose file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service<'t> {
    entry: Entry<'t>,
    /// The document, with all that is merged into it.
    document: Node<'t>,
    /// Where it comes from; nothing for the service as its own document has it.
    stack: Option<&'t Stack<'t>>,
}

/// A variable of a service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Variable<'t> {
    pub(crate) name: &'t str,
    /// Never null: a variable without a value is passed on from the host.
    pub(crate) value: &'t str,
    /// Where the value stands.
    pub(crate) place: Place,
    /// The scalar that holds the value, and before it the name in a list.
    pub(crate) node: Node<'t>,
    pub(crate) given_by: GivenBy,
}

/// What gives a variable its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivenBy {
    /// The service's `environment`.
    Environment,
    /// A file that `env_file` names.
    EnvFile,
    /// The arguments of the build.
    Build,
}

impl Variable<'_> {
    /// What the variable is, where that is known.
    pub(crate) fn known_value(self) -> Option<String> {
        let text = interpolated(self.node)?;
        let named = text.strip_prefix(self.name).and_then(|rest| rest.strip_prefix('='));
        Some(if self.node.text() == self.value { text } else { named?.to_owned() })
    }

    /// Gives the variable another value.
    pub(crate) fn set(self, value: &str) -> Edits {
        let name = self.node.text().strip_suffix(self.value).unwrap_or_default();
        edit::reword(self.node, &format!("{name}{value}"))
    }
}

impl<'t> Service<'t> {
    pub(crate) fn name(self) -> &'t str {
        self.entry.key.text()
    }

    pub(crate) fn node(self) -> Node<'t> {
        self.entry.value
    }

    /// The file that the service is a part of.
    pub(crate) fn file(self) -> ComposeFile<'t> {
        self.stack.map_or_else(|| ComposeFile::new(self.document), ComposeFile::of_stack)
    }

    pub(crate) fn subject(self) -> Subject {
        let kind = "compose service".to_owned();
        Subject { kind, name: self.name().to_owned(), ..Subject::default() }
    }

    /// What the service runs, unless it is built here; then `image` names the result.
    pub(crate) fn foreign_image(self) -> Option<Node<'t>> {
        if self.built_image().is_some() {
            return None;
        }
        self.node().at(&["image"])
    }

    /// The reference of that, where no variable without a default decides it.
    pub(crate) fn known_image(self) -> Option<String> {
        self.foreign_image().and_then(interpolated)
    }

    /// How the image is built that the service runs: by the service itself, or by another one that
    /// gives what it builds the name of this one's image.
    pub(crate) fn built_image(self) -> Option<Build<'t>> {
        self.build().or_else(|| {
            let builder = self.stack?.builder(self.node().at(&["image"])?.text())?;
            let all = self.document.at(&["services"])?;
            Service { entry: all.get(builder)?, ..self }.build()
        })
    }

    /// Whether Docker's own init is process 1 of its containers.
    pub(crate) fn has_init(self) -> bool {
        self.node().at(&["init"]).and_then(Node::as_bool) == Some(true)
    }

    /// The variables that get a value here: in `environment`, and those of the `env_file`s that it
    /// does not hide.
    ///
    /// ```text
    /// environment: {NAME: value}
    /// environment: [NAME=value]
    /// ```
    pub(crate) fn environment(self) -> Vec<Variable<'t>> {
        let stated = self.node().at(&["environment"]);
        let stated = stated.into_iter().flat_map(|node| variables_in(node, GivenBy::Environment));
        let (stated, own): (Vec<_>, Vec<_>) = stated.unzip();
        let mut all: Vec<_> = own.into_iter().flatten().collect();
        let mut hidden: HashSet<_> = stated.into_iter().collect();
        let of_files = self.file_variables().filter(|entry| hidden.insert(entry.key.text()));
        all.extend(of_files.map(|Entry { key, value }| Variable {
            name: key.text(),
            value: value.text(),
            place: value.place(),
            node: value,
            given_by: GivenBy::EnvFile,
        }));
        all
    }

    /// The names of the variables that Compose gives the service, those that it passes on from the host
    /// included. Nothing where there may be others: in a file that is not here, of a model.
    pub(crate) fn given_variables(self) -> Option<HashSet<&'t str>> {
        let brings_more = ["models", "provider"].iter().any(|key| self.node().at(&[key]).is_some());
        if brings_more || !self.is_known_wholly() {
            return None;
        }
        let stated = self.node().at(&["environment"]).into_iter();
        let stated = stated.flat_map(|node| variables_in(node, GivenBy::Environment));
        let of_files = self.file_variables().map(|entry| entry.key.text());
        Some(stated.map(|(name, _)| name).chain(of_files).collect())
    }

    /// The build arguments that get a value here.
    ///
    /// ```text
    /// build: {args: {NAME: value}}
    /// build: {args: [NAME=value]}
    /// ```
    pub(crate) fn build_arguments(self) -> impl Iterator<Item = Variable<'t>> {
        let stated = self.node().at(&["build", "args"]).into_iter();
        stated.flat_map(|node| variables_in(node, GivenBy::Build)).filter_map(|(_, given)| given)
    }

    /// Takes an item out of one of the service's lists.
    pub(crate) fn without(self, list: &str, item: Node<'_>) -> Edits {
        let entry = self.node().get(list).ok_or(edit::Refusal::Occupied)?;
        edit::remove(self.node(), entry, item)
    }

    /// Whom a finding at a place is about: the service, or the extension that brings the place into
    /// it by a merge key or an alias, or the file of variables, so that it is the same finding for
    /// every service that does. Nothing where it comes from another service or another Compose
    /// file, which has the finding itself.
    pub(crate) fn owner_of(self, at: Place) -> Option<Subject> {
        let named = |kind: &str, name: &str| {
            let (kind, name) = (kind.to_owned(), name.to_owned());
            Some(Subject { kind, name, ..Subject::default() })
        };
        if let Some(path) = self.env_file_at(at) {
            return named("env file", path);
        }
        if let Some(name) = self.fragment_at(at) {
            return named("compose service", name);
        }
        if self.node().place().contains(at) {
            return Some(self.subject());
        }
        if self.is_elsewhere(at) {
            return None;
        }
        let home = self.document.own_entries().find(|entry| entry.value.place().contains(at));
        match home.map(|entry| entry.key.text()) {
            Some("services") if self.entry.key.place() != at => None,
            Some(extension) if extension.starts_with("x-") => named("compose extension", extension),
            _ => Some(self.subject()),
        }
    }
}

/// The names in a mapping or a list, each with its variable where it gets a value.
fn variables_in(
    stated: Node<'_>,
    given_by: GivenBy,
) -> impl Iterator<Item = (&str, Option<Variable<'_>>)> {
    let mapped = stated.entries().into_iter().map(move |Entry { key, value }| {
        let (name, place) = (key.text(), value.place());
        let variable = Variable { name, value: value.text(), place, node: value, given_by };
        (name, (!value.is_null()).then_some(variable))
    });
    let listed = stated.items().map(move |item| {
        let Some((name, value)) = item.text().split_once('=') else {
            return (item.text(), None);
        };
        let place = behind_equals(item);
        (name, Some(Variable { name, value, place, node: item, given_by }))
    });
    mapped.chain(listed)
}

/// The value of `NAME=value`; the whole item where it is written with escapes.
fn behind_equals(item: Node<'_>) -> Place {
    let whole = item.place();
    let written = item.tree().text().get(item.local_span().range()).unwrap_or_default();
    let bare = written.trim_matches(['"', '\'']);
    let Some(equals) = written.find('=').filter(|_| bare == item.text() && !item.is_alias()) else {
        return whole;
    };
    let quoted = written.len() - written.trim_end_matches(['"', '\'']).len();
    let (start, end) = (whole.span.start as usize, whole.span.end as usize);
    Place { span: Span::new(start + equals + 1, end - quoted), ..whole }
}

/// What Compose makes of a value: its variables replaced by what the `.env` beside the file says and
/// by their defaults, and nothing where one has neither.
pub(crate) fn interpolated(value: Node<'_>) -> Option<String> {
    let known = value.home().tree().variables();
    variables::expand(value.text(), &|name| known?.get(name).cloned())
}

/// The same, with `unknown` for each variable that has neither.
pub(crate) fn interpolated_or(value: Node<'_>, unknown: char) -> Option<String> {
    let known = value.home().tree().variables();
    let has_default: HashSet<_> =
        variables::defaults(value.text()).map(|variable| variable.name).collect();
    variables::expand(value.text(), &|name| {
        let stated = known.and_then(|known| known.get(name).cloned());
        stated.or_else(|| (!has_default.contains(name)).then(|| unknown.to_string()))
    })
}

/// What a switch says, as Compose reads it: also `yes` and `"on"`. Nothing where a variable without
/// a default decides.
pub(crate) fn flag(value: Node<'_>) -> Option<bool> {
    match interpolated(value)?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" | "t" => Some(true),
        "false" | "no" | "off" | "n" | "0" | "f" => Some(false),
        _ => None,
    }
}
