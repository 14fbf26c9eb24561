//! What containers ask for and may take.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
