//! Documents for the people who run the service: runbooks, an architecture, a plan for incidents, a changelog.
//!
//! What a file is about is told by its path, and of texts by their headings and by what they link to.
//!
//! Sources: the lists of documents in "Production Deployment Checklist" of paladin and of the MSFT agent; the names are those
//! that people use (keepachangelog.com, adr.github.io, arc42.org, c4model.com).

use std::collections::HashSet;

use super::pipeline::Does;
use super::{Part, Repository, SHOWN};
use crate::file::File;
use crate::source::{FileId, Place, Span};
use crate::words::is_placeholder;

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Topic {
    Api,
    Architecture,
    Changelog,
    Incidents,
    Objectives,
    Recovery,
    Rollback,
    Runbook,
    Staging,
}

/// A heading or a link of a text that is about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) topic: Option<Topic>,
    pub(crate) place: Place,
}

/// Where a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document<'p> {
    /// From the root of the repository.
    pub(crate) path: &'p str,
    /// The heading that says so; nothing where the path does.
    pub(crate) place: Option<Place>,
}

/// Longer texts are read to here.
const MOST_BYTES: usize = 1 << 20;

/// More headings tell no more.
const MOST: usize = 512;

/// Whether a file is a text for people.
pub(crate) fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    matches!(extension, "md" | "markdown" | "mdx" | "rst" | "adoc" | "asciidoc")
        || stem == "readme" && extension.is_empty()
}

/// The headings and links of a text that say what it is about, after its very first heading.
pub(crate) fn read(file: FileId, text: &str) -> Option<Vec<Heading>> {
    let mut found = Vec::new();
    let (mut end, mut fence): (usize, Option<&str>) = (0, None);
    let (mut beginning, mut title) = (None, None);
    let mut above: Option<(&str, Place)> = None;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        if start > MOST_BYTES || found.len() >= MOST {
            break;
        }
        let plain = line.trim();
        let before = above.take();
        if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| plain.starts_with(mark)) {
            fence = if fence == Some(mark) { None } else { fence.or(Some(mark)) };
            continue;
        }
        if plain.is_empty() || fence.is_some() {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let place = Place { file, span: Span::new(start + indent, start + indent + plain.len()) };
        beginning.get_or_insert(place);
        above = Some((plain, place));
        let is_heading =
            plain.starts_with('#') || plain.starts_with("= ") || plain.starts_with("==");
        // `====` below a title.
        let is_underline = plain.len() > 2 && plain.chars().all(|c| "=-~^".contains(c));
        let is_link = plain.contains("](") || plain.contains("link:") || plain.contains("://");
        let (told, place) = match before.filter(|_| is_underline) {
            Some(above) => above,
            None if is_heading || is_link => (plain, place),
            None => continue,
        };
        if is_underline || is_heading {
            title.get_or_insert(place);
        }
        let topic = topic_of(told);
        if topic.is_some() {
            found.push(Heading { topic, place });
        }
    }
    found.insert(0, Heading { topic: None, place: title.or(beginning)? });
    Some(found)
}

/// What a heading or the name of a file is about.
fn topic_of(text: &str) -> Option<Topic> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let plan = [
        "plan",
        "plans",
        "response",
        "management",
        "procedure",
        "procedures",
        "process",
        "handling",
        "playbook",
        "runbook",
        "escalation",
        "policy",
        "severity",
    ];
    Some(match () {
        () if has(&["incident", "incidents", "outage", "outages"])
            && (has(&plan) || words.len() <= 2) =>
        {
            Topic::Incidents
        }
        () if has(&["escalation", "oncall", "pager"])
            || lower.contains("on-call")
            || lower.contains("on call") =>
        {
            Topic::Incidents
        }
        () if has(&["runbook", "runbooks", "playbook", "playbooks", "sop", "sops"])
            || words.windows(2).any(|pair| matches!(pair, ["run", "book" | "books"]))
            || lower.contains("operations guide")
            || lower.contains("operations manual")
            || lower.contains("operational procedures") =>
        {
            Topic::Runbook
        }
        () if has(&["changelog", "changes", "history", "releases"])
            || lower.contains("release notes")
            || lower.contains("release-notes") =>
        {
            Topic::Changelog
        }
        () if has(&["architecture", "architectural", "arc42", "adr", "adrs", "c4"])
            || lower.contains("system design")
            || lower.contains("system overview")
            || lower.contains("high-level design") =>
        {
            Topic::Architecture
        }
        () if has(&["slo", "slos", "sla", "slas", "sli", "slis"])
            || lower.contains("service level")
            || lower.contains("error budget") =>
        {
            Topic::Objectives
        }
        () if has(&["rollback", "rollbacks"])
            || lower.contains("rolling back")
            || lower.contains("roll back") =>
        {
            Topic::Rollback
        }
        // Not "error recovery", which programs do by themselves.
        () if has(&["backup", "backups", "restore", "dr"])
            || has(&["recovery"])
                && (words.len() == 1
                    || has(&plan)
                    || has(&[
                        "disaster",
                        "data",
                        "database",
                        "failover",
                        "guide",
                        "objectives",
                    ])) =>
        {
            Topic::Recovery
        }
        () if has(&["staging"]) => Topic::Staging,
        () if has(&["openapi", "swagger", "endpoints", "asyncapi"])
            || words == ["api"]
            || ["api reference", "api documentation", "rest api", "http api", "api-reference"]
                .iter()
                .any(|it| lower.contains(it)) =>
        {
            Topic::Api
        }
        () => return None,
    })
}

