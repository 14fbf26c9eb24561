//! What a configuration asks of the platform that agents run on.

use super::Setting;
use crate::tree::{Entry, Node};

/// What a configuration asks of the platform that agents run on.
#[derive(Debug, Default)]
pub(crate) struct Platform<'t> {
    /// Whether the loss of one instance is borne.
    pub(crate) high_availability: Setting<'t, bool>,
    /// How many instances there are at least.
    pub(crate) instances: Setting<'t, f64>,
    /// Whether data are encrypted where they lie.
    pub(crate) encryption: Setting<'t, bool>,
    /// Whether rights decide who sees what.
    pub(crate) access_control: Setting<'t, bool>,
    /// Whether it is written down who did what.
    pub(crate) audit_log: Setting<'t, bool>,
    /// Whether copies of the data are made.
    pub(crate) backups: Vec<Setting<'t, bool>>,
    /// Whether the copies lie elsewhere.
    pub(crate) offsite_backup: Setting<'t, bool>,
    /// How long copies are kept, where there are any.
    pub(crate) backup_retention: Setting<'t, &'t str>,
    /// The regions that it is deployed to, by the name that each has.
    pub(crate) regions: Vec<Node<'t>>,
    /// How what is kept in one region comes to the others, for each part that says it.
    pub(crate) replication: Vec<Entry<'t>>,
    /// Whether a run is saved, so that it goes on after a crash.
    pub(crate) crash_recovery: Setting<'t, bool>,
}
