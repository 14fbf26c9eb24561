use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(security) = &policy.security else { return };
    for (at, message) in security.reviews.gaps() {
        cx.report(at, message)
            .help("scans find what is known; people find what is not, before attackers do");
    }
}
