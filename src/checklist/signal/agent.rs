//! What configurations of agents say.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
