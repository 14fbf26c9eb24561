use crate::gate::ReleasePolicy;
use crate::gate::canary::{Condition, Signal};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str = "a version that is this much worse would still be promoted";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for criterion in policy.canary.iter().flat_map(|it| it.criteria.iter().flatten()) {
        let Some(signal) = criterion.signal else { continue };
        if let Some((threshold, at)) = criterion.threshold.stated()
            && let Some(wanted) = wanted(criterion, signal, cx)
        {
            let is_loose =
                if signal == Signal::Success { threshold < wanted } else { threshold > wanted };
            if is_loose {
                let (threshold, wanted) = (signal.show(threshold), signal.show(wanted));
                let message =
                    format!("`{}` may be {threshold}, and the limit is {wanted}", criterion.metric);
                cx.report(at, message).help(HELP);
            }
        }
        let most = match signal {
            Signal::Errors => cx.decimal("error-rate-multiplier"),
            Signal::Latency => cx.decimal("latency-multiplier"),
            Signal::Success => continue,
        };
        if let Some((times, at)) = criterion.multiplier.stated()
            && times > most
        {
            let message = format!(
                "`{}` may be {times} times what it was, and not {most} times",
                criterion.metric
            );
            cx.report(at, message).help(HELP);
        }
    }
}

/// The limit of the guide, where it has one for that metric.
fn wanted(criterion: &Condition<'_>, signal: Signal, cx: &Cx<'_>) -> Option<f64> {
    let metric = criterion.metric.to_ascii_lowercase();
    Some(match signal {
        Signal::Errors => cx.decimal("error-rate"),
        Signal::Success => cx.decimal("success-rate"),
        Signal::Latency if metric.contains("p95") => cx.decimal("p95-latency-ms"),
        Signal::Latency => return None,
    })
}
