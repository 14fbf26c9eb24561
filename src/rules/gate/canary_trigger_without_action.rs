use crate::gate::ReleasePolicy;
use crate::gate::canary::stops;
use crate::gate::value::Field;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str =
    "a trigger rolls back or pauses; who is only told about a bad version still serves it";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for trigger in policy.canary.iter().flat_map(|it| it.triggers.iter().flatten()) {
        match trigger.action {
            Field::Missing(at) => {
                cx.report(at, format!("the trigger{} has no action", trigger.on())).help(HELP);
            }
            Field::Is(action, at) => {
                if !stops(action) {
                    let message = format!("the trigger{} stops nothing: `{action}`", trigger.on());
                    cx.report(at, message).help(HELP);
                }
            }
            Field::Unclear(_) => {}
        }
    }
}
