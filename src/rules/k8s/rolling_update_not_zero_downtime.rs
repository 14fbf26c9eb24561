use crate::diagnostic::Severity;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::Deployment], check);

/// What the fix writes: one pod more, none less.
///
/// Source: the maintenance chapter of Paladin ("Update Strategy").
const ROLLING: [(&str, i64); 2] = [("maxSurge", 1), ("maxUnavailable", 0)];

const HELP: &str =
    "`maxSurge: 1` with `maxUnavailable: 0` starts each new pod before an old one goes";
const REFUSED: &str = "the API server refuses the object: one of the two must be above zero";

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    if workload.must_run_alone() || workload.claims_of_its_node() || !workload.has_pods() {
        return;
    }
    let Some(replicas) = project.replicas_of(workload).filter(|it| it.count > 0) else { return };
    let Some(update) = workload.rolling_update(replicas.count) else { return };
    if update.unavailable == 0 || replicas.by.is_some_and(|by| by.kind() == "Rollout") {
        return;
    }
    let service = project.services_of(workload).next();
    // What nobody calls may go for a while, but not in a way that is refused.
    if service.is_none() && !workload.may_not_roll() {
        return;
    }
    let stated = ["maxUnavailable", "maxSurge"].map(|field| workload.rolling_field(field));
    let [unavailable, surge] = stated;
    // Without a surge, what is taken away cannot be nothing, and the surge is at fault.
    let at = if update.surge == 0 { surge.or(unavailable) } else { unavailable };
    let keys = ["spec", "strategy", "rollingUpdate", "maxUnavailable"];
    let grip = || workload.object().node().grip(&keys).unwrap_or_else(|| workload.object().grip());
    let (count, away) = (replicas.count, update.unavailable);
    let found = cx.report(
        at.unwrap_or_else(grip),
        match (at, away == count) {
            _ if workload.may_not_roll() => format!(
                "an update of {} may neither add a pod nor take one away",
                workload.describe()
            ),
            (_, true) => format!(
                "an update of {} may take down all of its pods ({count})",
                workload.describe()
            ),
            (Some(_), _) => {
                format!("an update of {} takes down {away} of {count} pods", workload.describe())
            }
            (None, _) => format!(
                "an update of {} takes down {away} of {count} pods, a quarter of them by default",
                workload.describe()
            ),
        },
    );
    let help = if workload.may_not_roll() { REFUSED } else { HELP };
    let found = match service {
        Some(service) => found.help(help).related(service, "sends them requests"),
        None => found.help(help),
    };
    let found = match at {
        None => found.severity(Severity::Note),
        Some(_) if workload.may_not_roll() => found.severity(Severity::Error),
        Some(_) => found,
    };
    found.unsafe_fix(
        "start a new pod before an old one goes, if the cluster has room for it",
        || {
            let spec = workload.object().node().at(&["spec"]).ok_or(Refusal::Occupied)?;
            let [(_, one), (_, none)] = ROLLING;
            let none_away =
                edit::set(spec, &["strategy", "rollingUpdate", "maxUnavailable"], &none.into())?;
            if update.surge > 0 {
                return Ok(none_away);
            }
            let one_more =
                edit::set(spec, &["strategy", "rollingUpdate", "maxSurge"], &one.into())?;
            Ok(one_more.and(none_away))
        },
    );
}
