use crate::command::CommandLine;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

const PROBES: [(&str, &str); 3] = [
    ("startupProbe", "startup probe"),
    ("livenessProbe", "liveness probe"),
    ("readinessProbe", "readiness probe"),
];

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let runner = Runner::Container(container);
    for (kind, title) in PROBES {
        let Some(command) = container.node().at(&[kind, "exec", "command"]) else { continue };
        let lacks = |program: &str| project.lacks(runner, program);
        let Some((program, place)) = CommandLine::of_list(command).missing_program(None, lacks)
        else {
            continue;
        };
        cx.report(
            place,
            format!("the {title} of {} runs `{program}`, which its image has not", container.describe()),
        )
        .help("the probe fails every time; use httpGet, tcpSocket or grpc, which need nothing in the image")
        .confidence(project.sureness_of_image(runner))
        .related_to(project.bases_of(runner).into_iter());
    }
}
