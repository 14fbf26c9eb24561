//! What an agent remembers, and where.

use std::borrow::Cow;
use std::fmt;

use super::Setting;

/// A cache or an object store that the agent connects to.
#[derive(Debug, Default)]
pub(crate) struct Store<'t> {
    /// What it is, in words.
    pub(crate) what: &'static str,
    pub(crate) enabled: Setting<'t, bool>,
    /// The host, perhaps with a port.
    pub(crate) host: Setting<'t, &'t str>,
    pub(crate) tls: Setting<'t, bool>,
}

/// Something that an agent keeps.
#[derive(Debug)]
pub(crate) struct State<'t> {
    /// What it is, as a message names it: `chat memory`.
    pub(crate) what: Cow<'t, str>,
    pub(crate) kind: StateKind,
    pub(crate) enabled: Setting<'t, bool>,
    pub(crate) backend: Setting<'t, Backend>,
    /// After how many seconds an entry is forgotten; 0 where it never is.
    pub(crate) ttl: Setting<'t, f64>,
    /// How many entries or bytes there are at most; 0 where there is no end.
    pub(crate) bound: Setting<'t, f64>,
}

impl State<'_> {
    pub(in crate::agent) fn of(what: &'static str, kind: StateKind) -> Self {
        State {
            what: what.into(),
            kind,
            enabled: Setting::default(),
            backend: Setting::default(),
            ttl: Setting::default(),
            bound: Setting::default(),
        }
    }
}

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StateKind {
    /// Conversations, sessions, checkpoints of a run: users miss them when they are lost.
    Memory,
    /// What can be computed again.
    Cache,
    /// Work that waits, and events between the parts of a system.
    Queue,
}

/// Where something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// In the memory of one process: lost when it ends, unknown to other replicas.
    Process,
    /// In a file of one machine or container.
    File,
    /// In a service that all replicas share.
    Shared,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Backend::Process => "the memory of one process",
            Backend::File => "a file",
            Backend::Shared => "a shared service",
        })
    }
}
