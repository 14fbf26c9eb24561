use crate::gate::ReleasePolicy;
use crate::gate::value::{DAY, Field, duration};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str =
    "an agent gets worse with its model and its users, and is looked at as often as they change";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for (step, frequency) in policy.feedback.iter().flat_map(|it| &it.frequencies) {
        let most = cx.decimal(&format!("{step}-days")) * DAY;
        match *frequency {
            Field::Is(every, at) if every > most => {
                let (every, most) = (duration(every), duration(most));
                cx.report(at, format!("`{step}` runs every {every}, not every {most}")).help(HELP);
            }
            Field::Missing(at) => {
                cx.report(at, format!("nothing says how often `{step}` runs")).help(HELP);
            }
            _ => {}
        }
    }
}
