use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let Some(limit) = Runner::Container(container).memory_limit() else { return };
    let process = cx.project().process_of(Runner::Container(container));
    let Some((workers, share)) = process.crowded_workers(limit, cx.number("mebibytes")) else {
        return;
    };
    let who = process.runner.describe();
    let said = &workers.said;
    cx.report(limit.at, format!("`{said}` leaves each worker {share} MiB of the memory that {who} may take"))
        .help("every worker loads the whole program, and the kernel kills one when all of them have: start fewer, or raise the limit")
        .related(workers.place, format!("{} workers are asked for here", workers.count));
}
