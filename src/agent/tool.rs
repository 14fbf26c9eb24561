//! What an agent may do to the world, and who is asked before it does.

use std::borrow::Cow;

use super::setting::is_template;
use super::{Fetched, Setting};
use crate::tree::Node;

/// A server of tools (MCP) that an agent starts or connects to.
#[derive(Debug)]
pub(crate) struct ToolServer<'t> {
    pub(crate) name: &'t str,
    /// The key or the entry that declares it.
    pub(crate) at: Node<'t>,
    /// Whether it is used at all.
    pub(crate) enabled: Setting<'t, bool>,
    /// Why the program that reads the file does not take it: ``it has a `url` and no `type` ``.
    pub(crate) left_out: Option<&'static str>,
    /// What the configuration calls the transport: `stdio`, `sse`, `http`, ...
    pub(crate) transport: Setting<'t, &'t str>,
    /// The program that is started, with its arguments.
    pub(crate) command: Option<Node<'t>>,
    pub(crate) arguments: Vec<Node<'t>>,
    pub(crate) url: Option<Node<'t>>,
    /// Whether the agent may use only some of its tools, by name.
    pub(crate) limited: Setting<'t, bool>,
}

impl<'t> ToolServer<'t> {
    /// A server of which no more is known yet.
    pub(in crate::agent) fn named(name: &'t str, at: Node<'t>) -> Self {
        ToolServer {
            name,
            at,
            enabled: Setting::default(),
            left_out: None,
            transport: Setting::default(),
            command: None,
            arguments: Vec::new(),
            url: None,
            limited: Setting::default(),
        }
    }

    /// What is fetched before it starts, if anything is.
    pub(crate) fn fetched(&self) -> Option<Fetched<'t>> {
        Fetched::of(self.command?, &self.arguments)
    }

    /// Whether the program knows what to start or where to connect to, and takes it.
    pub(crate) fn is_configured(&self) -> bool {
        let how = self.command.or(self.url);
        let is_known = |how: Node<'t>| !how.text().is_empty() && !is_template(how.text());
        // Docker's catalogue says what is behind such a name.
        let is_listed = how.is_none() && self.name.starts_with("docker:");
        self.left_out.is_none() && (is_listed || how.is_some_and(is_known))
    }

    /// Whether it is switched off.
    pub(crate) fn is_off(&self) -> bool {
        self.enabled.off().is_some()
    }
}

/// Something dangerous that an agent may do.
#[derive(Debug)]
pub(crate) struct Grant<'t> {
    /// Who may do it, as a message names it: ``agent `ops` ``.
    pub(crate) who: Cow<'t, str>,
    pub(crate) power: Power,
    /// What grants it.
    pub(crate) at: Node<'t>,
    /// Whether a person is asked before, or a rule says what is allowed.
    pub(crate) checked: Setting<'t, bool>,
}

/// What an agent may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Power {
    /// Run commands of a shell.
    Shell,
    /// Run code that it has written.
    Code,
    /// Write files.
    Files,
    /// Create, change and delete objects of the cluster.
    Cluster,
    /// Use every tool that there is, also those that will be added.
    EveryTool,
}

impl Power {
    /// The power, as a message goes on after the name of who has it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Power::Shell => "runs commands of a shell",
            Power::Code => "runs code of its own",
            Power::Files => "writes files",
            Power::Cluster => "changes the cluster",
            Power::EveryTool => "uses any tool",
        }
    }
}
