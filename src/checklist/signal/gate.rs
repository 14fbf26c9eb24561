//! What a release has to pass.
//!
//! The figures are those of the evaluation guide, section 21. A policy that is there must meet them
//! itself, whatever a configuration asks of it.

use super::{Answer, Proof, Signal, View};
use crate::gate::ReleasePolicy;
use crate::gate::feedback::FeedbackLoop;
use crate::gate::load::Number;
use crate::gate::performance::{Metric, PerformanceGate};
use crate::gate::security::{Reviews, Scan, SecurityValidation, State, Suite};
use crate::gate::value::{DAY, Field, HOUR, MINUTE, Written, duration, percent};
use crate::rules::Environment;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "gate/prompt-injection",
        about: "a release policy wants 95 % of at least 500 direct injections blocked",
        look: |view| scanned(view, Suite::PromptInjection, Some(500.0), 0.95),
    },
    Signal {
        name: "gate/indirect-injection",
        about: "a release policy wants 90 % of indirect injections blocked",
        look: |view| scanned(view, Suite::IndirectInjection, None, 0.9),
    },
    Signal {
        name: "gate/jailbreak",
        about: "a release policy wants 98 % of at least 200 jailbreaks resisted",
        look: |view| scanned(view, Suite::Jailbreak, Some(200.0), 0.98),
    },
    Signal {
        name: "gate/pii",
        about: "a release policy wants 99.9 % of personal data found in at least 1000 tests",
        look: |view| scanned(view, Suite::Pii, Some(1000.0), 0.999),
    },
    Signal {
        name: "gate/output-safety",
        about: "a release policy wants 99.9 % of at least 2000 answers safe",
        look: |view| scanned(view, Suite::OutputSafety, Some(2000.0), 0.999),
    },
    Signal {
        name: "gate/access-control",
        about: "a release policy wants every test of access control passed",
        look: |view| scanned(view, Suite::AccessControl, None, 1.0),
    },
    Signal {
        name: "gate/red-team",
        about: "a release policy records that a red team has attacked the agent",
        look: |view| reviewed(view, |it| &it.reviews, "red_team_assessment"),
    },
    Signal {
        name: "gate/architecture-review",
        about: "a release policy records that the security architecture is approved",
        look: |view| reviewed(view, |it| &it.reviews, "security_architecture_review"),
    },
    Signal {
        name: "gate/penetration-test",
        about: "a release policy records that a penetration test is passed",
        look: |view| reviewed(view, |it| &it.reviews, "penetration_test"),
    },
    Signal {
        name: "gate/data-handling",
        about: "a release policy records that data is handled by the policy for it",
        look: |view| reviewed(view, |it| &it.compliance, "data_handling_policy"),
    },
    Signal {
        name: "gate/audit-logging",
        about: "a release policy records that audit logging is enabled",
        look: |view| reviewed(view, |it| &it.compliance, "audit_logging"),
    },
    Signal {
        name: "gate/encryption-at-rest",
        about: "a release policy records that data is encrypted at rest",
        look: |view| reviewed(view, |it| &it.compliance, "encryption_at_rest"),
    },
    Signal {
        name: "gate/encryption-in-transit",
        about: "a release policy records that data is encrypted in transit",
        look: |view| reviewed(view, |it| &it.compliance, "encryption_in_transit"),
    },
    Signal {
        name: "gate/p50",
        about: "the performance gate holds production to a median latency of 500 ms",
        look: |view| limited(view, Metric::P50, [Some(1000.0), Some(750.0), Some(500.0)]),
    },
    Signal {
        name: "gate/p95",
        about: "the performance gate holds production to a P95 latency of 2000 ms",
        look: |view| limited(view, Metric::P95, [Some(3000.0), Some(2500.0), Some(2000.0)]),
    },
    Signal {
        name: "gate/p99",
        about: "the performance gate holds production to a P99 latency of 3000 ms",
        look: |view| limited(view, Metric::P99, [Some(5000.0), Some(4000.0), Some(3000.0)]),
    },
    Signal {
        name: "gate/error-rate",
        about: "the performance gate holds production to an error rate of 1 %",
        look: |view| limited(view, Metric::ErrorRate, [Some(0.05), Some(0.02), Some(0.01)]),
    },
    Signal {
        name: "gate/throughput",
        about: "the performance gate wants 100 requests per second of production",
        look: |view| limited(view, Metric::Throughput, [None, Some(50.0), Some(100.0)]),
    },
    Signal {
        name: "gate/baseline-test",
        about: "a load test runs for 30 minutes with 100 users and 50 requests per second",
        look: |view| {
            let wanted =
                [("duration", 30.0 * MINUTE), ("concurrent_users", 100.0), ("target_rps", 50.0)];
            loaded(view, "baseline_test", &wanted)
        },
    },
    Signal {
        name: "gate/stress-test",
        about: "a load test runs for 15 minutes with 500 users and 200 requests per second",
        look: |view| {
            let wanted =
                [("duration", 15.0 * MINUTE), ("concurrent_users", 500.0), ("target_rps", 200.0)];
            loaded(view, "stress_test", &wanted)
        },
    },
    Signal {
        name: "gate/spike-test",
        about: "a load test sends 1000 users for 5 minutes and wants recovery within 2 minutes",
        look: |view| {
            let wanted = [("spike_users", 1000.0), ("spike_duration", 5.0 * MINUTE)];
            loaded(view, "spike_test", &wanted)
        },
    },
    Signal {
        name: "gate/soak-test",
        about: "a load test runs for 4 hours with 100 users and lets memory grow by at most 5 %",
        look: |view| {
            let wanted = [("duration", 4.0 * HOUR), ("concurrent_users", 100.0)];
            loaded(view, "soak_test", &wanted)
        },
    },
    Signal {
        name: "gate/guardrail-tests",
        about: "a release policy tests what guardrails must stop",
        look: guardrails_tested,
    },
    Signal {
        name: "gate/guardrails",
        about: "guardrails look at what goes into the models or comes out of them",
        look: guardrails,
    },
    Signal {
        name: "gate/feedback-schema",
        about: "feedback is kept with its trace, its session, both sorts of signals and the agent's version",
        look: feedback_schema,
    },
    Signal {
        name: "gate/feedback-loop",
        about: "feedback is collected, aggregated daily, analysed weekly and acted on",
        look: feedback_loop,
    },
];

