use crate::k8s::Object;
use crate::k8s::network::special_address;
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Object(&["EndpointSlice", "Endpoints"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let node = object.node();
    let addresses: Vec<_> = match (object.group(), object.kind()) {
        ("discovery.k8s.io", "EndpointSlice") => {
            list(node, "endpoints").flat_map(|it| list(it, "addresses")).collect()
        }
        ("", "Endpoints") => list(node, "subsets")
            .flat_map(|it| list(it, "addresses").chain(list(it, "notReadyAddresses")))
            .filter_map(|address| address.at(&["ip"]))
            .collect(),
        _ => return,
    };
    for address in addresses {
        if let Some(whose) = special_address(address.text()) {
            cx.report(
                address,
                format!("{} sends requests to `{}`, an address of {whose}", object.describe(), address.text()),
            )
            .help("the API server refuses it: it would lead pods to the node's own services (CVE-2021-25737)");
        }
    }
}

fn list<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    node.at(&[key]).into_iter().flat_map(Node::items)
}
