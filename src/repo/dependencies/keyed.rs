//! Manifests that are trees of keys: of npm, Cargo, Composer, Helm, Gradle's catalogue, and workflows.
//!
//! Sources: docs.npmjs.com/cli/configuring-npm/package-json; doc.rust-lang.org/cargo/reference
//! ("Specifying Dependencies"); getcomposer.org/doc/04-schema.md; helm.sh/docs/topics/charts
//! ("Chart Dependencies"); docs.gradle.org ("Version Catalogs"); docs.github.com ("Workflow syntax for
//! GitHub Actions", "Metadata syntax reference").

use std::sync::Arc;

use super::Found;
use crate::tree::{Node, json, toml, yaml};

/// Reads a `package.json`, and says whether it is the root of a workspace.
pub(super) fn package_json(text: &str, found: &mut Found) -> bool {
    const KEYS: [(&str, bool); 3] =
        [("dependencies", false), ("optionalDependencies", false), ("devDependencies", true)];
    let (tree, _) = json::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    for (key, for_development) in KEYS {
        let Some(entry) = root.get(key) else { continue };
        let mut entries = entry.value.own_entries().peekable();
        if entries.peek().is_some() {
            found.at(entry.key.place());
        }
        for package in entries {
            let is_local = ["file:", "link:", "workspace:", "portal:"]
                .iter()
                .any(|scheme| package.value.text().starts_with(scheme));
            if !is_local {
                let name = package.key.text().to_ascii_lowercase();
                found.push(&name, package.key.place(), for_development);
            }
        }
    }
    let workspaces = root.get("workspaces");
    if let Some(entry) = workspaces {
        found.at(entry.key.place());
    }
    workspaces.is_some()
}

/// Reads a `Cargo.toml`, and says whether it is the root of a workspace.
pub(super) fn cargo(text: &str, found: &mut Found) -> bool {
    let (tree, _) = toml::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    let workspace = root.get("workspace");
    for keys in [&["dependencies"][..], &["workspace", "dependencies"], &["workspace"]] {
        if let Some(entry) = root.path(keys) {
            found.at(entry.key.place());
        }
    }
    let targets = root.at(&["target"]).into_iter().flat_map(Node::own_entries);
    let holders = [Some(root), workspace.map(|entry| entry.value)].into_iter().flatten();
    for holder in holders.chain(targets.map(|entry| entry.value)) {
        for (key, for_development) in
            [("dependencies", false), ("build-dependencies", true), ("dev-dependencies", true)]
        {
            for entry in holder.at(&[key]).into_iter().flat_map(Node::own_entries) {
                crate_of(entry.key, entry.value, for_development, found);
            }
        }
    }
    workspace.is_some()
}

fn crate_of(key: Node<'_>, value: Node<'_>, for_development: bool, found: &mut Found) {
    if value.get("path").is_some() {
        return;
    }
    let renamed = value.at(&["package"]).and_then(Node::as_str);
    let name = renamed.unwrap_or(key.text()).replace('_', "-").to_ascii_lowercase();
    found.push(&name, key.place(), for_development);
}

/// Reads a `composer.json`.
pub(super) fn composer(text: &str, found: &mut Found) -> bool {
    let (tree, _) = json::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    for (key, for_development) in [("require", false), ("require-dev", true)] {
        for entry in root.at(&[key]).into_iter().flat_map(Node::own_entries) {
            // What the platform brings has no vendor: `php`, `ext-json`.
            let name = entry.key.text();
            if name.contains('/') {
                found.push(&name.to_ascii_lowercase(), entry.key.place(), for_development);
            }
        }
    }
    false
}

/// Reads the charts that a Helm chart takes in.
pub(super) fn chart(text: &str, found: &mut Found) -> bool {
    let (tree, _) = yaml::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    let Some(entry) = root.get("dependencies") else { return false };
    found.at(entry.key.place());
    for chart in entry.value.items() {
        let repository = chart.at(&["repository"]).map_or("", Node::text);
        let is_elsewhere = !repository.is_empty() && !repository.starts_with("file://");
        if let Some(name) = chart.at(&["name"]).filter(|_| is_elsewhere) {
            found.push(name.text(), name.place(), false);
        }
    }
    false
}

/// Reads a `deno.json`, and says whether it is the root of a workspace.
pub(super) fn deno(text: &str, found: &mut Found) -> bool {
    let (tree, _) = json::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    if let Some(imports) = root.get("imports") {
        for import in imports.value.own_entries() {
            let address = import.value.text();
            if ["npm:", "jsr:", "https://"].iter().any(|scheme| address.starts_with(scheme)) {
                found.at(imports.key.place());
                found.push(&address.to_ascii_lowercase(), import.value.place(), false);
            }
        }
    }
    root.get("workspace").is_some()
}

/// Reads a `pubspec.yaml` of Dart.
pub(super) fn pubspec(text: &str, found: &mut Found) -> bool {
    let (tree, _) = yaml::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    for (key, for_development) in [("dependencies", false), ("dev_dependencies", true)] {
        let Some(entry) = root.get(key) else { continue };
        for package in entry.value.own_entries() {
            // Those of the SDK come with it, and others lie beside this one.
            if ["sdk", "path"].iter().any(|from| package.value.at(&[from]).is_some()) {
                continue;
            }
            found.at(entry.key.place());
            found.push(package.key.text(), package.key.place(), for_development);
        }
    }
    root.get("workspace").is_some()
}

/// Reads a catalogue of versions.
pub(super) fn gradle_catalog(text: &str, found: &mut Found) -> bool {
    let (tree, _) = toml::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    for entry in root.at(&["libraries"]).into_iter().flat_map(Node::own_entries) {
        let part = |key: &str| entry.value.at(&[key]).map_or("", Node::text);
        let name = match (entry.value.as_str(), part("module")) {
            (Some(text), _) => {
                let mut parts = text.split(':');
                format!("{}:{}", parts.next().unwrap_or(""), parts.next().unwrap_or(""))
            }
            (None, "") => format!("{}:{}", part("group"), part("name")),
            (None, module) => module.to_owned(),
        };
        found.push(&name.to_ascii_lowercase(), entry.key.place(), false);
    }
    for entry in root.at(&["plugins"]).into_iter().flat_map(Node::own_entries) {
        let id = entry.value.at(&["id"]).unwrap_or(entry.value).text();
        found.push(id.split(':').next().unwrap_or(""), entry.key.place(), true);
    }
    true
}

/// Reads the actions and workflows of others that a workflow or an action uses.
pub(super) fn workflow(text: &str, found: &mut Found) -> bool {
    if !text.contains("uses") {
        return false;
    }
    let (tree, _) = yaml::read(found.file, &Arc::from(text), None);
    for root in tree.documents() {
        let jobs = root.at(&["jobs"]).into_iter().flat_map(Node::own_entries);
        let holders = jobs.map(|job| job.value).chain(root.at(&["runs"]));
        for holder in holders {
            let steps = holder.at(&["steps"]).into_iter().flat_map(Node::items);
            let users = std::iter::once(holder).chain(steps);
            for uses in users.filter_map(|it| it.at(&["uses"])) {
                let name = uses.text().split('@').next().unwrap_or_default();
                if name.contains('/') && !name.starts_with('.') && !name.contains("://") {
                    found.push(&name.to_ascii_lowercase(), uses.place(), false);
                }
            }
        }
    }
    false
}
