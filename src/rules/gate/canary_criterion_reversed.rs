use crate::gate::ReleasePolicy;
use crate::gate::canary::{Comparison, Signal};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for criterion in policy.canary.iter().flat_map(|it| it.criteria.iter().flatten()) {
        let Some(signal) = criterion.signal else { continue };
        let Some((comparison, at)) = criterion.comparison.stated() else { continue };
        let (wanted, words) = match signal {
            Signal::Success => (Comparison::Greater, "low"),
            Signal::Errors | Signal::Latency => (Comparison::Less, "high"),
        };
        if comparison != wanted {
            cx.report(
                at,
                format!("the canary is promoted where `{}` is {words}", criterion.metric),
            )
            .help("the comparison is the wrong way round: only bad versions pass it");
        }
    }
}
