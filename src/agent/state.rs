//! What an agent remembers, and where.

use std::borrow::Cow;
use std::fmt;

use super::{Because, Setting};
use crate::tree::Node;

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
    /// The file or the folder of [`Backend::File`], where the format says it.
    pub(crate) path: Setting<'t, &'t str>,
    /// After how many seconds an entry is forgotten; 0 where it never is.
    pub(crate) ttl: Setting<'t, f64>,
    /// How many entries or bytes there are at most; 0 where there is no end.
    pub(crate) bound: Setting<'t, f64>,
    /// Which entries go when the bound is reached.
    pub(crate) eviction: Setting<'t, &'t str>,
}

impl<'t> State<'t> {
    pub(in crate::agent) fn of(what: impl Into<Cow<'t, str>>, kind: StateKind) -> Self {
        State {
            what: what.into(),
            kind,
            enabled: Setting::default(),
            backend: Setting::default(),
            path: Setting::default(),
            ttl: Setting::default(),
            bound: Setting::default(),
            eviction: Setting::default(),
        }
    }

    /// Whether it is kept at all, for all that is known.
    pub(crate) fn is_used(&self) -> bool {
        self.enabled.off().is_none()
    }

    /// Why it is kept there, if it is used and kept there.
    pub(crate) fn kept_in(&self, backend: Backend) -> Option<Because<'t>> {
        if self.is_used() { self.backend.said(|kept| kept == backend) } else { None }
    }

    /// Why nothing ends it, if it is used and nothing does: by time, or by number.
    pub(crate) fn endless(limit: &Setting<'t, f64>) -> Option<Because<'t>> {
        limit
            .said(|limit| limit <= 0.0)
            .or_else(|| if limit.value().is_none() { limit.unset() } else { None })
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

impl Backend {
    /// What configurations call it.
    pub(in crate::agent) fn of(node: Node<'_>) -> Option<Self> {
        Some(match node.as_str()?.to_ascii_lowercase().as_str() {
            "in_memory" | "in-memory" | "memory" | "local_memory" => Backend::Process,
            "sqlite" | "file" | "disk" => Backend::File,
            "redis" | "kafka" | "nats" | "rabbitmq" | "qdrant" | "postgres" | "postgresql" => {
                Backend::Shared
            }
            _ => return None,
        })
    }
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
