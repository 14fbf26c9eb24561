//! What `[images]` of a configuration says in vain.

use std::path::PathBuf;

use super::warn;
use crate::config::{Config, FILE_NAME, Idle, IdleImage};
use crate::file::Files;
use crate::report::escape;

/// Says which lines of `[images]` have no effect on a run over those paths.
pub(super) fn warn_of_idle(config: &Config, roots: &[PathBuf], files: &Files, unused: &[usize]) {
    for image in config.idle_images(roots, files, unused) {
        warn(&told(&image));
    }
}

fn told(idle: &IdleImage) -> String {
    let (image, path) = (escape::line(&idle.image), escape::line(&idle.dockerfile));
    let why = match idle.why {
        Idle::NotThere => format!("`{path}`, which is to build `{image}`, is not there"),
        Idle::NotRead => {
            format!("`{path}`, which is to build `{image}`, is left out or no Dockerfile")
        }
        Idle::NotRun => format!("nothing here runs `{image}`, which `{path}` is to build"),
    };
    format!("warning: {FILE_NAME}:{}: {why}", idle.line)
}
