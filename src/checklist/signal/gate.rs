//! What a release has to pass.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