/// What the path of a file says that it is about. Only what people read or draw is a document, and a folder of that name
/// holds such documents.
fn topic_of_path(path: &str) -> Option<Topic> {
    const DOCUMENTS: [&str; 26] = [
        "md",
        "markdown",
        "mdx",
        "rst",
        "adoc",
        "asciidoc",
        "txt",
        "pdf",
        "docx",
        "odt",
        "html",
        "drawio",
        "puml",
        "plantuml",
        "mmd",
        "dsl",
        "svg",
        "png",
        "excalidraw",
        "vsdx",
        "yaml",
        "yml",
        "d2",
        "pptx",
        "ipynb",
        "",
    ];
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_schema = ["openapi", "swagger", "asyncapi"].iter().any(|it| stem.starts_with(it));
    if is_schema && matches!(extension, "json" | "yaml" | "yml") {
        return Some(Topic::Api);
    }
    if !DOCUMENTS.contains(&extension) {
        return None;
    }
    let is_configuration = matches!(extension, "yaml" | "yml");
    let own = topic_of(stem).filter(|topic| match topic {
        // `incident-response.yaml` is one, `staging.yaml` is none.
        Topic::Incidents | Topic::Runbook => true,
        Topic::Changelog => !folder.contains("test") && !is_configuration,
        _ => !is_configuration,
    });
    let inherited = || {
        let mut folders = folder.split('/').rev();
        let named = folders.find_map(|it| topic_of(it).filter(|_| !it.is_empty()));
        named.filter(|topic| {
            matches!(topic, Topic::Api | Topic::Runbook | Topic::Architecture | Topic::Incidents)
                && !is_configuration
        })
    };
    own.or_else(|| of_name_alone(folder, stem)).or_else(inherited)
}

/// What the name of a file says that would say nothing as a heading, or that of its folder.
fn of_name_alone(folder: &str, stem: &str) -> Option<Topic> {
    const LISTS: [&str; 5] =
        ["changelog", "changelogs", "release-notes", "release_notes", "releasenotes"];
    match stem {
        "troubleshooting" => Some(Topic::Runbook),
        "news" => Some(Topic::Changelog),
        _ => folder.split('/').any(|it| LISTS.contains(&it)).then_some(Topic::Changelog),
    }
}

/// Whether a file is what tools make a changelog by, of commits or of pull requests.
fn makes_changelog(path: &str) -> bool {
    const NAMES: [&str; 9] = [
        ".changie.yaml",
        ".changie.yml",
        ".release-please-manifest.json",
        "cliff.toml",
        "release-please-config.json",
        "release.config.cjs",
        "release.config.js",
        "release.config.mjs",
        "towncrier.toml",
    ];
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, _) = name.rsplit_once('.').unwrap_or((name, ""));
    match folder {
        ".github" => {
            matches!(stem, "release" | "release-drafter") && super::pipeline::is_yaml(path)
        }
        ".changes" | ".changeset" | "changelog.d" | "changes.d" | "newsfragments" => true,
        _ => {
            NAMES.contains(&name)
                || name.starts_with(".releaserc")
                || name.starts_with(".versionrc")
        }
    }
}

/// Whether a text lies among what others wrote, or what shows how something is used.
fn is_of_others(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let folder = lower.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/').any(|segment| super::FOREIGN.contains(&segment) || SHOWN.contains(&segment))
}

/// Whether a text says more than what it is about: so many words beside its headings and what is still
/// to be filled in.
fn says_something(topic: Topic, text: &str) -> bool {
    let least = if topic == Topic::Changelog { 2 } else { 8 };
    let is_word = |word: &&str| word.contains(char::is_alphanumeric);
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let lines = lines.filter(|line| !is_placeholder(line.trim_start_matches(['-', '*', ' '])));
    lines.flat_map(str::split_whitespace).filter(is_word).take(least).count() == least
}

/// What stands below a heading, up to the next one that is not below it; nothing for what is no heading.
fn chapter(text: &str, heading: Span) -> &str {
    let own = text.get(heading.range()).unwrap_or_default();
    let below = text.get(heading.range().end..).unwrap_or_default();
    let depth = |line: &str| line.len() - line.trim_start_matches('#').len();
    let own_depth = depth(own);
    if own_depth == 0 && (own.contains("](") || own.contains("://") || own.contains("link:")) {
        return "";
    }
    let mut end = 0;
    let mut is_code = false;
    for line in below.split_inclusive('\n') {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code && own_depth > 0 && (1..=own_depth).contains(&depth(line)) {
            break;
        }
        end += line.len();
    }
    below.get(..end).unwrap_or_default()
}

