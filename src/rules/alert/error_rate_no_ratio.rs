use crate::alert::query::{
    arguments, bare, calls, comparisons, divided_by_itself, divides, is_recorded, metric, parts,
    selectors,
};
use crate::alert::{Alert, Class};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Alert(check);

fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let Some((at, query)) = alert.query() else { return };
    let Some(expr) = query.expr().filter(|_| alert.classes().contains(&Class::ErrorRate)) else {
        return;
    };
    let itself = comparisons(expr).into_iter().find_map(|it| divided_by_itself(it.what));
    if let Some(metric) = itself {
        let name = alert.title();
        cx.report(at, format!("alert `{name}` divides each series of `{metric}` by itself")).help(
            "both sides keep all their labels, so that the result is 1 or nothing: sum both up, e.g. `sum by (job) (rate(...))`",
        );
        return;
    }
    let limit = comparisons(expr).into_iter().find(|it| {
        let is_fraction = 0.0 < it.limit && it.limit < 1.0;
        let rates = calls(it.what).any(|call| {
            matches!(call.func.name, "rate" | "irate")
                && arguments(call)
                    .flat_map(selectors)
                    .all(|(selector, _)| is_count(metric(selector)))
        });
        let is_plain = parts(it.what).iter().all(|part| {
            use promql_parser::parser::Expr::{
                Aggregate, Call, MatrixSelector, NumberLiteral, Paren,
            };
            match bare(part) {
                Call(call) => !call.func.name.starts_with("histogram_"),
                other => {
                    matches!(other, Aggregate(_) | MatrixSelector(_) | NumberLiteral(_) | Paren(_))
                }
            }
        });
        it.op.is_upper() && is_fraction && rates && is_plain && !divides(it.what)
    });
    let Some(limit) = limit else { return };
    let (name, number) = (alert.title(), limit.limit);
    cx.report(at, format!("alert `{name}` compares errors per second with {number}, a share")).help(
        "divide by the rate of all requests; without it the alert depends on the traffic and not on the share that fails",
    );
}

/// Whether the metric counts events: the rate of one that adds seconds up is a share by itself.
fn is_count(name: Option<&str>) -> bool {
    name.is_some_and(|name| {
        !is_recorded(name) && !name.contains("seconds") && !name.contains("bytes")
    })
}
