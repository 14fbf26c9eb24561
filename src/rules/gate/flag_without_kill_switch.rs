use crate::gate::ReleasePolicy;
use crate::gate::flag::Kind;
use crate::gate::value::Field;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let flags = policy.flags.iter().filter(|flag| flag.kind != Kind::KillSwitch);
    for flag in flags.filter(|flag| !flag.is_for_trial()) {
        let (at, what) = match flag.kill_switch {
            Field::Is(false, at) => (at, "is switched off"),
            Field::Missing(at) => (at, "is missing"),
            _ => continue,
        };
        cx.report(at, format!("the kill switch of the flag `{}` {what}", flag.name))
            .help("an agent that misbehaves is turned off in seconds, or waits for a deployment");
    }
}
