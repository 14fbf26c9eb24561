//! Who reaches whom, and how: policies, TLS, exposure.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
