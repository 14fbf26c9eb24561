//! The scorecard as a page and as Markdown: what it says, and that nothing in it acts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

use std::path::Path;

use crate::common::{self, agentcheck, folder, told};
use agentcheck::checklist::{CHECKLISTS, Judged, Proof, Scorecard, Verdict, item};
use agentcheck::diagnostic::{Applicability, Diagnostic, Edit, Fix, Related};
use agentcheck::outcome::Outcome;
use agentcheck::report::Style;
use agentcheck::report::scorecard::{self, Format, Options};
use agentcheck::source::{FileId, Place, Span};
use base64::Engine as _;
use insta::assert_snapshot;
use jiff::civil::date;
use pulldown_cmark::{Event, Options as Extensions, Parser, Tag};

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: ghcr.io/acme/api:latest
          env:
            - {name: DB_PASSWORD, value: zT4mKestrel301q}
";

const EVIDENCE: &str = "\
[[evidence]]
item = \"paladin/recovery/drill\"
owner = \"platform@acme.example\"
date = 2026-11-01
link = \"docs/drill.md\"
rto = \"4h\"
rpo = \"1h\"

[[evidence]]
item = \"paladin/cost/right-sizing\"
owner = \"finance\"
date = 2025-01-01
expires = 2025-06-01
";

/// A name and a text that try everything.
const HOSTILE_PATH: &str = "a\"'<script>alert(1)</script>`x` {{7*7}}\n\u{202e}]]>--&amp;@all.yaml";
const HOSTILE: &str = "`a`</summary></details><script>alert(1)</script> \" onload='x' ]]> --> <!-- \
    {{7*7}} ${x} [x](javascript:alert(1)) @team #12 | \u{1b}[31m\u{0}\u{ffff}\u{202e}\r\n`";
const HOSTILE_TEXT: &str = "a: \"</pre></style><script>alert(1)</script>\u{202e}\u{0}{{x}}]]>\"\nb: '<img src=x onerror=y>'\n";

/// What the command writes for a folder.
fn written(folder: &Path, format: &str, arguments: &[&str]) -> String {
    let mut command = agentcheck(folder);
    command.args(["checklist", "--quiet", "--format", format]).args(arguments);
    let (code, out, err) = told(&command.output().unwrap());
    assert_eq!(code, 0, "{err}");
    out
}

/// A scorecard on which the items have these verdicts, all the others being missing, and all findings
/// speak against those that fail.
fn card(outcome: &Outcome, verdicts: &[(&str, Verdict)]) -> Scorecard {
    let items = CHECKLISTS.iter().flat_map(agentcheck::checklist::Checklist::items).map(|asked| {
        let verdict = verdicts.iter().find(|(id, _)| item(id).unwrap().id == asked.id);
        let verdict = verdict.map_or(Verdict::Missing, |(_, verdict)| *verdict);
        let is = |wanted| verdict == wanted;
        let all = 0..outcome.diagnostics.len();
        let first = outcome.diagnostics.first();
        let proof = |it: &Diagnostic| Proof { place: it.place, says: it.message.clone() };
        Judged {
            item: asked,
            verdict,
            why: if is(Verdict::Missing) { HOSTILE.to_owned() } else { String::new() },
            proofs: first.map(proof).into_iter().filter(|_| !is(Verdict::Fail)).collect(),
            findings: if is(Verdict::Fail) { all.collect() } else { Vec::new() },
            accepted: Vec::new(),
            off: Vec::new(),
            record: None,
        }
    });
    Scorecard { items: items.collect(), day: Some(date(2026, 11, 21)), failures: Vec::new() }
}

fn draw(format: Format, card: &Scorecard, outcome: &Outcome) -> String {
    let options = Options { style: Style::PLAIN, verbose: false, comparison: None };
    let mut out = Vec::new();
    scorecard::write(format, card, outcome, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Findings that try everything.
fn hostile() -> Outcome {
    let files = [(HOSTILE_PATH, HOSTILE_TEXT)];
    let place = |start, end| Place { file: FileId::new(0), span: Span::new(start, end) };
    let mut found = common::finding("k8s/memory-limit-missing", place(3, 20), HOSTILE);
    found.help = Some(HOSTILE.into());
    found.related = vec![Related { place: place(0, 1), message: HOSTILE.into() }];
    found.fix = Some(Box::new(Fix {
        title: HOSTILE.into(),
        applicability: Applicability::Safe,
        edits: vec![Edit { place: place(0, 1), text: "</pre><script>alert(2)</script>".into() }],
        touches: Vec::new(),
    }));
    common::outcome(&files, vec![found])
}

/// The tags of a page in their order, without those of its style and script.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        tags.push(tag);
        rest = &rest[end + 1..];
        for name in ["style", "script"] {
            if tag == name {
                let close = format!("</{name}>");
                rest = &rest[rest.find(&close).expect("it ends")..];
            }
        }
    }
    tags
}