/// What somebody may vouch for where a policy says nothing of it: what the guide asks for without a line in its
/// example, and what people do.
const VOUCHED: [&str; 4] = [
    "data_handling_policy",
    "penetration_test",
    "red_team_assessment",
    "security_architecture_review",
];

/// A place, what it says, and whether that is as it should be.
type Said = (Proof, bool);

fn good(at: Node<'_>, says: String) -> Said {
    (Proof::new(at.place(), says), true)
}

fn bad(at: Node<'_>, says: impl Into<String>) -> Said {
    (Proof::new(at.place(), says), false)
}

/// A field and the least or the most that it may be: what is wrong, if anything is.
fn falls_short(
    field: Field<'_, f64>,
    name: &str,
    is_met: impl Fn(f64) -> bool,
    show: impl Fn(f64) -> String,
    wanted: &str,
) -> Option<Said> {
    match field {
        Field::Is(value, _) if is_met(value) => None,
        Field::Is(value, at) => {
            Some(bad(at, format!("{name} is {}, and the guide wants {wanted}", show(value))))
        }
        Field::Missing(at) => Some(bad(at, format!("{name} is not stated"))),
        Field::Unclear(at) => Some(bad(at, format!("{name} is nothing that can be weighed"))),
    }
}

const NO_SECURITY: &str = "no release policy with `security_validation` here";

fn validations<'p>(view: &View<'p>) -> impl Iterator<Item = &'p SecurityValidation<'p>> {
    view.policies().filter_map(|policy| policy.security.as_ref())
}

fn scanned(view: &View<'_>, suite: Suite, tests: Option<f64>, wanted: f64) -> Answer {
    let (mut said, mut silent) = (Vec::new(), None);
    for security in validations(view) {
        let Some(scans) = &security.scans else {
            said.push(bad(security.scans_key, "the scans are filled in by a template"));
            continue;
        };
        let of_suite: Vec<_> = scans.iter().filter(|it| it.suite == Some(suite)).collect();
        if of_suite.is_empty() {
            let what = format!("no scan is about {}", suite.words());
            if suite == Suite::AccessControl {
                silent = Some(what);
                continue;
            }
            said.push(bad(security.scans_key, what));
        }
        said.extend(of_suite.into_iter().flat_map(|scan| of_scan(scan, tests, wanted)));
    }
    unless_silent(said, silent)
}

