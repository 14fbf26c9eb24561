use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let Some(limit) = Runner::Container(container).cpu_limit() else { return };
    let process = cx.process_of(Runner::Container(container));
    let Some(threads) = process.crowded_threads(limit) else { return };
    let (who, said) = (process.runner.describe(), &threads.said);
    cx.report(limit.at, format!("`{said}` starts more threads than {who} has CPUs: {}", limit.amount))
        .help("threads that compute wait for each other, and the kernel holds all of them back once their share is used up: as many threads as CPUs is fastest")
        .related(threads.place, format!("{} threads are asked for here", threads.count));
}
