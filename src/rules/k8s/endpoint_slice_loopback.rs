use crate::k8s::Object;
use crate::k8s::network::special_address;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["EndpointSlice", "Endpoints"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let node = object.node();
    let addresses: Vec<_> = match (object.group(), object.kind()) {
        ("discovery.k8s.io", "EndpointSlice") => {
            node.items_at(&["endpoints"]).flat_map(|it| it.items_at(&["addresses"])).collect()
        }
        ("", "Endpoints") => node
            .items_at(&["subsets"])
            .flat_map(|it| it.items_at(&["addresses"]).chain(it.items_at(&["notReadyAddresses"])))
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
