//! The profiles that a service is started for.

use super::Service;
use crate::tree::Node;

/// Words in the names of profiles that nobody starts in production.
const DEVELOPMENT: [&str; 13] = [
    "dev",
    "development",
    "devtools",
    "local",
    "debug",
    "debugging",
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "tool",
    "tools",
];

impl<'t> Service<'t> {
    /// The profiles of which one must be asked for, or the service is not started.
    pub(crate) fn profiles(self) -> impl Iterator<Item = Node<'t>> {
        self.node().at(&["profiles"]).into_iter().flat_map(Node::items)
    }

    /// Whether the service has profiles, and all of them are for developers.
    pub(super) fn has_development_profiles(self) -> bool {
        let is_word = |word: &str| DEVELOPMENT.iter().any(|known| known.eq_ignore_ascii_case(word));
        let mut profiles = self.profiles().peekable();
        profiles.peek().is_some()
            && profiles.all(|profile| profile.text().split(['-', '_', '.']).any(is_word))
    }
}
