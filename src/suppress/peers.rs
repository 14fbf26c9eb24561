//! Comments and annotations of other tools. Each counts for the rules that are the same check
//! there, and none is ever reported as unused: it belongs to the other tool.

use std::cell::OnceCell;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use regex::{Captures, Regex};

use super::comment::Text;
use super::cover::Line;
use super::{Ignore, Listed, Name, annotation, comment};
use crate::config::Selector;
use crate::file::File;
use crate::rules::{ON_LITERALS, RULES, Rule, is_same_check};
use crate::source::Span;
use crate::tree::edit::Refusal;
use crate::tree::{Entry, Node, Tree};

/// What a file with a comment or an annotation of another tool holds; others cost one search. It is ready
/// sooner than an expression for the same would be. Nothing where the processor is of another kind.
static MARKERS: LazyLock<Option<Searcher>> = LazyLock::new(|| {
    Searcher::new([
        "hadolint",
        "checkov",
        "trivy:ignore",
        "kics-scan",
        "kube-linter.io/",
        "kube-score/ignore",
        "polaris.fairwinds.com/",
        "gitleaks:allow",
        "pragma:",
    ])
});

static DIRECTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // Ids are ASCII; with the letters of all scripts this takes milliseconds to compile.
    let id = r"(?-u:[\w*-])+";
    let ids = format!(r"{id}(?:[ \t]*,[ \t]*{id})*");
    let trivy = format!(r"trivy:ignore:{id}");
    let forms = [
        format!(r"hadolint[ \t]+(?P<global>global[ \t]+)?ignore[ \t]*=[ \t]*(?P<hadolint>{ids})"),
        format!(r"checkov:skip=[ \t]*(?P<checkov>{id})"),
        format!(r"(?P<trivy>{trivy}(?:[ \t]+#*[ \t]*{trivy})*)"),
        format!(r"kics-scan[ \t]+disable[ \t]*=[ \t]*(?P<kics>{ids})"),
        format!(r"kics-scan[ \t]+(?P<scope>{id})"),
    ];
    Regex::new(&format!(r"(?:#+|//+)[ \t]*(?:{})", forms.join("|"))).ok()
});

/// What lets a credential pass, wherever it stands: these tools look at lines and know no formats.
/// detect-secrets wants the mark of a comment, gitleaks does not.
///
/// Source: the README of gitleaks, "gitleaks:allow"; the README of detect-secrets, "Inline
/// Allowlisting" (`whitelist` was its word until version 1.0).
static ALLOWED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let comment = r"(?:#|//|/\*|--|<!--|;|'|%)[ \t#]*";
    let pragma = r"pragma:[ \t]?(?:allow|white)list[ -](?P<next>nextline[ -])?secret(?-u:\b)";
    Regex::new(&format!("(?P<gitleaks>gitleaks:allow)|{comment}{pragma}")).ok()
});

/// A tool whose comments or annotations count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Hadolint,
    Checkov,
    KubeLinter,
    KubeScore,
    Trivy,
    Kics,
    Polaris,
    Docker,
    Gitleaks,
    DetectSecrets,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Tool::Hadolint => "hadolint",
            Tool::Checkov => "checkov",
            Tool::KubeLinter => "kube-linter",
            Tool::KubeScore => "kube-score",
            Tool::Trivy => "trivy",
            Tool::Kics => "kics",
            Tool::Polaris => "polaris",
            Tool::Docker => "docker",
            Tool::Gitleaks => "gitleaks",
            Tool::DetectSecrets => "detect-secrets",
        }
    }

    /// What the pages of rules list the ids of the tool under.
    fn column(self) -> &'static str {
        match self {
            Tool::Trivy => "trivy-checks",
            Tool::Docker => "buildkit",
            _ => self.name(),
        }
    }

    /// Whether `id`, as people write it, is the check that rules list as `alias`.
    fn means(self, id: &str, alias: &str) -> bool {
        is_same_check(self.column(), id, alias)
    }

    /// The rules that are one of the checks.
    fn rules(self, checks: &Checks<'_>) -> impl Iterator<Item = &'static Rule> {
        let is_meant = move |alias: &str| match checks {
            Checks::All => true,
            Checks::Listed(ids) => ids.iter().any(|id| self.means(id, alias)),
        };
        RULES.iter().filter(move |rule| {
            if matches!(self, Tool::Gitleaks | Tool::DetectSecrets) {
                return rule.id.starts_with("secret/") || ON_LITERALS.contains(&rule.id);
            }
            let own = rule.aliases.iter().filter(|(tool, _)| *tool == self.column());
            own.flat_map(|(_, ids)| ids).any(|alias| is_meant(alias))
        })
    }
}

/// The checks that a comment or an annotation is about.
enum Checks<'t> {
    All,
    Listed(Vec<&'t str>),
}

impl<'t> Checks<'t> {
    /// The ids in a list, one of which may stand for all.
    fn listed(list: &'t str, separator: char, all: &str) -> Self {
        let ids: Vec<&str> = list.split(separator).map(str::trim).collect();
        let is_all = !all.is_empty() && ids.iter().any(|id| id.eq_ignore_ascii_case(all));
        if is_all { Checks::All } else { Checks::Listed(ids) }
    }
}

