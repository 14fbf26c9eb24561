//! Manifests in XML: of Maven and of `MSBuild`.
//!
//! Nothing but elements, their plain text and their attributes is looked at, in one pass; no entity is
//! resolved.
//!
//! Sources: maven.apache.org/pom.html; learn.microsoft.com/nuget/consume-packages ("Package references
//! in project files", "Central Package Management"), learn.microsoft.com/nuget/reference/packages-config.

use std::ops::Range;

use super::Found;

/// A tag, and the text behind it.
#[derive(Debug)]
struct Tag<'t> {
    name: &'t str,
    /// What stands in the tag behind its name.
    attributes: &'t str,
    is_end: bool,
    /// Ends where it begins: `<a/>`.
    is_empty: bool,
    /// The text up to the next tag, without white space around it.
    text: &'t str,
}

/// The tags of a text, without comments, declarations and CDATA.
fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('<')?;
            let inside = rest.get(at + 1..)?;
            let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("!", ">")]
                .into_iter()
                .find_map(|(begin, end)| inside.strip_prefix(begin).map(|inside| (inside, end)));
            if let Some((inside, end)) = skipped {
                rest = inside.get(inside.find(end)? + end.len()..)?;
                continue;
            }
            let end = inside.find('>')?;
            let (tag, behind) = (inside.get(..end)?, inside.get(end + 1..)?);
            rest = behind;
            let is_empty = tag.ends_with('/');
            let tag = tag.trim_end_matches('/');
            let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            let text = behind.split('<').next().unwrap_or_default().trim();
            return Some(Tag { name: name.trim(), attributes, is_end, is_empty, text });
        }
    })
}

/// Where a part of the text stands.
fn span(text: &str, part: &str) -> Range<usize> {
    let at = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    at..at + part.len()
}

/// A dependency of which parts were read.
#[derive(Default)]
struct Open<'t> {
    group: &'t str,
    artifact: &'t str,
    scope: &'t str,
}

/// Reads a `pom.xml`, and says whether it has modules.
pub(super) fn pom(text: &str, found: &mut Found) -> bool {
    let mut open: Option<Open<'_>> = None;
    // Names inside of a dependency that are not its own.
    let mut is_excluding = false;
    let mut has_modules = false;
    for tag in tags(text) {
        match (tag.name, tag.is_end) {
            ("dependency" | "parent", false) if !tag.is_empty => open = Some(Open::default()),
            ("dependency" | "parent", true) => {
                if let Some(it) = open.take().filter(|it| !it.artifact.is_empty()) {
                    let name = format!("{}:{}", it.group, it.artifact).to_ascii_lowercase();
                    found.push(&name, span(text, it.artifact), it.scope == "test");
                }
            }
            ("exclusions", is_end) => is_excluding = !is_end && !tag.is_empty,
            ("modules", false) => has_modules = !tag.is_empty,
            ("groupId", false) if !is_excluding => {
                if let Some(it) = &mut open {
                    it.group = tag.text;
                }
            }
            ("artifactId", false) if !is_excluding => {
                if let Some(it) = &mut open {
                    it.artifact = tag.text;
                }
            }
            ("scope", false) if !is_excluding => {
                if let Some(it) = &mut open {
                    it.scope = tag.text;
                }
            }
            _ => {}
        }
    }
    if has_modules {
        found.at(0..0);
    }
    has_modules
}

/// Reads the packages of a project of `MSBuild`.
pub(super) fn ms_build(text: &str, found: &mut Found) -> bool {
    for tag in tags(text).filter(|tag| !tag.is_end) {
        let key = match tag.name {
            "PackageReference" | "PackageVersion" | "GlobalPackageReference" => "Include",
            "package" => "id",
            _ => continue,
        };
        if let Some(name) = attribute(tag.attributes, key).filter(|name| !name.contains('$')) {
            let for_development = tag.attributes.contains("PrivateAssets=\"all\"")
                || tag.attributes.contains("developmentDependency=\"true\"");
            found.push(&name.to_ascii_lowercase(), span(text, name), for_development);
        }
    }
    false
}

/// The value of an attribute.
fn attribute<'t>(attributes: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = attributes.split_once(key)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}
