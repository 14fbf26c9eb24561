use crate::diagnostic::Severity;
use crate::k8s::{Workload, WorkloadKind, is_templated, schedule};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Change, Refusal, Value};

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::CronJob, WorkloadKind::Job], check);

/// The controller looks every ten seconds; what must start sooner is never started.
///
/// Source: kubernetes.io/docs/concepts/workloads/controllers/cron-jobs ("Deadline for delayed Job
/// start").
const LOOKS_EVERY: i64 = 10;

/// How late a run may start after the fix, and how long a finished Job is kept, in seconds.
const DEADLINE: i64 = 300;
const DAY: i64 = 86_400;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    match workload.kind() {
        WorkloadKind::CronJob => {
            check_schedule(workload, cx);
            check_zone(workload, cx);
            check_runs(workload, cx);
        }
        _ => check_job(workload, cx),
    }
}

fn check_schedule(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(schedule) = workload.object().node().at(&["spec", "schedule"]) else { return };
    if is_templated(schedule.text()) || schedule.text().is_empty() {
        return;
    }
    if let Some(fault) = schedule::fault(schedule.text()) {
        cx.report(schedule, format!("the schedule of {} is invalid: {fault}", workload.describe()))
            .help("the API server refuses the object")
            .severity(Severity::Error);
    }
}

fn check_zone(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(zone) = workload.object().node().at(&["spec", "timeZone"]) else { return };
    let Some(name) = zone.as_str().filter(|name| !is_templated(name)) else { return };
    if !schedule::is_zone(name) {
        let message = format!("the time zone of {} is unknown: `{name}`", workload.describe());
        let near = schedule::nearest_zone(name);
        cx.report(zone, message)
            .help(match near {
                Some(near) => format!("the API server refuses the object; did you mean `{near}`?"),
                None => "the API server refuses the object; zones are those of the IANA time zone database, such as `Europe/Berlin` or `Etc/UTC`".to_owned(),
            })
            .severity(Severity::Error);
    }
}

fn check_runs(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let object = workload.object();
    let Some(spec) = object.node().get("spec").filter(|spec| spec.value.is_map()) else { return };
    let wanted: [(&str, Value); 2] =
        [("concurrencyPolicy", "Forbid".into()), ("startingDeadlineSeconds", DEADLINE.into())];
    let open: Vec<_> =
        wanted.into_iter().filter(|(field, _)| spec.value.at(&[field]).is_none()).collect();
    let fields: Vec<_> = open.iter().map(|(field, _)| format!("`{field}`")).collect();
    if !open.is_empty() {
        let first = open.first().map_or("", |(field, _)| *field);
        let (then, fix) = match (first, open.len()) {
            ("startingDeadlineSeconds", _) => (
                "after 100 missed runs no more are started",
                "start no run that is five minutes late",
            ),
            (_, 1) => ("runs may overlap without end", "forbid runs side by side"),
            _ => (
                "runs may overlap without end, and after 100 missed ones no more are started",
                "forbid runs side by side, and start none that is five minutes late",
            ),
        };
        cx.report(
            spec.value.grip(&[first]).unwrap_or(spec.key),
            format!("{} says nothing about {}", workload.describe(), fields.join(" and ")),
        )
        .help(then)
        .unsafe_fix(fix, || {
            open.iter().try_fold(Change::default(), |change, (field, value)| {
                Ok(change.and(edit::set_first(spec.value, &[field], value)?))
            })
        });
    }
    let Some(deadline) = spec.value.at(&["startingDeadlineSeconds"]) else { return };
    if let Some(seconds) = deadline.as_int().filter(|seconds| *seconds < LOOKS_EVERY) {
        cx.report(
            deadline,
            format!("{} may never start, with a deadline of {seconds} seconds", workload.describe()),
        )
        .help("the controller looks every 10 seconds, and starts nothing that is later than the deadline")
        .unsafe_fix("allow runs to be five minutes late", || edit::replace(deadline, &DEADLINE.into()));
    }
}

fn check_job(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let object = workload.object();
    let keys = ["spec", "ttlSecondsAfterFinished"];
    let is_owned = object.node().at(&["metadata", "ownerReferences"]).is_some();
    if is_owned || object.is_hook() || !workload.has_pods() || object.node().at(&keys).is_some() {
        return;
    }
    cx.report(
        object.node().grip(&keys).unwrap_or_else(|| object.grip()),
        format!("{} and its pods are kept for ever once they have finished", object.describe()),
    )
    .help("finished pods pile up; say how long they are of interest by `ttlSecondsAfterFinished`")
    .severity(Severity::Note)
    .unsafe_fix(
        "delete it a day after it has finished, unless something applies it again",
        || {
            let spec = object.node().at(&["spec"]).ok_or(Refusal::Occupied)?;
            edit::set_first(spec, &["ttlSecondsAfterFinished"], &DAY.into())
        },
    );
}
