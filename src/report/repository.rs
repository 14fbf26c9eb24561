//! What is known of a repository: what its pipelines do, who updates its dependencies, what its code gives
//! evidence of, and which files of variables git keeps.

use std::io::{self, Write};

use serde::Serialize;

use super::images::{Format, ToldPlace, place};
use super::{Ink, Style, escape};
use crate::checklist;
use crate::project::Project;
use crate::repo::Repository;
use crate::repo::backup::Retention;
use crate::repo::signal::Kind;
use crate::repo::updates::{Cover, EcosystemFound, Manifest};

/// As many places of one thing are told to people.
const FEW: usize = 5;

/// Writes what is known of the repositories of a project.
pub(crate) fn write(
    format: Format,
    project: &Project<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let repositories = project.repositories().iter();
    let repositories = repositories.map(|it| ToldRepository::of(project, it)).collect();
    let told = Told { version: 1, repositories };
    match format {
        Format::Text => text(&told, style, out),
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&told)?),
    }
}

/// All that is told.
#[derive(Debug, Serialize)]
struct Told {
    version: u32,
    repositories: Vec<ToldRepository>,
}

#[derive(Debug, Serialize)]
struct ToldRepository {
    /// Empty for the working directory.
    root: String,
    /// Whether git keeps it.
    versioned: bool,
    /// Nothing where that is not known.
    default_branch: Option<String>,
    pipelines: Vec<ToldPipeline>,
    ecosystems: Vec<ToldEcosystem>,
    signals: Vec<ToldSignal>,
    variables: Vec<ToldVariables>,
    backups: Vec<ToldBackup>,
}

#[derive(Debug, Serialize)]
struct ToldPipeline {
    tool: &'static str,
    name: Option<String>,
    file: String,
    does: Vec<ToldActivity>,
}

#[derive(Debug, Serialize)]
struct ToldActivity {
    what: String,
    job: Option<String>,
    /// Whether its failure stops what comes after.
    stops: bool,
    #[serde(flatten)]
    at: ToldPlace,
}

#[derive(Debug, Serialize)]
struct ToldEcosystem {
    ecosystem: &'static str,
    #[serde(skip)]
    says: &'static str,
    manifests: Vec<ToldManifest>,
}

#[derive(Debug, Serialize)]
struct ToldManifest {
    packages: usize,
    #[serde(flatten)]
    at: ToldPlace,
    /// `yes`, `no`, `off` or `unknown`
    updated: &'static str,
    /// The tool that does it.
    tool: Option<&'static str>,
    /// What says so.
    stated: Option<ToldPlace>,
}

#[derive(Debug, Serialize)]
struct ToldSignal {
    kind: &'static str,
    #[serde(skip)]
    says: &'static str,
    what: String,
    #[serde(flatten)]
    at: ToldPlace,
    checklist: &'static [&'static str],
}

/// Something that copies data.
#[derive(Debug, Serialize)]
struct ToldBackup {
    name: String,
    #[serde(flatten)]
    at: ToldPlace,
    /// `stated`, `missing` or `unknown`
    retention: &'static str,
}

/// A file of variables.
#[derive(Debug, Serialize)]
struct ToldVariables {
    file: String,
    /// Nothing where git does not keep the repository.
    tracked: Option<bool>,
    ignored_at: Option<ToldPlace>,
}

impl ToldRepository {
    fn of(project: &Project<'_>, repository: &Repository<'_>) -> Self {
        let root = repository.root();
        let branch = repository.tracked().and_then(|tracked| tracked.default_branch());
        let ecosystems = repository.ecosystems();
        let ecosystems = ecosystems.iter().map(|of| ToldEcosystem {
            ecosystem: of.ecosystem.as_str(),
            says: of.ecosystem.describe(),
            manifests: of
                .manifests
                .iter()
                .map(|it| manifest(project, repository, of, it))
                .collect(),
        });
        let signals = repository.signals();
        let signals = signals.into_iter().map(|signal| ToldSignal {
            kind: signal.kind.as_str(),
            says: signal.kind.describe(),
            what: signal.what,
            at: place(project, signal.place),
            checklist: checklist::items_shown_by(&format!("code/{}", signal.kind.as_str())),
        });
        let ignored = repository.ignored();
        let variables = repository.dotenvs().map(|(path, file, _)| ToldVariables {
            file: file.source().path().to_owned(),
            tracked: repository.tracked().map(|tracked| tracked.holds(path)),
            ignored_at: ignored.ignores(path).map(|(list, span)| place(project, list.place(span))),
        });
        ToldRepository {
            root: root.folder.clone(),
            versioned: root.is_versioned,
            default_branch: branch.map(str::to_owned),
            pipelines: pipelines(project, repository),
            ecosystems: ecosystems.collect(),
            signals: signals.collect(),
            variables: variables.collect(),
            backups: backups(project, repository),
        }
    }
}

fn pipelines(project: &Project<'_>, repository: &Repository<'_>) -> Vec<ToldPipeline> {
    let flow = repository.flow();
    let told = flow.pipelines().enumerate().map(|(index, (path, pipeline))| {
        let does = flow.activities().iter().filter(|activity| activity.at.0 == index);
        let does = does.map(|activity| ToldActivity {
            what: activity.does.describe(),
            job: flow.job(activity).map(|job| job.name.clone()),
            stops: activity.lenient.is_none(),
            at: place(project, activity.place),
        });
        let tool = pipeline.tool.as_str();
        let root = &repository.root().folder;
        let file = if root.is_empty() { path.to_owned() } else { format!("{root}/{path}") };
        ToldPipeline { tool, name: pipeline.name.clone(), file, does: does.collect() }
    });
    told.collect()
}

