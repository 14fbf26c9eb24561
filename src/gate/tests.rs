//! Tests of the model of release policies.

use super::canary::Signal;
use super::performance::Metric;
use super::value::{self, Written};
use super::*;
use crate::source::FileId;
use crate::tree::{toml, yaml};

/// What there is to say of the policy that a text of YAML is.
fn read<T>(text: &str, ask: impl FnOnce(&ReleasePolicy<'_>) -> T) -> T {
    let (tree, errors) = yaml::read(FileId::new(0), &text.into(), None);
    assert!(errors.is_empty(), "{errors:?}");
    let document = tree.documents().next().unwrap();
    assert!(recognise(document), "{text}");
    ask(&ReleasePolicy::read(document))
}

/// What a reader makes of a value, written as in YAML.
fn value<T>(text: &str, read: impl Fn(Node<'_>) -> Option<T>) -> Option<T> {
    let (tree, _) = yaml::read(FileId::new(0), &format!("a: {text}").into(), None);
    let document = tree.documents().next().unwrap();
    read(document.get("a").unwrap().value)
}

#[test]
fn a_policy_is_told_by_its_content() {
    let is_policy = |text: &str| {
        let (tree, _) = yaml::read(FileId::new(0), &text.into(), None);
        tree.documents().next().is_some_and(recognise)
    };
    for text in [
        "security_validation: {compliance: [audit_logging: enabled]}",
        "load_test_requirements: {soak_test: {duration: 4h}}",
        "canary_config: {rollback_triggers: []}",
        "incident_response: {triage: {}, resolution: []}",
        "feedback_evaluation_loop: {action: [a]}",
        "feature_flags: {a: {kill_switch: true}}",
        "feature_flag_config: [{name: a, rollout_percentage: 0}]",
        "performance_gates: {staging: {error_rate: 2%}}",
        "performance_gates: {p95_latency_ms: 2000}",
        "release_policy: {canary_config: {promotion_schedule: []}}",
    ] {
        assert!(is_policy(text), "{text}");
    }
    for text in [
        "canary_config: {weight: 5}",
        "canary_config: [rollback_triggers]",
        "security_validation: true",
        "incident_response: {detection: on}",
        "feature_flags: {a: true, b: {default: false}}",
        "feature_flags: [a, b]",
        "performance_gates: {production: {coverage: 80}}",
        "other: {canary_config: {rollback_triggers: []}}",
        "- canary_config",
    ] {
        assert!(!is_policy(text), "{text}");
    }
}

#[test]
fn in_toml_a_policy_is_the_same() {
    let text = "[canary_config.initial_deployment]\ntraffic_percentage = 1\n";
    let (tree, _) = toml::read(FileId::new(0), &text.into(), None);
    assert!(recognise(tree.documents().next().unwrap()));
}

#[test]
fn shares_in_every_way_of_writing() {
    let share = |text: &str| value(text, value::share).map(|it| (it.of_one, it.written));
    for (text, expected) in [
        ("0.95", Some((0.95, Written::Fraction))),
        ("'0.999'", Some((0.999, Written::Fraction))),
        ("1", Some((1.0, Written::Fraction))),
        ("99.9%", Some((0.999, Written::Percent))),
        ("'> 95 %'", Some((0.95, Written::Percent))),
        ("95", Some((0.95, Written::PercentWithoutSign))),
        ("1.5", Some((0.015, Written::PercentWithoutSign))),
        ("'>= 0.05'", Some((0.05, Written::Fraction))),
        ("150%", None),
        ("-0.1", None),
        ("450", None),
        (".nan", None),
        ("high", None),
        ("[0.9]", None),
    ] {
        assert_eq!(share(text), expected, "{text}");
    }
}

#[test]
fn durations_and_latencies_with_their_units() {
    for (text, expected) in [
        ("30m", Some(1800.0)),
        ("1h30m", Some(5400.0)),
        ("2 hours 30 minutes", Some(9000.0)),
        ("1.5h", Some(5400.0)),
        ("500ms", Some(0.5)),
        ("2d", Some(172_800.0)),
        ("'< 5 min'", Some(300.0)),
        ("30", None),
        ("soon", None),
        ("30 parsecs", None),
        ("''", None),
        ("30m and a bit", None),
    ] {
        assert_eq!(value(text, value::seconds), expected, "{text}");
    }
    assert_eq!(value("2s", value::milliseconds), Some(2000.0));
    assert_eq!(value("'< 500'", value::milliseconds), Some(500.0));
    assert_eq!(value("100 req/s", value::count), Some(100.0));
    assert_eq!(value("'1,000'", value::count), Some(1000.0));
}

#[test]
fn intervals_in_words() {
    for (text, expected) in [
        ("daily", Some(86_400.0)),
        ("Weekly, on Mondays", Some(604_800.0)),
        ("Updates every 30 min for P1/P2", Some(1800.0)),
        ("every hour", Some(3600.0)),
        ("12h", Some(43_200.0)),
        ("bi-weekly", Some(1_209_600.0)),
        ("every two weeks", Some(1_209_600.0)),
        ("once a week", Some(604_800.0)),
        ("twice a week", None),
        ("every now and then", None),
        ("by feel", None),
        ("every ", None),
    ] {
        assert_eq!(value(text, value::interval), expected, "{text}");
    }
}

#[test]
fn durations_in_words() {
    for (seconds, expected) in [
        (90.0, "90 seconds"),
        (60.0, "1 minute"),
        (5400.0, "90 minutes"),
        (172_800.0, "48 hours"),
        (604_800.0, "7 days"),
        (0.5, "0.5 seconds"),
        (0.0, "0 seconds"),
    ] {
        assert_eq!(value::duration(seconds), expected);
    }
}

#[test]
fn what_is_still_to_be_filled_in() {
    for text in ["TODO(ann)", "to be decided", "<fill in>", "?"] {
        assert!(crate::words::is_placeholder(text), "{text}");
    }
    for text in ["TODO", "tbd", "TODO: ask ops", "FIXME", "???", "<limit>", "${LIMIT}", "{{ x }}"] {
        assert!(value::is_open(text), "{text}");
    }
    for text in [
        "",
        "0.95",
        "< 500",
        "<= 0.05",
        "todo_list_failures",
        "Todo list is full",
        "pending",
        "---",
        "None",
    ] {
        assert!(!value::is_open(text), "{text}");
    }
}

#[test]
fn scans_are_told_by_their_names() {
    let suites = |name: &str| {
        let text = format!("security_validation: {{automated_scans: [{{name: {name}}}]}}");
        read(&text, |policy| {
            let security = policy.security.as_ref().unwrap();
            security.scans.as_ref().unwrap()[0].suite.map(security::Suite::as_str)
        })
    };
    for (name, suite) in [
        ("prompt_injection_suite", Some("prompt-injection")),
        ("Indirect Prompt Injection", Some("indirect-injection")),
        ("pii-detection", Some("pii")),
        ("jailbreaks", Some("jailbreak")),
        ("authorization", Some("access-control")),
        ("rbac", Some("access-control")),
        ("PIIDetection", Some("pii")),
        ("sql_injection", None),
        ("opiino", None),
        ("fairness", None),
    ] {
        assert_eq!(suites(name), suite, "{name}");
    }
}

#[test]
fn a_schedule_may_count_to_one() {
    let stages = |schedule: &str| {
        let text = format!(
            "canary_config: {{initial_deployment: {{traffic_percentage: 0.01}}, \
             promotion_schedule: [{schedule}]}}"
        );
        read(&text, |policy| {
            let stages = policy.canary.as_ref().unwrap().stages();
            stages.map(|stage| stage.percentage.value()).collect::<Vec<_>>()
        })
    };
    let each = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    assert_eq!(
        stages("{percentage: 0.05}, {percentage: 0.5}, {percentage: 1}"),
        each(&[1.0, 5.0, 50.0, 100.0])
    );
    assert_eq!(stages("{percentage: 5}, {percentage: 100}"), each(&[0.01, 5.0, 100.0]));
    assert_eq!(stages("{percentage: 1}"), each(&[0.01, 1.0]));
}

#[test]
fn metrics_are_told_by_their_names() {
    let signals = "canary_config: {rollback_triggers: [{metric: http_error_rate, threshold: 5%}, \
                   {metric: p99_latency, threshold: 10s}, {metric: cost_usd, threshold: 3}, \
                   {metric: error_budget_burn, threshold: 14.4}]}";
    let found = read(signals, |policy| {
        let triggers = policy.canary.as_ref().unwrap().triggers.as_ref().unwrap();
        triggers.iter().map(|it| (it.signal, it.threshold.value())).collect::<Vec<_>>()
    });
    let expected = [
        (Some(Signal::Errors), Some(0.05)),
        (Some(Signal::Latency), Some(10_000.0)),
        (None, Some(3.0)),
        (Some(Signal::Errors), None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn some_names_tell_no_direction_and_some_their_unit() {
    let told = |metric: &str| {
        let text =
            format!("canary_config: {{promotion_criteria: [{{metric: {metric}, threshold: 2}}]}}");
        read(&text, |policy| {
            let criteria = policy.canary.as_ref().unwrap().criteria.as_ref().unwrap();
            (criteria[0].about, criteria[0].signal.is_some(), criteria[0].threshold.value())
        })
    };
    let (errors, latency) = (Some(Signal::Errors), Some(Signal::Latency));
    let success = Some(Signal::Success);
    for (metric, expected) in [
        ("error_rate_percent", (errors, true, Some(0.02))),
        ("error_rate_per_minute", (errors, true, None)),
        ("ErrorRate", (errors, true, Some(0.02))),
        ("http_5xx_ratio", (errors, true, Some(0.02))),
        ("error_free_rate", (errors, false, None)),
        ("error_budget_remaining", (errors, false, None)),
        ("non_error_rate", (errors, false, None)),
        ("failover_count", (None, false, Some(2.0))),
        ("p95_latency_seconds", (latency, true, Some(2000.0))),
        ("ttft_ms", (latency, true, Some(2.0))),
        ("latency_slo_compliance", (latency, false, None)),
        ("session_duration", (latency, false, None)),
        ("p95_cost_usd", (None, false, Some(2.0))),
        ("unsuccessful_rate", (success, false, None)),
        ("time_to_success", (success, false, None)),
        ("completion_tokens", (None, false, Some(2.0))),
        ("goal_completion", (success, true, None)),
    ] {
        assert_eq!(told(metric), expected, "{metric}");
    }
}

#[test]
fn limits_of_environments_and_of_the_file() {
    let read_limits = |text: &str| {
        read(text, |policy| {
            let gate = &policy.performance[0];
            (
                gate.environment.map(crate::rules::Environment::as_str),
                gate.limit(Metric::P95).value(),
            )
        })
    };
    let prod = "performance_gates: {prod: {p95_latency: 2s}, notes: {a: 1}}";
    assert_eq!(read_limits(prod), (Some("production"), Some(2000.0)));
    assert_eq!(read_limits("performance_gates: {p95_latency_ms: 9}"), (None, Some(9.0)));
    for spelt in ["latency_p95_ms: 9", "latency: {p95_ms: 9}", "max_p95_latency_ms: 9", "p95: 9ms"]
    {
        let text = format!("performance_gates: {{prod: {{{spelt}}}}}");
        assert_eq!(read_limits(&text), (Some("production"), Some(9.0)), "{spelt}");
    }
    let rate = |text: &str| {
        read(&format!("performance_gates: {{prod: {{{text}}}}}"), |policy| {
            policy.performance[0].limit(Metric::ErrorRate).value()
        })
    };
    assert_eq!(rate("error_rate_percent: 1"), Some(0.01));
    assert_eq!(rate("max_error_rate: 0.02"), Some(0.02));
}

#[test]
fn deep_and_odd_documents_do_no_harm() {
    let deep = format!("canary_config: {{rollback_triggers: {}", "[".repeat(200));
    let deep = format!("{deep}{}}}", "]".repeat(200));
    read(&deep, |policy| assert!(policy.placeholders().is_empty()));
    let odd = "canary_config: {rollback_triggers: {a: 1}, promotion_schedule: 5, \
               promotion_criteria: [1, [2], null], initial_deployment: []}";
    read(odd, |policy| assert!(policy.canary.as_ref().unwrap().triggers.is_none()));
}
