use crate::gate::ReleasePolicy;
use crate::gate::value::{Field, MINUTE, duration, percent};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(load) = &policy.load else { return };
    let recovery = cx.decimal("recovery-minutes") * MINUTE;
    let leak = cx.decimal("memory-growth");
    match load.recovery_time {
        Some(Field::Is(value, at)) if value > recovery => {
            let (value, wanted) = (duration(value), duration(recovery));
            cx.report(
                at,
                format!("a spike may be felt for {value} after it, longer than {wanted}"),
            )
            .help("until the service has recovered, users wait or leave");
        }
        Some(Field::Missing(at)) => {
            cx.report(at, "`spike_test` has no `recovery_time`")
                .help("a service that survives a spike and stays slow after it fails as well");
        }
        _ => {}
    }
    match load.leak {
        Some(Field::Is(value, at)) if value.of_one > leak => {
            let wanted = percent(leak);
            cx.report(
                at,
                format!("memory may grow by {value} in the soak test, more than {wanted}"),
            )
            .help("what grows in hours is killed for its memory within days");
        }
        Some(Field::Missing(at)) => {
            cx.report(at, "`soak_test` has no `memory_leak_threshold`")
                .help("a long test without a limit on memory finds no leak");
        }
        _ => {}
    }
}