fn backups(project: &Project<'_>, repository: &Repository<'_>) -> Vec<ToldBackup> {
    let told = repository.backups(project).into_iter().map(|backup| ToldBackup {
        name: backup.name,
        at: place(project, backup.place),
        retention: match backup.retention {
            Retention::Stated(_) => "stated",
            Retention::Missing(_) => "missing",
            Retention::Unknown => "unknown",
        },
    });
    told.collect()
}

fn manifest<'p>(
    project: &Project<'_>,
    repository: &Repository<'p>,
    of: &EcosystemFound<'p>,
    manifest: &Manifest<'p>,
) -> ToldManifest {
    let (updated, tool, stated) = match repository.updating(of, manifest) {
        Cover::By(tool, at) => ("yes", Some(tool), Some(at)),
        Cover::Unknown(tool, at) => ("unknown", Some(tool), Some(at)),
        Cover::Off(at, _) => ("off", None, Some(at)),
        Cover::Nobody(_) => ("no", None, None),
    };
    ToldManifest {
        packages: manifest.count,
        at: place(project, manifest.place),
        updated,
        tool,
        stated: stated.map(|at| place(project, at)),
    }
}

impl ToldManifest {
    /// Who updates it, for people.
    fn describe(&self) -> String {
        let stated = self.stated.as_ref().map_or(String::new(), ToldPlace::describe);
        match (self.updated, self.tool) {
            ("yes", Some(tool)) => format!("updated by {tool} ({stated})"),
            ("off", _) => format!("turned off at {stated}"),
            ("no", _) => "updated by nobody".to_owned(),
            (_, Some(tool)) => format!("may be updated by {tool} ({stated})"),
            _ => "who updates it is not known".to_owned(),
        }
    }
}

impl ToldVariables {
    /// What git does with it, for people.
    fn describe(&self) -> String {
        let ignored = self.ignored_at.as_ref().map(|at| format!("ignored by {}", at.describe()));
        match (self.tracked, ignored) {
            (Some(true), _) => "kept by git".to_owned(),
            (_, Some(ignored)) => ignored,
            (_, None) => "not ignored".to_owned(),
        }
    }
}

fn text(told: &Told, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if told.repositories.is_empty() {
        return writeln!(out, "nothing here looks like a repository");
    }
    for (index, repository) in told.repositories.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_repository(repository, style, out)?;
    }
    Ok(())
}

fn write_repository(it: &ToldRepository, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let root = if it.root.is_empty() { "." } else { &it.root };
    let kept = match (&it.default_branch, it.versioned) {
        (Some(branch), _) => format!("kept by git, default branch {}", escape::line(branch)),
        (None, true) => "kept by git".to_owned(),
        (None, false) => "not kept by git".to_owned(),
    };
    writeln!(out, "{}: {kept}", style.paint(Ink::Strong, escape::line(root)))?;
    let head = |title: &str, is_empty: bool, out: &mut dyn Write| {
        let none = if is_empty { ": none" } else { "" };
        writeln!(out, "\n{}{none}", style.paint(Ink::Strong, title))
    };
    head("Pipelines", it.pipelines.is_empty(), out)?;
    for pipeline in &it.pipelines {
        writeln!(
            out,
            "  {}  {}",
            escape::line(&pipeline.file),
            style.paint(Ink::Faint, pipeline.tool)
        )?;
        for activity in &pipeline.does {
            let lenient = if activity.stops { "" } else { ", and stops nothing when it fails" };
            line(&format!("  {}{lenient}", activity.what), &activity.at, style, out)?;
        }
    }
    head("Dependencies", it.ecosystems.is_empty(), out)?;
    for ecosystem in &it.ecosystems {
        writeln!(out, "  {}", ecosystem.says)?;
        for manifest in ecosystem.manifests.iter().take(FEW) {
            line(&format!("  {}", manifest.describe()), &manifest.at, style, out)?;
        }
        if let Some(more @ 1..) = ecosystem.manifests.len().checked_sub(FEW) {
            writeln!(out, "    and {more} more")?;
        }
    }
    head("Evidence in code and dependencies", it.signals.is_empty(), out)?;
    for kind in Kind::ALL {
        let of_kind: Vec<_> = it.signals.iter().filter(|it| it.kind == kind.as_str()).collect();
        for signal in of_kind.iter().take(FEW) {
            line(&format!("{}: {}", signal.says, signal.what), &signal.at, style, out)?;
        }
        if let Some(more @ 1..) = of_kind.len().checked_sub(FEW) {
            writeln!(out, "  {}: and {more} more", kind.describe())?;
        }
    }
    head("Files of variables", it.variables.is_empty(), out)?;
    for variables in &it.variables {
        writeln!(
            out,
            "  {}: {}",
            escape::line(&variables.file),
            escape::line(&variables.describe())
        )?;
    }
    head("Backups", it.backups.is_empty(), out)?;
    for backup in &it.backups {
        let kept = match backup.retention {
            "stated" => ", kept for as long as it says",
            "missing" => ", kept for ever",
            _ => "",
        };
        line(&format!("{}{kept}", backup.name), &backup.at, style, out)?;
    }
    Ok(())
}

fn line(said: &str, at: &ToldPlace, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let at = escape::line(&at.describe()).into_owned();
    writeln!(out, "  {}  {}", escape::line(said), style.paint(Ink::Faint, at))
}
