//! What an expression of `PromQL` asks.
//!
//! The grammar is that of the `promql-parser` crate, which says nothing about positions: findings
//! point at the expression as a whole.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::time::Duration;

use promql_parser::label::MatchOp;
use promql_parser::parser::token::{
    T_ADD, T_AVG, T_COUNT, T_DIV, T_EQLC, T_GROUP, T_GTE, T_GTR, T_LAND, T_LOR, T_LSS, T_LTE,
    T_LUNLESS, T_MAX, T_MIN, T_MUL, T_NEQ, T_SUB, T_SUM, TokenId,
};
use promql_parser::parser::{
    self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorSelector,
};
use regex::Regex;

/// An expression, as far as it could be read.
#[derive(Debug)]
pub(crate) enum Query {
    /// It was.
    Read(Box<Expr>),
    /// Prometheus would refuse it, and says why.
    Invalid(String),
    /// A template, another language, or more than anybody would write.
    Unread,
}

/// A comparison of something with a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison<'e> {
    /// What is compared.
    pub(crate) what: &'e Expr,
    pub(crate) op: Op,
    pub(crate) limit: f64,
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Equal,
    Unequal,
}

impl Op {
    fn of(id: TokenId) -> Option<Self> {
        Some(match id {
            T_GTR => Op::Greater,
            T_GTE => Op::GreaterOrEqual,
            T_LSS => Op::Less,
            T_LTE => Op::LessOrEqual,
            T_EQLC => Op::Equal,
            T_NEQ => Op::Unequal,
            _ => return None,
        })
    }

    /// The same comparison with its sides in the other order.
    fn turned(self) -> Self {
        match self {
            Op::Greater => Op::Less,
            Op::GreaterOrEqual => Op::LessOrEqual,
            Op::Less => Op::Greater,
            Op::LessOrEqual => Op::GreaterOrEqual,
            other => other,
        }
    }

    /// Whether more of the thing is worse.
    pub(crate) fn is_upper(self) -> bool {
        matches!(self, Op::Greater | Op::GreaterOrEqual)
    }

    /// Whether less of the thing is worse.
    pub(crate) fn is_lower(self) -> bool {
        matches!(self, Op::Less | Op::LessOrEqual)
    }

    /// As it is written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Op::Greater => ">",
            Op::GreaterOrEqual => ">=",
            Op::Less => "<",
            Op::LessOrEqual => "<=",
            Op::Equal => "==",
            Op::Unequal => "!=",
        }
    }

    /// Whether a number of which it is known that it lies in that range can meet the condition.
    pub(crate) fn can_be_met(self, limit: f64, least: f64, most: f64) -> bool {
        match self {
            Op::Greater => most > limit,
            Op::GreaterOrEqual => most >= limit,
            Op::Less => least < limit,
            Op::LessOrEqual => least <= limit,
            Op::Equal => least <= limit && limit <= most,
            Op::Unequal => least < most || (limit - least).abs() > f64::EPSILON,
        }
    }
}

/// What nobody writes by hand; deeper ones could bring the parser to the end of its stack.
const MOST_BYTES: usize = 16 * 1024;
const MOST_OPERATORS: usize = 800;
const MOST_DEPTH: usize = 60;

/// Durations that the parser cannot hold.
static MONSTERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const NUMBER: &str = "inf|nan|[0-9.]*e[+-]?[0-9]|[0-9.]{15,}";
    Regex::new(&format!(r"(?i-u)(?:\[|:|\boffset\b)[\s+-]*(?:{NUMBER})|@\s*[+-]*[0-9.]{{15,}}"))
        .ok()
});

