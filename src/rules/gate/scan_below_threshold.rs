use crate::gate::ReleasePolicy;
use crate::gate::value::percent;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for scan in policy.security.iter().flat_map(|it| it.scans.iter().flatten()) {
        let Some(suite) = scan.suite else { continue };
        let Some((stated, at)) = scan.pass_threshold.stated() else { continue };
        let wanted = cx.decimal(suite.as_str());
        if stated.of_one < wanted {
            let message = format!(
                "`{}` lets a version pass with {stated} of its tests about {}, and not with {}",
                scan.name,
                suite.words(),
                percent(wanted)
            );
            cx.report(at, message)
                .help("what a scan lets through before a release, attackers find after it");
        }
    }
}
