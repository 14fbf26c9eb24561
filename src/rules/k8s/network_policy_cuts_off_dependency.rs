use crate::k8s::Object;
use crate::k8s::network::NetworkPolicy;
use crate::project::CutOff;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["NetworkPolicy"], check);

/// More addresses are not named, and more places not listed.
const MOST: usize = 5;

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(policy) = NetworkPolicy::of(object) else { return };
    let cut_off = cx.project().cut_off_by(policy);
    let Some(first) = cut_off.first() else { return };
    let is_one = cut_off.iter().all(|it| it.workload.object() == first.workload.object());
    let pods = if is_one {
        format!("the pods of {}", first.workload.describe())
    } else {
        format!("pods that {} selects", object.describe())
    };
    let message = format!("no egress rule lets {pods} reach {}", addresses(&cut_off));
    let at = ["egress", "policyTypes"].iter().find_map(|key| {
        object.node().at(&["spec", key]).and_then(|_| object.node().grip(&["spec", key]))
    });
    let related = cut_off.iter().take(MOST).map(|it| {
        let says = if it.call.is_implied { "needs" } else { "says" };
        (it.call.at, format!("`{}` {says} `{}`", it.call.name, it.call.address.describe()))
    });
    cx.report(at.unwrap_or_else(|| object.grip()), message).help(help(first)).related_to(related);
}

fn addresses(cut_off: &[CutOff<'_>]) -> String {
    let named: Vec<_> =
        cut_off.iter().map(|it| format!("`{}`", it.call.address.describe())).collect();
    match named.as_slice() {
        [all @ .., last] if !all.is_empty() && all.len() < MOST => {
            format!("{} or {last}", all.join(", "))
        }
        [one] => one.clone(),
        many => {
            let some: Vec<_> = many.iter().take(MOST).map(String::as_str).collect();
            format!("{} and {} more", some.join(", "), many.len().saturating_sub(some.len()))
        }
    }
}

fn help(first: &CutOff<'_>) -> String {
    match (first.pod_port, first.service) {
        (Some(port), Some(service)) => format!(
            "a policy sees the port of the pods: port {port}, and not that of {}",
            service.object().describe()
        ),
        (None, Some(service)) => format!(
            "every connection runs out of time; allow the pods of {} and their port",
            service.object().describe()
        ),
        _ => "every connection runs out of time; allow the port to an ipBlock or to everybody, as no podSelector finds what is outside of the cluster".to_owned(),
    }
}
