use crate::k8s::probe::Probe;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Edits, Refusal, Value};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::LONG_RUNNING, check);

/// How often the fix asks whether the container has started.
const PERIOD: i64 = 10;

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(liveness) = container.probe("livenessProbe") else { return };
    if container.workload().runs_to_completion() || container.probe("startupProbe").is_some() {
        return;
    }
    let Some(delay) = liveness.number("initialDelaySeconds") else { return };
    let Some(time) = liveness.time_to_start() else { return };
    let name = container.describe();
    let start = cx.number("model-seconds");
    if delay > cx.number("delay") {
        let at = liveness.node().at(&["initialDelaySeconds"]).unwrap_or(liveness.node());
        cx.report(
            at,
            format!("{name} has no startup probe, and is not asked for its health for {delay} seconds"),
        )
        .help("a startup probe waits no longer than the start takes, and gives up on one that never ends")
        .unsafe_fix(
            "ask whether it has started for three times as long; see how long it takes at worst",
            || add_startup_probe(container, liveness, delay.saturating_mul(3)),
        );
    } else if cx.project().serves_a_model(Runner::Container(container)) && time < start {
        cx.report(
            container.grip_at(&["livenessProbe"]),
            format!("{name} has no startup probe, and is restarted when its model takes longer than {time} seconds to load"),
        )
        .help("a startup probe gives the load its time, without making the liveness probe slow")
        .unsafe_fix(
            &format!("give it {start} seconds to start; see how long the model takes at worst"),
            || add_startup_probe(container, liveness, start),
        );
    }
}

/// Asks for the start what the liveness probe asks, which then has nothing to wait for.
fn add_startup_probe(container: Container<'_>, liveness: Probe<'_>, seconds: i64) -> Edits {
    let (kind, handler) = liveness.handler().ok_or(Refusal::Occupied)?;
    let probe = Value::map([
        (kind, Value::of(handler).ok_or(Refusal::Alias)?),
        ("periodSeconds", PERIOD.into()),
        ("failureThreshold", seconds.saturating_add(PERIOD - 1).saturating_div(PERIOD).into()),
    ]);
    let added = edit::set(container.node(), &["startupProbe"], &probe)?;
    match liveness.node().at(&["initialDelaySeconds"]) {
        Some(delay) => Ok(added.and(edit::replace(delay, &0.into())?)),
        None => Ok(added),
    }
}
