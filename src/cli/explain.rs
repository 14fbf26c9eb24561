//! `agentcheck explain`

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::files::start_threads;
use super::images::warn_of_idle;
use super::{CLEAN, Color, Failure, print, stdout_style};
use crate::checklist::{self, CHECKLISTS, Checklist};
use crate::compose::Stacks;
use crate::config::{self, Config};
use crate::kustomize::Overlays;
use crate::project::Project;
use crate::report::{self, Style, explain, explain_item, images, repository};
use crate::rules::{self, Environment, RULES};
use crate::source::FileId;
use crate::walk::{self, Scope};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The rule, e.g. `k8s/memory-limit-missing`; the part after the slash is enough when it is
    /// unique, and so is another tool's id. Or an item of a checklist: `paladin/security/non-root`
    #[arg(
        value_name = "RULE|ITEM",
        required_unless_present_any = ["images", "repository"]
    )]
    rule: Option<String>,
    /// Instead of a rule, tell which image is built by which Dockerfile, what says so, and who runs
    /// it, in these files and folders [default: .]
    #[arg(long, value_name = "PATH", num_args = 0..)]
    images: Option<Vec<PathBuf>>,
    /// Instead of a rule, tell what the pipelines of a repository do, who updates its dependencies, and
    /// what its code is evidence of, in these files and folders [default: .]
    #[arg(long, value_name = "PATH", num_args = 0.., conflicts_with = "images")]
    repository: Option<Vec<PathBuf>>,
    /// How to print that; the JSON of images is described in the guide, "Images and their Dockerfiles"
    #[arg(short, long, value_enum)]
    format: Option<images::Format>,
    /// When to colour
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    if let Some(paths) = &arguments.images {
        return explain_project(arguments, paths, images::write);
    }
    if let Some(paths) = &arguments.repository {
        return explain_project(arguments, paths, repository::write);
    }
    let name = arguments.rule.as_deref().unwrap_or_default();
    if arguments.format.is_some() {
        let why = "--format is for --images and --repository; a rule is explained in words";
        return Err(Failure::Usage(why.to_owned()));
    }
    let style = stdout_style(arguments.color);
    if let Some(item) = checklist::item(name) {
        print(|out| explain_item::write(item, style, out))?;
        return Ok(CLEAN);
    }
    let rules = rules::named(name);
    if rules.is_empty() {
        return Err(Failure::Usage(unknown(name)));
    }
    print(|out| {
        for (index, rule) in rules.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            explain::write(rule, style, out)?;
        }
        Ok(())
    })?;
    Ok(CLEAN)
}

/// What to say of a name that is no rule's and no item's. Items have two slashes in their ids.
fn unknown(name: &str) -> String {
    if let Some(several) = several(name) {
        return several;
    }
    let (what, nearest) = if name.matches('/').count() > 1 {
        let items = CHECKLISTS.iter().flat_map(Checklist::items);
        ("item", config::nearest(name, items.map(|item| item.id.as_str())))
    } else {
        ("rule", rules::nearest(name).map(|rule| rule.id))
    };
    let hint = nearest.map_or(String::new(), |id| format!("; did you mean `{id}`?"));
    format!("there is no {what} `{name}`{hint}")
}

/// What to say of a name that stands for several rules or items.
fn several(name: &str) -> Option<String> {
    let bare = name.trim_end_matches('/');
    if let Some(rule) = RULES.iter().find(|rule| rule.group() == bare) {
        let list = "`agentcheck rules` lists its rules";
        return Some(format!(
            "`{}/` is a group, and one rule is explained at a time: {list}",
            rule.group()
        ));
    }
    let below = format!("{bare}/");
    let mut items = CHECKLISTS.iter().flat_map(Checklist::items);
    items.find(|item| item.id.starts_with(&below))?;
    let what = if bare.contains('/') { "a section of a checklist" } else { "a checklist" };
    let list = "`agentcheck checklist --verbose` lists its items";
    Some(format!("`{below}` is {what}, and one item is explained at a time: {list}"))
}

/// Writes something that is known of a project as a whole.
type Teller = fn(images::Format, &Project<'_>, Style, &mut dyn Write) -> io::Result<()>;

/// Tells what is known of a project.
fn explain_project(arguments: &Arguments, paths: &[PathBuf], write: Teller) -> Result<u8, Failure> {
    start_threads(None)?;
    let style = arguments.color.style(io::stderr().is_terminal());
    let here = PathBuf::from(".");
    let config =
        Config::discover(&here).map_or_else(|| Ok(Config::default()), |it| Config::load(&it));
    let config = config.map_err(|error| Failure::Config(report::draw(&error, style)))?;
    // After another option, a path is told from the name of a rule only by what is asked for.
    let paths = paths.iter().cloned().chain(arguments.rule.as_ref().map(PathBuf::from));
    let mut paths: Vec<_> = paths.collect();
    if paths.is_empty() {
        paths.push(here.clone());
    }
    let scope = Scope {
        paths,
        exclude: config.exclude().to_vec(),
        base: config.base().map_or(here, Path::to_owned),
        respect_ignore_files: true,
        stdin_name: None,
    };
    let files = walk::read(&scope, &|_| ())?;
    let images = config.images_among(files.paths());
    let files = files.stating(images);
    let settings: Vec<_> = files.paths().map(|path| config.settings(path)).collect();
    let environment = |file: FileId| {
        settings.get(file.index()).map_or(Environment::Production, |settings| settings.environment)
    };
    let overlays = Overlays::of(files.as_slice(), environment);
    let stacks = Stacks::of(files.as_slice(), environment);
    let project = Project::link(&files, &overlays, &stacks);
    warn_of_idle(&config, &scope.paths, &files, &project.unused_images());
    let (format, style) = (arguments.format.unwrap_or_default(), stdout_style(arguments.color));
    print(|out| write(format, &project, style, out))?;
    Ok(CLEAN)
}