/// Variables that Grafana, Jsonnet or a shell fill in.
static VARIABLES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\$[A-Za-z_{]|%\([a-z_]+\)[sdf]|\[\[|<[a-z_]+>|@[A-Z_]+@").ok());

/// What belongs to the query languages of Loki and of `VictoriaMetrics`, whose rule files look the same.
/// Their letters are ASCII; with those of all scripts this takes milliseconds to compile.
static FOREIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x-u) \| | \b(?:bytes_rate|bytes_over_time|rate_counter|unwrap
        |default|if|ifnot|keep_metric_names|rollup\w*|range_\w+|running_\w+|label_\w+|limit_offset
        |histogram_share|share_\w+|\w+_prometheus|alias|union|with|WITH|any|median|mode|outliers\w*
        |topk_\w+|bottomk_\w+|lag|lifetime|increase_pure|increases_over_time|decreases_over_time
        |tmin_over_time|tmax_over_time|median_over_time|zscore\w*|buckets_limit|prometheus_buckets
        |remove_resets|interpolate|smooth_exponential|duration_over_time|count_\w+_over_time)\b",
    )
    .ok()
});

/// What only some versions of Prometheus read: durations that are worked out and modifiers of ranges,
/// both behind flags of the third one, and a function of the second one by its old name.
///
/// Source: `prometheus.io/docs/prometheus/latest/feature_flags`; its guide to migrate to version 3.
static OF_SOME_VERSIONS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) (?-u: \b(?:anchored|smoothed|holt_winters)\b | \boffset\s*-?\s*\( )
        | \[ [^\]\[]* [0-9a-z)] \s* [-+*/%^(] [^\]\[]* \]",
    )
    .ok()
});

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
}

impl Query {
    /// Reads an expression.
    pub(crate) fn of(text: &str) -> Self {
        let bare = without_strings(text);
        if text.contains("{{") || matches(&VARIABLES, &bare) || is_too_much(&bare) {
            return Query::Unread;
        }
        let read = |text: &str| catch_unwind(AssertUnwindSafe(|| parser::parse(text)));
        let is_else = || matches(&FOREIGN, &bare) || matches(&OF_SOME_VERSIONS, &bare);
        match read(text) {
            Ok(Ok(expr)) => Query::Read(Box::new(expr)),
            Ok(Err(_)) if is_else() => Query::Unread,
            // The parser does not know `1_000`, which Prometheus reads.
            Ok(Err(why)) => {
                let joined = joined_digits(text);
                let joined = joined.filter(|text| !is_too_much(&without_strings(text)));
                match joined.map(|text| read(&text)) {
                    Some(Ok(Ok(expr))) => Query::Read(Box::new(expr)),
                    _ => Query::Invalid(why),
                }
            }
            Err(_) => Query::Unread,
        }
    }

    /// The expression, if it was read.
    pub(crate) fn expr(&self) -> Option<&Expr> {
        match self {
            Query::Read(expr) => Some(expr),
            _ => None,
        }
    }
}

/// The text without the underscores between digits; nothing where there are none. Names and what stands
/// in quotes and in comments keep theirs.
fn joined_digits(text: &str) -> Option<String> {
    let mut joined = String::with_capacity(text.len());
    let (mut quote, mut is_number, mut before) = (None, false, ' ');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_in_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        match quote {
            Some(end) => {
                if c == '\\' && end != '`' && end != '\n' {
                    joined.push(c);
                    joined.extend(chars.next());
                    continue;
                }
                quote = Some(end).filter(|end| *end != c);
            }
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if c == '#' => quote = Some('\n'),
            None if !is_in_word(before) => is_number = c.is_ascii_digit(),
            None => {}
        }
        let is_between =
            before.is_ascii_hexdigit() && chars.peek().is_some_and(char::is_ascii_hexdigit);
        if quote.is_some() || !(c == '_' && is_number && is_between) {
            joined.push(c);
        }
        before = c;
    }
    (joined.len() < text.len()).then_some(joined)
}

/// The text without what stands in quotes and in comments.
fn without_strings(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' => {
                chars.by_ref().find(|c| *c == '\n');
                bare.push('\n');
            }
            '"' | '\'' | '`' => {
                while let Some(inner) = chars.next() {
                    if inner == '\\' && c != '`' {
                        chars.next();
                    } else if inner == c {
                        break;
                    }
                }
                bare.push_str("\"\"");
            }
            c => bare.push(c),
        }
    }
    bare
}

