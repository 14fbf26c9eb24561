//! How a new version comes to its users, and what stops it on the way.
//!
//! A plan is a `canary_config`, the canary of an Argo Rollout, or a Canary of Flagger. The stages and
//! limits are those of the evaluation guide, section 21.2.2. Each plan that is there has to meet them.

use super::{Answer, Proof, Signal, View};
use crate::gate::canary::{Comparison, Condition, Signal as Subject, stops};
use crate::gate::value::{HOUR, MINUTE, duration};
use crate::project::{CanaryPlan, CanaryStep, CanaryTest};
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "canary/plan",
        about: "new versions come to a small part of the users first, by a canary plan",
        look: plan,
    },
    Signal {
        name: "canary/initial-traffic",
        about: "each canary begins with 1 % of the traffic for at least 60 minutes",
        look: initial_traffic,
    },
    Signal {
        name: "canary/schedule",
        about: "each canary rises by 1, 5, 20, 50 and 100 %, after 1, 4, 24 and 48 hours",
        look: schedule,
    },
    Signal {
        name: "canary/promotion-criteria",
        about: "error rate, latency and success decide whether each canary is promoted",
        look: promotion_criteria,
    },
    Signal {
        name: "canary/rollback-triggers",
        about: "error rate and latency roll each canary back, or hold it",
        look: rollback_triggers,
    },
];

/// "Canary Deployment Stages" of section 21.2.2: percent of the traffic, and for how many seconds at
/// least.
const STAGES: [(f64, f64); 4] =
    [(1.0, HOUR), (5.0, 4.0 * HOUR), (20.0, 24.0 * HOUR), (50.0, 48.0 * HOUR)];

const ALL: f64 = 100.0;

const ABSENT: &str =
    "no canary plan here: no `canary_config`, no canary of Argo Rollouts or Flagger";

type Said = (Proof, bool);

fn good(at: Node<'_>, says: String) -> Said {
    (Proof::new(at.place(), says), true)
}

fn bad(at: Node<'_>, says: impl Into<String>) -> Said {
    (Proof::new(at.place(), says), false)
}

fn plans<'p>(view: &View<'p>) -> impl Iterator<Item = CanaryPlan<'p>> {
    let policies = view.policies().filter_map(|policy| policy.canary.as_ref());
    let policies = policies.map(CanaryPlan::of_policy);
    let objects = view.objects().filter_map(|it| CanaryPlan::of_object(view.project(), it));
    policies.chain(objects)
}

/// Up to which share a part of the users is a small one. The list of FBA-Bench says "a small subset of
/// the production traffic" and no figure; the guide's third stage has a fifth of it.
const SMALL: f64 = 20.0;

fn plan(view: &View<'_>) -> Answer {
    let said = plans(view).map(|plan| {
        let who = &plan.who;
        let Some(first) = plan.steps.first() else {
            return bad(plan.key, format!("{who} has no stages"));
        };
        match first.percent {
            Some(percent) if percent > 0.0 && percent <= SMALL => {
                good(first.at, format!("{who} begins with {percent} % of the traffic"))
            }
            Some(percent) => bad(first.at, format!("{who} begins with {percent} % of the traffic")),
            None => bad(first.at, format!("{who} does not say with how much it begins")),
        }
    });
    Answer::demanded(said, ABSENT)
}

fn initial_traffic(view: &View<'_>) -> Answer {
    let said = plans(view).flat_map(|plan| match plan.steps.first() {
        None => vec![bad(plan.key, format!("{} has no stages", plan.who))],
        Some(first) => {
            let mut wrong = too_much(&plan, first, 0.0);
            wrong.extend(too_short(&plan, first));
            let held = first.hold.map_or(String::new(), duration);
            if wrong.is_empty() {
                let percent = first.percent.unwrap_or_default();
                wrong.push(good(
                    first.at,
                    format!("{} begins with {percent} % for {held}", plan.who),
                ));
            }
            wrong
        }
    });
    Answer::demanded(said.collect::<Vec<_>>(), ABSENT)
}

