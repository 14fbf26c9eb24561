//! Kustomizations, as far as they change how other files are read.

use std::collections::HashSet;

use crate::file::{DocumentKind, File};
use crate::source::FileId;
use crate::tree::Node;

/// The files that kustomizations use as patches: partial objects, which must not be judged alone.
pub(crate) fn patches(files: &[File]) -> HashSet<FileId> {
    let mut patched: HashSet<String> = HashSet::new();
    for file in files {
        let folder = file.source().path().rsplit_once('/').map_or("", |(folder, _)| folder);
        for (document, kind) in file.documents() {
            if kind == DocumentKind::Kustomization {
                patched.extend(named(document).iter().map(|path| resolve(folder, path)));
            }
        }
    }
    let is_patch = |file: &&File| patched.contains(file.source().path());
    files.iter().filter(is_patch).map(File::id).collect()
}

fn named(kustomization: Node<'_>) -> Vec<&str> {
    let list = |key: &str| kustomization.at(&[key]).into_iter().flat_map(Node::items);
    list("patches")
        .chain(list("patchesJson6902"))
        .filter_map(|item| item.at(&["path"])?.as_str())
        .chain(list("patchesStrategicMerge").filter_map(Node::as_str))
        // An entry of several lines is the patch itself.
        .filter(|path| !path.contains('\n'))
        .collect()
}

/// `overlays/prod` and `../base/x.yaml` make `overlays/base/x.yaml`.
fn resolve(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}
