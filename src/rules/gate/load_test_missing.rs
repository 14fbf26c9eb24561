use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(load) = policy.load.as_ref().filter(|load| !load.missing.is_empty()) else { return };
    let names: Vec<_> = load.missing.iter().map(|test| format!("`{test}`")).collect();
    cx.report(load.key, format!("the load tests lack {}", names.join(", "))).help(
        "each finds what the others do not: the usual load, too much of it, a sudden crowd, a leak",
    );
}
