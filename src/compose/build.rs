//! What a service says of the image that it builds.

use super::{Service, interpolated, services};
use crate::tree::Node;

/// The Dockerfile that a context has unless another one is named.
const DOCKERFILE: &str = "Dockerfile";

/// The `build` of a service.
///
/// ```text
/// build: ./api
/// build: {context: ./api, dockerfile: prod.Dockerfile, target: runtime}
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Build<'t> {
    node: Node<'t>,
}

impl<'t> Service<'t> {
    /// How the service builds its image, if it does.
    pub(crate) fn build(self) -> Option<Build<'t>> {
        self.node().at(&["build"]).map(|node| Build { node })
    }
}

/// The Dockerfiles that the services of a document hold themselves, each once.
pub(crate) fn inline_dockerfiles(document: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let builds = services(document).into_iter().filter_map(Service::build);
    let mut found: Vec<_> = builds.filter_map(Build::inline).map(Node::target).collect();
    found.sort_by_key(|text| text.place());
    found.dedup();
    found.into_iter()
}

impl<'t> Build<'t> {
    /// Where the context is stated: paths are relative to the file that says so.
    pub(crate) fn context(self) -> Option<Node<'t>> {
        if self.node.is_scalar() { Some(self.node) } else { self.node.at(&["context"]) }
    }

    /// The path of the folder that the build takes, from the folder of the Compose file; nothing
    /// where a variable decides or it is none of the project's (a repository, an absolute path).
    pub(crate) fn folder(self) -> Option<String> {
        let Some(context) = self.context() else { return Some(".".to_owned()) };
        let path = interpolated(context)?;
        let is_elsewhere = path.contains(':') || path.starts_with(['/', '~']) || path.is_empty();
        (!is_elsewhere).then_some(path)
    }

    /// The path of the Dockerfile, from the context; nothing where it is not a file, or a variable
    /// decides.
    pub(crate) fn dockerfile(self) -> Option<String> {
        if self.inline().is_some() {
            return None;
        }
        let stated = self.node.at(&["dockerfile"]);
        let path = stated.map_or_else(|| Some(DOCKERFILE.to_owned()), interpolated)?;
        (!path.starts_with('/')).then_some(path)
    }

    /// The Dockerfile, where the Compose file holds it.
    pub(crate) fn inline(self) -> Option<Node<'t>> {
        self.node.at(&["dockerfile_inline"])
    }

    /// The stage that is built, where it is not the last one.
    pub(crate) fn target(self) -> Option<Node<'t>> {
        self.node.at(&["target"])
    }

    /// The names of the contexts that the build is given beside its own.
    ///
    /// ```text
    /// build: {context: ., additional_contexts: {tools: ../tools}}
    /// build: {context: ., additional_contexts: [tools=../tools]}
    /// ```
    pub(crate) fn contexts(self) -> Vec<&'t str> {
        let Some(stated) = self.node.at(&["additional_contexts"]) else { return Vec::new() };
        let mapped = stated.entries().into_iter().map(|entry| entry.key.text());
        let listed = stated.items().filter_map(|item| Some(item.text().split_once('=')?.0));
        mapped.chain(listed).collect()
    }

    /// The names of the arguments that the build is given, each with where it stands.
    pub(crate) fn arguments(self) -> Vec<(&'t str, Node<'t>)> {
        let Some(stated) = self.node.at(&["args"]) else { return Vec::new() };
        let mapped = stated.entries().into_iter().map(|entry| (entry.key.text(), entry.key));
        let listed = stated.items().map(|item| {
            let text = item.text();
            (text.split_once('=').map_or(text, |(name, _)| name), item)
        });
        mapped.chain(listed).collect()
    }

    /// Where the build says anything: its path, or the first of its keys.
    pub(crate) fn node(self) -> Node<'t> {
        self.node
    }
}
