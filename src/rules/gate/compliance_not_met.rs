use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(security) = &policy.security else { return };
    for (at, message) in security.compliance.gaps() {
        cx.report(at, message).help(
            "people trust an agent with what it reads; these hold before the first of them does",
        );
    }
}
