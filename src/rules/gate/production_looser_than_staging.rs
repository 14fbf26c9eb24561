use crate::gate::ReleasePolicy;
use crate::gate::performance::{Metric, PerformanceGate};
use crate::rules::{Check, Cx, Environment};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let gate =
        |environment| policy.performance.iter().find(|it| it.environment == Some(environment));
    let [development, staging, production] = Environment::ALL.map(gate);
    for (earlier, later) in [(development, staging), (staging.or(development), production)] {
        if let (Some(earlier), Some(later)) = (earlier, later) {
            compare(earlier, later, cx);
        }
    }
}

fn compare(earlier: &PerformanceGate<'_>, later: &PerformanceGate<'_>, cx: &mut Cx<'_>) {
    let name = |gate: &PerformanceGate<'_>| gate.environment.map_or("", Environment::as_str);
    for metric in Metric::ALL {
        let Some((before, before_at)) = earlier.limit(metric).stated() else { continue };
        let Some((after, at)) = later.limit(metric).stated() else { continue };
        let is_looser = if metric.is_floor() { after < before } else { after > before };
        if is_looser {
            let message = format!(
                "`{}` of {} is {}, looser than the {} of {}",
                metric.key(),
                name(later),
                metric.show(after),
                metric.show(before),
                name(earlier)
            );
            cx.report(at, message)
                .related(before_at, "the stricter limit")
                .help("the gates get stricter on the way to users, or the last one stops nothing");
        }
    }
}
