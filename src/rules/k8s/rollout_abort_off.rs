use crate::k8s::{Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::Rollout], check);

const FIELD: &str = "progressDeadlineAbort";

fn check(rollout: Workload<'_>, cx: &mut Cx<'_>) {
    let node = rollout.object().node();
    let stated = node.at(&["spec", FIELD]);
    if stated.is_some_and(|it| it.as_bool() == Some(true) || is_templated(it.text())) {
        return;
    }
    let grip = || node.grip(&["spec", FIELD]).unwrap_or_else(|| rollout.object().grip());
    cx.report(
        stated.unwrap_or_else(grip),
        format!("{} is not aborted when it makes no progress", rollout.describe()),
    )
    .help("a version that never becomes ready keeps its share of the requests until somebody acts")
    .unsafe_fix("abort it after the deadline, which is 600 seconds unless stated", || {
        let spec = node.at(&["spec"]).ok_or(Refusal::Occupied)?;
        edit::set_first(spec, &[FIELD], &true.into())
    });
}