impl<'p> Repository<'p> {
    /// The documents about something: files by their paths first, then headings.
    pub(crate) fn documents(&self, topic: Topic) -> Vec<Document<'p>> {
        let named = self.paths().iter().filter(|path| topic_of_path(path) == Some(topic));
        let mut found: Vec<_> =
            named.map(|path| Document { path, place: None }).take(MOST).collect();
        for (path, file) in self.files() {
            for part in file.parts() {
                let Part::Headings(headings) = part else { continue };
                let own = headings.iter().filter(|it| it.topic == Some(topic));
                found.extend(own.map(|it| Document { path, place: Some(it.place) }));
            }
        }
        found
    }

    /// The documents about something in which something is written, each with where it begins. Of one
    /// that is no text, that is where the repository does.
    pub(crate) fn written(&self, topic: Topic) -> Vec<(&'p str, Place)> {
        let mut found = Vec::new();
        let mut read = HashSet::new();
        for (path, file) in self.files().filter(|(path, _)| !is_of_others(path)) {
            let text = file.source().text();
            for part in file.parts() {
                let Part::Headings(headings) = part else { continue };
                read.insert(path);
                let named = topic_of_path(path) == Some(topic) && says_something(topic, text);
                let title = headings.first().filter(|_| named).map(|it| it.place);
                let own = headings.iter().filter(|it| it.topic == Some(topic)).map(|it| it.place);
                let own = own.filter(|it| says_something(topic, chapter(text, it.span)));
                found.extend(title.or_else(|| own.clone().next()).map(|it| (path, it)));
            }
        }
        let is_whole = |path: &&&str| {
            let is_configuration = topic != Topic::Api && super::pipeline::is_yaml(path);
            topic_of_path(path) == Some(topic)
                && !read.contains(**path)
                && !is_text(path)
                && !is_of_others(path)
                && !is_configuration
        };
        let others = self.paths().iter().filter(is_whole).take(MOST);
        let place = |path: &str| {
            let file = self.file(path).map(File::id);
            file.map(|file| Place { file, span: Span::new(0, 0) }).or_else(|| self.face())
        };
        found.extend(others.filter_map(|path| Some((*path, place(path)?))));
        found
    }

    /// Whether a tool makes the changelog.
    pub(crate) fn makes_changelog(&self) -> bool {
        self.paths().iter().any(|path| makes_changelog(path))
    }

    /// Where to point at the repository as a whole: the first line of what it says of itself, or of what CI does.
    pub(crate) fn face(&self) -> Option<Place> {
        let readme = |path: &str| {
            let lower = path.to_ascii_lowercase();
            lower.starts_with("readme.") || lower == "readme"
        };
        let first = self.files().find(|(path, _)| readme(path)).and_then(|(_, file)| {
            file.parts().iter().find_map(|part| match part {
                Part::Headings(headings) => headings.first().map(|it| it.place),
                _ => None,
            })
        });
        first.or_else(|| self.flow().pipelines().next().map(|(_, pipeline)| pipeline.place))
    }

    /// Where a pipeline does something of which a document would tell, or else the repository as a whole.
    pub(crate) fn face_or(&self, is_one: impl Fn(&Does) -> bool) -> Option<Place> {
        let first = self.flow().doing(is_one).next().map(|it| it.place);
        first.or_else(|| self.face())
    }
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_headings_tell_what_a_text_is_about() {
        let path = |path| topic_of_path(path);
        assert_eq!(path("docs/runbooks/queue-full.md"), Some(Topic::Runbook));
        assert_eq!(path("docs/adr/0001-queue.md"), Some(Topic::Architecture));
        assert_eq!(path("ops/incident-response.yaml"), Some(Topic::Incidents));
        assert_eq!(path("CHANGELOG.md"), Some(Topic::Changelog));
        assert_eq!(path("docs/release-notes/1.4.md"), Some(Topic::Changelog));
        assert_eq!(path("NEWS"), Some(Topic::Changelog));
        assert_eq!(path("docs/run-book.md"), Some(Topic::Runbook));
        assert_eq!(path("docs/troubleshooting.md"), Some(Topic::Runbook));
        assert_eq!(path("src/architecture.py"), None);
        assert_eq!(path("deploy/staging.yaml"), None);
        let text = "# Order desk\n\n```sh\n# Runbook\n```\n\n## System architecture\n\nSee the [runbooks](https://wiki.example/r).\n\nAn incident may happen.\n";
        let found = read(FileId::new(0), text).unwrap();
        let found: Vec<_> =
            found.iter().map(|it| (it.topic, &text[it.place.span.range()])).collect();
        let expected = [
            (None, "# Order desk"),
            (Some(Topic::Architecture), "## System architecture"),
            (Some(Topic::Runbook), "See the [runbooks](https://wiki.example/r)."),
        ];
        assert_eq!(found, expected);
    }
}
