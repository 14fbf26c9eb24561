use crate::gate::ReleasePolicy;
use crate::gate::load::Number;
use crate::gate::value::{Field, MINUTE, duration};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Gate(check);

const HELP: &str = "what a test does not reach, the first busy day does";

fn check(policy: &ReleasePolicy<'_>, cx: &mut Cx<'_>) {
    for number in policy.load.iter().flat_map(|load| &load.sizes) {
        let Number { test, name, .. } = number;
        match number.value {
            Field::Is(value, at) => {
                let wanted = wanted(number, cx);
                if value < wanted {
                    let show = |value| {
                        if number.is_time { duration(value) } else { format!("{value}") }
                    };
                    let (value, wanted) = (show(value), show(wanted));
                    let message = format!("`{name}` of `{test}` is {value}, less than {wanted}");
                    cx.report(at, message).help(HELP);
                }
            }
            Field::Missing(at) => {
                cx.report(at, format!("`{test}` has no `{name}`")).help(HELP);
            }
            Field::Unclear(_) => {}
        }
    }
}

/// The parameter is named by the test, the number and its unit.
fn wanted(number: &Number<'_>, cx: &Cx<'_>) -> f64 {
    let test = number.test.trim_end_matches("_test");
    let what = match number.name {
        name if name.ends_with("duration") => "minutes",
        name if name.ends_with("users") => "users",
        _ => "rps",
    };
    let wanted = cx.decimal(&format!("{test}-{what}"));
    if number.is_time { wanted * MINUTE } else { wanted }
}
