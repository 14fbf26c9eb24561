//! Who may call an agent, from where, and how often.

use std::fmt;

use super::Setting;

/// Who may call an agent, from where, and how often.
#[derive(Debug, Default)]
pub(crate) struct Access<'t> {
    /// Whether callers must say who they are.
    pub(crate) authentication: Setting<'t, bool>,
    /// Whether the whole internet reaches the agent.
    pub(crate) public: Setting<'t, bool>,
    /// The web sites that browsers may call the agent from.
    pub(crate) cors: Setting<'t, Origins>,
    pub(crate) rate_limit: Setting<'t, bool>,
    /// Whether each caller has a limit of its own.
    pub(crate) rate_limit_per_caller: Setting<'t, bool>,
    /// Whether anybody may read the documentation of the interface.
    pub(crate) docs: Setting<'t, bool>,
    /// Switches for tests that let callers past authentication.
    pub(crate) bypasses: Vec<Setting<'t, bool>>,
    /// Whether each replica keeps the tokens that it has given out to itself.
    pub(crate) tokens_per_replica: Setting<'t, bool>,
}

/// Where browsers may call an agent from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origins {
    /// `*`
    Any,
    /// Nothing is listed, in a format where that means any origin.
    AnyByEmptyList,
    /// Origins by name, or none at all.
    Listed,
}

impl Origins {
    pub(crate) fn is_any(self) -> bool {
        self != Origins::Listed
    }
}

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origins::Any => "`*`",
            Origins::AnyByEmptyList => "an empty list, which allows every origin",
            Origins::Listed => "a list",
        })
    }
}
