//! What an agent calls, and how it bears that a call fails.

use std::borrow::Cow;

use super::Setting;

/// Something that an agent calls over the network: a model, a tool, a store.
///
/// That a timeout or the retries are not set, and no default is documented, is a finding: a format
/// fills those in only where its documents ask for them, and what is merely optional if it is stated.
#[derive(Debug, Default)]
pub(crate) struct Call<'t> {
    /// What is called, as a message names it: ``model `fast` ``.
    pub(crate) what: Cow<'t, str>,
    /// Whether it is models that are called.
    pub(crate) is_of_models: bool,
    /// After how many seconds a call is given up; 0 where it never is.
    pub(crate) timeout: Setting<'t, f64>,
    /// How often a failed call is tried again.
    pub(crate) retries: Setting<'t, f64>,
    /// Whether the pause between two tries grows.
    pub(crate) backoff: Setting<'t, bool>,
    /// How many seconds the first pause takes.
    pub(crate) pause: Setting<'t, f64>,
    /// Whether chance makes each pause a little longer or shorter.
    pub(crate) jitter: Setting<'t, bool>,
    /// Whether calls stop for a while after many failures.
    pub(crate) breaker: Setting<'t, bool>,
    /// How many connections are kept at most.
    pub(crate) pool: Setting<'t, f64>,
    /// Whether a connection serves more than one call.
    pub(crate) reuse: Setting<'t, bool>,
    /// Whether the certificate of the other side is looked at.
    pub(crate) verification: Setting<'t, bool>,
}

/// Calls that are gathered and sent together.
#[derive(Debug, Default)]
pub(crate) struct Batch<'t> {
    pub(crate) enabled: Setting<'t, bool>,
    /// How many there are in one at most.
    pub(crate) size: Setting<'t, f64>,
    /// How many seconds the first one waits for the others.
    pub(crate) wait: Setting<'t, f64>,
}
