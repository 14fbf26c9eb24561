use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    for constraint in workload.spread_constraints() {
        let Some(answer) = constraint.at(&["whenUnsatisfiable"]) else { continue };
        if answer.text() != "DoNotSchedule" {
            continue;
        }
        let topology = constraint.at(&["topologyKey"]).map_or("?", |key| key.text());
        cx.report(
            answer,
            format!(
                "pods of {} are not started where `{topology}` cannot be kept even",
                workload.describe()
            ),
        )
        .help("when a zone or node is lost or full, new pods wait instead of running elsewhere")
        .unsafe_fix("start the pods anyway, where the spread is a wish and not a need", || {
            edit::reword(answer, "ScheduleAnyway")
        });
    }
}
