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
}
