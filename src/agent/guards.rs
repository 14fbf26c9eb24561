//! What an agent looks for in what goes in and comes out.

use super::Setting;

/// What an agent looks for in what goes in and comes out.
#[derive(Debug, Default)]
pub(crate) struct Guards<'t> {
    pub(crate) input_validation: Setting<'t, bool>,
    /// How long an input may be, in characters or bytes.
    pub(crate) input_limit: Setting<'t, f64>,
    /// Whether input is searched for attempts to give the agent other instructions.
    pub(crate) injection_detection: Setting<'t, bool>,
    /// Whether input is searched for personal data.
    pub(crate) pii_detection: Setting<'t, bool>,
    /// What is done about personal data that was found.
    pub(crate) pii_action: Setting<'t, &'t str>,
    /// Whether answers are searched for what must not go out.
    pub(crate) output_filter: Setting<'t, bool>,
}