/// A stage with more of the traffic than may follow on `before`, or not with more than that.
fn too_much<'t>(plan: &CanaryPlan<'t>, step: &CanaryStep<'t>, before: f64) -> Vec<Said> {
    let most = STAGES.iter().map(|(percent, _)| *percent).find(|most| *most > before);
    let (who, most) = (&plan.who, most.unwrap_or(ALL));
    let says = match step.percent {
        None => format!("{who} does not say how much of the traffic a stage has"),
        Some(percent) if percent > most => {
            let from = if before > 0.0 { format!("from {before} % ") } else { String::new() };
            format!("{who} goes {from}to {percent} % of the traffic, not to {most} %")
        }
        Some(percent) if percent <= before => format!("{who} goes from {before} % to {percent} %"),
        Some(_) => return Vec::new(),
    };
    vec![bad(step.at, says)]
}

fn too_short<'t>(plan: &CanaryPlan<'t>, step: &CanaryStep<'t>) -> Option<Said> {
    let percent = step.percent.filter(|percent| *percent < ALL)?;
    let needed = STAGES.iter().rev().find(|(from, _)| percent >= *from);
    let needed = needed.map_or(60.0 * MINUTE, |(_, needed)| *needed);
    let who = &plan.who;
    match step.hold {
        Some(hold) if hold >= needed => None,
        Some(hold) => {
            let (hold, needed) = (duration(hold), duration(needed));
            Some(bad(step.held_at, format!("{who} holds {percent} % for {hold}, not {needed}")))
        }
        None => Some(bad(step.held_at, format!("nothing says how long {who} holds {percent} %"))),
    }
}

fn schedule(view: &View<'_>) -> Answer {
    Answer::demanded(plans(view).flat_map(|plan| of_schedule(&plan)), ABSENT)
}

fn of_schedule(plan: &CanaryPlan<'_>) -> Vec<Said> {
    let Some(last) = plan.steps.last() else {
        return vec![bad(plan.key, format!("{} has no stages", plan.who))];
    };
    let (mut all, mut before) = (Vec::new(), 0.0);
    for step in &plan.steps {
        all.extend(too_much(plan, step, before));
        all.extend(too_short(plan, step));
        before = step.percent.unwrap_or(before);
    }
    if let Some(end) = plan.in_fractions {
        all.push(bad(end, "the schedule counts to 1, which is 1 % of the traffic"));
    }
    // Rollouts and Flagger go on to all of the traffic by themselves.
    let enough = if plan.goes_on { 50.0 } else { ALL };
    if before < enough {
        all.push(bad(last.at, format!("{} goes from {before} % to all at once", plan.who)));
    }
    if all.is_empty() {
        let percents = plan.steps.iter().filter_map(|step| step.percent);
        let percents: Vec<_> = percents.map(|percent| format!("{percent}")).collect();
        all.push(good(plan.key, format!("{}: {} %", plan.who, percents.join(", "))));
    }
    all
}

