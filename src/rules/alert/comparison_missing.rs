use crate::alert::query::always_yields;
use crate::alert::{Alert, Watched};
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
            // A text with a letter or a variable may be a language of somebody's own.
            let is_number = at.as_number().is_some()
                || at.text().trim_end_matches('%').trim().parse::<f64>().is_ok();
            if is_number && at.text().parse::<f64>().is_ok() {
                let message = format!("the condition of alert `{name}` compares nothing");
                cx.report(*at, message)
                    .help("a bare number does not say which side of it is bad: write `> 0.05`");
            }
        }
        Watched::Metric { .. } => {}
    }
}