/// That every tag is closed where it has to be, and that nothing in it can act.
fn is_sound(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in tags(page) {
        assert!(!tag.contains('<'), "{tag}");
        let name = tag.split([' ', '/']).find(|it| !it.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
        } else if !tag.ends_with('/') && !["meta", "link", "input", "!doctype"].contains(&name) {
            open.push(name);
        }
        let known = [
            "!doctype", "html", "head", "meta", "title", "link", "style", "body", "svg", "symbol",
            "path", "header", "circle", "text", "div", "h1", "h2", "h3", "h4", "h5", "p", "ul",
            "li", "span", "use", "b", "i", "time", "nav", "a", "rect", "form", "label", "select",
            "option", "optgroup", "input", "fieldset", "legend", "button", "output", "main",
            "section", "details", "summary", "code", "pre", "mark", "del", "ins", "dl", "dt", "dd",
            "footer", "script",
        ];
        assert!(known.contains(&name), "{tag}");
        for attribute in tag.split('"').step_by(2).skip(1).chain(tag.split(' ').nth(1)) {
            let attribute = attribute.trim();
            assert!(!attribute.starts_with("on") && !attribute.starts_with("style"), "{tag}");
            assert!(!attribute.starts_with("src"), "{tag}");
        }
        if let Some((_, url)) = tag.split_once("href=\"") {
            let url = url.split('"').next().unwrap();
            let is_ours = url.starts_with('#') || url.starts_with("data:image/svg+xml,");
            let is_apart =
                url.starts_with("https://") && tag.contains("rel=\"noopener noreferrer\"");
            assert!(is_ours || is_apart, "{tag}");
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let acts = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!page.contains(acts), "something acts");
}

#[test]
fn a_page_is_whole_and_its_policy_fits() {
    let folder = folder(&[("deploy.yaml", DEPLOYMENT), ("agentcheck.toml", EVIDENCE)]);
    let page = written(folder.path(), "html", &["."]);
    is_sound(&page);
    let inside = |name: &str| {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        assert_eq!(page.matches(&format!("<{name}")).count(), 1);
        page.split_once(&open).unwrap().1.split_once(&close).unwrap().0.to_owned()
    };
    let hash = |text: &str| {
        let hash = hmac_sha256::Hash::hash(text.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(hash)
    };
    let policy = page.split_once("Content-Security-Policy\" content=\"").unwrap().1;
    let policy = policy.split_once('"').unwrap().0;
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; \
             base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
            hash(&inside("style")),
            hash(&inside("script"))
        )
    );
    for checklist in CHECKLISTS.iter() {
        for item in checklist.items() {
            let id = format!("<li class=\"item\" id=\"{}\"", item.id);
            assert_eq!(page.matches(&id).count(), 1, "{id}");
        }
    }
    assert!(page.contains("<dd>platform@acme.example</dd>"), "who vouches is said");
    assert!(page.contains("item = &quot;paladin/recovery/backups&quot;"), "a record to copy");
    assert_eq!(page, written(folder.path(), "html", &["."]), "the page can be reproduced");
}

#[test]
fn no_report_shows_a_secret() {
    let folder = folder(&[("deploy.yaml", DEPLOYMENT)]);
    for format in ["html", "markdown", "json", "text"] {
        let report = written(folder.path(), format, &["."]);
        assert!(!report.contains("Kestrel301"), "{format}");
        assert!(report.contains("deploy.yaml"), "{format}");
    }
}

#[test]
fn nothing_that_files_say_acts_on_a_page() {
    let outcome = hostile();
    let card = card(
        &outcome,
        &[("paladin/security/non-root", Verdict::Fail), ("paladin/data/retention", Verdict::Pass)],
    );
    let page = draw(Format::Html, &card, &outcome);
    is_sound(&page);
    assert!(!page.contains("alert(1)</script>") && !page.contains("<img"), "escaped");
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains("+ &lt;/pre&gt;&lt;script&gt;alert(2)"), "the fix is shown");
    assert!(page.contains(r"\u{202e}") && page.contains("␀"), "what acts is shown");
}