/// Whether a test is about a subject.
fn is_about(tests: &[CanaryTest<'_>], subject: Subject) -> bool {
    tests.iter().any(|test| test.subject == Some(subject))
}

fn promotion_criteria(view: &View<'_>) -> Answer {
    let said = plans(view).flat_map(|plan| match plan.policy {
        None => of_tests(&plan, &Subject::ALL, most_to_promote),
        Some(canary) => match &canary.criteria {
            None => {
                vec![bad(canary.criteria_key.unwrap_or(plan.key), "a template has the criteria")]
            }
            Some(criteria) => {
                let key = canary.criteria_key.unwrap_or(plan.key);
                judge(key, criteria, &Subject::ALL, "promotes", is_criterion)
            }
        },
    });
    Answer::demanded(said.collect::<Vec<_>>(), ABSENT)
}

fn rollback_triggers(view: &View<'_>) -> Answer {
    const WANTED: [Subject; 2] = [Subject::Errors, Subject::Latency];
    let said = plans(view).flat_map(|plan| match plan.policy {
        None => of_tests(&plan, &WANTED, |subject, _| most_to_go_on(subject)),
        Some(canary) => match &canary.triggers {
            None => {
                vec![bad(canary.triggers_key.unwrap_or(plan.key), "a template has the triggers")]
            }
            Some(triggers) => {
                let key = canary.triggers_key.unwrap_or(plan.key);
                judge(key, triggers, &WANTED, "stops", is_trigger)
            }
        },
    });
    Answer::demanded(said.collect::<Vec<_>>(), ABSENT)
}

/// The limits of the example of section 21.2.2 within which a canary is promoted.
fn most_to_promote(subject: Subject, metric: &str) -> Option<f64> {
    match subject {
        Subject::Errors => Some(0.02),
        Subject::Success => Some(0.85),
        Subject::Latency if metric.to_ascii_lowercase().contains("p95") => Some(3000.0),
        Subject::Latency => None,
    }
}

/// The limits of that example beyond which it is rolled back or held.
fn most_to_go_on(subject: Subject) -> Option<f64> {
    match subject {
        Subject::Errors => Some(0.05),
        Subject::Latency => Some(10_000.0),
        Subject::Success => None,
    }
}

/// Whether a value lets more pass than a limit.
fn is_looser(subject: Subject, value: f64, limit: f64) -> bool {
    if subject == Subject::Success { value < limit - 1e-9 } else { value > limit + 1e-9 }
}

/// What the analyses of a Rollout or of Flagger look at: they promote, and they roll back. One that looks
/// closely is enough, since each of them has to agree.
fn of_tests(
    plan: &CanaryPlan<'_>,
    wanted: &[Subject],
    most: fn(Subject, &str) -> Option<f64>,
) -> Vec<Said> {
    let missing: Vec<_> = wanted.iter().filter(|it| !is_about(&plan.tests, **it)).collect();
    if !missing.is_empty() {
        let missing: Vec<_> = missing.into_iter().map(|it| it.words()).collect();
        let what = format!("no analysis of {} looks at {}", plan.who, missing.join(" and "));
        return vec![bad(plan.key, what)];
    }
    let each = wanted.iter().flat_map(|&subject| {
        let tests = plan.tests.iter().filter(move |test| test.subject == Some(subject));
        let (loose, close): (Vec<_>, Vec<_>) = tests.partition(|test| {
            let limits = test.limit.zip(most(subject, test.name));
            limits.is_some_and(|(limit, most)| is_looser(subject, limit, most))
        });
        let said = if close.is_empty() { loose } else { close };
        said.into_iter().map(move |test| of_test(plan, subject, test, most(subject, test.name)))
    });
    each.collect()
}

fn of_test(
    plan: &CanaryPlan<'_>,
    subject: Subject,
    test: &CanaryTest<'_>,
    most: Option<f64>,
) -> Said {
    let who = &plan.who;
    match test.limit.zip(most).filter(|(limit, most)| is_looser(subject, *limit, *most)) {
        Some((limit, most)) => {
            let (what, limit, most) = (subject.words(), subject.show(limit), subject.show(most));
            bad(test.at, format!("{who} goes on with {what} at {limit}, and the guide says {most}"))
        }
        None => good(test.at, format!("{who} tests `{}`", test.name)),
    }
}

/// Conditions on each of the subjects, each of them as `fault` would have it.
fn judge<'t>(
    key: Node<'t>,
    conditions: &[Condition<'t>],
    wanted: &[Subject],
    does: &str,
    fault: fn(&Condition<'t>, Subject) -> Option<(Node<'t>, String)>,
) -> Vec<Said> {
    let missing = wanted.iter().filter(|it| conditions.iter().all(|on| on.signal != Some(**it)));
    let missing: Vec<_> = missing.map(|it| it.words()).collect();
    let mut wrong = Vec::new();
    if !missing.is_empty() {
        wrong.push(bad(key, format!("nothing {does} the canary for {}", missing.join(" and "))));
    }
    for condition in conditions {
        let subject = condition.signal.filter(|subject| wanted.contains(subject));
        let found = subject.and_then(|subject| fault(condition, subject));
        wrong.extend(found.or_else(|| unweighed(condition)).map(|(at, says)| bad(at, says)));
    }
    if !wrong.is_empty() {
        return wrong;
    }
    let of = |it: &Condition<'_>| it.signal.is_some_and(|subject| wanted.contains(&subject));
    let of = conditions.iter().filter(|it| of(it));
    let of = of.map(|it| good(it.threshold.node(), format!("`{}` {does} the canary", it.metric)));
    of.collect()
}

/// A condition that compares with nothing.
fn unweighed<'t>(condition: &Condition<'t>) -> Option<(Node<'t>, String)> {
    let at = condition.threshold.missing()?;
    condition.multiplier.missing()?;
    Some((at, format!("`{}` is compared with nothing", condition.metric)))
}

