//! From where on an alert fires, in units that can be compared.

use promql_parser::parser::Expr;

use super::query::{Op, arguments, comparisons, metric, number, quotient, scaled, selectors};
use super::{Alert, Class, Watched};
use crate::tree::Node;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The share of requests that fail, in percent.
    Errors,
    /// The 95th percentile of the latency, in seconds.
    P95,
    /// The 99th percentile, in seconds.
    P99,
    /// The share of tasks that succeed, in percent.
    Success,
    /// The cost, in percent of what is usual.
    Cost,
    /// How often guardrails act, per minute.
    Guardrails,
}

impl Measure {
    /// Whether an alert that fires from `limit` on stays silent at `most`, where it should not.
    pub(crate) fn is_looser(self, limit: f64, most: f64) -> bool {
        const ROUNDING: f64 = 1e-9;
        match self {
            Measure::Success => limit < most - ROUNDING,
            _ => limit > most + ROUNDING,
        }
    }
}

/// A limit of an alert.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level<'t> {
    pub(crate) measure: Measure,
    pub(crate) limit: f64,
    pub(crate) at: Node<'t>,
}

impl<'t> Alert<'t> {
    /// The limits of the alert, as far as it is known what they are limits of.
    pub(crate) fn levels(&self) -> Vec<Level<'t>> {
        let level = |at| move |(measure, limit)| Level { measure, limit, at };
        match &self.watched {
            Watched::Metric {
                metric: Some(metric),
                condition: Some((op, limit)),
                at: Some(at),
            } => of_metric(metric.text(), *op, *limit).map(level(*at)).into_iter().collect(),
            Watched::Metric { .. } => Vec::new(),
            Watched::Query(at, query) => {
                let Some(expr) = query.expr() else { return Vec::new() };
                let is_about_errors = self.classes().contains(&Class::ErrorRate);
                let found = comparisons(expr);
                // `a > 1 and b > 2` fires when both are so: no limit is the alert's own.
                let [only] = found.as_slice() else { return Vec::new() };
                let is_simple = matches!(super::query::bare(expr), Expr::Binary(_));
                let limit = of_query(only.what, only.op, only.limit, is_about_errors);
                limit.filter(|_| is_simple).map(level(*at)).into_iter().collect()
            }
        }
    }
}

/// The limit of a metric that is known by its name alone.
fn of_metric(name: &str, op: Op, limit: f64) -> Option<(Measure, f64)> {
    let name = name.to_ascii_lowercase();
    let has = |word: &str| name.contains(word);
    let is_percent = has("percent") || has("pct") || limit > 1.0;
    let percent = if is_percent { limit } else { limit * 100.0 };
    if op.is_upper() && has("error_rate") {
        return Some((Measure::Errors, percent));
    }
    if op.is_lower() && has("success_rate") {
        return Some((Measure::Success, percent));
    }
    if op.is_upper() && has("guardrail") && (has("per_minute") || has("per_min")) {
        return Some((Measure::Guardrails, limit));
    }
    let is_relative = has("baseline") || has("ratio") || has("percent") || has("multiplier");
    if op.is_upper() && has("cost") && is_relative {
        let percent = if limit < 20.0 { limit * 100.0 } else { limit };
        return Some((Measure::Cost, percent));
    }
    let is_time = has("latency") || has("duration") || has("response_time");
    let measure = if has("p95") {
        Measure::P95
    } else if has("p99") {
        Measure::P99
    } else {
        return None;
    };
    let seconds = if has("_ms") || has("millis") {
        limit / 1000.0
    } else if has("second") || name.ends_with("_s") {
        limit
    } else {
        return None;
    };
    (op.is_upper() && is_time).then_some((measure, seconds))
}

/// The limit of an expression that is a share of requests or a quantile.
fn of_query(what: &Expr, op: Op, limit: f64, is_about_errors: bool) -> Option<(Measure, f64)> {
    let (inner, factor) = scaled(what);
    if let Expr::Call(call) = inner {
        let limit = limit / factor;
        let quantile = arguments(call).next().and_then(number)?;
        let buckets = arguments(call).nth(1)?;
        let (selector, _) = selectors(buckets).next()?;
        let name = metric(selector)?.trim_end_matches("_bucket");
        let seconds = if name.ends_with("_seconds") {
            limit
        } else if name.ends_with("_milliseconds") || name.ends_with("_ms") {
            limit / 1000.0
        } else {
            return None;
        };
        let is = |other: f64| (quantile - other).abs() < 1e-6;
        let measure = if is(0.95) {
            Measure::P95
        } else if is(0.99) {
            Measure::P99
        } else {
            return None;
        };
        let is_quantile = call.func.name == "histogram_quantile" && op.is_upper();
        return is_quantile.then_some((measure, seconds));
    }
    let (part, whole, factor) = quotient(what)?;
    let limit = limit / factor;
    let says = |expr: &Expr, words: &[&str]| {
        selectors(expr).any(|(selector, _)| {
            let name = metric(selector).unwrap_or_default();
            let values = selector.matchers.matchers.iter().map(|it| it.value.as_str());
            std::iter::once(name).chain(values).any(|text| {
                let text = text.to_ascii_lowercase();
                words.iter().any(|word| text.contains(word))
            })
        })
    };
    let is_failure = says(part, &["error", "fail", "exception", "5.", "5xx"]);
    if op.is_upper() && is_about_errors && is_failure && !says(whole, &["error", "fail"]) {
        return Some((Measure::Errors, limit * 100.0));
    }
    let is_success = says(part, &["success", "completed"]) && says(part, &["task"]);
    (op.is_lower() && is_success).then_some((Measure::Success, limit * 100.0))
}
