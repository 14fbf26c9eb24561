use crate::gate::ReleasePolicy;
use crate::gate::flag::Kind;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for flag in policy.flags.iter().filter(|flag| flag.kind != Kind::KillSwitch) {
        let Some((true, at)) = flag.default.stated() else { continue };
        cx.report(at, format!("the flag `{}` is on by default", flag.name))
            .help("where the flags cannot be read, everybody gets what was meant for a few");
    }
}
