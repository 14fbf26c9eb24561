//! From where on an alert fires, in units that can be compared.

use std::collections::HashMap;

use promql_parser::parser::Expr;

use super::query::{
    Op, arguments, bare, comparisons, difference, is_earlier, metric, number, per_second, picked,
    quotient, relation, scaled, selectors,
};
use super::{Alert, AlertSet, Class, Watched};
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

/// What recording rules come to, by their names.
pub(crate) type Recordings<'a> = HashMap<&'a str, &'a Expr>;

/// A part of a machine that may run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Cpu,
    Memory,
}

impl<'t> Alert<'t> {
    /// The limits of the alert, as far as it is known what they are limits of.
    pub(crate) fn levels(&self) -> Vec<Level<'t>> {
        self.levels_with(&Recordings::new())
    }

    /// The same, where recording rules are known.
    pub(crate) fn levels_with(&self, recordings: &Recordings<'_>) -> Vec<Level<'t>> {
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
                let limit = match only_comparison(expr) {
                    Some((what, op, limit)) => {
                        of_query(recorded(what, recordings), op, limit, is_about_errors)
                    }
                    None => of_relation(expr),
                };
                limit.map(level(*at)).into_iter().collect()
            }
        }
    }

    /// How much of the CPU or the memory may be used before the alert fires, in percent, where that
    /// is a share of what there is.
    pub(crate) fn saturation(
        &self,
        recordings: &Recordings<'_>,
    ) -> Option<(Resource, f64, Node<'t>)> {
        match &self.watched {
            Watched::Metric {
                metric: Some(metric),
                condition: Some((op, limit)),
                at: Some(at),
            } => {
                let name = metric.text().to_ascii_lowercase();
                let is_share = SHARES.iter().any(|word| name.contains(word));
                let resource = resource_of(&name).filter(|_| op.is_upper() && is_share)?;
                Some((resource, if *limit > 1.0 { *limit } else { limit * 100.0 }, *at))
            }
            Watched::Metric { .. } => None,
            Watched::Query(at, query) => {
                let (what, op, limit) = only_comparison(query.expr()?)?;
                let (resource, percent) = share_of(recorded(what, recordings), op, limit)?;
                Some((resource, percent, *at))
            }
        }
    }
}

impl AlertSet<'_> {
    /// What its recording rules come to.
    pub(crate) fn recordings(&self) -> impl Iterator<Item = (&str, &Expr)> {
        self.by_name.iter().filter_map(|(name, index)| {
            let (_, query) = self.records.get(*index)?;
            Some((*name, query.expr()?))
        })
    }
}

/// The comparison that alone decides. `a > 1 and b > 2` fires when both are so: no limit is the
/// alert's own.
fn only_comparison(expr: &Expr) -> Option<(&Expr, Op, f64)> {
    let found = comparisons(expr);
    let [only] = found.as_slice() else { return None };
    matches!(bare(expr), Expr::Binary(_)).then_some((only.what, only.op, only.limit))
}

/// What is recorded under a name, where that is all of an expression.
fn recorded<'a>(what: &'a Expr, recordings: &Recordings<'a>) -> &'a Expr {
    let Expr::VectorSelector(selector) = bare(what) else { return what };
    metric(selector).and_then(|name| recordings.get(name)).copied().unwrap_or(what)
}

/// Words of metrics that are shares of what there is.
const SHARES: [&str; 7] =
    ["percent", "pct", "ratio", "saturation", "usage", "utilisation", "utilization"];

fn resource_of(name: &str) -> Option<Resource> {
    if name.contains("memory") || name.contains("_rss") {
        return Some(Resource::Memory);
    }
    name.contains("cpu").then_some(Resource::Cpu)
}

/// The part of a resource that is used: `used / limit`, or `1 - free / all`.
fn share_of(what: &Expr, op: Op, limit: f64) -> Option<(Resource, f64)> {
    let what = picked(what);
    let (inner, factor) = scaled(what);
    let names = |expr: &Expr| -> Vec<String> {
        let names = selectors(expr).filter_map(|(selector, _)| metric(selector));
        names.map(str::to_ascii_lowercase).collect()
    };
    let resource = names(inner).iter().find_map(|name| resource_of(name))?;
    if !op.is_upper() {
        return None;
    }
    // The rest of all: of a share, or of the time that a processor idles.
    if let Some((all, rest)) = difference(inner) {
        let is_idle = selectors(rest).any(|(selector, _)| {
            let matchers = &selector.matchers.matchers;
            matchers.iter().any(|it| it.name == "mode" && it.value == "idle")
        });
        let is_free =
            names(rest).iter().any(|name| name.contains("avail") || name.contains("free"));
        let is_rest = is_idle || is_free && quotient(rest).is_some();
        return is_rest.then_some((resource, limit / factor / all * 100.0));
    }
    let (part, whole, factor) = quotient(what)?;
    let is_used = names(part).iter().any(|name| resource_of(name) == Some(resource));
    let is_all = names(whole).iter().any(|name| {
        ["limit", "capacity", "allocatable", "quota", "total", "machine", "max"]
            .iter()
            .any(|word| name.contains(word))
    });
    (is_used && is_all).then_some((resource, limit / factor * 100.0))
}

/// The limit of an expression that compares with another one: `cost > 1.5 * cost of last week`.
fn of_relation(expr: &Expr) -> Option<(Measure, f64)> {
    let (part, op, whole, times) = relation(expr)?;
    (op.is_upper() && is_cost(part, whole)).then_some((Measure::Cost, times * 100.0))
}

/// Whether a cost is compared with what is usual.
fn is_cost(part: &Expr, whole: &Expr) -> bool {
    let is = |expr: &Expr, words: &[&str]| {
        selectors(expr).any(|(selector, _)| {
            let name = metric(selector).unwrap_or_default().to_ascii_lowercase();
            words.iter().any(|word| name.contains(word))
        })
    };
    is(part, &["cost", "spend", "usd"])
        && (is(whole, &["baseline", "average", "usual"])
            || is(whole, &["cost", "spend", "usd"]) && is_earlier(whole))
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
    let (inner, factor) = scaled(picked(what));
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
    if let Some((seconds, factor)) = per_second(what) {
        let is_guarded = selectors(what).any(|(selector, _)| {
            let name = metric(selector).unwrap_or_default().to_ascii_lowercase();
            name.contains("guardrail")
        });
        let minutely = limit / factor / seconds * 60.0;
        return (op.is_upper() && is_guarded).then_some((Measure::Guardrails, minutely));
    }
    let (part, whole, factor) = quotient(picked(what))?;
    let limit = limit / factor;
    if op.is_upper() && is_cost(part, whole) {
        return Some((Measure::Cost, limit * 100.0));
    }
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
    let is_success = says(part, &["success", "succeed", "completed"]) && says(part, &["task"]);
    (op.is_lower() && is_success).then_some((Measure::Success, limit * 100.0))
}
