use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for scan in policy.security.iter().flat_map(|it| it.scans.iter().flatten()) {
        let Some(at) = scan.pass_threshold.missing() else { continue };
        cx.report(at, format!("the scan `{}` has no `pass_threshold`", scan.name))
            .help("a scan that any result passes is no gate");
    }
}
