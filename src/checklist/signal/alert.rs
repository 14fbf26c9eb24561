//! What raises an alarm, and who hears it.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
