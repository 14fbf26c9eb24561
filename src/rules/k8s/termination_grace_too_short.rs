use crate::k8s::{Container, ContainerClasses, Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// How many seconds the fix leaves to the container once its hook is done.
const REST: i64 = 30;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(grace) = workload.grace() else { return };
    let longest = workload
        .containers()
        .into_iter()
        .filter(|container| ContainerClasses::LONG_RUNNING.contains(container.class()))
        .filter_map(|container| Some((container, container.sleep_before_stop()?)))
        .max_by_key(|(_, (seconds, _))| *seconds);
    let stated = workload.stated_grace();
    let name = workload.describe();
    let is_pod = workload.kind() == WorkloadKind::Pod;
    let killed =
        if is_pod { format!("{name} is killed") } else { format!("{name} kills its pods") };
    let (found, enough) = match (longest, stated) {
        (Some((container, (sleep, at))), _) if sleep >= grace && sleep > 0 => {
            let found = cx.report(
                stated.unwrap_or(at),
                format!(
                    "the preStop hook of container `{}` sleeps {sleep} seconds, and {} after {grace}",
                    Container::name(container),
                    match stated {
                        Some(_) => killed,
                        None => format!("{killed}, by default,"),
                    }
                ),
            );
            let found = found.help("the grace period includes the hook: make it long enough to finish requests as well");
            let found = if stated.is_some() { found.related(at, "the hook") } else { found };
            (found, sleep.saturating_add(REST))
        }
        (_, Some(stated)) if grace == 0 => {
            let found = cx.report(stated, format!("{killed} without a warning")).help(
                "with no time to stop, every update cuts off what is being answered or written",
            );
            (found, REST)
        }
        _ => return,
    };
    found.unsafe_fix(
        &format!("give the pods {enough} seconds; see how long the slowest request takes"),
        || {
            let spec = workload.pod_spec().ok_or(Refusal::Occupied)?;
            edit::set(spec, &["terminationGracePeriodSeconds"], &enough.into())
        },
    );
}
