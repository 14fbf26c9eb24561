use super::*;
use crate::file::Files;

/// What there is to say of the alerts of a document.
fn with_alerts<T>(text: &str, ask: impl FnOnce(&[AlertSet<'_>]) -> T) -> T {
    let files = Files::in_memory([("rules.yaml", text)]);
    let (document, _) = files.as_slice()[0].documents().next().expect("a document");
    ask(&AlertSet::of_document(document))
}

#[test]
fn alerts_are_read_from_every_format() {
    let names = |text| {
        with_alerts(text, |sets| {
            let all = sets.iter().map(|set| {
                let names: Vec<_> = set.alerts.iter().map(|it| it.title().to_owned()).collect();
                (set.format(), names.join(","))
            });
            all.collect::<Vec<_>>()
        })
    };
    let rules = "groups: [{name: a, rules: [{alert: Down, expr: up == 0}, {record: b, expr: c}]}]";
    assert_eq!(names(rules), [(Format::Prometheus, "Down".to_owned())]);
    let policy = "alerts: [{name: slow, metric: p95_latency_ms, condition: '> 5'}]\n\
                  automated_triggers: [{name: drift, condition: {metric: psi, threshold: '> 0.25'}}]";
    assert_eq!(
        names(policy),
        [(Format::Policy, "slow".to_owned()), (Format::Triggers, "drift".to_owned())]
    );
    let observed = "alerts: {channels: [console], rules: [{name: Cost, metric: daily_cost}]}";
    assert_eq!(names(observed), [(Format::Observability, "Cost".to_owned())]);
}

#[test]
fn durations_are_seconds() {
    for (text, expected) in [
        ("5m", Some(300.0)),
        ("1h30m", Some(5400.0)),
        ("500ms", Some(0.5)),
        ("0", Some(0.0)),
        ("0s", Some(0.0)),
        ("", None),
        ("five", None),
        ("5", None),
        ("5 minutes", None),
    ] {
        assert_eq!(seconds(text), expected, "{text}");
    }
}

#[test]
fn classes_are_told_by_words() {
    let classes = |name: &str, expr: &str| {
        let text = format!("groups: [{{name: a, rules: [{{alert: {name}, expr: '{expr}'}}]}}]");
        with_alerts(&text, |sets| sets[0].alerts[0].classes())
    };
    assert_eq!(classes("A", "up == 0"), [Class::ServiceDown]);
    assert_eq!(classes("HighErrorRate", "x > 1"), [Class::ErrorRate]);
    assert_eq!(classes("A", r#"rate(r_total{code=~"5.."}[5m]) > 1"#), [Class::ErrorRate]);
    assert_eq!(classes("A", "histogram_quantile(0.9, x) > 1"), [Class::Latency]);
    assert_eq!(classes("PodCrashLooping", "x > 1"), [Class::CrashLoop]);
    assert_eq!(classes("LLMRateLimit", "x > 1"), [Class::Models]);
    assert_eq!(classes("A", "llm_errors_total > 1"), [Class::ErrorRate, Class::Models]);
    assert_eq!(classes("A", "llm_cost_usd > 1"), [Class::Cost]);
    assert_eq!(classes("Backlog", "queue_length > 1"), []);
}

#[test]
fn levels_have_units() {
    let levels = |text: &str| {
        with_alerts(text, |sets| {
            let levels = sets[0].alerts[0].levels();
            let rounded = |it: f64| (it * 1e6).round() / 1e6;
            levels.iter().map(|it| (it.measure, rounded(it.limit))).collect::<Vec<_>>()
        })
    };
    let policy = |metric: &str, condition: &str| {
        levels(&format!("alerts: [{{name: a, metric: {metric}, condition: '{condition}'}}]"))
    };
    assert_eq!(policy("error_rate", "> 0.10"), [(Measure::Errors, 10.0)]);
    assert_eq!(policy("error_rate", "> 10%"), [(Measure::Errors, 10.0)]);
    assert_eq!(policy("p95_latency_ms", "> 8000"), [(Measure::P95, 8.0)]);
    assert_eq!(policy("task_success_rate", "< 0.5"), [(Measure::Success, 50.0)]);
    assert_eq!(policy("guardrail_triggers_per_minute", "> 90"), [(Measure::Guardrails, 90.0)]);
    assert_eq!(policy("cost_per_hour_usd", "> 90"), []);
    let query = |expr: &str| {
        levels(&format!("groups: [{{name: a, rules: [{{alert: Errors, expr: '{expr}'}}]}}]"))
    };
    let share = "rate(errors_total[5m]) / rate(requests_total[5m])";
    assert_eq!(query(&format!("100 * {share} > 7")), [(Measure::Errors, 7.0)]);
    assert_eq!(query(&format!("max by (job) ({share}) > 0.07")), [(Measure::Errors, 7.0)]);
    assert_eq!(query(&format!("{share} > 0.5 and x > 1")), []);
    let quantile = "histogram_quantile(0.99, rate(x_seconds_bucket[5m]))";
    assert_eq!(query(&format!("{quantile} * 1000 > 2000")), [(Measure::P99, 2.0)]);
}
