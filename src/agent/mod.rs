//! Agent configurations of every framework, read into one framework-neutral model.
//!
//! Each format is a module with `recognise`, which tells its documents by their content alone
//! (the names `agent.toml` and `config.yml` belong to many programs), and `read`, which fills an
//! [`AgentConfig`]. Rules see the model and never a format's own keys, except as text in a
//! [`Because`]. May import from [`crate::tree`], [`crate::credential`] and below only.

mod credentials;
mod endpoint;
mod fba;
mod leaves;
mod msft;
mod paladin;
mod setting;
#[cfg(test)]
mod tests;

use std::fmt;

pub(crate) use self::credentials::Credential;
pub(crate) use self::endpoint::{Endpoint, Role, is_local};
pub(crate) use self::setting::{Because, Setting};
use self::setting::{Root, Unset};
use crate::diagnostic::Subject;
use crate::file::FileKind;
use crate::tree::Node;

/// A configuration format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `agent.toml` of the MSFT agent framework template and its relatives.
    MsftAgent,
    /// The integration configuration of FBA-Bench, in one of its shapes.
    FbaIntegration,
    /// The application configuration of Paladin.
    Paladin,
}

impl Format {
    const ALL: [Format; 3] = [Format::MsftAgent, Format::FbaIntegration, Format::Paladin];

    pub(crate) fn file_kind(self) -> FileKind {
        match self {
            Format::MsftAgent | Format::Paladin => FileKind::Agent,
            Format::FbaIntegration => FileKind::Integration,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Format::MsftAgent => "MSFT agent",
            Format::FbaIntegration => "FBA integration",
            Format::Paladin => "Paladin",
        }
    }

    fn recognises(self, document: Node<'_>) -> bool {
        match self {
            Format::MsftAgent => msft::recognise(document).is_some(),
            Format::FbaIntegration => fba::recognise(document).is_some(),
            Format::Paladin => paladin::recognise(document).is_some(),
        }
    }
}

/// Patterns of which every document of these formats holds at least one. They spare the parsing
/// of other files, so each is as narrow as the format allows.
pub(crate) const MARKERS: [&str; 4] = [msft::MARKER, fba::MARKER, paladin::MARKER, "llm_url"];

/// Which format a document is in, told by its content alone.
pub(crate) fn recognise(document: Node<'_>) -> Option<Format> {
    Format::ALL.into_iter().find(|format| format.recognises(document))
}

/// What an agent configuration says. What a format cannot say is [`Setting::not_in_format`].
#[derive(Debug)]
pub(crate) struct AgentConfig<'t> {
    format: Format,
    /// The name that the agent gives itself.
    name: Option<&'t str>,
    /// Whether callers must say who they are.
    pub(crate) authentication: Setting<'t, bool>,
    /// The web sites that browsers may call the agent from.
    pub(crate) cors: Setting<'t, Origins>,
    pub(crate) rate_limit: Setting<'t, bool>,
    pub(crate) input_validation: Setting<'t, bool>,
    /// Whether input is searched for attempts to give the agent other instructions.
    pub(crate) injection_detection: Setting<'t, bool>,
    /// Whether input is searched for personal data.
    pub(crate) pii_detection: Setting<'t, bool>,
    /// What is done about personal data that was found.
    pub(crate) pii_action: Setting<'t, &'t str>,
    pub(crate) log_level: Setting<'t, &'t str>,
    /// The switches that put whole requests and responses into logs and traces.
    pub(crate) payload_logging: Vec<Setting<'t, bool>>,
    /// Caches and object stores that the agent connects to.
    pub(crate) stores: Vec<Store<'t>>,
    /// Every URL that the agent calls. Those of parts that are switched off are left out.
    pub(crate) endpoints: Vec<Endpoint<'t>>,
    /// Whatever may be a credential, by its name or by its shape.
    pub(crate) credentials: Vec<Credential<'t>>,
    /// The values that must be names of environment variables, each with its key.
    pub(crate) credential_env_names: Vec<(&'t str, Node<'t>)>,
    /// What stands between an integration and the real world.
    pub(crate) safeguards: Option<Safeguards<'t>>,
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

/// A cache or an object store.
#[derive(Debug)]
pub(crate) struct Store<'t> {
    /// What it is, in words.
    pub(crate) what: &'static str,
    pub(crate) enabled: Setting<'t, bool>,
    /// The host, perhaps with a port.
    pub(crate) host: Setting<'t, &'t str>,
    pub(crate) tls: Setting<'t, bool>,
}

/// What stands between an integration and the real world.
#[derive(Debug)]
pub(crate) struct Safeguards<'t> {
    /// Whether the integration is meant to act at all.
    enabled: Setting<'t, bool>,
    /// Whether it only pretends to.
    dry_run: Setting<'t, bool>,
    /// From which amount on a person must agree.
    pub(crate) approval_threshold: Setting<'t, f64>,
    /// Where actions wait for that person.
    pub(crate) review_endpoint: Setting<'t, &'t str>,
    pub(crate) monitoring: Setting<'t, bool>,
    auto_rollback: Setting<'t, bool>,
    pub(crate) rollback_webhook: Setting<'t, &'t str>,
    pub(crate) fail_on_violation: Setting<'t, bool>,
}

impl<'t> Safeguards<'t> {
    /// What lets the integration act on the real world, if it does.
    pub(crate) fn live(&self) -> Option<Because<'t>> {
        if self.enabled.value()? { self.dry_run.off() } else { None }
    }

    /// What promises that a critical alert undoes the agent's actions, if anything does.
    pub(crate) fn automatic_rollback(&self) -> Option<Because<'t>> {
        if self.enabled.off().is_some() { None } else { self.auto_rollback.on() }
    }
}

impl<'t> AgentConfig<'t> {
    /// Reads a document of that format.
    pub(crate) fn read(format: Format, document: Node<'t>) -> Self {
        match format {
            Format::MsftAgent => msft::read(document),
            Format::FbaIntegration => fba::read(document),
            Format::Paladin => paladin::read(document),
        }
        .unwrap_or_else(|| AgentConfig::of_tree(format, document))
    }

    /// Whether the loader takes this file instead of `[tool.agent]` in pyproject.toml.
    pub(crate) fn replaces_pyproject(&self) -> bool {
        self.format == Format::MsftAgent
    }

    /// What every format has in common: URLs and credentials, wherever they stand below `root`.
    fn of_tree(format: Format, root: Node<'t>) -> Self {
        let leaves = leaves::below(root);
        AgentConfig {
            format,
            name: None,
            authentication: Setting::not_in_format(),
            cors: Setting::not_in_format(),
            rate_limit: Setting::not_in_format(),
            input_validation: Setting::not_in_format(),
            injection_detection: Setting::not_in_format(),
            pii_detection: Setting::not_in_format(),
            pii_action: Setting::not_in_format(),
            log_level: Setting::not_in_format(),
            payload_logging: Vec::new(),
            stores: Vec::new(),
            endpoints: leaves.iter().filter_map(Endpoint::of).collect(),
            credentials: leaves.iter().filter_map(Credential::of).collect(),
            credential_env_names: leaves.iter().filter_map(credentials::env_name).collect(),
            safeguards: None,
        }
    }

    /// What findings are about.
    pub(crate) fn subject(&self) -> Subject {
        let kind = match self.format.file_kind() {
            FileKind::Integration => "integration",
            _ => "agent",
        };
        Subject {
            kind: kind.to_owned(),
            name: self.name.unwrap_or(self.format.as_str()).to_owned(),
            namespace: None,
            container: None,
        }
    }
}