fn is_too_much(bare: &str) -> bool {
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in bare.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let signs = bare.chars().filter(|c| "+-*/%^<>=!@:".contains(*c)).count();
    let words = bare.split_whitespace().count();
    bare.len() > MOST_BYTES
        || deepest > MOST_DEPTH
        || signs + words > MOST_OPERATORS
        || matches(&MONSTERS, bare)
}

/// What the parentheses around an expression hold.
pub(crate) fn bare(expr: &Expr) -> &Expr {
    let mut expr = expr;
    while let Expr::Paren(paren) = expr {
        expr = &paren.expr;
    }
    expr
}

/// What an aggregate takes the greatest, the least or the average of, which is as large as one of them.
pub(crate) fn picked(expr: &Expr) -> &Expr {
    let mut expr = bare(expr);
    while let Expr::Aggregate(it) = expr {
        if !matches!(it.op.id(), T_MAX | T_MIN | T_AVG) {
            break;
        }
        expr = bare(&it.expr);
    }
    expr
}

/// The parts that an expression is made of, itself included, from the outside to the inside.
pub(crate) fn parts(expr: &Expr) -> Vec<&Expr> {
    let (mut found, mut left) = (Vec::new(), vec![expr]);
    while let Some(expr) = left.pop() {
        found.push(expr);
        match expr {
            Expr::Aggregate(it) => {
                left.push(&it.expr);
                left.extend(it.param.as_deref());
            }
            Expr::Unary(it) => left.push(&it.expr),
            Expr::Binary(it) => left.extend([it.rhs.as_ref(), it.lhs.as_ref()]),
            Expr::Paren(it) => left.push(&it.expr),
            Expr::Subquery(it) => left.push(&it.expr),
            Expr::Call(it) => left.extend(it.args.args.iter().rev().map(AsRef::as_ref)),
            Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::VectorSelector(_)
            | Expr::MatrixSelector(_)
            | Expr::Extension(_) => {}
        }
    }
    found
}

/// The calls of functions in an expression.
pub(crate) fn calls(expr: &Expr) -> impl Iterator<Item = &Call> {
    parts(expr).into_iter().filter_map(|part| match part {
        Expr::Call(call) => Some(call),
        _ => None,
    })
}

/// The series that an expression reads, each with the stretch of time.
pub(crate) fn selectors(expr: &Expr) -> impl Iterator<Item = (&VectorSelector, Option<Duration>)> {
    parts(expr).into_iter().filter_map(|part| match part {
        Expr::VectorSelector(it) => Some((it, None)),
        Expr::MatrixSelector(it) => Some((&it.vs, Some(it.range))),
        _ => None,
    })
}

/// The name of the metric that a selector reads.
pub(crate) fn metric(selector: &VectorSelector) -> Option<&str> {
    selector.name.as_deref().or_else(|| {
        let names = selector.matchers.matchers.iter();
        names
            .filter(|it| it.name == "__name__" && it.op == MatchOp::Equal)
            .map(|it| it.value.as_str())
            .next()
    })
}

/// The value that a selector asks a label for.
pub(crate) fn label<'e>(selector: &'e VectorSelector, name: &str) -> Option<&'e str> {
    let matchers = &selector.matchers;
    let mut asked = matchers.matchers.iter().filter(|it| it.name == name);
    let only = asked.next().filter(|it| it.op == MatchOp::Equal && !it.value.is_empty())?;
    let is_alone = asked.next().is_none() && matchers.or_matchers.is_empty();
    is_alone.then_some(only.value.as_str())
}

/// The arguments of a call.
pub(crate) fn arguments(call: &Call) -> impl Iterator<Item = &Expr> {
    call.args.args.iter().map(AsRef::as_ref)
}

