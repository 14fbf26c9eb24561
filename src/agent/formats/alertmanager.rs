//! The configuration of Prometheus' Alertmanager, and the part of one that `AlertmanagerConfig`
//! objects hold.
//!
//! Source: prometheus.io/docs/alerting/latest/configuration; Alertmanager, `config.Load`, which refuses
//! keys that it does not know.

use crate::agent::endpoint::Role;
use crate::agent::notifier::{Notifier, Pattern, Receiver};
use crate::agent::{AgentConfig, Credential, Definition, Endpoint, is_loopback, leaves};
use crate::credential;
use crate::file::FileKind;
use crate::schema::Shape::{Any, Flag, List, Map, Nullable, Text};
use crate::schema::{Reader, Shape, fields};
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "Alertmanager",
    kind: FileKind::Alertmanager,
    marker: r#"\breceivers["']?\s*:"#,
    recognise: |document, _| recognise(document),
    objects: &[],
    read: |document| read(&FORMAT, document, document),
    keys: Some((&KEYS, &READER)),
};

pub(super) static OBJECT: Definition = Definition {
    name: "AlertmanagerConfig",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[("monitoring.coreos.com", "AlertmanagerConfig")],
    read: |object| read(&OBJECT, object, object.at(&["spec"]).unwrap_or(object)),
    keys: None,
};

static READER: Reader = Reader {
    is_open: |text| text.contains("{{"),
    extensions: None,
    refusal: "Alertmanager refuses the file",
    unknown: "Alertmanager refuses the whole file",
};

/// A route, and the routes below it.
static ROUTE: Shape = fields! {
    "receiver": Text,
    "group_by": List(&Text),
    "match": Map(&Any),
    "match_re": Map(&Any),
    "matchers": Any,
    "mute_time_intervals": List(&Text),
    "active_time_intervals": List(&Text),
    "continue": Flag,
    "routes": List(&ROUTE),
    "group_wait": Any,
    "group_interval": Any,
    "repeat_interval": Any,
};

static KEYS: Shape = fields! {
    "global": Any,
    "templates": List(&Text),
    "route" !required: Nullable(&ROUTE),
    "inhibit_rules": List(&fields! {
        "name": Text,
        "source_match": Map(&Any),
        "source_match_re": Map(&Any),
        "source_matchers": Any,
        "target_match": Map(&Any),
        "target_match_re": Map(&Any),
        "target_matchers": Any,
        "sources": Any,
        "equal": List(&Text),
    }),
    "receivers": List(&fields! {
        "name" !required: Text,
        "discord_configs": Any,
        "email_configs": Any,
        "incidentio_configs": Any,
        "pagerduty_configs": Any,
        "slack_configs": Any,
        "webhook_configs": Any,
        "opsgenie_configs": Any,
        "wechat_configs": Any,
        "pushover_configs": Any,
        "victorops_configs": Any,
        "sns_configs": Any,
        "telegram_configs": Any,
        "webex_configs": Any,
        "msteams_configs": Any,
        "msteamsv2_configs": Any,
        "jira_configs": Any,
        "rocketchat_configs": Any,
        "mattermost_configs": Any,
    }),
    "mute_time_intervals": List(&Any),
    "time_intervals": List(&Any),
    "tracing": Any,
};

fn recognise(document: Node<'_>) -> bool {
    let receivers = document.at(&["receivers"]).is_some_and(Node::is_list);
    let route = document.at(&["route"]).filter(|route| route.is_map());
    receivers
        && route.is_some_and(|route| {
            ["receiver", "routes", "group_by"].iter().any(|key| route.get(key).is_some())
        })
}

fn read<'t>(
    definition: &'static Definition,
    document: Node<'t>,
    root: Node<'t>,
) -> AgentConfig<'t> {
    // What an object says besides is no URL that Alertmanager calls.
    let common = AgentConfig::of_tree(definition, root);
    let leaves = leaves::below(root);
    let keys = leaves.iter().filter(|leaf| matches!(leaf.name, "routing_key" | "service_key"));
    let keys = keys.filter_map(|leaf| {
        let (name, text) = (leaf.name, leaf.node.text());
        let value = credential::value(text);
        (value != credential::Value::None).then_some(Credential {
            name,
            text,
            value,
            at: leaf.node,
        })
    });
    let mut credentials = common.credentials;
    credentials.extend(
        keys.filter(|key| !credentials.iter().any(|it| it.at == key.at)).collect::<Vec<_>>(),
    );
    let mut endpoints = common.endpoints;
    endpoints.retain(|endpoint| {
        let name = endpoint.name;
        ["url", "apiURL", "serverURL"].contains(&name)
            || ["api_url", "webhook_url", "proxy_url", "token_url"]
                .iter()
                .any(|it| name.ends_with(it))
            || matches!(name, "pagerduty_url")
    });
    endpoints.extend(leaves.iter().filter_map(to_fill_in));
    let notifier = notifier(root, definition.kind == FileKind::Kubernetes, &leaves);
    AgentConfig { root: document, credentials, endpoints, notifier, ..common }
}