/// What is wrong with a condition that promotes. The limits are those of the example of section 21.2.2.
fn is_criterion<'t>(on: &Condition<'t>, subject: Subject) -> Option<(Node<'t>, String)> {
    let metric = on.metric;
    let right = if subject == Subject::Success { Comparison::Greater } else { Comparison::Less };
    if on.comparison.value() != Some(right) {
        let at = on.comparison.node();
        return Some((at, format!("`{metric}` is not compared as it should be")));
    }
    if let Some((share, at)) = mistaken(on) {
        return Some((at, format!("`{metric}` is compared with {share}, no share of 1")));
    }
    let limits = on.threshold.stated().zip(most_to_promote(subject, metric));
    let loose = limits.filter(|((value, _), limit)| is_looser(subject, *value, *limit));
    if let Some(((value, at), limit)) = loose {
        let (value, limit) = (subject.show(value), subject.show(limit));
        return Some((at, format!("`{metric}` may be {value}, and the guide says {limit}")));
    }
    let times = match subject {
        Subject::Errors => 2.0,
        Subject::Latency => 1.5,
        Subject::Success => f64::INFINITY,
    };
    if let Some((value, at)) = on.multiplier.stated().filter(|(value, _)| *value > times) {
        return Some((at, format!("`{metric}` may be {value} times what it was, not {times}")));
    }
    let is_weighed = on.threshold.value().or(on.multiplier.value()).is_some();
    (!is_weighed).then(|| (on.threshold.node(), format!("`{metric}` is compared with nothing")))
}

/// What is wrong with a condition that rolls back or holds.
fn is_trigger<'t>(on: &Condition<'t>, subject: Subject) -> Option<(Node<'t>, String)> {
    let metric = on.metric;
    let Some((value, at)) = on.threshold.stated() else {
        return Some((on.threshold.node(), format!("`{metric}` has no threshold")));
    };
    if let Some((share, at)) = mistaken(on) {
        return Some((at, format!("`{metric}` is compared with {share}, no share of 1")));
    }
    let most = most_to_go_on(subject).filter(|most| is_looser(subject, value, *most));
    if let Some(most) = most {
        let (value, most) = (subject.show(value), subject.show(most));
        return Some((at, format!("`{metric}` must pass {value}, and the guide says {most}")));
    }
    let is_stopped = on.action.value().is_some_and(stops);
    (!is_stopped).then(|| (on.action.node(), format!("`{metric}` stops nothing")))
}

