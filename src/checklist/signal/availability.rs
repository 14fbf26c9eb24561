//! What keeps a service up while parts of it are down.

use super::Signal;

pub(super) const SIGNALS: &[Signal] = &[];
