use crate::compose::Service;
use crate::project::Runner;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Service(check);

/// Source: github.com/SeleniumHQ/docker-selenium, "Quick start", asks for as much.
const SUGGESTED: &str = "2gb";

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let runner = Runner::Service(service);
    if runner.has_own_shared_memory() {
        return;
    }
    let Some((why, said)) = cx.project().process_of(runner).needs_shared_memory() else { return };
    let at = service.grip(&["shm_size"]);
    cx.report(at, format!("{} has 64 MiB of shared memory for {why}", runner.describe()))
        .help("the program fails with a bus error once they are full")
        .related(said.place, "what needs more is asked for here")
        .unsafe_fix(&format!("give it {SUGGESTED}, which count as its memory"), || {
            edit::set(service.node(), &["shm_size"], &SUGGESTED.into())
        });
}
