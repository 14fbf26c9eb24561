//! What kind of file a text is of, as far as credentials are concerned.

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Configuration, scripts, whatever a name tells nothing of.
    Plain,
    /// Source code, where a name is given many things.
    Code,
    /// Tests, fixtures, documentation, and files that people copy and fill in: only what a service
    /// surely issued counts.
    Example,
    /// What tools write: lock files, hashes, minified code. Names say nothing in them.
    Generated,
    /// Encrypted as a whole.
    Encrypted,
}

impl Setting {
    /// The setting of a file.
    pub(crate) fn of(_path: &str, _text: &str) -> Self {
        Setting::Plain
    }

    /// Whether nothing in the text can be a credential.
    pub(super) fn is_skipped(self) -> bool {
        self == Setting::Encrypted
    }
}
