//! Who is told of an alert, as Alertmanager is configured to.

use crate::tree::Node;

/// Routes and receivers of Alertmanager.
#[derive(Debug)]
pub(crate) struct Notifier<'t> {
    /// The key of the routes.
    pub(crate) key: Node<'t>,
    /// The receiver that alerts go to which no other route takes.
    pub(crate) default: Option<Node<'t>>,
    /// Whether a route below the first takes every alert, so that none is left for its receiver.
    pub(crate) has_catch_all: bool,
    /// The receivers that routes name, that one included.
    pub(crate) routed: Vec<Node<'t>>,
    pub(crate) receivers: Vec<Receiver<'t>>,
    /// Values that are variables of a shell.
    pub(crate) variables: Vec<Node<'t>>,
    /// Switches by which mail goes without TLS to another machine.
    pub(crate) plain_mail: Vec<Node<'t>>,
    /// Regular expressions that labels are compared with to the letter.
    pub(crate) patterns: Vec<Pattern<'t>>,
    /// Whether it is the part of one that an operator puts together.
    pub(crate) is_part: bool,
}

/// A regular expression where a text stands.
#[derive(Debug)]
pub(crate) struct Pattern<'t> {
    /// The key that compares: `match`, `source_match`, `matchers`, ...
    pub(crate) key: &'t str,
    pub(crate) label: &'t str,
    /// What it is compared with.
    pub(crate) text: &'t str,
    pub(crate) at: Node<'t>,
}

/// Somebody who is told.
#[derive(Debug)]
pub(crate) struct Receiver<'t> {
    pub(crate) name: Node<'t>,
    /// How: `slack`, `pagerduty`, ...
    pub(crate) integrations: Vec<&'t str>,
}

impl<'t> Notifier<'t> {
    /// The receiver of a name.
    pub(crate) fn receiver(&self, name: &str) -> Option<&Receiver<'t>> {
        self.receivers.iter().find(|receiver| receiver.name.text() == name)
    }
}

impl Receiver<'_> {
    /// Whether it wakes somebody, or may: a webhook leads who knows where.
    pub(crate) fn may_page(&self) -> bool {
        const QUIET: [&str; 11] = [
            "discord",
            "email",
            "jira",
            "mattermost",
            "msteams",
            "msteamsv2",
            "rocketchat",
            "slack",
            "telegram",
            "webex",
            "wechat",
        ];
        self.integrations.iter().any(|it| !QUIET.contains(it))
    }
}
