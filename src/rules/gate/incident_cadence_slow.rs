use crate::gate::ReleasePolicy;
use crate::gate::value::{Field, MINUTE, duration};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str =
    "those who wait for news begin to ask for it, and keep from work who could end the incident";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let Some(cadence) = policy.incident.as_ref().and_then(|plan| plan.cadence) else { return };
    let most = cx.decimal("minutes") * MINUTE;
    match cadence {
        Field::Is(every, at) if every > most => {
            let (every, most) = (duration(every), duration(most));
            cx.report(at, format!("news of an incident comes every {every}, not every {most}"))
                .help(HELP);
        }
        Field::Missing(at) => {
            cx.report(at, "nothing says how often there is news of an incident").help(HELP);
        }
        _ => {}
    }
}
