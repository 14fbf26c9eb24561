//! How images are built and kept.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
