use crate::k8s::probe::Probe;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Change};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::LONG_RUNNING, check);

/// The probes with the numbers that matter for each. Only readiness may ask for more than one
/// success.
///
/// Source: the reliability chapter of Paladin ("Health Checks"); Kubernetes API reference, `Probe`.
const NUMBERS: [(&str, &[&str]); 3] = [
    ("startupProbe", &["periodSeconds", "timeoutSeconds", "failureThreshold"]),
    (
        "livenessProbe",
        &["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold"],
    ),
    (
        "readinessProbe",
        &[
            "initialDelaySeconds",
            "periodSeconds",
            "timeoutSeconds",
            "successThreshold",
            "failureThreshold",
        ],
    ),
];

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let has_startup_probe = container.probe("startupProbe").is_some();
    for (kind, numbers) in NUMBERS {
        let Some(probe) = container.probe(kind).filter(|probe| probe.node().is_map()) else {
            continue;
        };
        let is_open = |number: &str| {
            // A startup probe holds the others back until the container has started.
            let is_idle = has_startup_probe && number == "initialDelaySeconds";
            !is_idle && probe.node().at(&[number]).is_none()
        };
        let open: Vec<&str> = numbers.iter().copied().filter(|number| is_open(number)).collect();
        if open.is_empty() {
            continue;
        }
        let list = open.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        cx.report(
            container.grip_at(&[kind]),
            format!("the `{kind}` of {} leaves {list} to the defaults", container.describe()),
        )
        .help("the defaults (a second to answer, three failures) suit few services; say what yours needs")
        .safe_fix("write the defaults", || {
            open.iter().try_fold(Change::default(), |change, name| {
                let default = Probe::default(name).into();
                Ok(change.and(edit::set(probe.node(), &[name], &default)?))
            })
        });
    }
}
