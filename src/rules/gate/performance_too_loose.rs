use crate::gate::ReleasePolicy;
use crate::gate::performance::Metric;
use crate::rules::{Check, Cx, Environment};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for gate in &policy.performance {
        let environment = gate.environment.unwrap_or(cx.environment());
        for metric in Metric::ALL {
            // The guide asks a developer's machine for no throughput.
            if metric == Metric::Throughput && environment == Environment::Development {
                continue;
            }
            let Some((limit, at)) = gate.limit(metric).stated() else { continue };
            let name = format!("{}-{}", environment.as_str(), metric.key().replace('_', "-"));
            let wanted = cx.decimal(&name);
            let is_loose = if metric.is_floor() { limit < wanted } else { limit > wanted };
            if is_loose {
                let message = format!(
                    "`{}` of {} is {}, and the gate is at {}",
                    metric.key(),
                    environment.as_str(),
                    metric.show(limit),
                    metric.show(wanted)
                );
                cx.report(at, message)
                    .help("a version that is this slow or this faulty would still go live");
            }
        }
    }
}
