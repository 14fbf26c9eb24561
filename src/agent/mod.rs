//! Agent configurations of every framework, read into one framework-neutral model.
//!
//! Each format is a module of [`formats`]: its [`Definition`] tells its documents by their content
//! alone (the names `agent.toml` and `config.yml` belong to many programs), lists its keys, and fills an
//! [`AgentConfig`]. Rules see the model and never a format's own keys, except as text in a
//! [`Because`]. May import from [`crate::tree`], [`crate::schema`],
//! [`crate::credential`], [`crate::image`] and below only.

mod access;
mod bound;
mod call;
mod credentials;
mod endpoint;
mod formats;
mod guards;
mod launch;
mod leaves;
mod logs;
mod machine_path;
mod reference;
mod safeguards;
mod server;
mod setting;
mod state;
mod telemetry;
#[cfg(test)]
mod tests;
mod tool;

use std::fmt;

pub(crate) use self::access::{Access, Origins};
pub(crate) use self::bound::{Bound, BoundKind};
pub(crate) use self::call::{Batch, Call};
pub(crate) use self::credentials::Credential;
pub(crate) use self::endpoint::{Endpoint, Role, is_local};
pub(crate) use self::guards::Guards;
pub(crate) use self::launch::{Fetched, FetchedKind, Pin};
pub(crate) use self::logs::{LogFile, Logs};
pub(crate) use self::machine_path::{MachinePath, PathKind};
pub(crate) use self::reference::{Prompt, PromptText, Reference};
pub(crate) use self::safeguards::Safeguards;
pub(crate) use self::server::{Runtime, Server, Webhooks};
pub(crate) use self::setting::{Because, Setting};
pub(crate) use self::state::{Backend, State, StateKind, Store};
pub(crate) use self::telemetry::Telemetry;
pub(crate) use self::tool::{Grant, Power, ToolServer};
use crate::diagnostic::Subject;
use crate::file::FileKind;
use crate::k8s::Object;
use crate::schema::{Fault, Reader, Shape};
use crate::tree::Node;

/// What there is to know of a format.
struct Definition {
    /// What the format is called, in a few words.
    name: &'static str,
    kind: FileKind,
    /// A pattern that every document of the format holds. It spares the parsing of other files, so
    /// it is as narrow as the format allows. Empty for kinds of Kubernetes objects.
    marker: &'static str,
    /// Whether a document of that file name is of the format. The content decides; the name helps
    /// where a format has documents that say little.
    recognise: fn(document: Node<'_>, name: &str) -> bool,
    /// The Kubernetes objects that are of the format: API group and kind.
    objects: &'static [(&'static str, &'static str)],
    read: for<'t> fn(Node<'t>) -> AgentConfig<'t>,
    /// The keys that the documentation names, and what becomes of others.
    keys: Option<(&'static Shape, &'static Reader)>,
}

