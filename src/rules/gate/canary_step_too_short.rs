use crate::gate::ReleasePolicy;
use crate::gate::value::{Field, HOUR, MINUTE, duration};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str =
    "answers that are wrong show later than errors: users must have had time to meet them";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(canary) = &policy.canary else { return };
    let stages = [
        (50.0, cx.decimal("late-hours") * HOUR),
        (20.0, cx.decimal("mid-hours") * HOUR),
        (5.0, cx.decimal("early-hours") * HOUR),
        (0.0, cx.decimal("initial-minutes") * MINUTE),
    ];
    for (index, stage) in canary.stages().enumerate() {
        let Some(percentage) = stage.percentage.value().filter(|it| *it < 100.0) else { continue };
        // A first stage that is too large is to become smaller, not longer.
        let weighed = if index == 0 { 0.0 } else { percentage };
        let needed = stages.iter().find(|(from, _)| weighed >= *from).map_or(0.0, |it| it.1);
        match stage.hold {
            Field::Is(hold, at) if hold < needed => {
                let (hold, needed) = (duration(hold), duration(needed));
                cx.report(
                    at,
                    format!("{percentage} % of the traffic is held for {hold}, not {needed}"),
                )
                .help(HELP);
            }
            Field::Missing(at) => {
                let message =
                    format!("nothing says how long {percentage} % of the traffic is held");
                cx.report(at, message).help(HELP);
            }
            _ => {}
        }
    }
}