/// A percentage without its sign.
fn mistaken<'t>(on: &Condition<'t>) -> Option<(&'t str, Node<'t>)> {
    let (share, at) = on.share.stated()?;
    let is_mistaken = share.written == crate::gate::value::Written::PercentWithoutSign;
    is_mistaken.then(|| (at.text().trim(), at))
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const POLICY: &str = "canary_config:
  initial_deployment: {traffic_percentage: 1, min_duration_minutes: 60}
  promotion_criteria:
  - {metric: error_rate, comparison: less_than, threshold: 0.02, baseline_multiplier: 2.0}
  - {metric: p95_latency_ms, comparison: less_than, threshold: 3000}
  - {metric: task_success_rate, comparison: greater_than, threshold: 0.85}
  rollback_triggers:
  - {metric: error_rate, threshold: 0.05, action: immediate_rollback}
  - {metric: p99_latency_ms, threshold: 10000, action: pause_and_alert}
  promotion_schedule:
  - {percentage: 5, wait_hours: 4}
  - {percentage: 20, wait_hours: 24}
  - {percentage: 50, wait_hours: 48}
  - {percentage: 100, wait_hours: 72}
";
    const ALL: [&str; 5] = [
        "canary/plan",
        "canary/initial-traffic",
        "canary/schedule",
        "canary/promotion-criteria",
        "canary/rollback-triggers",
    ];

    #[test]
    fn the_example_of_the_guide_meets_it() {
        for signal in ALL {
            let answer = ask(signal, &[("policy.yaml", POLICY)]);
            assert!(answer.starts_with("shown\npolicy.yaml:"), "{signal}: {answer}");
            let none = ask(signal, &[("README.md", "# Orders\n")]);
            assert!(none.starts_with("lacking: no canary plan here"), "{none}");
        }
    }

    #[test]
    fn what_falls_short_of_it_is_named() {
        for (signal, old, new, why) in [
            (
                "canary/initial-traffic",
                "traffic_percentage: 1",
                "traffic_percentage: 5",
                "to 5 % of the traffic, not to 1 %",
            ),
            ("canary/initial-traffic", "minutes: 60", "minutes: 10", "for 10 minutes, not 1 hour"),
            ("canary/initial-traffic", ": 60}", ": '${M}'}", "nothing says how long"),
            (
                "canary/schedule",
                "wait_hours: 24",
                "wait_hours: 2",
                "holds 20 % for 2 hours, not 24 hours",
            ),
            ("canary/schedule", "percentage: 20", "percentage: 40", "goes from 5 % to 40 %"),
            (
                "canary/schedule",
                "  - {percentage: 100, wait_hours: 72}\n",
                "",
                "from 50 % to all at once",
            ),
            ("canary/promotion-criteria", "threshold: 3000", "threshold: 9000", "may be 9000 ms"),
            ("canary/promotion-criteria", "greater_than", "less_than", "not compared as it should"),
            ("canary/promotion-criteria", "task_success_rate", "stars", "for task success"),
            ("canary/rollback-triggers", "threshold: 10000", "threshold: TBD", "has no threshold"),
            ("canary/rollback-triggers", "pause_and_alert", "email", "stops nothing"),
            ("canary/plan", "traffic_percentage: 1", "traffic_percentage: 50", "begins with 50 %"),
        ] {
            let policy = POLICY.replacen(old, new, 1);
            assert_ne!(policy, POLICY, "{old}");
            let answer = ask(signal, &[("policy.yaml", &policy)]);
            assert!(answer.starts_with("lacking") && answer.contains(why), "{new}: {answer}");
        }
    }

    const ROLLOUT: &str = "apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: api}
spec:
  strategy:
    canary:
      analysis: {templates: [{templateName: health}]}
      steps: [{setWeight: 1}, {pause: {duration: 1h}}, {setWeight: 5}, {pause: {duration: 4h}},
        {setWeight: 20}, {pause: {duration: 24h}}, {setWeight: 50}, {pause: {duration: 48h}}]
";
    const ANALYSIS: &str = "apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: health}
spec:
  metrics:
  - {name: error-rate, successCondition: 'result[0] < 0.02', provider: {prometheus: {query: a}}}
  - {name: p95-latency, successCondition: 'result[0] < 3', provider: {prometheus: {query: b}}}
";

    #[test]
    fn rollouts_are_plans() {
        let files = [("rollout.yaml", ROLLOUT), ("analysis.yaml", ANALYSIS)];
        for signal in ["canary/plan", "canary/initial-traffic", "canary/schedule"] {
            let answer = ask(signal, &files);
            assert!(answer.starts_with("shown\nrollout.yaml:"), "{signal}: {answer}");
        }
        let triggers = ask("canary/rollback-triggers", &files);
        assert!(triggers.starts_with("shown\nanalysis.yaml:6:"), "{triggers}");
        let criteria = ask("canary/promotion-criteria", &files);
        assert!(criteria.contains("looks at task success"), "{criteria}");
        let alone = ask("canary/rollback-triggers", &files[..1]);
        assert!(alone.starts_with("lacking: no analysis of Rollout `api`"), "{alone}");
        for (old, new, is_shown) in [
            ("'result[0] < 0.02'", "'result[0] < 0.9'", false),
            ("'result[0] < 0.02'", "'result[0] <= 5'", true),
            ("successCondition: 'result[0] < 0.02'", "failureCondition: 'result[0] > 0.2'", false),
            ("'result[0] < 0.02'", "'len(result) > 0 and result[0] < 0.9'", true),
            (
                "error-rate, successCondition: 'result[0] < 0.02'",
                "success-rate, successCondition: 'result[0] >= 0.5'",
                false,
            ),
            (
                "p95-latency, successCondition: 'result[0] < 3'",
                "p95-latency-seconds, successCondition: 'result[0] < 60'",
                false,
            ),
        ] {
            let analysis = ANALYSIS.replace(old, new);
            assert_ne!(analysis, ANALYSIS, "{old}");
            let said = ask("canary/rollback-triggers", &[files[0], ("analysis.yaml", &analysis)]);
            assert_eq!(said.starts_with("shown"), is_shown, "{new}: {said}");
        }
        let endless = ROLLOUT.replace("{pause: {duration: 1h}}", "{pause: {}}");
        let endless = ask("canary/initial-traffic", &[("rollout.yaml", &endless)]);
        assert!(endless.starts_with("lacking: nothing says how long"), "{endless}");
    }

    #[test]
    fn canaries_of_flagger_are_plans() {
        let canary = "apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: api}
spec:
  analysis:
    interval: 48h
    stepWeights: [1, 5, 20, 50]
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
    - {name: request-duration, thresholdRange: {max: 500}, interval: 1m}
";
        for signal in
            ["canary/plan", "canary/initial-traffic", "canary/schedule", "canary/rollback-triggers"]
        {
            let answer = ask(signal, &[("canary.yaml", canary)]);
            assert!(answer.starts_with("shown\ncanary.yaml:"), "{signal}: {answer}");
        }
        let quick = canary.replace("48h", "1m");
        let quick = ask("canary/schedule", &[("canary.yaml", &quick)]);
        assert!(quick.contains("holds 1 % for 1 minute, not 1 hour"), "{quick}");
        for (old, new, why) in [
            ("min: 99", "min: 50", "the error rate at 50 %, and the guide says 5 %"),
            ("max: 500", "max: 60000", "latency at 60000 ms, and the guide says 10000 ms"),
        ] {
            let loose = canary.replace(old, new);
            let loose = ask("canary/rollback-triggers", &[("canary.yaml", &loose)]);
            assert!(loose.starts_with("lacking: Canary `api` ") && loose.contains(why), "{loose}");
        }
        let even =
            canary.replace("stepWeights: [1, 5, 20, 50]", "stepWeight: 10\n    maxWeight: 50");
        let even = ask("canary/plan", &[("canary.yaml", &even)]);
        assert!(even.contains("begins with 10 % of the traffic"), "{even}");
    }
}
