use crate::gate::ReleasePolicy;
use crate::gate::canary::Signal;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for trigger in policy.canary.iter().flat_map(|it| it.triggers.iter().flatten()) {
        let Some(signal) = trigger.signal else { continue };
        let Some((threshold, at)) = trigger.threshold.stated() else { continue };
        let most = match signal {
            Signal::Errors => cx.decimal("error-rate"),
            Signal::Latency => cx.decimal("latency-ms"),
            Signal::Success => continue,
        };
        if threshold > most {
            let (threshold, most) = (signal.show(threshold), signal.show(most));
            cx.report(
                at,
                format!(
                    "`{}` must pass {threshold} before anything happens, not {most}",
                    trigger.metric
                ),
            )
            .help("by then the users of the canary have long met the failure");
        }
    }
}
