use promql_parser::parser::{Expr, VectorSelector};

use crate::alert::Alert;
use crate::alert::query::{calls, comparisons, counts, division, metric, scaled, selectors};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Alert(check);

/// Functions whose result is the value of the series, or nearly so.
const KEEP: [&str; 13] = [
    "abs",
    "avg_over_time",
    "ceil",
    "clamp",
    "clamp_max",
    "clamp_min",
    "floor",
    "label_join",
    "label_replace",
    "last_over_time",
    "max_over_time",
    "min_over_time",
    "round",
];

/// Words of gauges that are called `_total` all the same: what there is in all of something.
const SIZES: [&str; 14] = [
    "capacity",
    "connections",
    "cores",
    "cpus",
    "disk",
    "limit",
    "max",
    "mem",
    "memory",
    "nodes",
    "pods",
    "size",
    "swap",
    "threads",
];

fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let Some((at, query)) = alert.query() else { return };
    let Some(expr) = query.expr() else { return };
    let name = alert.title();
    let grown = comparisons(expr).into_iter().filter(|it| it.op.is_upper());
    let raw = grown.flat_map(|it| unrated(it.what)).find_map(counter);
    if let Some(counter) = raw {
        cx.report(at, format!("alert `{name}` compares `{counter}`, which only ever grows"))
            .help("a counter stays above any limit until the process restarts: take its `rate` or `increase`");
        return;
    }
    let deltas = calls(expr).filter(|call| matches!(call.func.name, "delta" | "idelta"));
    let mut read =
        deltas.flat_map(|call| call.args.args.first().into_iter().flat_map(|it| selectors(it)));
    if let Some(counter) = read.find_map(|(selector, _)| counter(selector)) {
        let message =
            format!("alert `{name}` takes the `delta` of `{counter}`, which is a counter");
        cx.report(at, message)
            .help("`delta` is negative whenever the process restarts: `increase` knows restarts");
    }
}

fn counter(selector: &VectorSelector) -> Option<&str> {
    let name = metric(selector)?;
    let is_size = name.split('_').any(|word| SIZES.contains(&word.to_ascii_lowercase().as_str()));
    (name.ends_with("_total") && !is_size).then_some(name)
}

/// The series whose own values reach the comparison.
fn unrated(expr: &Expr) -> Vec<&VectorSelector> {
    let (mut found, mut left) = (Vec::new(), vec![expr]);
    while let Some(expr) = left.pop() {
        match scaled(expr).0 {
            Expr::VectorSelector(it) if it.offset.is_none() && it.at.is_none() => found.push(it),
            Expr::MatrixSelector(it) if it.vs.offset.is_none() => found.push(&it.vs),
            Expr::Aggregate(it) if !counts(it) && it.param.is_none() => left.push(&it.expr),
            Expr::Call(call) if KEEP.contains(&call.func.name) => {
                left.extend(call.args.args.first().map(AsRef::as_ref));
            }
            // A counter by a counter is the share since the start of the process; a difference of two
            // is a growth that somebody worked out by hand.
            other => left.extend(division(other).map(|(part, _)| part)),
        }
    }
    found
}
