use crate::gate::ReleasePolicy;
use crate::gate::security::Suite;
use crate::gate::value::Field;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str =
    "a pass rate of few tests says little: one attack in a thousand shows in a thousand";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for scan in policy.security.iter().flat_map(|it| it.scans.iter().flatten()) {
        let wanted = match scan.suite {
            Some(Suite::IndirectInjection | Suite::AccessControl) | None => continue,
            Some(suite) => cx.decimal(suite.as_str()),
        };
        match scan.tests {
            Field::Is(tests, at) if tests < wanted => {
                let message = format!("`{}` has {tests} tests, fewer than {wanted}", scan.name);
                cx.report(at, message).help(HELP);
            }
            Field::Missing(at) => {
                let message = format!("`{}` does not say how many tests it has", scan.name);
                cx.report(at, message).help(HELP);
            }
            _ => {}
        }
    }
}
