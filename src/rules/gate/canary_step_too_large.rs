use crate::gate::ReleasePolicy;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

/// The stages in percent of the traffic.
///
/// Source: the evaluation guide, section 21.2.2 ("Canary Deployment Stages").
const STAGES: [f64; 5] = [1.0, 5.0, 20.0, 50.0, 100.0];

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    for (before, stage) in canary.steps().into_iter().filter(|(before, _)| *before > 0.0) {
        let Some((percentage, at)) = stage.percentage.stated() else { continue };
        let most = STAGES.into_iter().find(|most| *most > before).unwrap_or(100.0);
        if percentage > most && percentage <= 100.0 {
            cx.report(
                at,
                format!("the canary goes from {before} % to {percentage} % of the traffic"),
            )
            .help(format!(
                "after {before} % the guide goes to {most} %: what fails rarely shows only there"
            ));
        }
    }
}
