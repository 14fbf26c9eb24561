//! Skaffold: the artifacts that it builds.
//!
//! Source: skaffold.dev/docs/references/yaml.

use super::known::{Known, UNKNOWN};
use super::{Found, Statement, Target, Tool, path_from};
use crate::tree::Node;

/// Whether a text may be a configuration of Skaffold's.
pub(super) fn may_be(text: &str) -> bool {
    text.contains("skaffold/")
}

/// Whether a document is one.
pub(super) fn recognise(document: Node<'_>) -> bool {
    document.at(&["apiVersion"]).is_some_and(|version| version.text().starts_with("skaffold/"))
}

/// Finds the artifacts, those of profiles included.
pub(super) fn read(document: Node<'_>, found: &mut Found) {
    let profiles = document.at(&["profiles"]).into_iter().flat_map(Node::items);
    let builds = std::iter::once(document).chain(profiles);
    let artifacts = builds.filter_map(|it| it.at(&["build", "artifacts"])).flat_map(Node::items);
    for artifact in artifacts {
        if let Some(statement) = statement(artifact, found) {
            found.push(statement);
        }
    }
}

fn statement(artifact: Node<'_>, found: &Found) -> Option<Statement> {
    const OTHERS: [&str; 5] = ["bazel", "buildpacks", "jib", "ko", "custom"];
    if OTHERS.iter().any(|key| artifact.get(key).is_some()) {
        return None;
    }
    let image = artifact.at(&["image"])?;
    let text = |node: Node<'_>| plain(node.text());
    let own = |key: &str| {
        let builders = ["docker", "kaniko"].into_iter();
        builders.filter_map(|it| artifact.at(&[it, key])).map(text).next()
    };
    let context = artifact.at(&["context"]).map_or_else(|| ".".to_owned(), text);
    let folder = path_from(&found.folder, &found.folder, &context)?;
    let dockerfile = own("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned());
    let dockerfiles = vec![path_from(&found.folder, &folder, &dockerfile)?];
    let target = Target::of(own("target").as_deref());
    let images = vec![text(image)];
    let (tool, contexts, place) = (Tool::Skaffold, Vec::new(), image.place());
    Some(Statement { tool, images, dockerfiles, target, contexts, place })
}

/// A text, its templates unknown.
fn plain(text: &str) -> String {
    let known = Known::default();
    match text.split_once("{{") {
        None => known.fill(text),
        Some((before, rest)) => {
            let behind = rest.rsplit_once("}}").map_or("", |(_, behind)| behind);
            format!("{before}{UNKNOWN}{behind}")
        }
    }
}
