//! Which image is built by which Dockerfile, and what says so.

use std::io::{self, Write};

use serde::Serialize;

use super::{Ink, Style, escape};
use crate::build::Target;
use crate::docker::Image;
use crate::project::{Evidence, KnownImages, Link, Name, Project, Runner, Stated};
use crate::source::{FileId, Place};

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub(crate) enum Format {
    /// For the terminal.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// As many places of one image are told to people.
const FEW: usize = 5;

/// The name of the configuration in which `[images]` stands.
const CONFIGURATION: &str = crate::config::FILE_NAME;

/// Writes what is known of the images of a project.
pub(crate) fn write(
    format: Format,
    project: &Project<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let told = Told::of(project);
    match format {
        Format::Text => text(&told, style, out),
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&told)?),
    }
}

/// All that is told.
#[derive(Debug, Serialize)]
struct Told {
    version: u32,
    links: Vec<ToldLink>,
    ambiguous: Vec<ToldAmbiguity>,
    /// Images that are run and built elsewhere.
    unlinked: Vec<ToldImage>,
    /// Dockerfiles of which nobody knows the image.
    dockerfiles: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ToldLink {
    image: String,
    #[serde(flatten)]
    built: ToldBuild,
    run_by: Vec<ToldRunner>,
}

#[derive(Debug, Serialize)]
struct ToldAmbiguity {
    image: String,
    candidates: Vec<ToldBuild>,
}

#[derive(Debug, Serialize)]
struct ToldImage {
    image: String,
    run_by: Vec<ToldRunner>,
}

/// A Dockerfile, what says that it builds the image, and what it makes of it.
#[derive(Debug, Serialize)]
struct ToldBuild {
    dockerfile: String,
    /// The stage; nothing for the last one.
    target: Option<String>,
    evidence: Vec<ToldEvidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    makes: Option<ToldContents>,
    /// Whether a variable decides on the stage.
    #[serde(skip)]
    is_open: bool,
}

/// What is known of an image.
#[derive(Debug, Serialize)]
struct ToldContents {
    /// Nothing where that is the base image's to say, or a variable's.
    user: Option<String>,
    workdir: Option<String>,
    stopsignal: Option<String>,
    ports: Vec<String>,
    volumes: Vec<String>,
    healthcheck: bool,
}

#[derive(Debug, Serialize)]
struct ToldEvidence {
    kind: &'static str,
    #[serde(skip)]
    says: &'static str,
    #[serde(flatten)]
    at: ToldPlace,
}

#[derive(Debug, Serialize)]
struct ToldRunner {
    name: String,
    #[serde(flatten)]
    at: ToldPlace,
}

/// A file, and a line of it, from 1.
#[derive(Debug, Serialize)]
pub(super) struct ToldPlace {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

impl Told {
    fn of(project: &Project<'_>) -> Self {
        let KnownImages { links, ambiguous, foreign, unnamed } = project.images();
        let run_by = |runners: &[Runner<'_>]| {
            let told = runners.iter().map(|runner| ToldRunner {
                name: runner.describe(),
                at: runner.place().map_or_else(ToldPlace::nowhere, |at| place(project, at)),
            });
            told.collect::<Vec<_>>()
        };
        let name = |name: &Name| name.describe();
        Told {
            version: 1,
            links: links
                .iter()
                .map(|(image, link, runners)| ToldLink {
                    image: name(image),
                    built: ToldBuild::of(project, link),
                    run_by: run_by(runners),
                })
                .collect(),
            ambiguous: ambiguous
                .iter()
                .map(|(image, links)| ToldAmbiguity {
                    image: name(image),
                    candidates: links.iter().map(|link| ToldBuild::of(project, link)).collect(),
                })
                .collect(),
            unlinked: foreign
                .iter()
                .map(|(image, runners)| ToldImage { image: name(image), run_by: run_by(runners) })
                .collect(),
            dockerfiles: unnamed.iter().map(|file| path(project, *file)).collect(),
        }
    }
}

impl ToldBuild {
    fn of(project: &Project<'_>, link: &Link<'_>) -> Self {
        let dockerfile = path(project, link.dockerfile.file());
        let evidence = link.evidence.iter().map(|evidence| ToldEvidence {
            kind: evidence.kind.as_str(),
            says: evidence.kind.describe(),
            at: stated(project, evidence, &dockerfile),
        });
        ToldBuild {
            evidence: evidence.collect(),
            target: match &link.target {
                Target::Stage(name) => Some(name.clone()),
                Target::Last | Target::Unknown => None,
            },
            makes: link.image().as_ref().map(contents),
            is_open: link.target == Target::Unknown,
            dockerfile,
        }
    }