/// Where nothing that is said is wrong, a policy that is silent shows nothing, and no place of it is at fault.
fn unless_silent(said: Vec<Said>, silent: Option<String>) -> Answer {
    match silent.filter(|_| said.iter().all(|(_, is_good)| *is_good)) {
        Some(why) => Answer::Lacking(why, Vec::new()),
        None => Answer::demanded(said, NO_SECURITY),
    }
}

/// What a scan says of itself: one good word, or all that is wrong.
fn of_scan(scan: &Scan<'_>, tests: Option<f64>, wanted: f64) -> Vec<Said> {
    let name = |key: &str| format!("`{key}` of `{}`", scan.name);
    let counted = tests.and_then(|least| {
        let show = |value: f64| format!("{value}");
        falls_short(scan.tests, &name("tests"), |it| it >= least, show, &show(least))
    });
    let share = match scan.pass_threshold {
        Field::Is(share, at) if share.written == Written::PercentWithoutSign => {
            Some(bad(at, format!("{} is no share between 0 and 1", name("pass_threshold"))))
        }
        Field::Is(share, at) if share.of_one < wanted => {
            let says = format!(
                "{} is {share}, and the guide wants {}",
                name("pass_threshold"),
                percent(wanted)
            );
            Some(bad(at, says))
        }
        Field::Is(..) => None,
        Field::Missing(at) => Some(bad(at, format!("{} is not stated", name("pass_threshold")))),
        Field::Unclear(at) => {
            Some(bad(at, format!("{} is nothing that can be weighed", name("pass_threshold"))))
        }
    };
    let wrong: Vec<_> = counted.into_iter().chain(share).collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let how_many = scan.tests.value().map_or(String::new(), |tests| format!(" of {tests} tests"));
    let passes = scan.pass_threshold.value().map_or(String::new(), |share| share.to_string());
    let says = format!("scan `{}`: {passes}{how_many} must pass", scan.name);
    vec![good(scan.pass_threshold.node(), says)]
}

fn reviewed(
    view: &View<'_>,
    list: for<'a, 't> fn(&'a SecurityValidation<'t>) -> &'a Reviews<'t>,
    name: &str,
) -> Answer {
    let (mut said, mut silent) = (Vec::new(), None);
    for reviews in validations(view).map(list) {
        let Some(item) = reviews.items.iter().find(|item| item.name == name) else {
            let is_open = !reviews.missing.contains(&name);
            let why = if is_open { "is left to a template" } else { "is not there" };
            let why = format!("`{name}` {why}");
            if !is_open && VOUCHED.contains(&name) {
                silent = Some(why);
            } else {
                said.push(bad(reviews.at, why));
            }
            continue;
        };
        said.push(match item.state {
            State::Done => good(item.at, item.describe()),
            State::Open => bad(item.at, item.describe()),
            State::Unclear => bad(item.at, format!("`{name}` is left to a template")),
        });
    }
    unless_silent(said, silent)
}

/// The gates, each with the environment that it is for.
fn gates<'p>(view: &View<'p>) -> Vec<(&'p PerformanceGate<'p>, Environment)> {
    let all = view.policies().flat_map(|policy| &policy.performance);
    let of = |gate: &'p PerformanceGate<'p>| {
        let of_file = || view.environment(gate.key.place().file);
        (gate, gate.environment.unwrap_or_else(of_file))
    };
    all.map(of).collect()
}

/// `wanted` of development, staging and production, as the guide's table has them (section 21.1.2).
fn limited(view: &View<'_>, metric: Metric, wanted: [Option<f64>; 3]) -> Answer {
    let gates = gates(view);
    let mut said: Vec<Said> = gates
        .iter()
        .filter_map(|(gate, environment)| {
            let position = Environment::ALL.iter().position(|it| it == environment)?;
            let wanted = wanted.get(position).copied().flatten()?;
            of_gate(gate, *environment, metric, wanted)
        })
        .collect();
    let has_production = gates.iter().any(|(_, it)| *it == Environment::Production);
    if let Some((gate, _)) = gates.first().filter(|_| !has_production) {
        said.push(bad(gate.key, "no gate is that of production"));
    }
    Answer::demanded(said, "no release policy with `performance_gates` here")
}

