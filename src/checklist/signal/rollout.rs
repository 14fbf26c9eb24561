//! How a new version comes in, and how an old one ends.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
