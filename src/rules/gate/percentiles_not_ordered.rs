use crate::gate::ReleasePolicy;
use crate::gate::performance::Metric;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const ORDER: [(Metric, Metric); 3] =
    [(Metric::P50, Metric::P95), (Metric::P95, Metric::P99), (Metric::P50, Metric::P99)];

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for gate in &policy.performance {
        let breach = ORDER.into_iter().find_map(|(lower, higher)| {
            let (low, low_at) = gate.limit(lower).stated()?;
            let (high, at) = gate.limit(higher).stated()?;
            (low > high).then_some((lower, low, low_at, higher, high, at))
        });
        let Some((lower, low, low_at, higher, high, at)) = breach else { continue };
        let (lower, higher) = (lower.key(), higher.key());
        cx.report(at, format!("`{higher}` is {high}, below the {low} of `{lower}`"))
            .related(low_at, "the limit that more requests must keep")
            .help("the slower requests are part of the higher percentile: one of the limits is never reached");
    }
}
