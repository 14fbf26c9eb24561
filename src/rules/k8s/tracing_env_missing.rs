use crate::diagnostic::{Confidence, Severity};
use crate::k8s::telemetry;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::SERVING, ContainerClasses::LONG_RUNNING, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let process = cx.process_of(Runner::Container(container));
    let Some(variables) = process.variables_of_container() else { return };
    if !telemetry::declares_tracing(container, variables)
        || cx.project().is_instrumented(container.workload())
    {
        return;
    }
    let lacking = telemetry::lacking(container, variables);
    let Some(first) = variables.iter().find(|it| telemetry::is_about_tracing(&it.name)) else {
        return;
    };
    if lacking.is_empty() {
        return;
    }
    let only_sampler = lacking == [telemetry::Part::Sampler];
    let named: Vec<_> = lacking.iter().map(|part| part.describe()).collect();
    let found = cx
        .report(
            container.grip_at(&["env"]),
            format!("{} is set up for tracing, but has {}", container.describe(), named.join(", ")),
        )
        .related(first.at, format!("`{}` is set", first.name))
        .help(lacking.first().map_or("", |part| part.why()));
    if only_sampler {
        found.severity(Severity::Note).confidence(Confidence::Low);
    }
}
