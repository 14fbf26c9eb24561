//! What is copied, how long copies are kept, and what data lies on.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
