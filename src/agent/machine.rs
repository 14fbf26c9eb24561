//! What an agent may use of the machine that runs it.

use std::borrow::Cow;

use super::Setting;

/// The share of a machine that a part of an agent gets.
#[derive(Debug, Default)]
pub(crate) struct Machine<'t> {
    /// What gets it, as a message names it: ``agent `desk` ``.
    pub(crate) what: Cow<'t, str>,
    /// Cores.
    pub(crate) cpu: Setting<'t, f64>,
    /// Bytes.
    pub(crate) memory: Setting<'t, f64>,
}
