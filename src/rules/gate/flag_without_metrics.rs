use crate::gate::ReleasePolicy;
use crate::gate::value::Field;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for flag in policy.flags.iter().filter(|flag| !flag.is_for_trial()) {
        let (at, what) = match flag.metrics {
            Field::Is(false, at) => (at, "are switched off"),
            Field::Missing(at) => (at, "are missing"),
            _ => continue,
        };
        cx.report(at, format!("the metrics of the flag `{}` {what}", flag.name))
            .help("without them nobody sees whether those who have the flag fare worse");
    }
}
