//! What services of a file lack, said once where all of them do.

use super::resources::{Limit, Resource};
use super::{ComposeFile, Service};
use crate::diagnostic::Subject;
use crate::image::ImageRef;
use crate::source::Place;
use crate::tree::Node;
use crate::tree::edit::{self, Change, Edits, Refusal, Value};

/// Services that lack the same: all of a file together, or one of which others of the file show
/// that it can be had.
#[derive(Clone, Debug)]
pub(crate) struct Lack<'t> {
    file: ComposeFile<'t>,
    pub(crate) services: Vec<Service<'t>>,
    /// Where to point for each of them.
    grips: Vec<Node<'t>>,
}

/// Official images whose servers make files their own as root before they step down, and write
/// sockets and settings at the start.
///
/// Sources: the entrypoints of these images, 2026-11.
const STEPS_DOWN: [&str; 17] = [
    "cassandra",
    "couchbase",
    "couchdb",
    "httpd",
    "influxdb",
    "mariadb",
    "mongo",
    "mysql",
    "neo4j",
    "nextcloud",
    "nginx",
    "percona",
    "postgres",
    "rabbitmq",
    "redis",
    "wordpress",
    "zookeeper",
];

/// So many names are told; there is no end to those that a file may have.
const NAMED: usize = 8;

/// So many services are mended at once. A person reads the change, and each costs a look around.
const MENDED: usize = 100;

