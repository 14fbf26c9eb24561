use crate::gate::ReleasePolicy;
use crate::gate::flag::Kind;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for flag in policy.flags.iter().filter(|flag| flag.kind != Kind::KillSwitch) {
        let Some((percentage, at)) = flag.rollout.stated() else { continue };
        if percentage >= 100.0 && !flag.is_targeted {
            cx.report(at, format!("the flag `{}` is on for everybody", flag.name)).help(
                "what everybody has needs no flag any more: remove it, with what it leaves unused",
            );
        }
    }
}
