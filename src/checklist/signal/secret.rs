//! Where credentials are kept.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
