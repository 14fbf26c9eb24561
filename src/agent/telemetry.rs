//! What an agent tells those who watch it.

use super::Setting;

/// What an agent tells those who watch it.
#[derive(Debug, Default)]
pub(crate) struct Telemetry<'t> {
    pub(crate) tracing: Setting<'t, bool>,
    /// Where traces go: `otlp`, `console`, ...
    pub(crate) trace_exporter: Setting<'t, &'t str>,
    /// The part of all requests that is traced, from 0 to 1.
    pub(crate) sample_rate: Setting<'t, f64>,
    pub(crate) metrics: Setting<'t, bool>,
    /// Where metrics go.
    pub(crate) metrics_exporter: Setting<'t, &'t str>,
    /// Whether the agent answers those who ask how it is.
    pub(crate) health: Setting<'t, bool>,
    /// What the agent calls the environment that it runs in.
    pub(crate) environment: Setting<'t, &'t str>,
}

/// Whether every exporter of a list is one that prints to the output of the process.
pub(crate) fn is_console(exporters: &str) -> bool {
    let is_printed = |name: &str| {
        ["console", "stdout", "logging"].iter().any(|word| name.trim().eq_ignore_ascii_case(word))
    };
    exporters.split(',').all(is_printed)
}
