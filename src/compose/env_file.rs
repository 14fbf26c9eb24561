//! The files that services take variables from.

use super::{Service, services};
use crate::tree::Node;

/// The paths of all files that a document takes variables from, each from the folder of the document.
pub(crate) fn env_files(document: Node<'_>) -> impl Iterator<Item = &str> {
    let of_services = services(document).into_iter().flat_map(Service::env_files);
    of_services.map(Node::text)
}

impl<'t> Service<'t> {
    /// The paths of the files that the service takes variables from; of a name that stands in
    /// several, the last one counts.
    ///
    /// ```text
    /// env_file: app.env
    /// env_file: [app.env, {path: local.env, required: false}]
    /// ```
    pub(crate) fn env_files(self) -> Vec<Node<'t>> {
        let Some(stated) = self.node().at(&["env_file"]) else { return Vec::new() };
        let all = stated.items().chain((!stated.is_list()).then_some(stated));
        all.filter_map(|item| if item.is_map() { item.at(&["path"]) } else { Some(item) }).collect()
    }
}
