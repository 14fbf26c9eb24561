//! What containers may do on their node.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
