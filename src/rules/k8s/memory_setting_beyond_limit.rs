use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let Some(limit) = Runner::Container(container).memory_limit() else { return };
    let process = cx.process_of(Runner::Container(container));
    let Some(found) = process.overcommitment(limit, cx.number("share")) else { return };
    cx.report(found.limit.at, found.describe(process.runner))
        .help(found.help())
        .milder_where(found.percent < 100)
        .related(found.allowance.place, found.allowance.describe());
}
