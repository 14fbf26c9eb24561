use crate::gate::ReleasePolicy;
use crate::gate::flag::Kind;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for flag in policy.flags.iter().filter(|flag| flag.kind != Kind::KillSwitch) {
        let Some(at) = flag.expires.missing().or_else(|| flag.never()) else { continue };
        if flag.created.missing().is_some() {
            cx.report(at, format!("the flag `{}` never expires", flag.name))
                .help("flags that nobody removes become paths through the code that nobody tests");
        }
    }
}
