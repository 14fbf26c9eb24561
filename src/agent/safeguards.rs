//! What stands between an integration and the real world.

use super::{Because, Setting};

/// What stands between an integration and the real world.
#[derive(Debug, Default)]
pub(crate) struct Safeguards<'t> {
    /// Whether the integration is meant to act at all.
    pub(in crate::agent) enabled: Setting<'t, bool>,
    /// Whether it only pretends to.
    pub(in crate::agent) dry_run: Setting<'t, bool>,
    /// From which amount on a person must agree.
    pub(crate) approval_threshold: Setting<'t, f64>,
    /// Where actions wait for that person.
    pub(crate) review_endpoint: Setting<'t, &'t str>,
    pub(crate) monitoring: Setting<'t, bool>,
    pub(in crate::agent) auto_rollback: Setting<'t, bool>,
    pub(crate) rollback_webhook: Setting<'t, &'t str>,
    pub(crate) fail_on_violation: Setting<'t, bool>,
}

impl<'t> Safeguards<'t> {
    /// What lets the integration act on the real world, if it does.
    pub(crate) fn live(&self) -> Option<Because<'t>> {
        if self.enabled.value()? { self.dry_run.off() } else { None }
    }

    /// What promises that a critical alert undoes the agent's actions, if anything does.
    pub(crate) fn automatic_rollback(&self) -> Option<Because<'t>> {
        if self.enabled.off().is_some() { None } else { self.auto_rollback.on() }
    }
}
