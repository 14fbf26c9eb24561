use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for (key, at) in policy.placeholders() {
        cx.report(at, format!("`{key}` is still to be filled in: `{}`", at.text().trim()))
            .help("a gate that waits for a value stops nothing until it has one");
    }
}
