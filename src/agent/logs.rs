//! What an agent writes down about its work.

use super::Setting;

/// What an agent writes down about its work.
#[derive(Debug, Default)]
pub(crate) struct Logs<'t> {
    pub(crate) level: Setting<'t, &'t str>,
    /// How a line is written: `json`, `text`, ...
    pub(crate) format: Setting<'t, &'t str>,
    /// The switches that put whole requests, prompts and answers into logs and traces.
    pub(crate) payloads: Vec<Setting<'t, bool>>,
    /// The files that logs go to.
    pub(crate) files: Vec<LogFile<'t>>,
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