fn of_gate(
    gate: &PerformanceGate<'_>,
    environment: Environment,
    metric: Metric,
    wanted: f64,
) -> Option<Said> {
    let name = format!("`{}` of {}", metric.key(), environment.as_str());
    let is_met = |value: f64| if metric.is_floor() { value >= wanted } else { value <= wanted };
    let field = gate.limit(metric);
    if field.missing().is_some() {
        // Of a developer's machine the guide's figures are wishes.
        let is_asked = environment != Environment::Development;
        return is_asked.then(|| bad(gate.key, format!("{name} is not stated")));
    }
    let is_mistaken = gate.error_rate.value().is_some_and(|share| {
        metric == Metric::ErrorRate && share.written == Written::PercentWithoutSign
    });
    if is_mistaken {
        return Some(bad(field.node(), format!("{name} is no share between 0 and 1")));
    }
    let wrong = falls_short(field, &name, is_met, |it| metric.show(it), &metric.show(wanted));
    wrong.or_else(|| Some(good(field.node(), format!("{name}: {}", metric.show(field.value()?)))))
}

fn loaded(view: &View<'_>, test: &'static str, wanted: &[(&str, f64)]) -> Answer {
    let mut said = Vec::new();
    for load in view.policies().filter_map(|policy| policy.load.as_ref()) {
        if load.missing.contains(&test) {
            said.push(bad(load.key, format!("there is no `{test}`")));
            continue;
        }
        let numbers: Vec<_> = load.sizes.iter().filter(|number| number.test == test).collect();
        let Some(first) = numbers.first() else {
            said.push(bad(load.key, format!("`{test}` is left to a template")));
            continue;
        };
        let mut wrong: Vec<Said> =
            numbers.iter().filter_map(|number| of_number(number, wanted)).collect();
        if test == "spike_test" {
            let name = "`recovery_time` of `spike_test`";
            wrong.extend(load.recovery_time.and_then(|field| {
                falls_short(field, name, |it| it <= 2.0 * MINUTE, duration, "at most 2 minutes")
            }));
        }
        if test == "soak_test" {
            let name = "`memory_leak_threshold` of `soak_test`";
            wrong.extend(load.leak.and_then(|field| {
                let share = match field {
                    Field::Is(share, at) => Field::Is(share.of_one, at),
                    Field::Missing(at) => Field::Missing(at),
                    Field::Unclear(at) => Field::Unclear(at),
                };
                falls_short(share, name, |it| it <= 0.05, percent, "at most 5 %")
            }));
        }
        if wrong.is_empty() {
            let figures: Vec<_> = numbers.iter().filter_map(|it| show(it)).collect();
            wrong.push(good(first.value.node(), format!("`{test}`: {}", figures.join(", "))));
        }
        said.append(&mut wrong);
    }
    Answer::demanded(said, "no release policy with `load_test_requirements` here")
}

fn of_number(number: &Number<'_>, wanted: &[(&str, f64)]) -> Option<Said> {
    let (_, least) = wanted.iter().find(|(name, _)| *name == number.name)?;
    let name = format!("`{}` of `{}`", number.name, number.test);
    let show = |value: f64| if number.is_time { duration(value) } else { format!("{value}") };
    falls_short(number.value, &name, |it| it >= *least, show, &show(*least))
}

/// `30 minutes`, `120 users`, `60 rps`
fn show(number: &Number<'_>) -> Option<String> {
    let value = number.value.value()?;
    Some(match number.name {
        _ if number.is_time => duration(value),
        name if name.ends_with("users") => format!("{value} users"),
        _ => format!("{value} requests per second"),
    })
}

/// Scans of what filters are there to stop.
const OF_GUARDRAILS: [Suite; 4] =
    [Suite::PromptInjection, Suite::IndirectInjection, Suite::Jailbreak, Suite::OutputSafety];

fn guardrails_tested(view: &View<'_>) -> Answer {
    let scans = validations(view).flat_map(|security| security.scans.iter().flatten());
    let found = scans.filter_map(|scan| {
        let suite = scan.suite.filter(|suite| OF_GUARDRAILS.contains(suite))?;
        let (tests, at) = scan.tests.stated().filter(|(tests, _)| *tests > 0.0)?;
        scan.pass_threshold.stated()?;
        let says = format!("scan `{}`: {tests} tests of {}", scan.name, suite.words());
        Some(Proof::new(at.place(), says))
    });
    Answer::any(found, "no release policy tests what guardrails must stop")
}

