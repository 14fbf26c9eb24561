//! The server that a platform makes of a configuration and of the code that it names.

use super::Setting;
use crate::tree::Node;

/// The server that a platform makes of a configuration.
#[derive(Debug, Default)]
pub(crate) struct Server<'t> {
    /// The version of the platform's own program.
    pub(crate) version: Setting<'t, &'t str>,
    /// The address and the port that the agent itself listens on.
    pub(crate) host: Setting<'t, &'t str>,
    pub(crate) port: Setting<'t, f64>,
    /// The languages that it is built with.
    pub(crate) runtimes: Vec<Runtime<'t>>,
    /// Whether code of the project's own tells its users apart.
    pub(crate) own_authentication: Setting<'t, bool>,
    /// Whether the routes that the project adds ask for authentication as well.
    pub(crate) own_routes_ask: Setting<'t, bool>,
    /// The switches that let stored state bring objects of any kind, and with them code.
    pub(crate) loads_any_object: Vec<Setting<'t, bool>>,
    pub(crate) webhooks: Option<Webhooks<'t>>,
    /// How many processes answer requests, each with a memory of its own.
    pub(crate) workers: Setting<'t, f64>,
    /// After how many seconds a request is given up; 0 where it never is.
    pub(crate) request_time: Setting<'t, f64>,
}

/// A language with its version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runtime<'t> {
    /// The name of the official image of it: `python`, `node`.
    pub(crate) image: &'static str,
    pub(crate) version: Node<'t>,
}

/// What is sent to addresses that callers name.
#[derive(Debug, Default)]
pub(crate) struct Webhooks<'t> {
    /// Whether only some hosts may be named.
    pub(crate) limited: Setting<'t, bool>,
    /// Whether an address must have TLS.
    pub(crate) tls: Setting<'t, bool>,
    /// What is sent along with each, such as a credential.
    pub(crate) headers: Option<Node<'t>>,
}
