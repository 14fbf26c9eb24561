use crate::gate::ReleasePolicy;
use crate::gate::value::{Field, Share, Written, rounded};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let scans = policy.security.iter().flat_map(|it| it.scans.iter().flatten());
    let scans = scans.map(|scan| ("pass_threshold", scan.pass_threshold));
    let leak = policy.load.iter().filter_map(|it| Some(("memory_leak_threshold", it.leak?)));
    let rates = policy.performance.iter().map(|it| ("error_rate", it.error_rate));
    let conditions = policy
        .canary
        .iter()
        .flat_map(|it| it.criteria.iter().flatten().chain(it.triggers.iter().flatten()));
    let conditions = conditions.map(|it| ("threshold", it.share));
    for (key, share) in scans.chain(leak).chain(rates).chain(conditions) {
        report(key, share, cx);
    }
    if let Some(end) = policy.canary.as_ref().and_then(|canary| canary.in_fractions) {
        cx.report(end, "the schedule ends at 1, which is 1 % of the traffic")
            .help("percentages count to 100: write 5 for 0.05, and 100 for 1");
    }
}

fn report(key: &str, share: Field<'_, Share>, cx: &mut Cx<'_>) {
    let Some((share, at)) = share.stated() else { return };
    if share.written == Written::PercentWithoutSign {
        let text = at.text().trim();
        let (fraction, percent) = (share.of_one, rounded(share.of_one * 100.0));
        cx.report(at, format!("`{key}` is {text}, where a share goes from 0 to 1")).help(format!(
            "whoever compares it with a share never comes near: write {fraction} or {percent}%"
        ));
    }
}