/// A configuration format that is read.
#[derive(Clone, Copy)]
pub(crate) struct Format(&'static Definition);

impl Format {
    pub(crate) fn file_kind(self) -> FileKind {
        self.0.kind
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Format {}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

/// The markers of all formats.
pub(crate) fn markers() -> impl Iterator<Item = &'static str> {
    formats::ALL.iter().map(|format| format.marker).filter(|marker| !marker.is_empty())
}

/// Which format a document is in, told by its content.
pub(crate) fn recognise(document: Node<'_>, name: &str) -> Option<Format> {
    formats::ALL.iter().copied().find(|format| (format.recognise)(document, name)).map(Format)
}

/// The strings of a document that are documents themselves: the name of a file that would hold such
/// a one, and the string.
pub(crate) fn embedded(format: Format, document: Node<'_>) -> Vec<(&'static str, Node<'_>)> {
    let servers = formats::embedded(format, document);
    servers.into_iter().map(|node| ("mcp.json", node)).collect()
}

/// What a configuration of agents says. What a format cannot say is a setting that is not in it
/// ([`Setting::default`]), and an empty list.
#[derive(Debug)]
pub(crate) struct AgentConfig<'t> {
    format: Format,
    root: Node<'t>,
    /// What findings are about, where the document does not stand for itself.
    object: Option<Subject>,
    /// The name that the agent gives itself.
    name: Option<&'t str>,
    pub(crate) access: Access<'t>,
    pub(crate) guards: Guards<'t>,
    pub(crate) logs: Logs<'t>,
    pub(crate) telemetry: Telemetry<'t>,
    /// What is called over the network, as far as the format says how.
    pub(crate) calls: Vec<Call<'t>>,
    pub(crate) batches: Vec<Batch<'t>>,
    /// What ends a run, a loop, a bill.
    pub(crate) bounds: Vec<Bound<'t>>,
    /// Caches and object stores that the agent connects to.
    pub(crate) stores: Vec<Store<'t>>,
    pub(crate) states: Vec<State<'t>>,
    pub(crate) tool_servers: Vec<ToolServer<'t>>,
    pub(crate) grants: Vec<Grant<'t>>,
    pub(crate) references: Vec<Reference<'t>>,
    pub(crate) prompts: Vec<Prompt<'t>>,
    /// Every URL that the agent calls. Those of parts that are switched off are left out.
    pub(crate) endpoints: Vec<Endpoint<'t>>,
    /// Whatever may be a credential, by its name or by its shape.
    pub(crate) credentials: Vec<Credential<'t>>,
    /// The values that must be names of environment variables, each with its key.
    pub(crate) credential_env_names: Vec<(&'t str, Node<'t>)>,
    /// What stands between an integration and the real world.
    pub(crate) safeguards: Option<Safeguards<'t>>,
    /// The server that a platform makes of it.
    pub(crate) server: Server<'t>,
    /// Paths that exist on one machine only, of whatever is not switched off.
    pub(crate) machine_paths: Vec<MachinePath<'t>>,
    /// The values in which variables are filled in, where the format knows `${NAME}` alone.
    pub(crate) filled_in: Vec<Node<'t>>,
    /// Where the file begins, if its format keeps credentials in a file of their own and this is it.
    pub(crate) secrets_file: Option<Node<'t>>,
}

impl<'t> AgentConfig<'t> {
    /// Reads a document of that format.
    pub(crate) fn read(format: Format, document: Node<'t>) -> Self {
        AgentConfig { format, ..(format.0.read)(document) }
    }

    /// What a Kubernetes object configures of agents, if it does.
    pub(crate) fn of_object(object: Object<'t>) -> Option<Self> {
        let kind = (object.group(), object.kind());
        let format = formats::ALL.iter().copied().find(|it| it.objects.contains(&kind))?;
        let subject = Some(object.subject());
        Some(AgentConfig { object: subject, ..AgentConfig::read(Format(format), object.node()) })
    }

    /// Whether the loader takes this file instead of `[tool.agent]` in pyproject.toml.
    pub(crate) fn replaces_pyproject(&self) -> bool {
        self.format == formats::MSFT
    }

    /// What does not fit the keys that the format documents.
    pub(crate) fn faults(&self) -> Vec<Fault<'t>> {
        let Some((shape, reader)) = self.format.0.keys else { return Vec::new() };
        reader.faults(shape, self.root, self.root, "")
    }

    /// The name of the format.
    pub(crate) fn format(&self) -> &'static str {
        self.format.0.name
    }

    /// What every format has in common: URLs and credentials, wherever they stand below `root`.
    fn of_tree(format: &'static Definition, root: Node<'t>) -> Self {
        let leaves = leaves::below(root);
        AgentConfig {
            format: Format(format),
            root,
            object: None,
            name: None,
            access: Access::default(),
            guards: Guards::default(),
            logs: Logs::default(),
            telemetry: Telemetry::default(),
            calls: Vec::new(),
            batches: Vec::new(),
            bounds: Vec::new(),
            stores: Vec::new(),
            states: Vec::new(),
            tool_servers: Vec::new(),
            grants: Vec::new(),
            references: Vec::new(),
            prompts: Vec::new(),
            endpoints: leaves.iter().filter_map(Endpoint::of).collect(),
            credentials: leaves.iter().filter_map(Credential::of).collect(),
            credential_env_names: leaves.iter().filter_map(credentials::env_name).collect(),
            safeguards: None,
            server: Server::default(),
            machine_paths: leaves.iter().filter_map(MachinePath::of).collect(),
            filled_in: Vec::new(),
            secrets_file: None,
        }
    }

    /// What findings are about.
    pub(crate) fn subject(&self) -> Subject {
        if let Some(subject) = &self.object {
            return subject.clone();
        }
        let kind = match self.format.file_kind() {
            FileKind::Integration => "integration",
            _ => "agent",
        };
        Subject {
            kind: kind.to_owned(),
            name: self.name.unwrap_or(self.format()).to_owned(),
            namespace: None,
            container: None,
        }
    }
}
