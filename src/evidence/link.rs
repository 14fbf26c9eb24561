//! What a record of evidence links to, as far as it can be looked up without a network.

use std::borrow::Cow;
use std::path::Path;

use crate::file::File;
use crate::project::Project;
use crate::repo;
use crate::source::resolve;

/// What a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Link<'l> {
    /// Something on the web, which is not fetched.
    Web,
    /// Something that only one machine has.
    Machine,
    /// A file of the project, and a heading in it.
    File { path: Cow<'l, str>, anchor: Option<Cow<'l, str>> },
}

impl<'l> Link<'l> {
    fn of(text: &'l str) -> Self {
        let lower = text.to_ascii_lowercase();
        let is_local = |url: &str| {
            let host = url.split(['/', ':', '?', '#']).next().unwrap_or_default();
            matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0")
        };
        if lower.starts_with("file:") || lower.starts_with("~/") || lower.contains('\\') {
            return Link::Machine;
        }
        if let Some((scheme, rest)) = lower.split_once("://") {
            let is_web = matches!(scheme, "http" | "https");
            return if is_web && is_local(rest) { Link::Machine } else { Link::Web };
        }
        // `mailto:`, and a wiki page that a tool knows by `jira:OPS-1`.
        let scheme = lower.split_once(':').map(|(scheme, _)| scheme);
        let is_scheme = |text: &str| text.len() > 1 && text.bytes().all(|b| b.is_ascii_lowercase());
        if lower.starts_with("//") || scheme.is_some_and(is_scheme) {
            return Link::Web;
        }
        let (path, anchor) =
            text.split_once('#').map_or((text, None), |(path, anchor)| (path, Some(anchor)));
        let path = path.split('?').next().unwrap_or(path);
        let anchor = anchor.filter(|anchor| !anchor.is_empty());
        Link::File { path: decoded(path), anchor: anchor.map(decoded) }
    }
}

/// Why a link leads nowhere; nothing where it leads somewhere, or where nobody can tell.
pub(crate) fn fault(text: &str, from: &File, project: &Project<'_>) -> Option<String> {
    let text = text.trim();
    let (path, anchor) = match Link::of(text) {
        Link::Web => return None,
        Link::Machine => return Some(format!("nobody else can open `{text}`")),
        Link::File { path, anchor } => (path, anchor),
    };
    let target = Target::of(&path, from, project)?;
    if !target.is_there()? {
        return Some(format!("there is no `{path}` here"));
    }
    let anchor = anchor.filter(|_| is_markdown(&path))?;
    let is_known = has_anchor(&target.text()?, &anchor);
    (!is_known).then(|| format!("`{path}` has no heading `#{anchor}`"))
}

/// A file that a link may lead to.
struct Target<'p> {
    project: &'p Project<'p>,
    /// The folder that the path is relative to.
    folder: String,
    path: String,
}

impl<'p> Target<'p> {
    /// Nothing for a link to the root of a repository that is not known.
    fn of(path: &str, from: &File, project: &'p Project<'p>) -> Option<Self> {
        let source = from.source();
        let (folder, path) = match path.strip_prefix('/') {
            Some(path) => (project.home_of(source.path())?, path),
            None => (source.folder(), path),
        };
        let path = if path.is_empty() { source.name() } else { path };
        Some(Target { project, folder: folder.to_owned(), path: path.to_owned() })
    }

    /// Whether it is there, if that can be known.
    fn is_there(&self) -> Option<bool> {
        self.project.has_path(&resolve(&self.folder, &self.path)).or_else(|| {
            let folder = if self.folder.is_empty() { "." } else { &self.folder };
            // What there is outside of the project is not looked at.
            let above = |path: &str| path.split('/').take_while(|part| *part == "..").count();
            let there = resolve(&self.folder, &self.path);
            let leads_out = above(&there) > above(&resolve("", &self.folder));
            let is_known = self.project.are_on_disk() && !leads_out;
            is_known.then(|| Path::new(folder).join(&self.path).exists())
        })
    }

    fn text(&self) -> Option<String> {
        let folder = if self.folder.is_empty() { "." } else { &self.folder };
        if self.project.are_on_disk() {
            return repo::plain_text(Path::new(folder), &self.path);
        }
        let path = resolve(&self.folder, &self.path);
        let file = self.project.files().iter().find(|file| file.source().path() == path)?;
        Some(file.source().text().to_string())
    }
}

