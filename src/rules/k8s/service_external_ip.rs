use crate::k8s::Object;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Service"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let addresses = object.node().path(&["spec", "externalIPs"]);
    let Some(addresses) = addresses.filter(|it| it.value.items().len() > 0) else { return };
    if object.is("", "Service") {
        cx.report(addresses.key, format!("{} claims addresses by externalIPs", object.describe()))
            .help("nodes send it whatever pods send to these addresses, whosever they are (CVE-2020-8554); use a load balancer");
    }
}
