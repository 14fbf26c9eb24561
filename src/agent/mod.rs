//! Agent configurations of every framework, read into one framework-neutral model.
//!
//! Each format is a module of [`formats`]: its [`Definition`] tells its documents by their content
//! alone (the names `agent.toml` and `config.yml` belong to many programs), lists its keys, and fills an
//! [`AgentConfig`]. Rules see the model and never a format's own keys, except as text in a
//! [`Because`]. May import from [`crate::tree`], [`crate::schema`], [`crate::address`],
//! [`crate::credential`], [`crate::log`], [`crate::image`] and below only.

mod access;
mod bound;
mod call;
pub(crate) mod collector;
mod credentials;
mod endpoint;
mod formats;
mod guards;
mod launch;
mod leaves;
mod logs;
mod machine;
mod machine_path;
mod model;
mod needs;
mod notifier;
mod platform;
mod reference;
mod safeguards;
pub(crate) mod scraper;
mod server;
mod setting;
mod state;
mod telemetry;
#[cfg(test)]
mod tests;
mod tool;
#[cfg(test)]
mod watch_tests;

use std::borrow::Cow;
use std::fmt;

pub(crate) use self::access::{Access, CallerRole, Origins};
pub(crate) use self::bound::{Bound, BoundKind};
pub(crate) use self::call::{Batch, Call};
pub(crate) use self::collector::Collector;
pub(crate) use self::credentials::{Credential, Login};
pub(crate) use self::endpoint::{Endpoint, Role, is_local, is_loopback};
pub(crate) use self::guards::Guards;
pub(crate) use self::launch::{Fetched, FetchedKind, Pin};
pub(crate) use self::logs::{LogFile, Logs};
pub(crate) use self::machine::Machine;
pub(crate) use self::machine_path::{MachinePath, PathKind};
pub(crate) use self::model::Model;
pub(crate) use self::notifier::{Notifier, Receiver};
pub(crate) use self::platform::Platform;
pub(crate) use self::reference::{Kind, Link, Prompt, PromptText, Reference};
pub(crate) use self::safeguards::{Safeguards, ShareUnit};
pub(crate) use self::scraper::Scraper;
pub(crate) use self::server::{Runtime, Server, Webhooks};
pub(crate) use self::setting::{Because, Setting, Variable};
pub(crate) use self::state::{Backend, State, StateKind, Store};
pub(crate) use self::telemetry::{Telemetry, is_console};
pub(crate) use self::tool::{Grant, Power, ToolServer};
use crate::diagnostic::Subject;
use crate::file::FileKind;
use crate::k8s::Object;
use crate::schema::{Fault, Reader, Shape, Slip};
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

