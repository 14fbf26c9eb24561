use crate::gate::ReleasePolicy;
use crate::gate::performance::Metric;
use crate::rules::{Check, Cx, Environment};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for gate in &policy.performance {
        let environment = gate.environment.unwrap_or(cx.environment());
        if environment == Environment::Development {
            continue;
        }
        let missing = Metric::ALL.into_iter().filter(|it| gate.limit(*it).missing().is_some());
        let missing: Vec<_> = missing.map(|metric| format!("`{}`", metric.key())).collect();
        if !missing.is_empty() {
            let name = environment.as_str();
            cx.report(gate.key, format!("the gate of {name} has no {}", missing.join(", ")))
                .help("what has no limit cannot keep a version from going live");
        }
    }
}
