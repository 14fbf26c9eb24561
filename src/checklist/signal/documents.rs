//! What is written down for people.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