/// The number that an expression of numbers comes to.
pub(crate) fn number(expr: &Expr) -> Option<f64> {
    match bare(expr) {
        Expr::NumberLiteral(number) => Some(number.val),
        Expr::Unary(unary) => Some(-number(&unary.expr)?),
        Expr::Binary(binary) => {
            let (left, right) = (number(&binary.lhs)?, number(&binary.rhs)?);
            match binary.op.id() {
                T_ADD => Some(left + right),
                T_SUB => Some(left - right),
                T_MUL => Some(left * right),
                T_DIV => Some(left / right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The comparisons with numbers that decide whether the alert fires: not those inside a function or
/// an aggregation, and not what `unless` takes away.
pub(crate) fn comparisons(expr: &Expr) -> Vec<Comparison<'_>> {
    let (mut found, mut left) = (Vec::new(), vec![expr]);
    while let Some(expr) = left.pop() {
        let Expr::Binary(binary) = bare(expr) else { continue };
        match binary.op.id() {
            T_LAND | T_LOR => left.extend([binary.rhs.as_ref(), binary.lhs.as_ref()]),
            T_LUNLESS => left.push(&binary.lhs),
            id => {
                let Some(op) = Op::of(id).filter(|_| !binary.return_bool()) else { continue };
                if let Some(limit) = number(&binary.rhs) {
                    found.push(Comparison { what: bare(&binary.lhs), op, limit });
                } else if let Some(limit) = number(&binary.lhs) {
                    found.push(Comparison { what: bare(&binary.rhs), op: op.turned(), limit });
                }
            }
        }
    }
    found
}

/// Labels that say whose series it is, and not what state it is in.
const WHOSE: [&str; 14] = [
    "__name__",
    "app",
    "cluster",
    "container",
    "deployment",
    "endpoint",
    "env",
    "environment",
    "instance",
    "job",
    "namespace",
    "pod",
    "region",
    "service",
];

/// Whether an expression has a result for as long as its series exist, so that an alert on it
/// always fires. Said only of what surely has: a recorded series, or one that is chosen by its
/// state, may be there in bad times only.
pub(crate) fn always_yields(expr: &Expr) -> bool {
    let never = |binary: &BinaryExpr| {
        let id = binary.op.id();
        let filters = Op::of(id).is_some() && !binary.return_bool();
        filters || matches!(id, T_LAND | T_LUNLESS)
    };
    let all = parts(expr);
    let is_filtered = all.iter().any(|part| match part {
        Expr::Binary(binary) => never(binary),
        Expr::Call(call) => is_absent(call) || call.func.name == "info",
        Expr::Aggregate(it) => it.param.is_some(),
        Expr::VectorSelector(it) => may_be_state(it),
        Expr::MatrixSelector(it) => metric(&it.vs).is_none_or(is_recorded),
        _ => false,
    });
    // `vector(1)` is the alert that shows that alerts arrive.
    !is_filtered && selectors(expr).next().is_some()
}

fn may_be_state(selector: &VectorSelector) -> bool {
    let Some(name) = metric(selector) else { return true };
    let by_state = selector.matchers.matchers.iter().any(|it| !WHOSE.contains(&it.name.as_str()));
    is_recorded(name)
        || by_state
        || !selector.matchers.or_matchers.is_empty()
        || name.starts_with("ALERTS")
}

/// Whether a metric comes from a recording rule, whose expression is not at hand.
pub(crate) fn is_recorded(name: &str) -> bool {
    name.contains(':')
}

/// Whether the name is that of the buckets of a histogram.
pub(crate) fn is_buckets(name: &str) -> bool {
    name.ends_with("_bucket") || name.contains(':') && name.contains("bucket")
}

/// The functions that make a rate, or a growth, of a counter.
pub(crate) const RATES: [&str; 6] = ["rate", "irate", "increase", "xrate", "xincrease", "xdelta"];

/// Whether a call makes a rate of a counter.
pub(crate) fn is_rate(call: &Call) -> bool {
    RATES.contains(&call.func.name)
}

/// Whether an aggregation counts series rather than adding them up.
pub(crate) fn counts(aggregate: &AggregateExpr) -> bool {
    matches!(aggregate.op.id(), T_COUNT | T_GROUP)
}

/// Whether an aggregation loses a label.
pub(crate) fn loses(aggregate: &AggregateExpr, label: &str) -> bool {
    let has = |labels: &[String]| labels.iter().any(|it| it == label);
    match &aggregate.modifier {
        Some(LabelModifier::Include(labels)) => !has(&labels.labels),
        Some(LabelModifier::Exclude(labels)) => has(&labels.labels),
        None => aggregate.param.is_none(),
    }
}

/// Whether an aggregation keeps a label because it says so.
pub(crate) fn keeps_by_name(aggregate: &AggregateExpr, label: &str) -> bool {
    matches!(&aggregate.modifier, Some(LabelModifier::Include(labels)) if labels.labels.iter().any(|it| it == label))
}

/// A division, as its two sides.
pub(crate) fn division(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match bare(expr) {
        Expr::Binary(binary) if binary.op.id() == T_DIV && number(&binary.rhs).is_none() => {
            Some((bare(&binary.lhs), bare(&binary.rhs)))
        }
        _ => None,
    }
}

/// The expression without a factor, and the factor: `100 * x`, `x / 60`.
pub(crate) fn scaled(expr: &Expr) -> (&Expr, f64) {
    let (mut expr, mut factor) = (bare(expr), 1.0);
    while let Expr::Binary(binary) = expr {
        let (left, right) = (number(&binary.lhs), number(&binary.rhs));
        (expr, factor) = match (binary.op.id(), left, right) {
            (T_MUL, None, Some(by)) => (bare(&binary.lhs), factor * by),
            (T_MUL, Some(by), None) => (bare(&binary.rhs), factor * by),
            (T_DIV, None, Some(by)) if by != 0.0 => (bare(&binary.lhs), factor / by),
            _ => break,
        };
    }
    (expr, factor)
}

/// Whether an expression divides one thing by another anywhere.
pub(crate) fn divides(expr: &Expr) -> bool {
    parts(expr).into_iter().any(|part| division(part).is_some())
}

/// A division without the factors in and around it, and what they come to.
pub(crate) fn quotient(expr: &Expr) -> Option<(&Expr, &Expr, f64)> {
    let (inner, factor) = scaled(expr);
    let (part, whole) = division(inner)?;
    let ((part, more), (whole, less)) = (scaled(part), scaled(whole));
    let factor = factor * more / less;
    (factor.is_finite() && factor > 0.0).then_some((part, whole, factor))
}

/// The factor of an expression that is a part divided by the whole that it is a part of: the same
/// metric on both sides, summed up alike or not at all, with no other condition on the whole than on the
/// part.
pub(crate) fn share(expr: &Expr) -> Option<f64> {
    let (part, whole, factor) = quotient(expr)?;
    is_part(part, whole).then_some(factor)
}

/// The metric whose series an expression divides by themselves, which makes 1 of each: the same metric
/// on both sides, neither summed up, so that `status="500"` is divided by `status="500"`.
pub(crate) fn divided_by_itself(expr: &Expr) -> Option<&str> {
    let (inner, _) = scaled(expr);
    let Expr::Binary(binary) = inner else { return None };
    let matches_all_labels = binary.modifier.as_ref().is_none_or(|it| it.matching.is_none());
    let (part, whole) = division(inner).filter(|_| matches_all_labels)?;
    let (part, whole) = (series(part)?, series(whole)?);
    let is_same = part.0 == whole.0 && part.2 == whole.2;
    let is_at_same_time = part.1.offset == whole.1.offset && part.1.at == whole.1.at;
    let name = metric(part.1).filter(|name| metric(whole.1) == Some(*name));
    name.filter(|_| is_same && is_at_same_time)
}

/// The series behind at most a rate of each, with its function and stretch of time.
fn series(expr: &Expr) -> Option<(&str, &VectorSelector, Option<Duration>)> {
    match scaled(expr).0 {
        Expr::VectorSelector(it) => Some(("", it, None)),
        Expr::Call(call) if is_rate(call) => match bare(arguments(call).next()?) {
            Expr::MatrixSelector(it) => Some((call.func.name, &it.vs, Some(it.range))),
            _ => None,
        },
        _ => None,
    }
}

/// A number without what is behind it, as its two sides: `1 - x`.
pub(crate) fn difference(expr: &Expr) -> Option<(f64, &Expr)> {
    match bare(expr) {
        Expr::Binary(binary) if binary.op.id() == T_SUB => {
            let all = number(&binary.lhs).filter(|all| *all > 0.0)?;
            Some((all, bare(&binary.rhs)))
        }
        _ => None,
    }
}

/// What an expression compares with a multiple of something else: `a > 1.5 * b`.
pub(crate) fn relation(expr: &Expr) -> Option<(&Expr, Op, &Expr, f64)> {
    let Expr::Binary(binary) = bare(expr) else { return None };
    let op = Op::of(binary.op.id()).filter(|_| !binary.return_bool())?;
    if number(&binary.lhs).is_some() || number(&binary.rhs).is_some() {
        return None;
    }
    let ((left, one), (right, other)) = (scaled(&binary.lhs), scaled(&binary.rhs));
    let times = other / one;
    (times.is_finite() && times > 0.0).then_some((left, op, right, times))
}

/// Whether an expression looks at an earlier time, or at a long one on average.
pub(crate) fn is_earlier(expr: &Expr) -> bool {
    selectors(expr).any(|(selector, _)| selector.offset.is_some())
        || calls(expr).any(|call| call.func.name == "avg_over_time")
}

/// What an expression says of a counter alone: in how many seconds it is counted, and the factor
/// around it. `sum(rate(x[5m])) * 60` counts in one second, `sum(increase(x[5m]))` in 300.
pub(crate) fn per_second(expr: &Expr) -> Option<(f64, f64)> {
    let (mut inner, factor) = scaled(expr);
    if let Expr::Aggregate(aggregate) = inner {
        inner = Some(bare(&aggregate.expr)).filter(|_| !counts(aggregate))?;
    }
    let Expr::Call(call) = inner else { return None };
    let Expr::MatrixSelector(range) = bare(arguments(call).next()?) else { return None };
    let seconds = match call.func.name {
        "rate" | "irate" => 1.0,
        "increase" => range.range.as_secs_f64(),
        _ => return None,
    };
    (seconds > 0.0 && factor > 0.0).then_some((seconds, factor))
}

fn is_part(part: &Expr, whole: &Expr) -> bool {
    let simple = |expr| {
        parts(expr).into_iter().all(|part| match part {
            Expr::Aggregate(it) => it.param.is_none() && !counts(it),
            Expr::Call(call) => is_rate(call),
            Expr::Paren(_) | Expr::MatrixSelector(_) => true,
            _ => false,
        })
    };
    if !simple(part) || !simple(whole) {
        return false;
    }
    // The greatest of some may well be above the average of all, and a sum above one of its groups.
    let sums = |expr| {
        parts(expr).into_iter().try_fold(Vec::new(), |mut sums, part| {
            if let Expr::Aggregate(it) = part {
                sums.push(Some(grouping(it)).filter(|_| it.op.id() == T_SUM)?);
            }
            Some(sums)
        })
    };
    let is_alike = sums(part).zip(sums(whole)).is_some_and(|(part, whole)| part == whole);
    if !is_alike {
        return false;
    }
    let (one, other) = (selectors(part).next(), selectors(whole).next());
    let Some(((part, range), (whole, other_range))) = one.zip(other) else { return false };
    let narrower =
        whole.matchers.matchers.iter().all(|it| part.matchers.matchers.iter().any(|own| own == it));
    let is_at_same_time = part.offset == whole.offset && part.at == whole.at;
    let is_same = metric(part).is_some() && metric(part) == metric(whole) && range == other_range;
    is_same && is_at_same_time && narrower
}

/// The labels that an aggregation keeps, or those that it loses, in their order.
fn grouping(aggregate: &AggregateExpr) -> (bool, Vec<&str>) {
    let is_kept = !matches!(aggregate.modifier, Some(LabelModifier::Exclude(_)));
    let labels = aggregate.modifier.as_ref().map(|it| match it {
        LabelModifier::Include(labels) | LabelModifier::Exclude(labels) => &labels.labels,
    });
    let mut labels: Vec<_> = labels.into_iter().flatten().map(String::as_str).collect();
    labels.sort_unstable();
    (is_kept, labels)
}

/// Whether an expression asks that nothing is there: `absent(up)`.
pub(crate) fn is_absence(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Call(call) if is_absent(call))
}

/// `absent` and `absent_over_time`.
fn is_absent(call: &Call) -> bool {
    call.func.name.starts_with("absent")
}

/// How far the value of an expression can go, where that is sure.
pub(crate) fn range(expr: &Expr) -> Option<(f64, f64)> {
    match bare(expr) {
        // A vector without series is no zero, but nothing at all.
        Expr::Aggregate(it) if it.op.id() == T_COUNT => Some((1.0, f64::INFINITY)),
        Expr::Aggregate(it) if it.op.id() == T_GROUP => Some((1.0, 1.0)),
        Expr::Call(call) if is_absent(call) => Some((1.0, 1.0)),
        Expr::Call(call) if call.func.name == "count_over_time" => Some((1.0, f64::INFINITY)),
        Expr::Call(call) if matches!(call.func.name, "changes" | "resets") => {
            Some((0.0, f64::INFINITY))
        }
        Expr::VectorSelector(it) if matches!(metric(it), Some("up" | "probe_success")) => {
            Some((0.0, 1.0))
        }
        Expr::Call(call)
            if matches!(call.func.name, "avg_over_time" | "min_over_time" | "max_over_time") =>
        {
            let (selector, _) = selectors(expr).next()?;
            let is_flag = matches!(metric(selector), Some("up" | "probe_success"));
            is_flag.then_some((0.0, 1.0))
        }
        other => share(other).map(|factor| (0.0, factor)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Box<Expr> {
        match Query::of(text) {
            Query::Read(expr) => expr,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn conditions_are_found() {
        let of = |text| -> Vec<_> {
            comparisons(&read(text)).iter().map(|it| (it.op, it.limit)).collect()
        };
        assert_eq!(of("a > 1"), [(Op::Greater, 1.0)]);
        assert_eq!(of("(5 * 2 < a) and on() b == -1"), [(Op::Greater, 10.0), (Op::Equal, -1.0)]);
        assert_eq!(of("a unless b > 3"), []);
        assert_eq!(of("sum(a > 1)"), []);
        assert_eq!(of("a > bool 1"), []);
    }

    #[test]
    fn what_always_fires() {
        for text in ["up", "rate(x_total[5m])", "a == bool 0", "sum(a) / sum(b)", "a or b"] {
            assert!(always_yields(&read(text)), "{text}");
        }
        for text in [
            "vector(1)",
            "up == 0",
            "absent(up)",
            "a and b",
            "a unless b",
            "ALERTS{alertstate=\"firing\"}",
            "job:errors:high",
            "kube_pod_status_phase{phase=\"Failed\"}",
            "topk(3, a)",
            "count(a > 3)",
        ] {
            assert!(!always_yields(&read(text)), "{text}");
        }
    }

    #[test]
    fn shares_and_their_ranges() {
        let share = r#"sum(rate(r_total{code=~"5.."}[5m])) / sum(rate(r_total[5m]))"#;
        assert_eq!(super::share(&read(share)), Some(1.0));
        assert_eq!(super::share(&read(&format!("100 * {share}"))), Some(100.0));
        assert_eq!(range(&read(&format!("100 * ({share})"))), Some((0.0, 100.0)));
        let grouped = r#"sum(rate(a{x="y"}[5m])) by (m, n) / sum by (n, m) (rate(a[5m]))"#;
        assert_eq!(super::share(&read(grouped)), Some(1.0));
        for text in [
            "sum(rate(s_sum[5m])) / sum(rate(s_count[5m]))",
            r#"rate(a_total[5m]) / rate(a_total{x="y"}[5m])"#,
            "rate(a_total[5m]) / rate(a_total[1h])",
            r#"max(rate(a_total{x="y"}[5m])) / min(rate(a_total[5m]))"#,
            r#"sum(rate(a_total{x="y"}[5m])) / on() avg(rate(a_total[5m]))"#,
            r#"sum(rate(a_total{x="y"}[5m])) / on() group_right sum by (z) (rate(a_total[5m]))"#,
            "sum(increase(a_total[1h])) / sum(increase(a_total[1h] offset 7d))",
            "count(a) / count(a)",
        ] {
            assert_eq!(super::share(&read(text)), None, "{text}");
        }
    }

    #[test]
    fn series_are_divided_by_themselves() {
        let metric = |text| divided_by_itself(&read(text)).map(str::to_owned);
        for text in [
            r#"rate(a_total{code="500"}[5m]) / rate(a_total[5m])"#,
            r#"100 * (rate(a_total{code=~"5.."}[5m]) / rate(a_total{job="x"}[5m]))"#,
            r#"(rate(a_total{code=~"5.."}[5m]) * 100) / rate(a_total[5m])"#,
            r#"a_total{code="500"} / a_total"#,
        ] {
            assert_eq!(metric(text).as_deref(), Some("a_total"), "{text}");
        }
        for text in [
            r#"sum(rate(a_total{code="500"}[5m])) / sum(rate(a_total[5m]))"#,
            r#"rate(a_total{code="500"}[5m]) / ignoring(code) group_left rate(a_total[5m])"#,
            r#"rate(a_total{code="500"}[5m]) / on(job) b_total"#,
            "rate(a_total[5m]) / rate(a_total[1h])",
            "rate(a_total[5m]) / rate(a_total[5m] offset 1d)",
            "rate(a_total[5m]) / rate(b_total[5m])",
            "rate(a_total[5m]) / (rate(a_total[5m]) + rate(b_total[5m]))",
        ] {
            assert_eq!(metric(text), None, "{text}");
        }
    }

    #[test]
    fn other_languages_and_templates_are_left_alone() {
        for text in [
            "rate(x[$__rate_interval]) > 1",
            "x > {{ .Values.limit }}",
            r#"sum(rate({app="x"} |= "error" [5m])) > 1"#,
            "x > ${LIMIT}",
            "x default 0 > 1",
            "x[1e99]",
            "x offset inf",
            "rate(x[99999999999999999999])",
            "rate(x[5m*2]) > 1",
            "rate(x[step() + 1m:1m]) > 1",
            "rate(x[5m]) smoothed > 1",
            "x offset (1h / 2) > 1",
        ] {
            assert!(matches!(Query::of(text), Query::Unread), "{text}: {:?}", Query::of(text));
        }
        for text in ["sum(x", "x > > 1", "rate(x) > 1", "nosuch(x) > 1", "x > 1_", ""] {
            assert!(matches!(Query::of(text), Query::Invalid(_)), "{text}: {:?}", Query::of(text));
        }
        let text = "x{a=~\"ü.+$\"} > 1 # $x\n  and on(a) y";
        assert!(matches!(Query::of(text), Query::Read(_)));
        let text = "x_1_0{a=\"1_0\"} > 1_000 # 1_0";
        assert_eq!(joined_digits(text).as_deref(), Some("x_1_0{a=\"1_0\"} > 1000 # 1_0"));
        assert!(matches!(Query::of(text), Query::Read(_)));
    }

    #[test]
    fn nothing_brings_the_parser_down() {
        for text in [
            "(".repeat(5000),
            format!("{}x", "-".repeat(5000)),
            format!("{}x", "- ".repeat(390)),
            vec!["a"; 395].join("+"),
            vec!["a"; 200].join(" or "),
            format!("{}x{}", "(".repeat(60), ")".repeat(60)),
            "x[5m:".to_owned(),
            "x[-5m]".to_owned(),
            "x[0.00000000001]".to_owned(),
            "x[99_999_999_999_999_999_999y]".to_owned(),
            "x[:5m]".to_owned(),
            "x offset -99999999999999y".to_owned(),
            "x @ 99999999999999".to_owned(),
            "{\"\\".to_owned(),
            "\u{0}".to_owned(),
            "x{a=~\"(\"}".to_owned(),
        ] {
            match Query::of(&text) {
                Query::Read(expr) => {
                    always_yields(&expr);
                    range(&expr);
                    comparisons(&expr);
                }
                Query::Invalid(_) | Query::Unread => {}
            }
        }
    }
}
