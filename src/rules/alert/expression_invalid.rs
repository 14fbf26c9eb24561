use crate::alert::AlertSet;
use crate::alert::query::Query;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    if set.is_victoria {
        return;
    }
    for (at, query) in set.queries() {
        let Query::Invalid(why) = query else { continue };
        let why = why.lines().next().unwrap_or_default().trim().trim_end_matches('.');
        let message = match why {
            _ if at.text().trim().is_empty() => "the expression is empty".to_owned(),
            "" | "invalid promql query" => "the expression is no PromQL".to_owned(),
            why => format!("the expression is no PromQL: {why}"),
        };
        cx.report(at, message)
            .help("Prometheus refuses the whole file, and none of its rules is evaluated");
    }
}
