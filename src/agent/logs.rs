//! What an agent writes down about its work.

use super::{Because, Setting};
use crate::log;

/// What an agent writes down about its work.
#[derive(Debug, Default)]
pub(crate) struct Logs<'t> {
    pub(crate) level: Setting<'t, &'t str>,
    /// How a line is written: `json`, `text`, ...
    pub(crate) format: Setting<'t, &'t str>,
    /// The variable that says the same where the configuration does not.
    pub(crate) format_variable: Option<&'static str>,
    /// The switches that put whole requests, prompts and answers into logs and traces.
    pub(crate) payloads: Vec<Setting<'t, bool>>,
    /// The files that logs go to.
    pub(crate) files: Vec<LogFile<'t>>,
}

impl<'t> Logs<'t> {
    /// Why whatever a developer may want to see is written down, if it is, and what to say instead where
    /// that is plain.
    pub(crate) fn too_much(&self) -> Option<(Because<'t>, Option<String>)> {
        let level = self.level.value()?;
        let instead = match self.level.variable() {
            Some(name) => log::debug_in_variable(name, level)?.instead,
            None => {
                Some(level).filter(|it| log::is_debug(it)).map(log::info_like)?.to_owned().into()
            }
        };
        Some((self.level.when(|_| true)?, instead))
    }
}

/// A file that logs go to.
#[derive(Debug, Default)]
pub(crate) struct LogFile<'t> {
    pub(crate) path: Setting<'t, &'t str>,
    /// Whether old lines are ever removed.
    pub(crate) rotation: Setting<'t, bool>,
    /// After how many seconds old lines are removed.
    pub(crate) retention: Setting<'t, f64>,
}
