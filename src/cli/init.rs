//! `agentcheck init`

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::files::start_threads;
use super::{CLEAN, Color, Failure, stdout_style};
use crate::check::check;
use crate::config::{self, Config};
use crate::disk;
use crate::init::git::{Forge, forges};
use crate::init::{Step, Survey, configuration, hook, workflow};
use crate::outcome::Outcome;
use crate::report::{self, Exit, Options, account, escape};
use crate::walk::{self, Scope};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder of the project
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// When to colour
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

/// More of the other files than anybody writes into them by hand.
const MAX_BYTES: u64 = 1 << 20;

/// More findings than anybody mends before they turn a check on.
const MANY: usize = 20;

/// Remarks on the configuration that are printed.
const FEW: usize = 10;

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let path = &arguments.path;
    // Nothing runs beside this yet, and from here on all paths are those of the project.
    env::set_current_dir(path).map_err(|error| {
        Failure::Usage(format!("`{}` is no folder to work in: {error}", path.display()))
    })?;
    start_threads(None)?;
    // A link that leads nowhere is left alone, as any file of that name is.
    let in_force = Config::discover(Path::new(".")).filter(|path| path.exists());
    let outcome = lint(in_force.as_deref(), arguments.color)?;
    let survey = Survey::of(&outcome);
    let style = stdout_style(arguments.color);
    let options = Options { style, show_suppressed: false, verbose: false, exit: Exit::default() };
    let mut out = BufWriter::new(io::stdout().lock());
    account::write(&outcome, &options, &mut out)?;
    writeln!(out)?;
    take(configuration_step(in_force.as_deref(), &survey), arguments.dry_run, &mut out)?;
    if in_force.is_none() {
        write_remarks(&survey, &mut out)?;
    }
    let surroundings = Surroundings::look();
    for step in surroundings.steps() {
        take(step, arguments.dry_run, &mut out)?;
    }
    if surroundings.forges.is_empty() {
        let none = "wrote no pipeline: nothing here says GitHub or GitLab, the two that init knows";
        writeln!(out, "{none}")?;
    }
    writeln!(out)?;
    write_next(&outcome, path, &mut out)?;
    out.flush()?;
    Ok(CLEAN)
}

/// What `agentcheck lint` would say here.
fn lint(config: Option<&Path>, color: Color) -> Result<Outcome, Failure> {
    let style = color.style(io::stderr().is_terminal());
    let config = config.map_or_else(|| Ok(Config::default()), Config::load_found);
    let config = config.map_err(|error| Failure::Config(report::draw(&error, style)))?;
    let here = PathBuf::from(".");
    let scope = Scope {
        exclude: config.exclude().to_vec(),
        base: config.base().unwrap_or(&here).to_owned(),
        paths: vec![here],
        respect_ignore_files: true,
        stdin_name: None,
    };
    let files = walk::read(&scope, &|_| ())?;
    let images = config.images_among(files.paths());
    let files = files.stating(images);
    let settings: Vec<_> = files.paths().map(|path| config.settings_below(path, path)).collect();
    let findings = check(&files, &settings);
    Ok(Outcome::of(files, findings))
}

fn configuration_step(in_force: Option<&Path>, survey: &Survey) -> Step {
    let path = config::FILE_NAME;
    match in_force {
        None if exists(path) => Step::leave(path),
        None => Step::Write { path, text: configuration(survey) },
        Some(found) if env::current_dir().is_ok_and(|here| found.parent() == Some(&here)) => {
            Step::leave(path)
        }
        Some(found) => {
            let shown = found.to_string_lossy();
            let why = format!("`{}` is in force here", escape::line(&shown));
            Step::Leave { path, why }
        }
    }
}

/// What of the repository decides on hook and pipeline.
struct Surroundings {
    /// Whether this is the root of the repository, which is where both belong.
    is_root: bool,
    forges: Vec<Forge>,
}

