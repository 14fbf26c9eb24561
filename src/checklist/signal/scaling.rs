//! How many there are, and who decides that.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
