use crate::k8s::route::{
    Tls, gateway_listeners, hosts_of, is_gateway, is_ingress, tls_of, uncovered_hosts,
};
use crate::k8s::{Object, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::Node;
use crate::tree::edit::{self, Value};

pub(crate) const CHECK: Check = Check::Object(&["Ingress", "Gateway"], check);

const HELP: &str = "passwords, tokens and prompts would cross the network in the clear";

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    if is_gateway(object) {
        gateway(object, cx);
    } else if is_ingress(object) {
        ingress(object, cx);
    }
}

fn ingress(object: Object<'_>, cx: &mut Cx<'_>) {
    match tls_of(object) {
        Tls::Elsewhere => {}
        Tls::Missing if cx.project().shares_certificate(object) => {}
        Tls::Missing => {
            let found = cx
                .report(
                    object.node().grip(&["spec", "tls"]).unwrap_or_else(|| object.grip()),
                    format!("{} has no tls section", object.describe()),
                )
                .help(HELP)
                .note_in_development();
            let hosts = hosts_of(object);
            let is_fit =
                |host: &&Node<'_>| !is_templated(host.text()) && !host.text().contains('*');
            if !hosts.is_empty() && hosts.iter().all(|host| is_fit(&host)) {
                found.unsafe_fix("add a tls section; check the name of its Secret, which must hold the certificate", || {
                    let mut named: Vec<Value> = Vec::new();
                    for host in hosts.iter().map(|host| Value::from(host.text())) {
                        if !named.contains(&host) {
                            named.push(host);
                        }
                    }
                    let secret = format!("{}-tls", object.name());
                    let tls = Value::map([("hosts", Value::List(named)), ("secretName", secret.as_str().into())]);
                    edit::set(object.node(), &["spec", "tls"], &Value::List(vec![tls]))
                });
            }
        }
        Tls::For(_) => {
            for host in uncovered_hosts(object) {
                let text = host.text();
                cx.report(
                    host,
                    format!("no tls entry of {} is for host `{text}`", object.describe()),
                )
                .help("its requests get the controller's own certificate, or none at all")
                .note_in_development();
            }
        }
    }
}

fn gateway(object: Object<'_>, cx: &mut Cx<'_>) {
    let listeners = gateway_listeners(object);
    let speaks = |protocols: &[&str]| {
        listeners.iter().find(|listener| {
            let protocol = listener.at(&["protocol"]).map_or("", Node::text);
            protocols.contains(&protocol) || is_templated(protocol)
        })
    };
    let Some(plain) = speaks(&["HTTP"]).filter(|_| speaks(&["HTTPS", "TLS"]).is_none()) else {
        return;
    };
    if object.takes_tls_elsewhere() {
        return;
    }
    cx.report(
        plain.at(&["protocol"]).unwrap_or(*plain),
        format!("{} listens for plain HTTP only", object.describe()),
    )
    .help(HELP)
    .note_in_development();
}
