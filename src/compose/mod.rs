//! Compose files as views of the tree.
//!
//! May import from [`crate::tree`], [`crate::image`] and below only.

use crate::diagnostic::Subject;
use crate::tree::{Entry, Node};

/// The keys of which a service of a Compose file has at least one; other formats have `services`
/// too.
const TELLING: [&str; 3] = ["image", "build", "extends"];

/// Whether a document is a Compose file. `named` says that the file has a Compose file's name,
/// in which case the services need not say where their image comes from (override files).
pub(crate) fn recognise(document: Node<'_>, named: bool) -> bool {
    let Some(services) = document.at(&["services"]).filter(|node| node.is_map()) else {
        return false;
    };
    let tells = |service: Node<'_>| TELLING.iter().any(|key| service.get(key).is_some());
    let mut services = services.entries().into_iter().map(|entry| entry.value);
    if named { services.all(Node::is_map) } else { services.any(tells) }
}

/// The services of a Compose file.
pub(crate) fn services(document: Node<'_>) -> Vec<Service<'_>> {
    let services = document.at(&["services"]).map(Node::entries).unwrap_or_default();
    services.into_iter().filter(|entry| entry.value.is_map()).map(Service).collect()
}

/// One service of a Compose file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service<'t>(Entry<'t>);

impl<'t> Service<'t> {
    pub(crate) fn name(self) -> &'t str {
        self.0.key.text()
    }

    pub(crate) fn node(self) -> Node<'t> {
        self.0.value
    }

    /// Where to point when the service as a whole is at fault: its name.
    pub(crate) fn grip(self) -> Node<'t> {
        self.0.key
    }

    pub(crate) fn subject(self) -> Subject {
        let kind = "compose service".to_owned();
        Subject { kind, name: self.name().to_owned(), ..Subject::default() }
    }
}
