use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let Some(limit) = Runner::Container(container).memory_limit() else { return };
    let process = cx.process_of(Runner::Container(container));
    let Some((workers, share)) = process.crowded_workers(limit, cx.number("mebibytes")) else {
        return;
    };
    let who = process.runner.describe();
    let count = workers.count;
    cx.report(limit.at, format!("{count} workers get {share} MiB each of the memory that {who} may take"))
        .help("every worker loads the whole program, and the kernel kills one when all of them have: start fewer, or raise the limit")
        .related(workers.place, "so many are asked for here");
}
