//! `performance_gates`: the limits that each environment holds a version to.
//!
//! The guide has only a table of them; the keys are `performance_gates.<environment>.<metric>` with
//! `p50_latency_ms`, `p95_latency_ms`, `p99_latency_ms`, `error_rate` and `throughput_rps`, which people
//! spell in more than one way. Limits that stand right below `performance_gates` are those of the environment that the file is for.

use super::value::{Block, Field, Share, count, entries, milliseconds, share, share_in_percent};
use crate::rules::Environment;
use crate::tree::Node;

const ROOT: &str = "performance_gates";

/// The limits of one environment.
#[derive(Debug)]
pub(crate) struct PerformanceGate<'t> {
    pub(crate) key: Node<'t>,
    /// Nothing where the file as a whole is for one.
    pub(crate) environment: Option<Environment>,
    /// Of the median, of 95 and of 99 requests in a hundred, in milliseconds.
    pub(crate) latencies: [Field<'t, f64>; 3],
    pub(crate) error_rate: Field<'t, Share>,
    /// Requests per second.
    pub(crate) throughput: Field<'t, f64>,
}

/// What a limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    P50,
    P95,
    P99,
    ErrorRate,
    Throughput,
}

impl Metric {
    pub(crate) const ALL: [Metric; 5] =
        [Metric::P50, Metric::P95, Metric::P99, Metric::ErrorRate, Metric::Throughput];

    /// The key, which parameters have with dashes.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Metric::P50 => "p50_latency_ms",
            Metric::P95 => "p95_latency_ms",
            Metric::P99 => "p99_latency_ms",
            Metric::ErrorRate => "error_rate",
            Metric::Throughput => "throughput_rps",
        }
    }

    /// Whether more is better.
    pub(crate) fn is_floor(self) -> bool {
        self == Metric::Throughput
    }

    /// A limit, in words.
    pub(crate) fn show(self, limit: f64) -> String {
        match self {
            Metric::ErrorRate => super::value::percent(limit),
            Metric::Throughput => format!("{limit} requests per second"),
            _ => format!("{limit} ms"),
        }
    }
}

impl<'t> PerformanceGate<'t> {
    fn read(block: Block<'t>, environment: Option<Environment>) -> Self {
        let nested = ["latency", "latency_ms", "latencies"].iter().find_map(|it| block.block(it));
        let latency = |metric: Metric, short: &str| {
            let names = [
                metric.key().to_owned(),
                format!("{short}_latency"),
                short.to_owned(),
                format!("{short}_ms"),
                format!("latency_{short}_ms"),
                format!("latency_{short}"),
                format!("max_{short}_latency_ms"),
                format!("max_latency_{short}_ms"),
            ];
            let names = names.each_ref().map(String::as_str);
            let own = block.field(&names, milliseconds);
            let inner = nested.filter(|_| own.missing().is_some());
            inner.map_or(own, |it| it.field(&names, milliseconds))
        };
        let in_percent = block
            .field(&["error_rate_percent", "max_error_rate_percent"], |it| share_in_percent(it));
        let rate = [Metric::ErrorRate.key(), "max_error_rate", "error_rate_max"];
        let floor = [
            Metric::Throughput.key(),
            "throughput",
            "min_throughput_rps",
            "min_throughput",
            "throughput_min_rps",
            "rps",
            "min_rps",
        ];
        PerformanceGate {
            key: block.grip,
            environment,
            latencies: [
                latency(Metric::P50, "p50"),
                latency(Metric::P95, "p95"),
                latency(Metric::P99, "p99"),
            ],
            error_rate: if in_percent.missing().is_none() {
                in_percent
            } else {
                block.field(&rate, share)
            },
            throughput: block.field(&floor, count),
        }
    }

    /// The limit of a metric.
    pub(crate) fn limit(&self, metric: Metric) -> Field<'t, f64> {
        let [p50, p95, p99] = self.latencies;
        match metric {
            Metric::P50 => p50,
            Metric::P95 => p95,
            Metric::P99 => p99,
            Metric::ErrorRate => self.error_rate.map(|share| share.of_one),
            Metric::Throughput => self.throughput,
        }
    }
}

/// Whether the document has limits of a known metric.
pub(super) fn recognise(root: Node<'_>) -> bool {
    read(root)
        .iter()
        .any(|gate| Metric::ALL.into_iter().any(|metric| gate.limit(metric).missing().is_none()))
}

pub(super) fn read(root: Node<'_>) -> Vec<PerformanceGate<'_>> {
    let Some(all) = root.get(ROOT).filter(|entry| !entry.value.is_scalar()) else {
        return Vec::new();
    };
    let mut gates: Vec<_> = entries(all.value)
        .into_iter()
        .filter(|entry| entry.value.is_map())
        .filter_map(|entry| {
            Some(PerformanceGate::read(Block::of(entry), Some(environment(entry.key.text())?)))
        })
        .collect();
    if gates.is_empty() && all.value.is_map() {
        let own = PerformanceGate::read(Block::of(all), None);
        let says = Metric::ALL.into_iter().any(|metric| own.limit(metric).missing().is_none());
        gates.extend(says.then_some(own));
    }
    gates
}

fn environment(name: &str) -> Option<Environment> {
    let name = name.to_ascii_lowercase();
    Environment::named(&name).or(match name.as_str() {
        "dev" => Some(Environment::Development),
        "stage" => Some(Environment::Staging),
        "prod" => Some(Environment::Production),
        _ => None,
    })
}
