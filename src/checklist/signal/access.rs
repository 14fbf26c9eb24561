//! Who may do what: roles, service accounts, identities.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
