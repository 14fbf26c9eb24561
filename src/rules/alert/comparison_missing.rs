use crate::alert::query::always_yields;
use crate::alert::{Alert, Watched, amount};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Alert(check);

fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let name = alert.title();
    match &alert.watched {
        Watched::Query(at, query) => {
            if query.expr().is_some_and(always_yields) {
                cx.report(*at, format!("the expression of alert `{name}` compares nothing")).help(
                    "an alert fires for every series in the result, whatever its value: compare with a limit",
                );
            }
        }
        Watched::Metric { metric: Some(_), condition: None, at: Some(at) } => {
            // A text with a letter or a variable may be a language of somebody's own, and so may an
            // operator beside it.
            let holders = [Some(alert.node), alert.node.at(&["condition"])];
            let has_operator = holders.into_iter().flatten().any(|holder| {
                ["operator", "comparison"].iter().any(|key| holder.get(key).is_some())
            });
            if !has_operator && amount(at.text().trim()).is_some() {
                let message = format!("the condition of alert `{name}` compares nothing");
                cx.report(*at, message)
                    .help("a bare number does not say which side of it is bad: write `> 0.05`");
            }
        }
        Watched::Metric { .. } => {}
    }
}
