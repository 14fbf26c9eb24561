//! The models that an agent calls by their names.

use std::borrow::Cow;

use super::{Because, Setting};
use crate::tree::Node;

/// A model, and what it is called with.
#[derive(Debug)]
pub(crate) struct Model<'t> {
    /// The model, as a message names it: ``model `fast` ``.
    pub(crate) what: Cow<'t, str>,
    /// What declares it.
    pub(crate) at: Node<'t>,
    /// What a call of it needs besides a key: a name, or the address and the name of a deployment with
    /// the version of the interface.
    pub(crate) needs: Vec<Setting<'t, &'t str>>,
}

impl<'t> Model<'t> {
    /// What a call of it needs and the configuration does not show, if there is such a thing.
    pub(crate) fn lack(&self) -> Option<Because<'t>> {
        let told = self.needs.iter().filter_map(|it| it.shows(|_| true));
        told.filter(|(_, is_known)| !is_known).map(|(because, _)| because).next()
    }
}