impl Surroundings {
    fn look() -> Self {
        let here = env::current_dir().unwrap_or_default();
        let root = here.ancestors().find(|folder| folder.join(".git").exists());
        let mut forges = root.and_then(git_config).map_or_else(Vec::new, |text| forges(&text));
        let root = root.unwrap_or(&here);
        if root.join(".github").is_dir() {
            forges.push(Forge::GitHub);
        }
        if exists(root.join(workflow::GITLAB)) {
            forges.push(Forge::GitLab);
        }
        Surroundings { is_root: root == here, forges }
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = vec![hook::step(text(hook::PATH).as_deref())];
        if self.forges.contains(&Forge::GitHub) {
            steps.push(workflow::github(&workflows()));
        }
        if self.forges.contains(&Forge::GitLab) {
            steps.push(workflow::gitlab(text(workflow::GITLAB).as_deref()));
        }
        if !self.is_root {
            let why = "it belongs into the root of the repository; run `agentcheck init` there";
            let leave = |step: Step| Step::Leave { path: step.path(), why: why.to_owned() };
            steps = steps.into_iter().map(leave).collect();
        }
        steps
    }
}

/// The configuration of the repository whose root this is.
///
/// Source: gitrepository-layout(5): in a linked work tree `.git` is a file that names the folder,
/// and `commondir` in that names the one with the configuration.
fn git_config(root: &Path) -> Option<String> {
    let git = root.join(".git");
    let folder = match text(&git) {
        Some(link) => root.join(link.trim().strip_prefix("gitdir:")?.trim()),
        None => git,
    };
    let common = text(folder.join("commondir"));
    let common = common.map_or_else(|| folder.clone(), |common| folder.join(common.trim()));
    text(common.join("config"))
}

/// The texts of the workflows that are there.
fn workflows() -> Vec<String> {
    let folder = fs::read_dir(workflow::GITHUB_FOLDER).into_iter().flatten().flatten();
    let paths = folder.map(|entry| entry.path());
    let is_workflow =
        |path: &PathBuf| path.extension().is_some_and(|it| it == "yml" || it == "yaml");
    paths.filter(is_workflow).filter_map(text).collect()
}

/// Whether anything has the name, be it a link that leads nowhere.
fn exists(path: impl AsRef<Path>) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The text of a file that is there, empty where it cannot be read; nothing for what is no file.
fn text(path: impl AsRef<Path>) -> Option<String> {
    let path = path.as_ref();
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let mut bytes = Vec::new();
    if is_file && let Ok(file) = File::open(path) {
        let _ = file.take(MAX_BYTES).read_to_end(&mut bytes);
    }
    is_file.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Does what a step says, and says what was done.
fn take(step: Step, dry_run: bool, out: &mut dyn Write) -> Result<(), Failure> {
    match step {
        Step::Write { path, .. } if exists(path) => return take(Step::leave(path), dry_run, out),
        Step::Write { path, text } if dry_run => {
            writeln!(out, "would write {path}:\n\n{text}")?;
        }
        Step::Write { path, text } => match create(Path::new(path), &text) {
            Ok(()) => writeln!(out, "wrote {path}")?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && exists(path) => {
                return take(Step::leave(path), dry_run, out);
            }
            Err(error) => {
                out.flush()?;
                return Err(Failure::Report { path: PathBuf::from(path), error });
            }
        },
        Step::Leave { path, why } => writeln!(out, "left {path} alone: {why}")?,
        Step::Add { path, place, text } => {
            writeln!(out, "left {path} alone: it is yours; add {place}:\n\n{text}")?;
        }
    }
    Ok(())
}

/// Writes a file that is not there yet. Nothing that has the name is followed or replaced.
fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    disk::create(path, text)
}

fn write_remarks(survey: &Survey, out: &mut dyn Write) -> io::Result<()> {
    let remarks = survey.remarks();
    for remark in remarks.iter().take(FEW) {
        writeln!(out, "  {remark}")?;
    }
    match remarks.len().saturating_sub(FEW) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more, all in {}", config::FILE_NAME),
    }
}

fn write_next(outcome: &Outcome, path: &Path, out: &mut dyn Write) -> io::Result<()> {
    let place = match path.as_os_str() {
        here if here == OsStr::new(".") => String::new(),
        _ => format!(" in `{}`", escape::line(&path.to_string_lossy())),
    };
    if outcome.nothing_checked() {
        let kinds = "a Dockerfile, a Compose file, a manifest or an agent config";
        return writeln!(out, "next: agentcheck lint{place}, as soon as there is {kinds}");
    }
    writeln!(out, "next: agentcheck lint{place}")?;
    let counts = outcome.counts();
    if counts.error + counts.warning > MANY {
        let baseline = "agentcheck lint --write-baseline .agentcheck-baseline.json";
        writeln!(out, "or, to hear only of what is new from now on: {baseline}")?;
    }
    Ok(())
}
