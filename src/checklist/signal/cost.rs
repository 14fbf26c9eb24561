//! What is paid for, and what could be spared.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
