use crate::gate::ReleasePolicy;
use crate::gate::security::Suite;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

/// Source: the evaluation guide, section 21.1.1, whose table asks for these and whose example lacks
/// them.
const BESIDE: [Suite; 2] = [Suite::IndirectInjection, Suite::AccessControl];

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(security) = &policy.security else { return };
    let Some(scans) = &security.scans else { return };
    let wanted = cx.words("suites");
    let is_wanted = |suite: &Suite| wanted.iter().any(|word| word == suite.as_str());
    let missing: Vec<_> = Suite::ALL
        .into_iter()
        .filter(is_wanted)
        .filter(|suite| scans.iter().all(|scan| scan.suite != Some(*suite)))
        .collect();
    if missing.is_empty() {
        return;
    }
    let names = missing.iter().map(|suite| suite.words()).collect::<Vec<_>>().join(", ");
    cx.report(security.scans_key, format!("no scan is about {names}"))
        .help("what no scan looks for is found by whoever attacks the agent first")
        .milder_where(missing.iter().all(|suite| BESIDE.contains(suite)));
}