/// How far a comment reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The line, and what begins there.
    Below,
    /// The line alone; in a Dockerfile, the instruction.
    Line,
    Document,
    File,
}

/// What a comment or an annotation asks for.
struct Request<'t> {
    tool: Tool,
    checks: Checks<'t>,
    reason: &'t str,
}

impl Request<'_> {
    fn ignore(&self, kind: &'static str, span: Span, covers: Vec<Span>) -> Ignore {
        let tool = self.tool.name();
        let reason = match self.reason {
            "" => tool.to_owned(),
            reason => format!("{tool}: {reason}"),
        };
        let name = |rule: &'static Rule| Name {
            text: rule.id.to_owned(),
            selector: Some(Selector::Rule(rule.id)),
            span,
            reason: reason.clone(),
            listed: Listed::Fixed,
            used: false,
        };
        Ignore {
            kind,
            shown: format!("{kind} of {tool}"),
            span,
            covers,
            names: self.tool.rules(&self.checks).map(name).collect(),
            removal: Err(Refusal::Occupied),
            touches: Vec::new(),
            malformed: None,
            certain: false,
        }
    }
}

/// The ignores that other tools would find in a file.
pub(super) fn ignores(file: &File) -> Vec<Ignore> {
    let text = file.source().text();
    let mut found = Vec::new();
    if file.dockerfile().is_some() {
        found.extend(skipped_by_docker(text));
    }
    if MARKERS.as_ref().is_none_or(|markers| markers.find(text.as_bytes()).is_some()) {
        // A text inside a string is none to the other tools.
        let texts = comment::texts(file);
        let whole = texts.iter().filter(|text| !text.tree.is_some_and(Tree::is_embedded));
        found.extend(whole.flat_map(|text| in_comments(text, file.dockerfile().is_some())));
        found.extend(in_annotations(file));
        found.extend(allowed(text));
    }
    found.retain(|ignore| !ignore.names.is_empty());
    found
}

/// The lines of which somebody said that the credential in them is none. No id is given, and so it
/// holds for every rule that points at credentials.
fn allowed(text: &str) -> Vec<Ignore> {
    let mut found = Vec::new();
    let mut last: Option<Line> = None;
    for mark in ALLOWED.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let Some(whole) = mark.get(0) else { continue };
        let span = Span::from(whole.range());
        // One is enough for a line, however long.
        if last.is_some_and(|line| span.start < line.next) {
            continue;
        }
        let line = Line::at(text, span.start);
        last = Some(line);
        let is_for_next = mark.name("next").is_some();
        let Some(covered) = (if is_for_next { line.following(text) } else { Some(line) }) else {
            continue;
        };
        let is_gitleaks = mark.name("gitleaks").is_some();
        let tool = if is_gitleaks { Tool::Gitleaks } else { Tool::DetectSecrets };
        let request = Request { tool, checks: Checks::All, reason: "" };
        found.push(request.ignore("comment", span, vec![covered.span]));
    }
    found
}

fn in_comments(text: &Text<'_>, is_dockerfile: bool) -> Vec<Ignore> {
    let Some(pattern) = DIRECTIVE.as_ref() else { return Vec::new() };
    let found: Vec<Captures<'_>> = pattern.captures_iter(text.body).collect();
    let starts = found.iter().skip(1).filter_map(|found| Some(found.get(0)?.start()));
    let nexts = starts.chain([text.body.len()]);
    let documents = OnceCell::new();
    let read = |(found, next): (&Captures<'_>, usize)| {
        let whole = found.get(0)?;
        let span = Span::from(whole.range());
        if !text.is_comment(span.start) {
            return None;
        }
        let line = text.line(span.start);
        let rest = text.body.get(whole.end()..next.min(line.span.end as usize))?;
        let (request, reach) = request(found, rest, is_dockerfile)?;
        let covers = match reach {
            Reach::Line if !is_dockerfile => {
                text.target(line).into_iter().chain([line]).map(|line| line.span).collect()
            }
            Reach::Line | Reach::Below => text.covers(line),
            Reach::Document => {
                let documents = documents.get_or_init(|| documents_of(text.body));
                vec![object(text, documents, span.start)?]
            }
            Reach::File if request.tool == Tool::Kics && !text.is_at_top(line) => return None,
            Reach::File => vec![Span::new(0, text.body.len())],
        };
        Some(request.ignore("comment", span, covers))
    };
    found.iter().zip(nexts).filter_map(read).collect()
}

