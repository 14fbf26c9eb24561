use crate::k8s::rollout::Stage;
use crate::k8s::{Workload, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Workload(&[WorkloadKind::Rollout], check);

/// The stages with the seconds for which each is held; then all requests follow.
///
/// Source: the evaluation guide, section 21.2.2 ("Canary Deployment Stages").
const STAGES: [(i64, i64); 4] = [(1, 3600), (5, 14_400), (20, 86_400), (50, 172_800)];
const ALL: i64 = 100;

const HELP: &str = "stages that limit the damage: 1 % for 1 hour, 5 % for 4 hours, 20 % for 24 hours, 50 % for 48 hours";

fn check(rollout: Workload<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = rollout.strategy("canary") else { return };
    let steps = canary.value.at(&["steps"]);
    if canary.value.is_scalar() && !canary.value.is_null() || steps.is_some_and(Node::is_scalar) {
        return;
    }
    let (name, stages) = (rollout.describe(), rollout.canary_stages());
    if stages.is_empty() {
        cx.report(
            canary.value.grip(&["steps"]).unwrap_or(canary.key),
            format!("the canary of {name} has no steps with a weight"),
        )
        .help("without them a new version replaces the old one as in any rolling update");
        return;
    }
    if let Some((at, what)) = first_breach(&stages) {
        cx.report(at, format!("the canary of {name} {what}")).help(HELP);
    }
}

/// The first stage that goes too far or is left too soon, and what is wrong with it.
fn first_breach<'t>(stages: &[Stage<'t>]) -> Option<(Node<'t>, String)> {
    let mut before = 0;
    for stage in stages {
        let weight = stage.weight?;
        let most = STAGES.iter().map(|(weight, _)| *weight).find(|most| *most > before);
        let most = most.unwrap_or(ALL);
        if weight > most {
            let from =
                if before == 0 { "begins with".into() } else { format!("goes from {before} % to") };
            return Some((
                stage.at,
                format!("{from} {weight} % of the requests, instead of {most} %"),
            ));
        }
        let needed =
            STAGES.iter().rev().find(|(from, _)| weight >= *from).map_or(0, |(_, hold)| *hold);
        if weight < ALL && stage.hold.is_some_and(|hold| hold < needed) {
            let held = stage.hold.unwrap_or(0);
            return Some((
                stage.at,
                format!("holds {weight} % for {}, instead of {}", time(held), time(needed)),
            ));
        }
        before = weight;
    }
    let last = stages.last()?;
    let far = STAGES.last().map_or(0, |(weight, _)| *weight);
    (before < far).then(|| (last.at, format!("goes from {before} % to all of the requests")))
}

/// `90 seconds`, `10 minutes`, `1 hour`.
fn time(seconds: i64) -> String {
    let (count, unit) = match seconds {
        0 => return "no time".to_owned(),
        _ if seconds % 3600 == 0 => (seconds / 3600, "hour"),
        _ if seconds % 60 == 0 => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