fn is_markdown(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    ["md", "markdown", "mdx"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether a text in Markdown has a heading, or an anchor of its own, of that name.
///
/// Forges make anchors of headings each in their own way, so only letters and digits are compared, and
/// the number is passed over that the second of two equal headings gets.
fn has_anchor(text: &str, anchor: &str) -> bool {
    let anchor = anchor.trim_start_matches("user-content-").trim_start_matches("markdown-header-");
    // A line, as forges count them.
    let digits = anchor.strip_prefix('L').map(|rest| rest.split('-').next().unwrap_or(rest));
    if digits.is_some_and(|line| !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())) {
        return true;
    }
    let wanted = plain(anchor);
    let counted =
        anchor.rsplit_once('-').filter(|(_, end)| end.bytes().all(|b| b.is_ascii_digit()));
    let uncounted = counted.map(|(start, _)| plain(start));
    let is_wanted = |name: &str| {
        let name = plain(name);
        name == wanted || Some(&name) == uncounted.as_ref()
    };
    named(text).any(is_wanted)
}

/// The headings and the anchors of a text in Markdown.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let mut fence: Option<&str> = None;
    let mut above = "";
    let of_line = move |line| {
        let line: &str = str::trim(line);
        let before = std::mem::replace(&mut above, line);
        if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark)) {
            fence = if fence == Some(mark) { None } else { fence.or(Some(mark)) };
        }
        if fence.is_some() {
            return Vec::new();
        }
        let is_underline = !line.is_empty()
            && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'));
        let heading = if is_underline { Some(before) } else { heading(line) };
        // `<a name="x">`, `<h2 id="x">` and `{#x}`.
        let marks = ["name=\"", "id=\"", "{#"].into_iter();
        let own = marks.flat_map(|mark| line.split(mark).skip(1));
        let own = own.filter_map(|rest| rest.split(['"', '}', ' ']).next());
        heading.into_iter().chain(own).collect()
    };
    text.lines().flat_map(of_line)
}

/// The text of `## a heading ##`.
fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let marks = line.len() - text.len();
    ((1..=6).contains(&marks) && text.starts_with([' ', '\t']))
        .then(|| text.split("{#").next().unwrap_or(text))
}

/// The letters and digits of a text, without what its links lead to.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for (index, part) in text.split("](").enumerate() {
        let kept = if index == 0 { part } else { part.split_once(')').map_or("", |(_, it)| it) };
        plain.extend(kept.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    }
    plain
}

/// A path or an anchor with its percent signs read.
fn decoded(text: &str) -> Cow<'_, str> {
    crate::address::decoded(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_or_to_a_file() {
        let file = |path: &str, anchor: Option<&str>| Link::File {
            path: Cow::Owned(path.to_owned()),
            anchor: anchor.map(|it| Cow::Owned(it.to_owned())),
        };
        for (text, expected) in [
            ("https://wiki.example.com/on-call#x", Link::Web),
            ("mailto:team@example.com", Link::Web),
            ("jira:OPS-1", Link::Web),
            ("//wiki/on-call", Link::Web),
            ("s3://acme/report.pdf", Link::Web),
            ("file:///home/ann/report.pdf", Link::Machine),
            ("~/report.pdf", Link::Machine),
            ("C:\\report.pdf", Link::Machine),
            ("http://localhost:8080/report", Link::Machine),
            ("docs/on%20call.md#who-is-called", file("docs/on call.md", Some("who-is-called"))),
            ("../docs/", file("../docs/", None)),
            ("docs/drill.md?plain=1#", file("docs/drill.md", None)),
            ("#drill", file("", Some("drill"))),
        ] {
            assert_eq!(Link::of(text), expected, "{text}");
        }
    }

    #[test]
    fn headings_have_anchors() {
        let text = "# On call\n\nWho is called\n-------------\n\n## `rto` & [rpo](x.md#y) {#own}\n\
                    ```\n# not this\n```\n<a id=\"here\"></a>\n## Twice\n## Twice ##\n";
        for anchor in [
            "on-call",
            "who-is-called",
            "rto--rpo",
            "own",
            "here",
            "twice-1",
            "Twice",
            "L3",
            "L3-L5",
        ] {
            assert!(has_anchor(text, anchor), "{anchor}");
        }
        for anchor in ["not-this", "who", "x", "twice-1-1x"] {
            assert!(!has_anchor(text, anchor), "{anchor}");
        }
    }
}
