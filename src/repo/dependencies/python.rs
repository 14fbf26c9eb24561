//! Manifests of Python.
//!
//! Sources: packaging.python.org ("pyproject.toml specification", "Dependency specifiers",
//! "Dependency Groups"), python-poetry.org/docs/pyproject, docs.astral.sh/uv/concepts/projects/dependencies,
//! pdm-project.org, hatch.pypa.io/latest/config/environment, pip.pypa.io/en/stable/reference/requirements-file-format,
//! `setuptools.pypa.io/en/latest/userguide/declarative_config`, pipenv.pypa.io,
//! docs.conda.io ("Creating an environment file manually").

use std::sync::Arc;

use super::{Found, is_for_development};
use crate::source::Span;
use crate::tree::{Node, toml, yaml};

/// The name as the index compares it.
///
/// Source: packaging.python.org, "Names and normalization".
fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            c => normal.push(c.to_ascii_lowercase()),
        }
    }
    normal.trim_end_matches('-').to_owned()
}

/// The name at the beginning of a requirement; nothing for a path or a URL without a name.
fn name_of(requirement: &str) -> Option<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = requirement.find(|c| !is_name(c)).unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at_checked(end)?;
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let rest = rest.trim_start();
    let goes_on = rest.is_empty()
        || rest.starts_with(['=', '<', '>', '!', '~', '[', ';', '@', '(', ','])
        || rest.starts_with('#')
        || rest.starts_with('\\')
        || rest.starts_with("--");
    (begins && goes_on).then_some(name)
}

fn push(name: &str, span: impl Into<Span>, for_development: bool, found: &mut Found) {
    found.push(&normal(name), span, for_development);
}

/// A list of requirements.
fn list(list: Node<'_>, for_development: bool, found: &mut Found) {
    for item in list.items() {
        if let Some(name) = item.as_str().and_then(|it| name_of(it.trim())) {
            push(name, item.place(), for_development, found);
        }
    }
}

/// A table with a package for each key.
fn table(table: Node<'_>, for_development: bool, found: &mut Found) {
    for entry in table.own_entries() {
        let is_local = entry.value.get("path").is_some() || entry.value.get("workspace").is_some();
        if entry.key.text() != "python" && !is_local {
            push(entry.key.text(), entry.key.place(), for_development, found);
        }
    }
}

/// Reads a `pyproject.toml`, and says whether it is the root of a workspace.
pub(super) fn pyproject(text: &str, found: &mut Found) -> bool {
    let (tree, _) = toml::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    for keys in [&["project", "dependencies"][..], &["tool", "poetry", "dependencies"][..]] {
        if let Some(entry) = root.path(keys) {
            found.at(entry.key.place());
        }
    }
    if let Some(dependencies) = root.at(&["project", "dependencies"]) {
        list(dependencies, false, found);
    }
    for groups in [&["project", "optional-dependencies"][..], &["tool", "pdm", "dev-dependencies"]]
    {
        for group in root.at(groups).into_iter().flat_map(Node::own_entries) {
            let for_development = groups.contains(&"pdm") || is_for_development(group.key.text());
            list(group.value, for_development, found);
        }
    }
    for group in root.at(&["dependency-groups"]).into_iter().flat_map(Node::own_entries) {
        list(group.value, true, found);
    }
    if let Some(dependencies) = root.at(&["tool", "uv", "dev-dependencies"]) {
        list(dependencies, true, found);
    }
    for environment in root.at(&["tool", "hatch", "envs"]).into_iter().flat_map(Node::own_entries) {
        for key in ["dependencies", "extra-dependencies"] {
            if let Some(dependencies) = environment.value.at(&[key]) {
                list(dependencies, true, found);
            }
        }
    }
    poetry(root, found);
    root.at(&["tool", "uv", "workspace"]).is_some()
}

fn poetry(root: Node<'_>, found: &mut Found) {
    let Some(poetry) = root.at(&["tool", "poetry"]) else { return };
    if let Some(dependencies) = poetry.at(&["dependencies"]) {
        table(dependencies, false, found);
    }
    if let Some(dependencies) = poetry.at(&["dev-dependencies"]) {
        table(dependencies, true, found);
    }
    for group in poetry.at(&["group"]).into_iter().flat_map(Node::own_entries) {
        if let Some(dependencies) = group.value.at(&["dependencies"]) {
            let is_optional = group.value.at(&["optional"]).and_then(Node::as_bool) == Some(true);
            let name = group.key.text();
            table(dependencies, name != "main" && (is_optional || is_for_development(name)), found);
        }
    }
}

