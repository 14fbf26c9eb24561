use promql_parser::parser::{Call, Expr};

use crate::alert::AlertSet;
use crate::alert::query::{
    arguments, bare, calls, is_buckets, is_rate, is_recorded, keeps_by_name, loses, metric, number,
    parts, selectors,
};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    for (at, query) in set.queries() {
        let Some(expr) = query.expr() else { continue };
        let mut quantiles = calls(expr).filter(|call| call.func.name == "histogram_quantile");
        let Some((problem, help)) = quantiles.find_map(fault) else { continue };
        cx.report(at, problem).help(help);
    }
}

/// What is wrong with a quantile, and why that matters.
fn fault(call: &Call) -> Option<(String, &'static str)> {
    let (quantile, histogram) = (arguments(call).next()?, arguments(call).nth(1)?);
    if let Some(quantile) = number(quantile).filter(|it| !(0.0..=1.0).contains(it)) {
        return Some((
            format!("`histogram_quantile` of {quantile}, where 0 to 1 is asked for"),
            "the result is infinite: the 95th percentile is 0.95",
        ));
    }
    let (selector, _) = selectors(histogram).next()?;
    let name = metric(selector).filter(|name| !is_recorded(name))?;
    if name.ends_with("_sum") || name.ends_with("_count") {
        return Some((
            format!("`histogram_quantile` of `{name}`, which has no buckets"),
            "the result is empty: the series with the buckets end in `_bucket`",
        ));
    }
    // A growth that somebody works out by hand is one too.
    let has_rate = calls(histogram).any(|it| is_rate(it) || it.func.name.ends_with("delta"))
        || selectors(histogram).any(|(selector, _)| selector.offset.is_some());
    if !has_rate && !is_buckets(name) {
        return Some((
            format!("`histogram_quantile` of `{name}`, without `rate` and not of its buckets"),
            "the result is empty, and that of a native histogram hardly moves: take the `rate`, of the `_bucket` series if there are any",
        ));
    }
    if !has_rate && !calls(histogram).any(|call| call.func.name.ends_with("_over_time")) {
        return Some((
            format!("`histogram_quantile` of `{name}` without `rate`"),
            "buckets count since the start of the process: after a day nothing moves the quantile any more",
        ));
    }
    let aggregates = || {
        parts(histogram).into_iter().filter_map(|part| match bare(part) {
            Expr::Aggregate(it) => Some(it),
            _ => None,
        })
    };
    if is_buckets(name) && aggregates().any(|it| loses(it, "le")) {
        return Some((
            format!("`histogram_quantile` of `{name}`, aggregated without `le`"),
            "`le` says which bucket a series is: without it the result is empty",
        ));
    }
    if !is_buckets(name) && aggregates().any(|it| keeps_by_name(it, "le")) {
        return Some((
            format!("`histogram_quantile` of `{name}` by `le`, which only its buckets have"),
            "the result is empty: the series with the buckets end in `_bucket`",
        ));
    }
    None
}