#[test]
fn nothing_that_files_say_acts_in_markdown() {
    let outcome = hostile();
    let card = card(&outcome, &[("paladin/security/non-root", Verdict::Fail)]);
    let text = draw(Format::Markdown, &card, &outcome);
    for event in Parser::new_ext(&text, Extensions::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = html.trim();
                let known = ["<details>", "</details>", "<summary><b>", "<summary>skipped "];
                assert!(known.iter().any(|it| html.starts_with(it)), "{html}");
                assert!(!html.contains("script"), "{html}");
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                panic!("a link to {dest_url}")
            }
            _ => {}
        }
    }
}

/// A thousand findings in a hundred files.
fn thousand() -> Outcome {
    let texts: Vec<_> =
        (0..100).map(|file| (format!("deploy/{file}.yaml"), DEPLOYMENT.repeat(10))).collect();
    let files: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = (0..1_000).map(|index| {
        let at = (index % 10) * DEPLOYMENT.len() + DEPLOYMENT.find("name: api\n").unwrap();
        let place = Place { file: FileId::new(index / 10), span: Span::new(at, at + 9) };
        let mut found = common::finding(
            "k8s/memory-limit-missing",
            place,
            "container `api` of Deployment `api` has no memory limit",
        );
        found.help = Some("without a limit, one leak evicts its neighbours".into());
        let edit = Edit {
            place: Place { span: Span::new(at + 9, at + 9), ..place },
            text: "\n          resources:\n            limits:\n              memory: 512Mi".into(),
        };
        found.fix = Some(Box::new(Fix {
            title: "set resources.limits.memory".into(),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
            touches: Vec::new(),
        }));
        found
    });
    common::outcome(&files, found.collect())
}

#[test]
fn a_thousand_findings_fit() {
    let outcome = thousand();
    let ids =
        ["paladin/security/non-root", "paladin/cost/right-sizing", "msft-agent/image/non-root"];
    let card = card(&outcome, &ids.map(|id| (id, Verdict::Fail)));
    let page = draw(Format::Html, &card, &outcome);
    is_sound(&page);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert_eq!(page.matches(" id=\"f-").count(), 1_000, "every finding is there");
    let text = draw(Format::Markdown, &card, &outcome);
    assert!(text.len() <= 65_000, "{} bytes", text.len());
    assert!(text.len() > 40_000 || text.contains("and 980 more"), "the room is used");
}

#[test]
fn a_ticket_is_short_where_names_are_long() {
    let outcome = hostile();
    let mut card = card(&outcome, &[]);
    for judged in &mut card.items {
        judged.why = "<x> & `y` ".repeat(90);
    }
    let text = draw(Format::Markdown, &card, &outcome);
    assert!(text.len() <= 65_000, "{} bytes", text.len());
    assert!(text.contains("not listed"), "it says so");
    let page = draw(Format::Html, &card, &outcome);
    is_sound(&page);
}

#[test]
fn an_empty_folder_is_not_ready() {
    let folder = folder(&[("notes.txt", "nothing")]);
    let page = written(folder.path(), "html", &[".", "--allow-empty"]);
    is_sound(&page);
    assert!(page.contains("Nothing was checked"));
    let text = written(folder.path(), "markdown", &[".", "--allow-empty"]);
    assert!(text.contains("**Nothing was checked**"));
}

#[test]
fn a_ticket_tells_what_changed() {
    let folder = folder(&[("deploy.yaml", DEPLOYMENT)]);
    let before = written(folder.path(), "json", &["."]);
    common::write(folder.path(), "before.json", &before);
    common::write(folder.path(), "agentcheck.toml", EVIDENCE);
    let arguments = ["deploy.yaml", "--compare", "before.json"];
    let text = written(folder.path(), "markdown", &arguments);
    let changes = text.split_once("### Since").unwrap().1.split_once("<details>").unwrap().0;
    assert_snapshot!(changes);
    let page = written(folder.path(), "html", &arguments);
    is_sound(&page);
    assert!(page.contains("<span class=\"was\">before: Missing</span>"), "{changes}");
}

#[test]
fn a_ticket_reads_well() {
    let folder = folder(&[("deploy.yaml", DEPLOYMENT), ("agentcheck.toml", EVIDENCE)]);
    assert_snapshot!(written(folder.path(), "markdown", &[".", "--checklist", "paladin"]));
}