fn guardrails(view: &View<'_>) -> Answer {
    let of_agents = view.agents().filter_map(|agent| {
        let guards = &agent.guards;
        let on = [&agent.prompt_guard, &guards.injection_detection, &guards.output_filter];
        on.into_iter()
            .find_map(crate::agent::Setting::on)
            .map(|it| Proof::new(it.at.place(), it.text))
    });
    let of_code = view.repositories().iter().flat_map(crate::repo::Repository::signals);
    let of_code = of_code.filter(|it| it.kind == crate::repo::signal::Kind::Guardrails);
    let of_code = of_code.map(|it| Proof::new(it.place, format!("guardrails: `{}`", it.what)));
    Answer::any(of_agents.chain(of_code), "no guardrails in configurations, code or dependencies")
}

fn feedback_schema(view: &View<'_>) -> Answer {
    let schemas = view.policies().filter_map(|policy| policy.feedback_schema.as_ref());
    let said = schemas.map(|schema| {
        if schema.missing.is_empty() {
            return good(schema.key, "feedback is kept with all that it is about".to_owned());
        }
        bad(schema.key, format!("feedback is kept without {}", listed(&schema.missing)))
    });
    Answer::demanded(said, "no `feedback_schema` here")
}

/// How often the steps that run by the clock run at least, in days.
///
/// Source: the evaluation guide, section 21.4.4 ("Feedback-Driven Evaluation Loop").
const FREQUENCIES: [(&str, f64); 2] = [("aggregation", 1.0), ("analysis", 7.0)];