/// The format of a file of variables, if an agent takes its settings from there.
pub(crate) fn environment(document: Node<'_>) -> Option<Format> {
    let names = formats::of_document(document);
    formats::is_telling(names.iter().map(|it| it.name.as_ref())).then_some(formats::ENVIRONMENT)
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
    /// The Kubernetes object that it is, where it is one.
    object: Option<Object<'t>>,
    /// What findings are about, where that is not the document.
    owner: Option<Subject>,
    /// The name that the agent gives itself.
    name: Option<&'t str>,
    pub(crate) access: Access<'t>,
    pub(crate) guards: Guards<'t>,
    pub(crate) logs: Logs<'t>,
    pub(crate) telemetry: Telemetry<'t>,
    pub(crate) platform: Platform<'t>,
    /// What is called over the network, as far as the format says how.
    pub(crate) calls: Vec<Call<'t>>,
    pub(crate) batches: Vec<Batch<'t>>,
    /// The models, as far as the format says what each is called with.
    pub(crate) models: Vec<Model<'t>>,
    /// What ends a run, a loop, a bill.
    pub(crate) bounds: Vec<Bound<'t>>,
    /// Caches and object stores that the agent connects to.
    pub(crate) stores: Vec<Store<'t>>,
    pub(crate) states: Vec<State<'t>>,
    pub(crate) tool_servers: Vec<ToolServer<'t>>,
    pub(crate) grants: Vec<Grant<'t>>,
    pub(crate) references: Vec<Reference<'t>>,
    /// The names of other Kubernetes objects.
    pub(crate) links: Vec<Link<'t>>,
    /// What calls something, where an object of another kind says how a failed call is borne.
    pub(crate) resiliency: Option<(Node<'t>, Kind)>,
    /// Whether something looks at prompts on their way to a model that others call through this
    /// program.
    pub(crate) prompt_guard: Setting<'t, bool>,
    /// How many pods run the agent.
    pub(crate) replicas: Setting<'t, f64>,
    /// The passwords that are stated to be empty, with what they are for.
    pub(crate) empty_passwords: Vec<(&'t str, Node<'t>)>,
    pub(crate) prompts: Vec<Prompt<'t>>,
    /// The versions of the interfaces that models are called through.
    pub(crate) api_versions: Vec<Setting<'t, &'t str>>,
    /// The patterns that let callers name any model of any provider.
    pub(crate) any_model: Vec<Node<'t>>,
    /// The images that a platform runs, each with who it is, as a message names it.
    pub(crate) images: Vec<(Cow<'t, str>, Node<'t>)>,
    /// What each part of the agent may use of a machine.
    pub(crate) machines: Vec<Machine<'t>>,
    /// Every URL that the agent calls. Those of parts that are switched off are left out.
    pub(crate) endpoints: Vec<Endpoint<'t>>,
    /// Whatever may be a credential, by its name or by its shape.
    pub(crate) credentials: Vec<Credential<'t>>,
    /// Passwords, stated or by default.
    pub(crate) logins: Vec<Login<'t>>,
    /// The values that must be names of environment variables, each with its key.
    pub(crate) credential_env_names: Vec<(&'t str, Node<'t>)>,
    /// What stands between an integration and the real world.
    pub(crate) safeguards: Option<Safeguards<'t>>,
    /// Who is told of alerts.
    pub(crate) notifier: Option<Notifier<'t>>,
    /// What becomes of traces, metrics and logs on their way.
    pub(crate) collector: Option<Collector<'t>>,
    /// What is scraped, where this is the configuration of who does.
    pub(crate) scraper: Option<Scraper<'t>>,
    /// The switches that turn the check of certificates off.
    pub(crate) unverified: Vec<Node<'t>>,
    /// Whether the agent makes the tables of its database when it starts.
    pub(crate) schema_creation: Setting<'t, bool>,
    /// The server that a platform makes of it.
    pub(crate) server: Server<'t>,
    /// Paths that exist on one machine only, of whatever is not switched off.
    pub(crate) machine_paths: Vec<MachinePath<'t>>,
    /// The values in which variables are filled in, where the format knows `${NAME}` alone.
    pub(crate) filled_in: Vec<Node<'t>>,
    /// The values that are `${NAME}`, which the program takes as they stand.
    pub(crate) verbatim: Vec<Node<'t>>,
    /// Where the file begins, if its format keeps credentials in a file of their own and this is it.
    pub(crate) secrets_file: Option<Node<'t>>,
}

/// Whether a scalar turns the check of certificates off.
fn is_unverified(leaf: &leaves::Leaf<'_>) -> bool {
    let name = leaf.name.to_ascii_lowercase().replace('_', "");
    name == "insecureskipverify" && leaf.node.as_bool() == Some(true) && !leaf.disabled
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
        let config = AgentConfig::read(Format(format), object.node());
        Some(AgentConfig { object: Some(object), ..config })
    }

    /// The URLs of a file of variables that no process is handed, if they are an agent's.
    pub(crate) fn of_urls(document: Node<'t>) -> Option<Self> {
        formats::urls(document)
    }

    /// What the variables of a process say, which `root` holds, if it is an agent's: by their names, and
    /// by those of others that it gets, whose values are elsewhere.
    pub(crate) fn of_variables<'n>(
        root: Node<'t>,
        variables: &[Variable<'t>],
        others: impl Iterator<Item = &'n str>,
        subject: impl FnOnce() -> Subject,
    ) -> Option<Self> {
        let is_of_agent = formats::is_telling(variables.iter().map(|it| it.name.as_ref()))
            || formats::is_telling(others);
        let read = || formats::of_variables(root, variables);
        is_of_agent.then(|| AgentConfig { owner: Some(subject()), ..read() })
    }

    /// Whether the loader takes this file instead of `[tool.agent]` in pyproject.toml.
    pub(crate) fn replaces_pyproject(&self) -> bool {
        self.format == formats::MSFT
    }

    /// The paths of the files that it reads along and that are parts of it.
    ///
    /// Source: docs.litellm.ai, "File Management".
    pub(crate) fn included(&self) -> impl Iterator<Item = &'t str> {
        let is_asked = self.format == formats::LITELLM;
        let listed = self.root.at(&["include"]).filter(|_| is_asked);
        listed.into_iter().flat_map(Node::items).filter_map(Node::as_str)
    }

    /// Makes it a part of another configuration, which may say what this one does not.
    pub(crate) fn become_part(&mut self) {
        let whole = AgentConfig::of_tree(self.format.0, self.root);
        let any_model = std::mem::take(&mut self.any_model);
        let verbatim = std::mem::take(&mut self.verbatim);
        *self = AgentConfig { any_model, verbatim, ..whole };
    }

    /// Whether it is a run that ends by itself which is configured, and nothing that serves requests.
    pub(crate) fn is_benchmark(&self) -> bool {
        self.format == formats::BENCHMARK
    }

    /// What does not fit the keys that the format documents.
    pub(crate) fn faults(&self) -> Vec<Fault<'t>> {
        let Some((shape, reader)) = self.format.0.keys else { return Vec::new() };
        reader.faults(shape, self.root, self.root, "")
    }

    /// The keys that are probably meant to be another one, where the format lets any pass.
    pub(crate) fn slips(&self) -> Vec<Slip<'t>> {
        let keys = self.format.0.keys;
        keys.map_or_else(Vec::new, |(shape, reader)| reader.slips(shape, self.root))
    }

    /// Whether it is an agent, or what connects one to the world, that is configured.
    pub(crate) fn is_of_agent(&self) -> bool {
        matches!(self.format.file_kind(), FileKind::Agent | FileKind::Integration)
    }

    /// What calls the environment one for developers.
    pub(crate) fn for_developers(&self) -> Option<Because<'t>> {
        const NAMES: [&str; 5] = ["development", "dev", "local", "test", "testing"];
        let is_one = |name: &str| NAMES.iter().any(|word| name.eq_ignore_ascii_case(word));
        self.telemetry.environment.when(is_one)
    }

    /// Where the configuration stands.
    pub(crate) fn root(&self) -> Node<'t> {
        self.root
    }

    /// Where to point when the configuration as a whole is meant: its name, else its first key.
    pub(crate) fn grip(&self) -> Node<'t> {
        let first = || self.root.own_entries().next().map(|entry| entry.key);
        self.object.map(Object::grip).or_else(first).unwrap_or(self.root)
    }

    /// Whether the format documents its keys, so that they can be held against it.
    pub(crate) fn has_documented_keys(&self) -> bool {
        self.format.0.keys.is_some()
    }

    /// The name of the format.
    pub(crate) fn format(&self) -> &'static str {
        self.format.0.name
    }

    /// What every format has in common: URLs and credentials, wherever they stand below `root`.
    fn of_tree(format: &'static Definition, root: Node<'t>) -> Self {
        let leaves = leaves::below(root);
        AgentConfig {
            endpoints: leaves.iter().filter_map(Endpoint::of).collect(),
            credentials: leaves.iter().filter_map(Credential::of).collect(),
            credential_env_names: leaves.iter().filter_map(credentials::env_name).collect(),
            unverified: leaves.iter().filter(|it| is_unverified(it)).map(|it| it.node).collect(),
            machine_paths: leaves.iter().filter_map(MachinePath::of).collect(),
            ..AgentConfig::blank(format, root)
        }
    }

    /// A configuration that says nothing.
    fn blank(format: &'static Definition, root: Node<'t>) -> Self {
        AgentConfig {
            format: Format(format),
            root,
            object: None,
            owner: None,
            name: None,
            access: Access::default(),
            guards: Guards::default(),
            logs: Logs::default(),
            telemetry: Telemetry::default(),
            platform: Platform::default(),
            calls: Vec::new(),
            batches: Vec::new(),
            models: Vec::new(),
            bounds: Vec::new(),
            stores: Vec::new(),
            states: Vec::new(),
            tool_servers: Vec::new(),
            grants: Vec::new(),
            references: Vec::new(),
            links: Vec::new(),
            resiliency: None,
            prompt_guard: Setting::default(),
            replicas: Setting::default(),
            empty_passwords: Vec::new(),
            prompts: Vec::new(),
            api_versions: Vec::new(),
            endpoints: Vec::new(),
            credentials: Vec::new(),
            credential_env_names: Vec::new(),
            logins: Vec::new(),
            any_model: Vec::new(),
            images: Vec::new(),
            machines: Vec::new(),
            safeguards: None,
            notifier: None,
            collector: None,
            scraper: None,
            unverified: Vec::new(),
            schema_creation: Setting::default(),
            server: Server::default(),
            machine_paths: Vec::new(),
            filled_in: Vec::new(),
            verbatim: Vec::new(),
            secrets_file: None,
        }
    }

    /// The Kubernetes object that it is, if it is one.
    pub(crate) fn object(&self) -> Option<Object<'t>> {
        self.object
    }

    /// What findings are about.
    pub(crate) fn subject(&self) -> Subject {
        if let Some(owner) = &self.owner {
            return owner.clone();
        }
        if let Some(object) = self.object {
            return object.subject();
        }
        let kind = match self.format.file_kind() {
            FileKind::Integration => "integration",
            FileKind::Alertmanager => "alertmanager",
            FileKind::Collector => "collector",
            FileKind::Prometheus => "prometheus",
            FileKind::EnvFile => "env file",
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