impl<'t> Lack<'t> {
    /// Which of the services lack something that no other file may bring. `grip` is where to point for
    /// one; those where that `is_ignored` are left out of what is said of the others together.
    pub(crate) fn among(
        file: ComposeFile<'t>,
        mut services: Vec<Service<'t>>,
        lacks: impl Fn(Service<'t>) -> bool,
        grip: impl Fn(Service<'t>) -> Node<'t>,
        is_ignored: impl Fn(Node<'t>) -> bool,
    ) -> Vec<Self> {
        services.retain(|service| service.is_introduced_here());
        let all = services.len();
        services.retain(|service| lacks(*service));
        let lacking = services.into_iter().map(|service| (service, grip(service)));
        let lacking: Vec<_> = lacking.collect();
        let is_of_all = lacking.len() == all;
        // Where the whole file is to be ignored, that is one thing too.
        let is_whole = is_of_all && all > 1 && is_ignored(file.grip());
        let is_of_others = |grip: Node<'t>| is_of_all && (is_whole || !is_ignored(grip));
        let (together, alone): (Vec<_>, Vec<_>) =
            lacking.into_iter().partition(|(_, grip)| is_of_others(*grip));
        let of = |lacking: Vec<(Service<'t>, Node<'t>)>| {
            let (services, grips) = lacking.into_iter().unzip();
            Lack { file, services, grips }
        };
        let together = Some(together).filter(|it| !it.is_empty()).map(of);
        together.into_iter().chain(alone.into_iter().map(|one| of(vec![one]))).collect()
    }

    /// The same for a field of the services.
    pub(crate) fn of_field(
        file: ComposeFile<'t>,
        services: Vec<Service<'t>>,
        path: &[&str],
        lacks: impl Fn(Service<'t>) -> bool,
        is_ignored: impl Fn(Node<'t>) -> bool,
    ) -> Vec<Self> {
        Lack::among(file, services, lacks, |service| service.grip(path), is_ignored)
    }

    /// Which services that are deployed have no limit of a resource: what says that there is none, or
    /// where it would stand.
    pub(crate) fn of_limit(
        file: ComposeFile<'t>,
        resource: Resource,
        is_ignored: impl Fn(Node<'t>) -> bool,
    ) -> Vec<Self> {
        let lacks = |service: Service<'t>| service.limit_of(resource) != Limit::Given;
        let grip = |service: Service<'t>| {
            let path = service.limit_path(resource);
            service.node().at(&path).unwrap_or_else(|| service.grip(&path))
        };
        Lack::among(file, file.deployed(), lacks, grip, is_ignored)
    }

    /// Where to point: what one service has of it, or the key above them all.
    pub(crate) fn grip(&self) -> Node<'t> {
        match self.grips.as_slice() {
            [grip] => *grip,
            _ => self.file.grip(),
        }
    }

    /// What would be found of each of several.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Place, Subject)> {
        let several = self.services.iter().zip(&self.grips).filter(|_| self.services.len() > 1);
        several.map(|(service, grip)| (grip.place(), service.subject()))
    }

    /// ``compose service `api` has``, ``compose services `api` and `db` have``.
    pub(crate) fn with_verb(&self, one: &str, many: &str) -> String {
        let mut names: Vec<_> =
            self.services.iter().take(NAMED).map(|it| format!("`{}`", it.name())).collect();
        let rest = self.services.len() - names.len();
        if rest > 0 {
            names.push(format!("{rest} more"));
        }
        match names.as_slice() {
            [name] => format!("compose service {name} {one}"),
            [names @ .., last] => {
                format!("compose services {} and {last} {many}", names.join(", "))
            }
            [] => String::new(),
        }
    }

    /// Where the services stand, where there are several.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Place, String)> {
        let several = self.services.iter().filter(|_| self.services.len() > 1);
        several
            .map(|service| (service.key().place(), format!("compose service `{}`", service.name())))
    }

    /// The service, or nothing where there are several.
    pub(crate) fn subject(&self) -> Option<Subject> {
        match self.services.as_slice() {
            [service] => Some(service.subject()),
            _ => None,
        }
    }

    /// Whether all of them run images of servers that begin as root and step down by themselves.
    pub(crate) fn is_of_images_that_step_down(&self) -> bool {
        self.services.iter().all(|service| {
            service.known_image().is_some_and(|image| {
                let image = ImageRef::parse(&image);
                image.is_official() && STEPS_DOWN.contains(&image.short_name())
            })
        })
    }

    /// Gives each service a limit, if there is one for it.
    pub(crate) fn set_limit(
        &self,
        resource: Resource,
        limit: impl Fn(Service<'t>) -> Option<Value>,
    ) -> Edits {
        self.mend(|service| {
            let limit = limit(service).ok_or(Refusal::Unknown)?;
            edit::set(service.node(), &service.limit_path(resource), &limit)
        })
    }

    /// The edit of each service, as far as there is one; none where there are too many.
    pub(crate) fn mend(&self, edit: impl Fn(Service<'t>) -> Edits) -> Edits {
        let mut all: Option<Change> = None;
        let mut refusal = Refusal::Occupied;
        if self.services.len() > MENDED {
            return Err(refusal);
        }
        for service in &self.services {
            match edit(*service) {
                Ok(change) => {
                    all = Some(match all {
                        Some(earlier) => earlier.and(change),
                        None => change,
                    });
                }
                Err(why) => refusal = why,
            }
        }
        all.ok_or(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::tree;

    #[test]
    fn what_all_lack_is_said_once() {
        let said = |text: &str| {
            let tree = tree(text);
            let file = ComposeFile::new(tree.documents().next().unwrap());
            let lacks = |service: Service<'_>| service.node().at(&["init"]).is_none();
            let is_ignored = |grip: Node<'_>| grip.text().starts_with("ignored");
            let lacks = Lack::of_field(file, file.services(), &["init"], lacks, is_ignored);
            let said = lacks.iter().map(|lack| {
                let parts = lack.parts().count();
                format!("{} at {}, {parts}", lack.with_verb("has", "have"), lack.grip().text())
            });
            said.collect::<Vec<_>>()
        };
        let table: [(&str, &[&str]); 7] = [
            ("a: {}", &["compose service `a` has at a, 0"]),
            ("a: {}, b: {}", &["compose services `a` and `b` have at services, 2"]),
            ("a: {}, b: {init: true}", &["compose service `a` has at a, 0"]),
            (
                "a: {}, ignored: {}, b: {}",
                &[
                    "compose services `a` and `b` have at services, 2",
                    "compose service `ignored` has at ignored, 0",
                ],
            ),
            (
                "a: {}, ignored: {}",
                &["compose service `a` has at a, 0", "compose service `ignored` has at ignored, 0"],
            ),
            (
                "ignored: {}, ignored2: {}",
                &[
                    "compose service `ignored` has at ignored, 0",
                    "compose service `ignored2` has at ignored2, 0",
                ],
            ),
            ("a: {init: true}", &[]),
        ];
        for (services, expected) in table {
            assert_eq!(said(&format!("services: {{{services}}}")), expected, "{services}");
        }
        let many: Vec<_> = (0..10).map(|number| format!("s{number}: {{}}")).collect();
        let found = said(&format!("services: {{{}}}", many.join(", ")));
        assert!(found[0].contains("`s7` and 2 more have"), "{found:?}");
    }
}
