use crate::compose::Service;
use crate::project::Runner;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(limit) = Runner::Service(service).memory_limit() else { return };
    let process = cx.project().process_of(Runner::Service(service));
    let Some(found) = process.overcommitment(limit, cx.number("share")) else { return };
    cx.report(found.limit.at, found.describe(process.runner))
        .help(found.help())
        .milder_where(found.percent < 100)
        .related(found.allowance.place, found.allowance.describe());
}
