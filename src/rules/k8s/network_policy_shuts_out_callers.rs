use crate::k8s::Object;
use crate::k8s::network::NetworkPolicy;
use crate::project::{ShutOut, Who};
use crate::rules::{Check, Cx};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Object(&["NetworkPolicy"], check);

/// More places are not listed.
const MOST: usize = 5;

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(policy) = NetworkPolicy::of(object) else { return };
    let shut_out = cx.project().shut_out_by(policy);
    let Some((first, others)) = shut_out.split_first() else { return };
    let more =
        if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
    let at = ["ingress", "policyTypes"].iter().find_map(|key| {
        object.node().at(&["spec", key]).and_then(|_| object.node().grip(&["spec", key]))
    });
    cx.report(
        at.unwrap_or_else(|| object.grip()),
        format!("no ingress rule lets {}{more}", says(first)),
    )
    .help(help(first))
    .related_to(shut_out.iter().take(MOST).map(|it| (place(it), format!("lets {}", says(it)))));
}

fn says(it: &ShutOut<'_>) -> String {
    let what = format!("port {} of {}", it.port, it.workload.describe());
    let service = it.service.object().describe();
    match &it.who {
        Who::Everybody => format!("anybody reach {what}, where {service} sends requests"),
        Who::Route(route) => {
            let route = route.object.describe();
            format!("requests from other namespaces reach {what}, where {route} sends them")
        }
        Who::Caller(caller, _) => format!("{} reach {what}", caller.describe()),
    }
}

fn place(it: &ShutOut<'_>) -> Place {
    match &it.who {
        Who::Everybody => it.service.object().grip().place(),
        Who::Route(route) => route.backend.service.place(),
        Who::Caller(_, call) => call.at,
    }
}

fn help(it: &ShutOut<'_>) -> &'static str {
    match it.who {
        Who::Everybody => {
            "every connection runs out of time; a policy sees the port of the pods, and not that of the Service"
        }
        Who::Route(_) => {
            "the controller runs in another namespace: allow that by a namespaceSelector"
        }
        Who::Caller(..) => {
            "every connection runs out of time; allow the pods of the caller, with a namespaceSelector where they are in another namespace"
        }
    }
}
