//! What is measured, traced and logged, and where it goes.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
