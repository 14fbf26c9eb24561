use crate::alert::{Alert, Format, Measure};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::AlertSet(|set, cx| {
    if set.format() == Format::Triggers {
        return;
    }
    let levels = cx.project().alert_levels();
    for alert in &set.alerts {
        for level in alert.levels() {
            // No share is larger: `alert/threshold-unreachable` says so.
            if level.measure == Measure::Errors && level.limit > 100.0 && alert.query().is_some() {
                continue;
            }
            let limit = most(level.measure, cx);
            // A second, later alert about the same thing makes the first one no looser.
            let mut others = levels.iter().filter(|(measure, _)| *measure == level.measure);
            if others.any(|(measure, other)| !measure.is_looser(*other, limit)) {
                continue;
            }
            report(alert, level.measure, (level.limit, limit), level.at.place(), cx);
        }
    }
});

#[allow(clippy::cast_precision_loss)] // percents and seconds
fn most(measure: Measure, cx: &Cx<'_>) -> f64 {
    cx.number(match measure {
        Measure::Errors => "error-percent",
        Measure::P95 => "p95-seconds",
        Measure::P99 => "p99-seconds",
        Measure::Success => "success-percent",
        Measure::Cost => "cost-percent",
        Measure::Guardrails => "guardrails-per-minute",
    }) as f64
}

fn report(
    alert: &Alert<'_>,
    measure: Measure,
    (limit, most): (f64, f64),
    at: crate::source::Place,
    cx: &mut Cx<'_>,
) {
    let (limit, name) = ((limit * 1e6).round() / 1e6, alert.title());
    let (says, unit) = match measure {
        Measure::Errors => ("only when more than", " % of requests fail"),
        Measure::P95 => ("only when the 95th percentile takes more than", " s"),
        Measure::P99 => ("only when the 99th percentile takes more than", " s"),
        Measure::Success => ("only when less than", " % of tasks succeed"),
        Measure::Cost => ("only when the cost exceeds", " % of what is usual"),
        Measure::Guardrails => ("only when guardrails act more than", " times a minute"),
    };
    cx.report(at, format!("alert `{name}` fires {says} {limit}{unit}")).help(format!(
        "the release guide calls it critical from {most}{unit} on, and no other alert is tighter"
    ));
}