/// A URL that is still `<something>`. Alertmanager itself writes `<secret>` for one that it hides.
fn to_fill_in<'t>(leaf: &leaves::Leaf<'t>) -> Option<Endpoint<'t>> {
    let text = leaf.node.as_str()?;
    let is_url = matches!(leaf.name, "url" | "api_url" | "webhook_url");
    let is_open = text.starts_with('<') && text.ends_with('>') && text != "<secret>";
    let (name, role, at) = (leaf.name, Role::Other, leaf.node);
    (is_url && is_open).then_some(Endpoint { name, role, scheme: "", host: text, at })
}

fn notifier<'t>(
    root: Node<'t>,
    is_part: bool,
    leaves: &[leaves::Leaf<'t>],
) -> Option<Notifier<'t>> {
    let route = root.get("route").filter(|entry| entry.value.is_map())?;
    let items = root.at(&["receivers"]).into_iter().flat_map(Node::items);
    let receivers = items.filter_map(|item| {
        let name = item.at(&["name"])?;
        let entries = item.entries().into_iter().filter(|entry| {
            entry.value.items().len() > 0 || entry.value.is_map() || entry.value.is_alias()
        });
        let kinds = entries.filter_map(|entry| {
            let key = entry.key.text();
            key.strip_suffix("_configs").or_else(|| key.strip_suffix("Configs"))
        });
        Some(Receiver { name, integrations: kinds.collect() })
    });
    Some(Notifier {
        key: route.key,
        default: route.value.at(&["receiver"]),
        routed: routed(route.value),
        receivers: receivers.collect(),
        variables: leaves
            .iter()
            .map(|leaf| leaf.node)
            .filter(|it| is_variable(it.text()))
            .collect(),
        plain_mail: plain_mail(root),
        patterns: leaves
            .iter()
            .filter(|leaf| matches!(leaf.within, "match" | "source_match" | "target_match"))
            .filter(|leaf| is_pattern(leaf.node.text()))
            .map(|leaf| {
                let (label, text) = (leaf.name, leaf.node.text());
                Pattern { key: leaf.within, label, text, at: leaf.node }
            })
            .chain(leaves.iter().filter_map(matcher))
            .chain(matchers_of_object(root, is_part))
            .collect(),
        has_catch_all: route.value.items_at(&["routes"]).any(takes_all),
        is_part,
    })
}