/// Reads a `Pipfile`.
pub(super) fn pipfile(text: &str, found: &mut Found) -> bool {
    let (tree, _) = toml::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    for (key, for_development) in [("packages", false), ("dev-packages", true)] {
        if let Some(packages) = root.at(&[key]) {
            table(packages, for_development, found);
        }
    }
    false
}

/// Reads an environment of conda.
pub(super) fn conda(text: &str, found: &mut Found) -> bool {
    let (tree, _) = yaml::read(found.file, &Arc::from(text), None);
    let Some(root) = tree.documents().next() else { return false };
    let is_one = root.get("channels").is_some() || root.get("name").is_some();
    let Some(entry) = root.get("dependencies").filter(|_| is_one) else { return false };
    found.at(entry.key.place());
    for item in entry.value.items() {
        // `conda-forge::numpy=2.1`
        let name = item.text().rsplit("::").next().unwrap_or_default();
        let end = name.find(['=', '<', '>', '!', '~', '[', ' ']).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        if !matches!(name, "" | "python" | "pip") {
            push(name, item.place(), false, found);
        }
        if let Some(below) = item.at(&["pip"]) {
            list(below, false, found);
        }
    }
    false
}

/// Reads a list of requirements.
pub(super) fn requirements(text: &str, found: &mut Found) -> bool {
    let (mut at, mut goes_on) = (0, false);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_of_line_above = std::mem::replace(&mut goes_on, line.trim_end().ends_with('\\'));
        let plain = line.trim_start_matches('\u{feff}').trim();
        let said = plain.split(" #").next().unwrap_or_default();
        if is_of_line_above || said.starts_with(['#', '-', '.', '/']) {
            continue;
        }
        if let Some(name) = name_of(said) {
            let start = start + line.find(name).unwrap_or_default();
            push(name, start..start + name.len(), false, found);
        }
    }
    false
}

/// Reads the options of a `setup.cfg`.
pub(super) fn setup_cfg(text: &str, found: &mut Found) -> bool {
    let (mut section, mut for_development) = ("", None);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let plain = line.trim();
        if plain.is_empty() || plain.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = plain.strip_prefix('[') {
            (section, for_development) = (name.trim_end_matches(']'), None);
            continue;
        }
        let mut said = plain;
        if !line.starts_with([' ', '\t']) {
            let (key, value) = plain.split_once('=').unwrap_or((plain, ""));
            for_development = match (section, key.trim()) {
                ("options", "install_requires") => Some(false),
                ("options", "tests_require") => Some(true),
                ("options.extras_require", group) => Some(is_for_development(group)),
                _ => None,
            };
            said = value.trim();
        }
        if let (Some(for_development), Some(name)) = (for_development, name_of(said)) {
            let start = start + line.rfind(said).unwrap_or_default();
            push(name, start..start + name.len(), for_development, found);
        }
    }
    false
}

/// Whether a list of requirements names one version of every package in it, and takes in no other
/// list, path or address.
///
/// Source: pip.pypa.io, "Requirements File Format", "Repeatable Installs".
pub(crate) fn locks_all(text: &str) -> bool {
    let mut goes_on = false;
    let mut is_one = false;
    for line in text.lines() {
        let is_of_line_above = std::mem::replace(&mut goes_on, line.trim_end().ends_with('\\'));
        let plain = line.trim_start_matches('\u{feff}').trim();
        let said = plain.split(" #").next().unwrap_or_default();
        let is_option = ["--hash", "--index-url", "--extra-index-url", "-i ", "--require-hashes"]
            .iter()
            .any(|it| said.starts_with(it));
        if is_of_line_above || said.is_empty() || said.starts_with('#') || is_option {
            continue;
        }
        let rest = name_of(said).and_then(|name| said.get(name.len()..)).unwrap_or_default();
        let version = rest.split_once("==").map_or("", |(_, version)| version);
        if version.trim_start_matches('=').trim().is_empty() || version.contains('*') {
            return false;
        }
        is_one = true;
    }
    is_one
}
