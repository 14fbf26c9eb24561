use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::MAIN, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let runner = Runner::Container(container);
    if runner.has_own_shared_memory() {
        return;
    }
    let Some((why, said)) = cx.process_of(runner).needs_shared_memory() else { return };
    let at = container.grip_at(&["volumeMounts"]);
    cx.report(at, format!("{} has 64 MiB of shared memory for {why}", container.describe()))
        .help("the program fails with a bus error once they are full: mount an `emptyDir` with `medium: Memory` at /dev/shm")
        .related(said.place, "what needs more is asked for here");
}