/// The switches by which mail goes out without TLS. Each integration has its own server and its own
/// switch, or those of `global`.
///
/// Source: Alertmanager, `notify/email`, which speaks TLS from the first byte on at port 465, and where
/// `require_tls` asks for STARTTLS.
fn plain_mail(root: Node<'_>) -> Vec<Node<'_>> {
    let global = |key: &str| root.at(&["global", key]);
    let mut found = Vec::new();
    let integrations = root.items_at(&["receivers"]).flat_map(|receiver| {
        let all = ["email_configs", "emailConfigs"].into_iter();
        all.flat_map(move |key| receiver.items_at(&[key]))
    });
    for mail in integrations {
        let own = |keys: [&str; 2]| keys.into_iter().find_map(|key| mail.at(&[key]));
        let server = mail.at(&["smarthost"]).or_else(|| global("smtp_smarthost"));
        let forced = own(["force_implicit_tls", "forceImplicitTLS"])
            .or_else(|| global("smtp_force_implicit_tls"));
        let switch = own(["require_tls", "requireTLS"]).or_else(|| global("smtp_require_tls"));
        let server = server.map_or("", Node::text);
        let is_implicit = forced.and_then(Node::as_switch).unwrap_or(server.ends_with(":465"));
        let Some(switch) = switch.filter(|switch| switch.as_switch() == Some(false)) else {
            continue;
        };
        if !is_implicit && !is_loopback(server) && !found.contains(&switch) {
            found.push(switch);
        }
    }
    found
}

/// Whether a route takes every alert that comes to it.
fn takes_all(route: Node<'_>) -> bool {
    let asks = |key: &&str| {
        let said = route.at(&[key]);
        said.is_some_and(|said| !said.is_null() && (said.is_scalar() || !is_empty(said)))
    };
    let matchers = ["match", "match_re", "matchers"];
    let hits_all = || {
        let mut said = matchers.iter().filter_map(|key| route.at(&[key])).flat_map(|it| {
            let listed = it.items().chain(it.own_entries().map(|entry| entry.value));
            listed.chain(it.is_scalar().then_some(it))
        });
        said.all(|it| is_of_anything(it.text()))
    };
    route.is_map() && (!matchers.iter().any(asks) || route.get("match").is_none() && hits_all())
}

/// Whether a matcher, or the expression of one, hits alerts with any value of the label and without it.
fn is_of_anything(matcher: &str) -> bool {
    let (_, expression) = matcher.rsplit_once("=~").unwrap_or(("", matcher));
    expression.trim_matches(|c: char| c.is_whitespace() || "\"'{}".contains(c)) == ".*"
}

/// Whether a collection has nothing in it.
fn is_empty(node: Node<'_>) -> bool {
    node.items().len() == 0 && node.own_entries().next().is_none()
}

/// A matcher that compares with the very text of a regular expression: `severity = "critical|page"`.
fn matcher<'t>(leaf: &leaves::Leaf<'t>) -> Option<Pattern<'t>> {
    const KEYS: [&str; 3] = ["matchers", "source_matchers", "target_matchers"];
    let key = KEYS.into_iter().find(|key| *key == leaf.name)?;
    let (label, rest) = leaf.node.text().split_once('=')?;
    let rest = rest.trim();
    let text = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(rest);
    let label = label.trim().trim_end_matches('!').trim_end();
    let is_name = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_one = is_name && !rest.starts_with('~') && !text.contains(['"', '=']);
    (is_one && is_pattern(text)).then_some(Pattern { key, label, text, at: leaf.node })
}

/// Those of an object in Kubernetes, which says name, value and kind apart.
///
/// Source: `Matcher` of `monitoring.coreos.com/v1alpha1`: `=` where neither `matchType` nor `regex` is set.
fn matchers_of_object(root: Node<'_>, is_object: bool) -> Vec<Pattern<'_>> {
    const MOST: usize = 10_000;
    let (mut found, mut seen) = (Vec::new(), 0);
    let mut left: Vec<_> = root.at(&["route"]).filter(|_| is_object).into_iter().collect();
    while let Some(route) = left.pop() {
        for matcher in route.items_at(&["matchers"]).filter(|it| it.is_map()) {
            let said = |key: &str| matcher.at(&[key]).map(Node::text);
            let (Some(label), Some(at)) = (said("name"), matcher.at(&["value"])) else { continue };
            let is_text = matches!(said("matchType"), None | Some("" | "=" | "!="))
                && matcher.at(&["regex"]).and_then(Node::as_bool) != Some(true);
            let text = at.text();
            if is_text && is_pattern(text) {
                found.push(Pattern { key: "matchers", label, text, at });
            }
        }
        seen += 1;
        if seen < MOST {
            left.extend(route.items_at(&["routes"]));
        }
    }
    found
}

/// The receivers that routes name, from the outermost to the innermost.
fn routed(route: Node<'_>) -> Vec<Node<'_>> {
    const MOST: usize = 10_000;
    let (mut found, mut left) = (Vec::new(), vec![route]);
    while let Some(route) = left.pop() {
        found.extend(route.at(&["receiver"]));
        if found.len() > MOST || left.len() > MOST {
            break;
        }
        left.extend(route.at(&["routes"]).into_iter().flat_map(Node::items).rev());
    }
    found
}

/// Whether a text means something as a regular expression that no label says: `critical|page`, `team-.*`.
fn is_pattern(text: &str) -> bool {
    !text.contains("{{")
        && (text.contains(".*")
            || text.contains(".+")
            || text.contains('|') && text.split('|').all(|word| !word.trim().is_empty()))
}

/// Whether a value is, or holds, a variable as a shell and Compose write it.
fn is_variable(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let is_template = before.contains("{{") || text.contains("{{");
        let name = after.split(['}', ':']).next().unwrap_or_default();
        let is_name = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if is_name && !is_template && after.contains('}') {
            return true;
        }
        rest = after;
    }
    let name = text.strip_prefix('$').unwrap_or_default();
    name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