fn feedback_loop(view: &View<'_>) -> Answer {
    let loops = view.policies().filter_map(|policy: &ReleasePolicy<'_>| policy.feedback.as_ref());
    Answer::demanded(loops.flat_map(of_loop), "no `feedback_evaluation_loop` here")
}

fn of_loop(feedback: &FeedbackLoop<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    if !feedback.missing.is_empty() {
        let what = format!("the feedback loop has no {}", listed(&feedback.missing));
        said.push(bad(feedback.key, what));
    }
    for (step, days) in FREQUENCIES {
        let known = feedback.frequencies.iter().find(|(name, _)| *name == step);
        let Some((_, field)) = known else {
            if !feedback.missing.contains(&step) {
                said.push(bad(feedback.key, format!("nothing says how often `{step}` runs")));
            }
            continue;
        };
        let (name, most) = (format!("`{step}`"), days * DAY);
        let show = |every: f64| format!("every {}", duration(every));
        said.extend(falls_short(*field, &name, |it| it <= most, show, &show(most)));
    }
    if said.is_empty() {
        said.push(good(feedback.key, "collection, aggregation, analysis and action".to_owned()));
    }
    said
}

/// `` `a`, `b` ``
fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn of(signal: &str, policy: &str) -> String {
        ask(signal, &[("release-policy.yaml", policy)])
    }

    #[test]
    fn scans_meet_the_guide() {
        let policy = |scan: &str| format!("security_validation:\n  automated_scans:\n  - {scan}\n");
        let good = policy("{name: jailbreak_resistance, tests: 200, pass_threshold: 0.98}");
        assert_eq!(
            of("gate/jailbreak", &good),
            "shown\nrelease-policy.yaml:3: scan `jailbreak_resistance`: 98 % of 200 tests must pass"
        );
        assert_eq!(
            of("gate/pii", &good),
            "lacking: no scan is about personal data\nrelease-policy.yaml:2: no scan is about personal data"
        );
        for (scan, why) in [
            (
                "{name: jailbreak, tests: 20, pass_threshold: 0.98}",
                "`tests` of `jailbreak` is 20, and",
            ),
            (
                "{name: jailbreak, tests: 200, pass_threshold: 0.9}",
                "is 90 %, and the guide wants 98 %",
            ),
            ("{name: jailbreak, tests: 200, pass_threshold: 98}", "is no share between 0 and 1"),
            ("{name: jailbreak, tests: 200}", "`pass_threshold` of `jailbreak` is not stated"),
            (
                "{name: jailbreak, tests: '${N}', pass_threshold: 1.0}",
                "is nothing that can be weighed",
            ),
        ] {
            let answer = of("gate/jailbreak", &policy(scan));
            assert!(answer.starts_with("lacking") && answer.contains(why), "{scan}: {answer}");
        }
        let nothing = of("gate/jailbreak", "canary_config: {initial_deployment: {}}\n");
        assert!(nothing.starts_with("lacking: no release policy"), "{nothing}");
    }

    #[test]
    fn reviews_are_done() {
        let policy = |state: &str| {
            format!("security_validation:\n  manual_review:\n  - penetration_test: {state}\n")
        };
        assert_eq!(
            of("gate/penetration-test", &policy("passed")),
            "shown\nrelease-policy.yaml:3: `penetration_test` is `passed`"
        );
        for state in ["pending", "\"${STATE}\""] {
            let answer = of("gate/penetration-test", &policy(state));
            assert!(answer.starts_with("lacking"), "{answer}");
        }
        // Somebody may vouch for it, so that no place is at fault; the rest has to stand in the policy.
        let other = of("gate/red-team", &policy("passed"));
        assert_eq!(other, "lacking: `red_team_assessment` is not there");
        let scans = "security_validation:\n  automated_scans:\n  - {name: jailbreak, tests: 200, pass_threshold: 0.98}\n";
        assert_eq!(of("gate/access-control", scans), "lacking: no scan is about access control");
        let compliance =
            "security_validation:\n  compliance:\n  - data_handling_policy: compliant\n";
        let silent = of("gate/audit-logging", compliance);
        assert!(
            silent.starts_with("lacking: `audit_logging` is not there\nrelease-policy.yaml:"),
            "{silent}"
        );
    }

    #[test]
    fn limits_are_those_of_the_table() {
        let gates = "performance_gates:\n  staging: {p95_latency_ms: 2500}\n  production: {p95_latency_ms: 2000}\n";
        let answer = of("gate/p95", gates);
        assert!(
            answer.starts_with("shown")
                && answer.contains(":3: `p95_latency_ms` of production: 2000 ms"),
            "{answer}"
        );
        let loose = of("gate/p95", &gates.replace("2000", "2001"));
        assert!(loose.starts_with("lacking: `p95_latency_ms` of production is 2001 ms"), "{loose}");
        let p50 = of("gate/p50", gates);
        assert!(
            p50.starts_with("lacking: `p50_latency_ms` of staging is not stated, and 1 more"),
            "{p50}"
        );
        let staging = of("gate/p95", "performance_gates: {staging: {p95_latency_ms: 2000}}\n");
        assert!(staging.starts_with("lacking: no gate is that of production"), "{staging}");
        let floor =
            of("gate/throughput", "performance_gates: {production: {throughput_rps: 99}}\n");
        assert!(floor.starts_with("lacking"), "{floor}");
    }

    #[test]
    fn load_tests_are_long_and_hard_enough() {
        let soak = "load_test_requirements:\n  soak_test: {duration: 4h, concurrent_users: 100, memory_leak_threshold: 5%}\n";
        assert_eq!(
            of("gate/soak-test", soak),
            "shown\nrelease-policy.yaml:2: `soak_test`: 4 hours, 100 users"
        );
        let leak = of("gate/soak-test", &soak.replace("5%", "9%"));
        assert!(leak.contains("is 9 %, and the guide wants at most 5 %"), "{leak}");
        let bare = of("gate/soak-test", &soak.replace("4h", "4"));
        assert!(bare.starts_with("lacking: `duration` of `soak_test` is nothing"), "{bare}");
        let none = of("gate/spike-test", soak);
        assert!(none.starts_with("lacking: there is no `spike_test`"), "{none}");
    }

    #[test]
    fn feedback_comes_back() {
        let feedback = "feedback_evaluation_loop:\n  collection: {sources: [a]}\n  \
            aggregation: {frequency: daily}\n  analysis: {frequency: weekly}\n  action: [b]\n";
        assert!(of("gate/feedback-loop", feedback).starts_with("shown\nrelease-policy.yaml:1"));
        let slow = of("gate/feedback-loop", &feedback.replace("weekly", "monthly"));
        assert!(slow.starts_with("lacking: `analysis` is every 30 days"), "{slow}");
        let half = of("gate/feedback-loop", &feedback.replace("  action: [b]\n", ""));
        assert!(half.starts_with("lacking: the feedback loop has no `action`"), "{half}");
        assert!(of("gate/feedback-schema", feedback).starts_with("lacking: no `feedback_schema`"));
    }
}
