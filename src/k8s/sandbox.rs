//! Sandboxes of agents: pods in which code runs that a model wrote.
//!
//! Source: agent-sandbox, `api/v1beta1` and `extensions/api/v1beta1`
//! (<https://github.com/kubernetes-sigs/agent-sandbox>).

use super::{Object, Workload, is_templated};
use crate::tree::Node;

/// What a `SandboxTemplate` says of where the pods may send requests to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Egress<'t> {
    /// Only where its own rules allow, or nothing can be said.
    Scoped,
    /// Nothing: the controller then allows the whole internet, and no private address.
    Default,
    /// The controller makes no policy; the value that says so.
    Unmanaged(Node<'t>),
    /// A rule of its own that allows everything outside of the cluster or inside; where it does.
    Open(Node<'t>),
}

impl<'t> Egress<'t> {
    /// What the template of the sandboxes says.
    pub(crate) fn of(template: Workload<'t>) -> Self {
        let spec = |keys: &[&str]| template.object().node().at(&[&["spec"], keys].concat());
        if let Some(management) = spec(&["networkPolicyManagement"]) {
            match management.text() {
                "Unmanaged" => return Egress::Unmanaged(management),
                text if is_templated(text) => return Egress::Scoped,
                _ => {}
            }
        }
        if spec(&["networkPolicy"]).is_none() {
            return Egress::Default;
        }
        let rules = spec(&["networkPolicy", "egress"]);
        let open = rules.into_iter().flat_map(Node::items).find_map(|rule| open_peer(rule));
        open.map_or(Egress::Scoped, Egress::Open)
    }
}

/// The part of a rule by which it allows every address, or every pod of the cluster. Questions to
/// the DNS are no way out.
fn open_peer(rule: Node<'_>) -> Option<Node<'_>> {
    const DNS: [i64; 2] = [53, 5353];
    let mut ports = rule.at(&["ports"]).into_iter().flat_map(Node::items).peekable();
    let is_dns = |port: Node<'_>| {
        let number = port.at(&["port"]).and_then(Node::as_int);
        number.is_some_and(|port| DNS.contains(&port)) && port.at(&["endPort"]).is_none()
    };
    if !rule.is_map() || ports.peek().is_some() && ports.all(is_dns) {
        return None;
    }
    let mut peers = rule.at(&["to"]).into_iter().flat_map(Node::items).peekable();
    if peers.peek().is_none() {
        let is_unknown = rule.at(&["to"]).is_some_and(Node::is_scalar);
        return (!is_unknown).then(|| rule.grip(&["to"]).unwrap_or(rule));
    }
    peers.find_map(|peer| {
        let everywhere = peer.at(&["ipBlock", "cidr"]);
        let everywhere = everywhere.filter(|cidr| ["0.0.0.0/0", "::/0"].contains(&cidr.text()));
        let is_empty = |key: &str| {
            peer.at(&[key])
                .is_some_and(|selector| selector.is_map() && selector.entries().is_empty())
        };
        let every_pod = is_empty("namespaceSelector")
            && (peer.at(&["podSelector"]).is_none() || is_empty("podSelector"));
        everywhere.or_else(|| every_pod.then(|| peer.grip(&["namespaceSelector"]).unwrap_or(peer)))
    })
}

/// Whether a class of runtimes keeps what runs in it from the kernel of its node: by its name, or
/// by the handler that a `RuntimeClass` of the project gives that name. A word stands for itself
/// and for what begins with it and a dash: `kata` for `kata-qemu`.
pub(crate) fn is_isolating(class: &str, declared: Option<Object<'_>>, words: &[String]) -> bool {
    let handler = declared.and_then(|class| class.node().at(&["handler"])).map(Node::text);
    [Some(class), handler].into_iter().flatten().any(|name| {
        words.iter().any(|word| {
            name.strip_prefix(word.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::tree::yaml;

    #[test]
    fn where_the_pods_of_a_template_may_send_requests() {
        let everywhere = "{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}";
        let table = [
            ("", "default"),
            ("networkPolicyManagement: Managed", "default"),
            ("networkPolicyManagement: Unmanaged", "unmanaged"),
            ("networkPolicyManagement: \"${MODE}\"", "scoped"),
            ("networkPolicy: {}", "scoped"),
            ("networkPolicy: {egress: []}", "scoped"),
            ("networkPolicy: {egress: [{}]}", "open"),
            ("networkPolicy: {egress: [{to: []}]}", "open"),
            ("networkPolicy: {egress: [{to: \"${PEERS}\"}]}", "scoped"),
            ("networkPolicy: {egress: [{ports: [{port: 443}]}]}", "open"),
            ("networkPolicy: {egress: [{ports: [{port: 53, protocol: UDP}]}]}", "scoped"),
            ("networkPolicy: {egress: [{ports: [{port: 53}, {port: 443}]}]}", "open"),
            ("networkPolicy: {egress: [{ports: [{port: 53, endPort: 65535}]}]}", "open"),
            ("networkPolicy: {egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}]}]}", "scoped"),
            (&format!("networkPolicy: {{egress: [{everywhere}]}}"), "open"),
            ("networkPolicy: {egress: [{to: [{ipBlock: {cidr: \"::/0\"}}]}]}", "open"),
            ("networkPolicy: {egress: [{to: [{namespaceSelector: {}}]}]}", "open"),
            (
                "networkPolicy: {egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}]}",
                "scoped",
            ),
            ("networkPolicy: {egress: [{to: [{podSelector: {}}]}]}", "scoped"),
        ];
        for (field, expected) in table {
            let text = format!(
                "apiVersion: extensions.agents.x-k8s.io/v1beta1\nkind: SandboxTemplate\n\
                 metadata: {{name: python}}\nspec:\n  podTemplate: {{spec: {{containers: []}}}}\n  {field}\n"
            );
            let (tree, errors) = yaml::read(FileId::new(0), &text.as_str().into(), None);
            assert!(errors.is_empty(), "{text}");
            let object = Object::of(tree.documents().next().unwrap()).unwrap();
            let found = match Egress::of(Workload::of(object).unwrap()) {
                Egress::Scoped => "scoped",
                Egress::Default => "default",
                Egress::Unmanaged(_) => "unmanaged",
                Egress::Open(_) => "open",
            };
            assert_eq!(found, expected, "{field}");
        }
    }

    #[test]
    fn a_runtime_class_is_known_by_its_name_or_its_handler() {
        let words = ["gvisor".to_owned(), "runsc".to_owned(), "kata".to_owned()];
        for (class, handler, expected) in [
            ("gvisor", None, true),
            ("kata-qemu", None, true),
            ("katana", None, false),
            ("nvidia", None, false),
            ("untrusted", Some("runsc"), true),
            ("untrusted", Some("runc"), false),
        ] {
            let handler = handler.map(|handler| {
                format!("apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nhandler: {handler}\n")
            });
            let text = handler.unwrap_or_default();
            let (tree, _) = yaml::read(FileId::new(0), &text.as_str().into(), None);
            let declared = tree.documents().next().and_then(Object::of);
            assert_eq!(is_isolating(class, declared, &words), expected, "{class} {text}");
        }
    }
}
