//! Which files a command reads, and what the configuration says of them.

use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use rayon::prelude::*;

use super::progress::LateProgress;
use super::{Color, Failure};
use crate::config::{Config, Flags, Settings};
use crate::file::Files;
use crate::report;
use crate::timings;
use crate::walk::{self, Roots, Scope};

/// What the command line says of files.
#[derive(Debug, Args)]
pub(super) struct Choice {
    /// The configuration file, instead of the agentcheck.toml found upwards from here
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Files")]
    pub(super) config: Option<PathBuf>,
    /// Look for no configuration file
    #[arg(long, help_heading = "Files")]
    isolated: bool,
    /// Leave these files out
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    exclude: Vec<String>,
    /// Look also at what .gitignore, .ignore and .agentcheckignore leave out
    #[arg(long, help_heading = "Files")]
    no_ignore: bool,
    /// How many threads to use, 64 or one per core at most [default: one per core]
    #[arg(long, value_name = "N", help_heading = "Files")]
    pub(super) jobs: Option<usize>,
    /// Tell on standard error where the time went
    #[arg(long, hide = true)]
    timings: bool,
}

impl Choice {
    /// The file of the configuration.
    pub(super) fn configuration(&self) -> Option<PathBuf> {
        match &self.config {
            Some(path) => Some(path.clone()),
            None if self.isolated => None,
            None => std::env::current_dir().ok().and_then(|here| Config::discover(&here)),
        }
    }

    /// Begins to measure, if the command line asks for it.
    pub(super) fn measure(&self) {
        if self.timings {
            timings::start();
        }
    }

    /// The configuration, with the flags laid over it.
    pub(super) fn config(&self, flags: Flags, color: Color) -> Result<Config, Failure> {
        let style = color.style(io::stderr().is_terminal());
        let config = match self.configuration() {
            Some(path) if self.config.is_some() => Config::load(&path),
            Some(path) => Config::load_found(&path),
            None => Ok(Config::default()),
        };
        config
            .and_then(|config| config.with(Flags { exclude: self.exclude.clone(), ..flags }))
            .map_err(|error| Failure::Config(report::draw(&error, style)))
    }

    /// The files in scope, and what holds in each. `narrow` says what is known of them besides.
    pub(super) fn read(
        &self,
        paths: &[PathBuf],
        stdin_name: Option<&String>,
        config: &Config,
        quiet: bool,
        narrow: impl FnOnce(Files) -> Files,
    ) -> Result<(Files, Vec<Arc<Settings>>), Failure> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| walk::from_here(path)).collect();
        let roots = Roots::of(&paths);
        let scope = Scope {
            paths,
            exclude: config.exclude().to_vec(),
            base: config.base().map_or_else(|| PathBuf::from("."), Path::to_owned),
            respect_ignore_files: !self.no_ignore,
            stdin_name: stdin_name.map(|name| walk::shown(&walk::from_here(Path::new(name)))),
        };
        let bar = LateProgress::new(!quiet && io::stderr().is_terminal());
        let files = walk::read(&scope, &|progress| bar.show(progress))?;
        bar.clear();
        let files = narrow(files);
        let images = config.images_among(files.paths());
        let files = files.stating(images);
        // What the user asked for by name is of no environment for the folder that it lies in.
        let settings = |path: &str| {
            let name = || path.rsplit('/').next().unwrap_or(path);
            config.settings_below(path, roots.below(path).unwrap_or_else(name))
        };
        let all = files.as_slice().par_iter();
        let settings = all.map(|file| settings(file.source().path())).collect();
        Ok((files, settings))
    }
}

/// The deepest thing that runs on these threads is serde on a manifest of 255 levels, which in an
/// unoptimised build needs more than the default 2 MiB of stack.
pub(super) fn start_threads(jobs: Option<usize>) -> Result<(), Failure> {
    const STACK: usize = 32 << 20;
    /// More threads than that, on a machine with less cores, would only take each other's time.
    const MOST: usize = 64;
    if jobs == Some(0) {
        return Err(Failure::Usage("--jobs must be at least 1".to_owned()));
    }
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = jobs.map_or(0, |jobs| jobs.min(cores.max(MOST)));
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(threads);
    pool.build_global().map_err(|error| Failure::Usage(format!("cannot start threads: {error}")))
}
