//! Who may call an agent, from where, and how often.

use std::fmt;

use super::Setting;
use crate::tree::Node;

/// Who may call an agent, from where, and how often.
#[derive(Debug, Default)]
pub(crate) struct Access<'t> {
    /// Whether callers must say who they are.
    pub(crate) authentication: Setting<'t, bool>,
    /// How they do it: `oauth2`, `basic`, ...
    pub(crate) scheme: Setting<'t, &'t str>,
    /// What each role may do.
    pub(crate) roles: Vec<CallerRole<'t>>,
    /// Whether the whole internet reaches the agent.
    pub(crate) public: Setting<'t, bool>,
    /// Runtimes on a public network, by name, of which nothing but the permissions of the cloud's
    /// accounts says who may call them.
    pub(crate) without_authorizer: Vec<(&'t str, Node<'t>)>,
    /// The web sites that browsers may call the agent from.
    pub(crate) cors: Setting<'t, Origins>,
    pub(crate) rate_limit: Setting<'t, bool>,
    /// Whether each caller has a limit of its own.
    pub(crate) rate_limit_per_caller: Setting<'t, bool>,
    /// Whether anybody may read the documentation of the interface.
    pub(crate) docs: Setting<'t, bool>,
    /// Switches for tests that let callers past authentication.
    pub(crate) bypasses: Vec<Setting<'t, bool>>,
    /// Switches that let callers past authentication on some ways, or while something is down.
    pub(crate) exceptions: Vec<Setting<'t, bool>>,
    /// The variable that turns authentication on where the configuration does not say how.
    pub(crate) key_variable: Option<&'static str>,
    /// Whether each replica keeps the tokens that it has given out to itself.
    pub(crate) tokens_per_replica: Setting<'t, bool>,
}

/// A role, or whatever else permissions are given to.
#[derive(Debug)]
pub(crate) struct CallerRole<'t> {
    pub(crate) name: &'t str,
    /// The permissions: `garrison:read`, `*`, ...
    pub(crate) permissions: Vec<Node<'t>>,
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
