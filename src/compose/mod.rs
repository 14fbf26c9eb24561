//! Compose files as views of the tree.
//!
//! May import from [`crate::tree`], [`crate::image`], [`crate::variables`] and below only.

mod build;
mod merge;
#[cfg(test)]
mod tests;

pub(crate) use self::build::Build;
use crate::diagnostic::Subject;
use crate::source::{Place, Span};
use crate::tree::edit::{self, Edits};
use crate::tree::{Entry, Node};
use crate::variables;

/// The keys of which a service of a Compose file has at least one; other formats have `services`
/// too.
const TELLING: [&str; 3] = ["image", "build", "extends"];

/// What a Compose file may hold besides extensions (`x-...`). Woodpecker CI has `services` with
/// images as well, and `steps` beside it.
///
/// Source: github.com/compose-spec/compose-spec, `schema/compose-spec.json`.
const TOP_LEVEL: [&str; 9] = [
    "version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs",
];

/// How many services of a file are asked for the image that another one runs.
const MOST_NAMED: usize = 500;

/// Whether a document is a Compose file. `named` says that the file has a Compose file's name,
/// in which case the services need not say where their image comes from (override files).
pub(crate) fn recognise(document: Node<'_>, named: bool) -> bool {
    let Some(services) = document.at(&["services"]).filter(|node| node.is_map()) else {
        return false;
    };
    let mut services = services.entries().into_iter().map(|entry| entry.value);
    if named {
        return services.all(|service| service.is_map() || service.is_null());
    }
    let is_known = |key: &str| TOP_LEVEL.contains(&key) || key.starts_with("x-");
    let tells = |service: Node<'_>| TELLING.iter().any(|key| service.get(key).is_some());
    document.own_entries().all(|entry| is_known(entry.key.text())) && services.any(tells)
}

/// The services of a Compose file.
pub(crate) fn services(document: Node<'_>) -> Vec<Service<'_>> {
    let services = document.at(&["services"]).map(Node::entries).unwrap_or_default();
    let maps = services.into_iter().filter(|entry| entry.value.is_map());
    maps.map(|entry| Service { entry, document }).collect()
}

/// One service of a Compose file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service<'t> {
    entry: Entry<'t>,
    document: Node<'t>,
}

/// A variable of a service's `environment`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Variable<'t> {
    pub(crate) name: &'t str,
    /// Never null: a variable without a value is passed on from the host.
    pub(crate) value: &'t str,
    /// Where the value stands.
    pub(crate) place: Place,
    /// The scalar that holds the value, and before it the name in a list.
    pub(crate) node: Node<'t>,
}

impl Variable<'_> {
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

    /// How the image is built that the service runs: by the service itself, or by another one that
    /// gives what it builds the name of this one's image.
    pub(crate) fn built_image(self) -> Option<Build<'t>> {
        self.build().or_else(|| {
            let image = self.node().at(&["image"])?.text();
            let services = self.document.at(&["services"]).into_iter();
            let mut others = services.flat_map(Node::own_entries).take(MOST_NAMED);
            others.find_map(|entry| {
                let build = Service { entry, ..self }.build()?;
                (entry.value.at(&["image"])?.text() == image).then_some(build)
            })
        })
    }

    /// Whether Docker's own init is process 1 of its containers.
    pub(crate) fn has_init(self) -> bool {
        self.node().at(&["init"]).and_then(Node::as_bool) == Some(true)
    }

    /// The service's own check of its health, or its word that there shall be none. What only
    /// changes the intervals of the image's is no check.
    pub(crate) fn healthcheck(self) -> Option<Node<'t>> {
        let check = self.node().at(&["healthcheck"])?;
        let is_off = check.at(&["disable"]).and_then(Node::as_bool) == Some(true);
        (is_off || check.at(&["test"]).is_some()).then_some(check)
    }

    /// The variables that the file gives a value.
    ///
    /// ```text
    /// environment: {NAME: value}
    /// environment: [NAME=value]
    /// ```
    pub(crate) fn environment(self) -> Vec<Variable<'t>> {
        let Some(environment) = self.node().at(&["environment"]) else { return Vec::new() };
        let entries = environment.entries().into_iter().filter(|entry| !entry.value.is_null());
        let mapped = entries.map(|Entry { key, value }| Variable {
            name: key.text(),
            value: value.text(),
            place: value.place(),
            node: value,
        });
        let listed = environment.items().filter_map(|item| {
            let (name, value) = item.text().split_once('=')?;
            Some(Variable { name, value, place: behind_equals(item), node: item })
        });
        mapped.chain(listed).collect()
    }

    /// Whom a finding at `node` is about: the service, or the extension that brings the node into
    /// it by a merge key or an alias, so that it is the same finding for every service that does.
    /// Nothing where it comes from another service, which has the finding itself.
    pub(crate) fn owner_of(self, at: Place) -> Option<Subject> {
        let holds = |node: Node<'_>| {
            let outer = node.place().span;
            outer.start <= at.span.start && at.span.end <= outer.end
        };
        if holds(self.node()) {
            return Some(self.subject());
        }
        let home = self.document.own_entries().find(|entry| holds(entry.value));
        match home.map(|entry| entry.key.text()) {
            Some("services") => None,
            Some(extension) => Some(Subject {
                kind: "compose extension".to_owned(),
                name: extension.to_owned(),
                ..Subject::default()
            }),
            None => Some(self.subject()),
        }
    }
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

/// What Compose makes of a value: its variables replaced by their defaults, and nothing where one
/// has none.
pub(crate) fn interpolated(value: Node<'_>) -> Option<String> {
    variables::expand(value.text(), &|_| None)
}
