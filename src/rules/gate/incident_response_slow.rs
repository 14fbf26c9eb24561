use crate::gate::ReleasePolicy;
use crate::gate::value::{Field, MINUTE, duration};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str = "an agent that harms goes on with it until somebody answers the page";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for level in policy.incident.iter().flat_map(|plan| plan.levels.iter().flatten()) {
        let name = level.name.to_ascii_lowercase();
        // `P10` is none of them.
        let is_longer = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
        let parameter = match name.get(..2).filter(|_| !name.get(2..).is_some_and(is_longer)) {
            Some("p1") => "p1-minutes",
            Some("p2") => "p2-minutes",
            Some("p3") => "p3-minutes",
            _ => continue,
        };
        let most = cx.decimal(parameter) * MINUTE;
        match level.response {
            Field::Is(time, at) if time > most => {
                let (time, most) = (duration(time), duration(most));
                let message = format!("an incident of `{}` waits {time}, not {most}", level.name);
                cx.report(at, message).help(HELP);
            }
            Field::Missing(at) => {
                let message = format!("`{}` does not say how soon somebody responds", level.name);
                cx.report(at, message).help(HELP);
            }
            _ => {}
        }
    }
}
