use jiff::ToSpan;

use crate::gate::ReleasePolicy;
use crate::gate::flag::Kind;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str = "remove the flag, with the code that it leaves unused";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    let today = cx.today();
    for flag in &policy.flags {
        if let Some((day, at)) = flag.expires.stated() {
            if day < today {
                cx.report(at, format!("the flag `{}` expired on {day}", flag.name)).help(HELP);
            }
            continue;
        }
        let name = match flag.kind {
            Kind::Development => "development-days",
            Kind::Testing => "testing-days",
            Kind::Production => "production-days",
            Kind::KillSwitch | Kind::Other => continue,
        };
        let days = cx.number(name);
        let Some((created, at)) = flag.created.stated() else { continue };
        let Ok(end) = created.checked_add(days.clamp(0, 36_500).days()) else { continue };
        if flag.expires.missing().is_some() && end < today {
            cx.report(at, format!("the flag `{}` is older than {days} days", flag.name)).help(HELP);
        }
    }
}