    /// The Dockerfile and the stage, for people.
    fn describe(&self) -> String {
        match &self.target {
            Some(stage) => format!("{}, stage `{stage}`", self.dockerfile),
            None if self.is_open => format!("{}, a stage that a variable names", self.dockerfile),
            None => self.dockerfile.clone(),
        }
    }
}

fn contents(image: &Image<'_>) -> ToldContents {
    let words = |words: &[&crate::docker::Word]| words.iter().map(|it| it.text.clone()).collect();
    ToldContents {
        user: image.user.as_ref().and_then(|user| user.resolved.clone()),
        workdir: image.directory.clone(),
        stopsignal: image.stopsignal.map(|word| word.text.clone()),
        ports: words(&image.ports),
        volumes: words(&image.volumes),
        healthcheck: image.has_healthcheck,
    }
}

impl ToldContents {
    /// What a manifest has to know, for people.
    fn describe(&self) -> Option<String> {
        let user = self.user.as_ref().map(|user| format!("runs as `{user}`"));
        let ports = (!self.ports.is_empty()).then(|| format!("exposes {}", self.ports.join(", ")));
        let said: Vec<_> = user.into_iter().chain(ports).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

impl ToldPlace {
    fn nowhere() -> Self {
        ToldPlace { file: String::new(), line: None }
    }

    /// The place, for people.
    pub(super) fn describe(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}

fn path(project: &Project<'_>, file: FileId) -> String {
    project.source(file).map_or_else(String::new, |source| source.path().to_owned())
}

/// A place in a file of the project.
pub(super) fn place(project: &Project<'_>, at: Place) -> ToldPlace {
    let line = project.source(at.file).map(|source| source.position(at.span.start).line);
    ToldPlace { file: path(project, at.file), line }
}

fn stated(project: &Project<'_>, evidence: &Evidence, dockerfile: &str) -> ToldPlace {
    match evidence.stated {
        Stated::At(at) => place(project, at),
        Stated::Configuration(line) => {
            ToldPlace { file: CONFIGURATION.to_owned(), line: Some(line) }
        }
        Stated::Path => ToldPlace { file: dockerfile.to_owned(), line: None },
    }
}

fn text(told: &Told, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let is_nothing = told.links.is_empty() && told.ambiguous.is_empty() && told.unlinked.is_empty();
    if is_nothing {
        writeln!(out, "no image is named here, and none is built under a name")?;
    }
    let mut is_first = told.links.is_empty() && !is_nothing;
    let mut head = |title: &str, out: &mut dyn Write| {
        let gap = if std::mem::take(&mut is_first) { "" } else { "\n" };
        writeln!(out, "{gap}{}", style.paint(Ink::Strong, title))
    };
    let mut is_begun = false;
    for link in &told.links {
        if std::mem::replace(&mut is_begun, true) {
            writeln!(out)?;
        }
        writeln!(out, "{}", style.paint(Ink::Strong, escape::line(&link.image)))?;
        write_build(&link.built, style, out)?;
        write_runners("run by", &link.run_by, style, out)?;
    }
    if !told.ambiguous.is_empty() {
        head("May be of several Dockerfiles, and so of none", out)?;
    }
    for ambiguity in &told.ambiguous {
        writeln!(out, "\n{}", escape::line(&ambiguity.image))?;
        for candidate in &ambiguity.candidates {
            write_build(candidate, style, out)?;
        }
    }
    if !told.unlinked.is_empty() {
        head("Run here, without a Dockerfile here", out)?;
    }
    for image in &told.unlinked {
        let at = image.run_by.first().map_or_else(String::new, |first| first.at.describe());
        let more = match image.run_by.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let at = format!("{}{more}", escape::line(&at));
        let at = style.paint(Ink::Faint, at);
        writeln!(out, "  {}  {at}", escape::line(&image.image))?;
    }
    if !told.dockerfiles.is_empty() {
        head("Dockerfiles without a known image", out)?;
    }
    for path in &told.dockerfiles {
        writeln!(out, "  {}", escape::line(path))?;
    }
    if !told.ambiguous.is_empty() || !told.dockerfiles.is_empty() {
        let hint = "`[images]` in agentcheck.toml says which is which: \"ghcr.io/acme/api\" = \"api/Dockerfile\"";
        writeln!(out, "\n{}", style.paint(Ink::Hint, hint))?;
    }
    Ok(())
}

fn write_line(
    name: &str,
    value: &str,
    at: &str,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = style.paint(Ink::Faint, format_args!("{name:8}")).to_string();
    let at = if at.is_empty() { String::new() } else { format!(": {}", escape::line(at)) };
    writeln!(out, "  {name}  {}{at}", escape::line(value))
}

fn write_build(built: &ToldBuild, style: Style, out: &mut dyn Write) -> io::Result<()> {
    write_line("built by", &built.describe(), "", style, out)?;
    for (index, evidence) in built.evidence.iter().take(FEW).enumerate() {
        let name = if index == 0 { "because" } else { "" };
        write_line(name, evidence.says, &evidence.at.describe(), style, out)?;
    }
    write_rest(built.evidence.len(), style, out)?;
    match built.makes.as_ref().and_then(ToldContents::describe) {
        Some(makes) => write_line("image", &makes, "", style, out),
        None => Ok(()),
    }
}

fn write_runners(
    title: &str,
    runners: &[ToldRunner],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, runner) in runners.iter().take(FEW).enumerate() {
        let name = if index == 0 { title } else { "" };
        write_line(name, &runner.name, &runner.at.describe(), style, out)?;
    }
    write_rest(runners.len(), style, out)
}

fn write_rest(count: usize, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match count.checked_sub(FEW) {
        Some(more @ 1..) => write_line("", &format!("and {more} more"), "", style, out),
        _ => Ok(()),
    }
}