/// What one comment asks for; `rest` is what stands after it on its line.
fn request<'t>(
    found: &Captures<'t>,
    rest: &'t str,
    is_dockerfile: bool,
) -> Option<(Request<'t>, Reach)> {
    let group = |name| found.name(name).map(|group| group.as_str());
    let (tool, checks, reach) = if let Some(list) = group("hadolint") {
        let reach = if group("global").is_some() { Reach::File } else { Reach::Below };
        (Tool::Hadolint, Checks::listed(list, ',', ""), reach)
    } else if let Some(id) = group("checkov") {
        let reach = if is_dockerfile { Reach::File } else { Reach::Document };
        (Tool::Checkov, Checks::Listed(vec![id]), reach)
    } else if let Some(list) = group("trivy") {
        // `:exp:2030-01-01` ends on a day, and results must not depend on the day.
        if rest.starts_with(':') {
            return None;
        }
        let ids = list.split("trivy:ignore:").map(|id| id.trim_matches([' ', '\t', '#']));
        let ids: Vec<&str> = ids.collect();
        let checks = if ids.contains(&"*") { Checks::All } else { Checks::Listed(ids) };
        (Tool::Trivy, checks, Reach::Below)
    } else if let Some(list) = group("kics") {
        (Tool::Kics, Checks::listed(list, ',', ""), Reach::File)
    } else {
        let reach = match group("scope")? {
            "ignore" => Reach::File,
            "ignore-line" => Reach::Line,
            "ignore-block" => Reach::Below,
            _ => return None,
        };
        (Tool::Kics, Checks::All, reach)
    };
    let reason = rest.trim_start_matches([' ', '\t', ':', '#', '-']).trim_end();
    Some((Request { tool, checks, reason }, reach))
}

/// Where the documents of a text stand, the lines of `---` that begin them included.
fn documents_of(body: &str) -> Vec<Span> {
    let mut documents = Vec::new();
    let mut start = 0;
    let mut line = Some(Line::at(body, 0));
    while let Some(here) = line {
        let mark = here.text(body).strip_prefix("---");
        if mark.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])) {
            documents.push(Span { start, end: here.span.start });
            start = here.span.start;
        }
        line = here.following(body);
    }
    documents.push(Span { start, end: Span::new(body.len(), 0).start });
    documents
}

/// The object that holds a comment: an item of a `List`, or else the document.
fn object(text: &Text<'_>, documents: &[Span], at: u32) -> Option<Span> {
    let index = documents.partition_point(|document| document.start <= at).checked_sub(1)?;
    let holds = |node: &Node<'_>| node.local_span().contains(at);
    let item = text.tree.and_then(|tree| {
        let items = tree.documents().find(holds)?.at(&["items"])?;
        items.items().find(holds)
    });
    item.map(Node::local_span).or_else(|| documents.get(index).copied())
}

/// `# check=skip=JSONArgsRecommended;error=true`, which counts only among the directives that a
/// Dockerfile begins with: anything else, even a comment or an empty line, ends them.
fn skipped_by_docker(text: &str) -> Vec<Ignore> {
    let whole = Span::new(0, text.len());
    let mut found = Vec::new();
    let mut line = Some(Line::at(text, 0));
    while let Some(here) = line {
        let body = here.text(text).trim_start_matches('\u{feff}');
        let directive = body.strip_prefix('#').and_then(|body| body.split_once('='));
        let Some((name, value)) = directive.map(|(name, value)| (name.trim(), value)) else {
            break;
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            break;
        }
        if name.eq_ignore_ascii_case("check") {
            let options = value.split(';').filter_map(|option| option.split_once('='));
            for (_, list) in options.filter(|(key, _)| key.trim().eq_ignore_ascii_case("skip")) {
                let checks = Checks::listed(list, ',', "all");
                let request = Request { tool: Tool::Docker, checks, reason: "" };
                found.push(request.ignore("comment", here.span, vec![whole]));
            }
        }
        line = here.following(text);
    }
    found
}

fn in_annotations(file: &File) -> Vec<Ignore> {
    let mut found = Vec::new();
    for (holder, annotations) in annotation::holders(file) {
        let cover = holder.place().span;
        for entry in annotations.entries() {
            if let Some(request) = annotated(entry) {
                let span = entry.key.place().span;
                found.push(request.ignore("annotation", span, vec![cover]));
            }
        }
    }
    found
}

/// What an annotation asks for, if it is one of those.
fn annotated(entry: Entry<'_>) -> Option<Request<'_>> {
    let (key, value) = (entry.key.text(), entry.value.text().trim());
    let (tool, checks, reason) =
        if let Some(check) = key.strip_prefix("ignore-check.kube-linter.io/") {
            (Tool::KubeLinter, Checks::Listed(vec![check]), value)
        } else if key == "kube-linter.io/ignore-all" {
            (Tool::KubeLinter, Checks::All, value)
        } else if key == "kube-score/ignore" {
            (Tool::KubeScore, Checks::listed(value, ',', ""), "")
        } else if key.starts_with("checkov.io/skip") {
            let (id, reason) = value.split_once('=').unwrap_or((value, ""));
            (Tool::Checkov, Checks::Listed(vec![id.trim()]), reason.trim())
        } else {
            let check = key.strip_prefix("polaris.fairwinds.com/")?;
            if !value.eq_ignore_ascii_case("true") {
                return None;
            }
            let checks = match check {
                "exempt" => Checks::All,
                check => Checks::Listed(vec![check.strip_suffix("-exempt")?]),
            };
            (Tool::Polaris, checks, "")
        };
    Some(Request { tool, checks, reason })
}
