//! What raises an alarm, and who hears it.
//!
//! An alert shows that something is watched where its condition is read and can be met. Where a
//! document has figures, the limits are compared with them: a looser one shows nothing.

use super::telemetry::is_watcher;
use super::{Answer, Proof, Signal, View};
use crate::agent::Notifier;
use crate::alert::query::{Op, label, selectors};
use crate::alert::{Alert, AlertSet, Class, Format, Level, Measure, Recordings, Resource, Watched};
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "alert/errors",
        about: "alerts warn when more than 2 % of requests fail, and page at 5 %",
        look: |view| levels(view, Measure::Errors, 2.0, 5.0),
    },
    Signal {
        name: "alert/errors-early",
        about: "alerts warn when more than 1 % of requests fail, and page at 5 %",
        look: |view| levels(view, Measure::Errors, 1.0, 5.0),
    },
    Signal {
        name: "alert/p95",
        about: "alerts warn at a P95 latency of 3 seconds, and page at 5",
        look: |view| levels(view, Measure::P95, 3.0, 5.0),
    },
    Signal {
        name: "alert/p99",
        about: "alerts warn at a P99 latency of 5 seconds, and page at 10",
        look: |view| levels(view, Measure::P99, 5.0, 10.0),
    },
    Signal {
        name: "alert/task-success",
        about: "alerts warn when fewer than 90 % of tasks succeed, and page at 80 %",
        look: |view| levels(view, Measure::Success, 90.0, 80.0),
    },
    Signal {
        name: "alert/cost",
        about: "alerts warn when the cost passes 150 % of what is usual, and are critical at 200 %",
        look: |view| levels(view, Measure::Cost, 150.0, 200.0),
    },
    Signal {
        name: "alert/guardrails",
        about: "alerts warn when guardrails act more than 10 times a minute, and are critical at 50",
        look: |view| levels(view, Measure::Guardrails, 10.0, 50.0),
    },
    Signal {
        name: "alert/resources",
        about: "alerts warn when 70 % of CPU or of memory is used, and page at 90 %",
        look: resources,
    },
    Signal {
        name: "alert/service-down",
        about: "an alert pages when the service is down",
        look: service_down,
    },
    Signal {
        name: "alert/production-classes",
        about: "alerts watch rate limits of the models, business figures, errors and resources",
        look: production_classes,
    },
    Signal {
        name: "alert/critical-classes",
        about: "alerts watch the error rate, latency and crash loops",
        look: critical_classes,
    },
    Signal {
        name: "alert/fields",
        about: "every alert has a duration, a severity and a channel, and critical ones a runbook and a pager",
        look: fields,
    },
    Signal {
        name: "alert/severity",
        about: "every alert has `for`, a severity and a summary",
        look: severity,
    },
    Signal {
        name: "alert/routing",
        about: "alerts go to a pager, a chat or a mailbox",
        look: routing,
    },
    Signal {
        name: "alert/runbooks",
        about: "every alert that pages somebody links to a runbook",
        look: runbooks,
    },
    Signal {
        name: "alert/triggers",
        about: "degradation, drift, clusters of failures, new models and bad feedback trigger something",
        look: triggers,
    },
];

type Said = (Proof, bool);

fn good(at: Node<'_>, says: String) -> Said {
    (Proof::new(at.place(), says), true)
}

fn bad(at: Node<'_>, says: impl Into<String>) -> Said {
    (Proof::new(at.place(), says), false)
}

const NO_ALERTS: &str = "no alerts here";

/// The sets of alerts that are meant to tell somebody, and are not switched off.
fn sets<'p>(view: &View<'p>) -> impl Iterator<Item = &'p AlertSet<'p>> {
    let all = view.alert_sets();
    all.filter(|set| set.format() != Format::Triggers && set.off().next().is_none())
}

fn alerts<'p>(view: &View<'p>) -> impl Iterator<Item = &'p Alert<'p>> {
    sets(view).flat_map(|set| &set.alerts).filter(|alert| !alert.is_watchdog())
}

fn recordings<'p>(view: &View<'p>) -> Recordings<'p> {
    view.alert_sets().flat_map(AlertSet::recordings).collect()
}

fn named(alert: &Alert<'_>) -> String {
    format!("alert `{}`", alert.title())
}

/// Where it stands that nothing is watched: the key of the first set of alerts.
fn nowhere(view: &View<'_>, what: &str) -> Answer {
    let first = sets(view).find(|set| !set.alerts.is_empty());
    match first {
        None => Answer::Lacking(NO_ALERTS.to_owned(), Vec::new()),
        Some(set) => {
            let what = format!("no alert watches {what}");
            Answer::Lacking(what.clone(), vec![Proof::new(set.key.place(), what)])
        }
    }
}

/// The class whose alerts have limits of a measure.
fn class_of(measure: Measure) -> Class {
    match measure {
        Measure::Errors | Measure::Success => Class::ErrorRate,
        Measure::P95 | Measure::P99 => Class::Latency,
        Measure::Cost => Class::Cost,
        Measure::Guardrails => Class::Guardrails,
    }
}

fn words(measure: Measure) -> &'static str {
    match measure {
        Measure::Errors => "the share of requests that fail",
        Measure::P95 => "the P95 latency",
        Measure::P99 => "the P99 latency",
        Measure::Success => "the share of tasks that succeed",
        Measure::Cost => "the cost against what is usual",
        Measure::Guardrails => "how often guardrails act",
    }
}

/// `5 %`, `3 s`, `10 per minute`
fn shown(measure: Measure, limit: f64) -> String {
    let limit = crate::gate::value::rounded(limit);
    match measure {
        Measure::P95 | Measure::P99 => format!("{limit} s"),
        Measure::Guardrails => format!("{limit} per minute"),
        Measure::Errors | Measure::Success | Measure::Cost => format!("{limit} %"),
    }
}

/// Whether an alert of one measure fires wherever one of another would: 99 of 100 requests are not
/// faster than 95.
fn covers(level: Measure, wanted: Measure) -> bool {
    level == wanted || level == Measure::P99 && wanted == Measure::P95
}

/// Alerts on a measure that fire at a warning and at a critical limit, the second of them so that
/// somebody is called.
fn levels(view: &View<'_>, measure: Measure, warning: f64, critical: f64) -> Answer {
    let recordings = recordings(view);
    let mut weighed: Vec<(&Alert<'_>, Level<'_>)> = Vec::new();
    let mut unread: Vec<&Alert<'_>> = Vec::new();
    for alert in alerts(view) {
        let found = alert.levels_with(&recordings);
        // Requests that fail and tasks that succeed are one class, and not one thing.
        let is_of_other = matches!(measure, Measure::Errors | Measure::Success)
            && found.iter().any(|it| it.measure != measure);
        match found.into_iter().find(|it| covers(it.measure, measure)) {
            Some(level) => weighed.push((alert, level)),
            None if !is_of_other && alert.classes().contains(&class_of(measure)) => {
                unread.push(alert);
            }
            None => {}
        }
    }
    if weighed.is_empty() {
        return unweighed(view, measure, &unread);
    }
    let fires = |limit: f64| {
        let mut found = weighed.iter();
        found.find(move |(_, level)| !measure.is_looser(level.limit, limit))
    };
    // What calls nobody is no page; the cost alone wakes nobody in the guide.
    let is_called = |alert: &Alert<'_>| {
        let is_quiet = alert.channels.as_ref().is_some_and(|channels| !channels.page());
        alert.pages() && (measure == Measure::Cost || !is_quiet)
    };
    let page = weighed
        .iter()
        .find(|(alert, level)| is_called(alert) && !measure.is_looser(level.limit, critical));
    let mut lacking = Vec::new();
    if fires(warning).is_none() {
        lacking.push(format!("nobody is warned at {}", shown(measure, warning)));
    }
    if page.is_none() {
        lacking.push(format!("no critical alert fires at {}", shown(measure, critical)));
    }
    let proof = |(alert, level): &(&Alert<'_>, Level<'_>)| {
        let says = format!("{} fires at {}", named(alert), shown(level.measure, level.limit));
        Proof::new(level.at.place(), says)
    };
    if !lacking.is_empty() {
        return Answer::Lacking(lacking.join(", and "), weighed.iter().map(proof).collect());
    }
    let found: Vec<_> = fires(warning).into_iter().chain(page).map(proof).collect();
    Answer::Shown(distinct(found))
}

/// Of alerts whose limit cannot be told.
fn unweighed(view: &View<'_>, measure: Measure, unread: &[&Alert<'_>]) -> Answer {
    if unread.is_empty() {
        return nowhere(view, words(measure));
    }
    let places = unread.iter().map(|alert| {
        let says = format!("{} has no limit that can be weighed", named(alert));
        Proof::new(alert.watched_at().place(), says)
    });
    Answer::Lacking(format!("no alert has a limit for {}", words(measure)), places.collect())
}

fn distinct(mut proofs: Vec<Proof>) -> Vec<Proof> {
    proofs.dedup();
    proofs
}

/// "CPU/memory > 90 %" and "> 70 %": both of both.
///
/// Source: the MSFT agent's production checklist, "Alerting".
fn resources(view: &View<'_>) -> Answer {
    let recordings = recordings(view);
    let all: Vec<_> = alerts(view)
        .filter_map(|alert| alert.saturation(&recordings).map(|found| (alert, found)))
        .collect();
    let (mut lacking, mut found) = (Vec::new(), Vec::new());
    for (resource, name) in [(Resource::Memory, "memory"), (Resource::Cpu, "CPU")] {
        for (most, pages) in [(70.0, false), (90.0, true)] {
            let fits = |(alert, (of, percent, _)): &&(&Alert<'_>, (Resource, f64, Node<'_>))| {
                *of == resource && *percent <= most + 1e-9 && (!pages || alert.pages())
            };
            match all.iter().find(fits) {
                Some((alert, (_, percent, at))) => {
                    let percent = crate::gate::value::rounded(*percent);
                    let says = format!("{} fires at {percent} % of {name}", named(alert));
                    found.push(Proof::new(at.place(), says));
                }
                None if pages => lacking.push(format!("{most} % of {name} pages nobody")),
                None => lacking.push(format!("{most} % of {name} warns nobody")),
            }
        }
    }
    if lacking.is_empty() {
        return Answer::Shown(distinct(found));
    }
    let has_class = alerts(view).any(|alert| alert.classes().contains(&Class::Resources));
    if !has_class {
        return nowhere(view, Class::Resources.describe());
    }
    Answer::Lacking(lacking.join(", "), distinct(found))
}

/// Alerts of a class whose condition is read.
fn of_class<'p>(view: &View<'p>, class: Class) -> impl Iterator<Item = &'p Alert<'p>> {
    alerts(view).filter(move |alert| alert.works() && alert.classes().contains(&class))
}

/// Whether an alert looks at nothing but what looks at others: its jobs are `alertmanager` and the like.
fn is_about_watchers(alert: &Alert<'_>) -> bool {
    let Watched::Query(_, query) = &alert.watched else { return false };
    let Some(expr) = query.expr() else { return false };
    let mut jobs = selectors(expr).map(|(selector, _)| label(selector, "job")).peekable();
    jobs.peek().is_some() && jobs.all(|job| job.is_some_and(is_watcher))
}

fn service_down(view: &View<'_>) -> Answer {
    let found = of_class(view, Class::ServiceDown).filter(|alert| !is_about_watchers(alert));
    let mut found = found.peekable();
    if found.peek().is_none() {
        return nowhere(view, Class::ServiceDown.describe());
    }
    let said = found.map(|alert| {
        let says =
            if alert.pages() { named(alert) } else { format!("{} pages nobody", named(alert)) };
        (Proof::new(alert.watched_at().place(), says), alert.pages())
    });
    let (paging, quiet): (Vec<_>, Vec<_>) = said.partition(|(_, pages)| *pages);
    let said = if paging.is_empty() { quiet } else { paging };
    Answer::demanded(said, NO_ALERTS)
}

/// One alert for each of several things; `others` watch what is no class.
fn watched(view: &View<'_>, wanted: &[(&str, Vec<&Alert<'_>>)]) -> Answer {
    let missing = wanted.iter().filter(|(_, found)| found.is_empty()).map(|(name, _)| *name);
    let missing: Vec<_> = missing.collect();
    if !missing.is_empty() {
        return nowhere(view, &missing.join(", nor "));
    }
    let found = wanted.iter().filter_map(|(name, found)| {
        let alert = found.first()?;
        Some(Proof::new(alert.watched_at().place(), format!("{} watches {name}", named(alert))))
    });
    Answer::Shown(found.collect())
}

/// Source: the production guide of FBA-Bench, section 3, "Alerting".
fn production_classes(view: &View<'_>) -> Answer {
    let of = |class: Class| of_class(view, class).collect::<Vec<_>>();
    let business = alerts(view).filter(|it| it.works() && it.is_about_business());
    let wanted = [
        (Class::Models.describe(), of(Class::Models)),
        ("business figures", business.collect()),
        ("errors", of(Class::ErrorRate)),
        ("memory, CPU and disks", of(Class::Resources)),
    ];
    watched(view, &wanted)
}

/// Source: Paladin's production guide, "Alerting Rules". Crash loops are a matter of Kubernetes.
fn critical_classes(view: &View<'_>) -> Answer {
    let mut classes = vec![Class::ErrorRate, Class::Latency];
    classes.extend(view.workloads().next().map(|_| Class::CrashLoop));
    let of = |class: Class| (class.describe(), of_class(view, class).collect::<Vec<_>>());
    let wanted: Vec<_> = classes.into_iter().map(of).collect();
    watched(view, &wanted)
}

fn notifiers<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a Notifier<'a>> {
    view.agents().filter_map(|agent| agent.notifier.as_ref())
}

/// Source: the evaluation guide, section 21.3.2 ("Alert Configuration").
fn fields(view: &View<'_>) -> Answer {
    let mut said: Vec<Said> = alerts(view).map(of_fields).collect();
    let rules = || sets(view).filter(|set| set.format() == Format::Prometheus);
    let first = rules().find(|set| !set.alerts.is_empty());
    if let Some(set) = first {
        let has_critical = rules().flat_map(|set| &set.alerts).any(Alert::pages);
        said.extend(heard(view, set, has_critical));
    }
    Answer::demanded(said, NO_ALERTS)
}

fn of_fields(alert: &Alert<'_>) -> Said {
    let mut lacking = Vec::new();
    // The alerts of an observability configuration have no duration.
    if alert.lacks_duration() || alert.format == Format::Observability {
        lacking.push("no duration");
    }
    if alert.severity.is_none() {
        lacking.push("no severity");
    }
    if alert.pages() && (!alert.has_runbook || alert.format == Format::Observability) {
        lacking.push("no runbook, although it is critical");
    }
    if !lacking.is_empty() {
        return bad(alert.name, format!("{} has {}", named(alert), lacking.join(" and ")));
    }
    match &alert.channels {
        Some(channels) if channels.all.is_empty() || channels.are_output_only() => {
            bad(channels.grip, format!("{} goes to nobody", named(alert)))
        }
        Some(channels) if alert.pages() && !channels.page() => {
            bad(channels.grip, format!("critical {} goes to no pager", named(alert)))
        }
        _ => good(alert.name, named(alert)),
    }
}

/// Who hears of the alerts of Prometheus, which Alertmanager decides.
fn heard(view: &View<'_>, set: &AlertSet<'_>, has_critical: bool) -> Vec<Said> {
    let told =
        || notifiers(view).flat_map(|it| &it.receivers).filter(|it| !it.integrations.is_empty());
    if told().next().is_none() {
        return vec![bad(set.key, "nothing here says who hears of the alerts")];
    }
    let pager = told().find(|receiver| receiver.may_page());
    match pager {
        None if has_critical => {
            let key = notifiers(view).next().map_or(set.key, |it| it.key);
            vec![bad(key, "critical alerts reach no pager")]
        }
        pager => {
            let found = pager.into_iter().chain(told().next()).take(1);
            found.map(|it| good(it.name, format!("receiver `{}`", it.name.text()))).collect()
        }
    }
}

/// Source: Paladin's production guide, "Alerting Rules". An alert over a stretch of time waits by
/// itself.
fn severity(view: &View<'_>) -> Answer {
    let said = alerts(view).map(|alert| {
        let mut lacking = Vec::new();
        if alert.lacks_duration() || alert.format == Format::Observability {
            lacking.push("no `for`");
        }
        if alert.severity.is_none() {
            lacking.push("no severity");
        }
        if !alert.has_summary {
            lacking.push("no summary");
        }
        if lacking.is_empty() {
            return good(alert.name, named(alert));
        }
        bad(alert.name, format!("{} has {}", named(alert), lacking.join(" and ")))
    });
    Answer::demanded(said, NO_ALERTS)
}

/// Source: the production guide of FBA-Bench, section 3, "Alerting".
fn routing(view: &View<'_>) -> Answer {
    let mut said: Vec<Said> = notifiers(view).flat_map(of_notifier).collect();
    for set in sets(view) {
        // The channels of an observability configuration are those of all its rules.
        let most = if set.format() == Format::Observability { 1 } else { usize::MAX };
        for alert in set.alerts.iter().take(most) {
            let Some(channels) = &alert.channels else { continue };
            let is_heard = !channels.all.is_empty() && !channels.are_output_only();
            let says = if is_heard { "has a channel" } else { "goes to nobody" };
            said.push((
                Proof::new(channels.grip.place(), format!("{} {says}", named(alert))),
                is_heard,
            ));
        }
    }
    let rules = sets(view).find(|set| set.format() == Format::Prometheus && !set.alerts.is_empty());
    if let Some(set) = rules.filter(|_| notifiers(view).next().is_none()) {
        said.push(bad(set.key, "nothing here says who hears of the alerts"));
    }
    Answer::demanded(said, "nothing here says who hears of alerts")
}

fn of_notifier(notifier: &Notifier<'_>) -> Vec<Said> {
    let routed = notifier.routed.iter().map(|route| {
        let name = route.text();
        match notifier.receiver(name) {
            None => bad(*route, format!("no receiver is called `{name}`")),
            Some(it) if it.integrations.is_empty() => {
                bad(*route, format!("receiver `{name}` tells nobody"))
            }
            Some(it) => good(it.name, format!("receiver `{name}`: {}", it.integrations.join(", "))),
        }
    });
    routed.collect()
}

/// Source: the MSFT agent's production checklist, "Alerting".
fn runbooks(view: &View<'_>) -> Answer {
    let paging = alerts(view).filter(|alert| alert.pages());
    let said = paging.map(|alert| {
        if alert.has_runbook && alert.format != Format::Observability {
            return good(alert.name, format!("{} has a runbook", named(alert)));
        }
        bad(alert.name, format!("{} has no runbook", named(alert)))
    });
    Answer::demanded(said, "no alert here pages anybody")
}

/// Source: the evaluation guide, section 21.4.2 ("Trigger Conditions").
fn triggers(view: &View<'_>) -> Answer {
    let sets = view.alert_sets().filter(|set| set.format() == Format::Triggers);
    let all: Vec<&Alert<'_>> = sets.flat_map(|set| &set.alerts).collect();
    let Some(first) = all.first() else {
        return Answer::Lacking("no `automated_triggers` here".to_owned(), Vec::new());
    };
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for (what, is_it) in TRIGGERS {
        match all.iter().find(|trigger| asks(trigger) && acts(trigger) && is_it(trigger)) {
            Some(it) => {
                let says = format!("trigger `{}`: {what}", it.title());
                found.push(Proof::new(it.name.place(), says));
            }
            None => missing.push(*what),
        }
    }
    if missing.is_empty() {
        return Answer::Shown(found);
    }
    let why = format!("nothing is triggered by {}", missing.join(", nor by "));
    Answer::Lacking(why.clone(), vec![Proof::new(first.name.place(), why)])
}

/// Whether anything sets a trigger off: a measure beyond a limit, or an event.
fn asks(trigger: &Alert<'_>) -> bool {
    limit(trigger).is_some() || trigger.event().is_some()
}

/// Whether a trigger does anything.
fn acts(trigger: &Alert<'_>) -> bool {
    trigger.node.at(&["actions"]).is_some_and(|actions| actions.items().len() > 0)
}

type Trigger = (&'static str, fn(&Alert<'_>) -> bool);

/// What triggers something, and how a trigger of the kind is told.
const TRIGGERS: &[Trigger] = &[
    ("worse performance", |it| {
        let level = it.levels().into_iter().find(|level| level.measure == Measure::Success);
        match level {
            Some(level) => level.limit >= 80.0 - 1e-9,
            None => says(it, &["degradation", "degraded", "regression"]) && limit(it).is_some(),
        }
    }),
    ("drift", |it| {
        says(it, &["psi", "drift"]) && rises(it).is_some_and(|most| most <= 0.25 + 1e-9)
    }),
    ("clusters of failures", |it| {
        says(it, &["cluster", "clustered", "clusters", "similar", "alike"])
            && says(it, &["failure", "failures", "failed", "error", "errors"])
    }),
    ("new versions of the model", |it| {
        says(it, &["model"])
            && says(it, &["update", "updated", "version", "release", "released", "available"])
    }),
    ("negative feedback", |it| {
        // More than a hundred are said to be too late.
        says(it, &["feedback", "thumbs", "negative", "complaints"])
            && rises(it).is_none_or(|most| most <= 100.0)
    }),
];

fn says(trigger: &Alert<'_>, words: &[&str]) -> bool {
    trigger.words().iter().any(|word| words.contains(&word.as_str()))
}

/// The limit above which a metric sets a trigger off.
fn rises(trigger: &Alert<'_>) -> Option<f64> {
    match &trigger.watched {
        Watched::Metric { condition: Some((Op::Greater | Op::GreaterOrEqual, limit)), .. } => {
            Some(*limit)
        }
        _ => None,
    }
}

/// The limit that a metric must pass.
fn limit(trigger: &Alert<'_>) -> Option<f64> {
    match &trigger.watched {
        Watched::Metric { condition, .. } => condition.map(|(_, limit)| limit),
        Watched::Query(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    /// Rules of Prometheus: each an expression and a severity.
    fn rules(all: &[(&str, &str)]) -> String {
        let all = all.iter().zip(1..).map(|((expr, severity), number)| {
            format!(
                "  - {{alert: A{number}, expr: '{expr}', for: 5m, labels: {{severity: {severity}}}, \
                 annotations: {{summary: s, runbook_url: r}}}}\n"
            )
        });
        format!("groups:\n- name: a\n  rules:\n{}", all.collect::<String>())
    }

    fn of(signal: &str, all: &[(&str, &str)]) -> String {
        ask(signal, &[("alerts.yaml", &rules(all))])
    }

    #[test]
    fn error_rates_warn_and_page() {
        let share = "sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m]))";
        let (warn, page) = (format!("{share} > 0.02"), format!("{share} > 0.05"));
        let both = of("alert/errors", &[(&warn, "warning"), (&page, "critical")]);
        assert_eq!(
            both,
            "shown\nalerts.yaml:4: alert `A1` fires at 2 %\nalerts.yaml:5: alert `A2` fires at 5 %"
        );
        let early = of("alert/errors-early", &[(&warn, "warning"), (&page, "critical")]);
        assert!(early.starts_with("lacking: nobody is warned at 1 %\nalerts.yaml:4"), "{early}");
        let one = of("alert/errors", &[(&page, "critical")]);
        assert!(one.starts_with("lacking: nobody is warned at 2 %"), "{one}");
        let quiet = of("alert/errors", &[(&warn, "warning"), (&page, "warning")]);
        assert!(quiet.starts_with("lacking: no critical alert fires at 5 %"), "{quiet}");
        let tight = of("alert/errors", &[(&format!("{share} > 0.01"), "critical")]);
        assert!(tight.starts_with("shown\nalerts.yaml:4"), "{tight}");
        let open = of("alert/errors", &[("{{ errors }} > 1", "critical")]);
        assert!(open.starts_with("lacking: no alert watches"), "{open}");
        let bare = of("alert/errors", &[("rate(http_errors_total[5m]) > 0.05", "critical")]);
        assert!(
            bare.contains("alerts.yaml:4: alert `A1` has no limit that can be weighed"),
            "{bare}"
        );
        let none = ask("alert/errors", &[("README.md", "# Orders\n")]);
        assert_eq!(none, "lacking: no alerts here");
    }

    #[test]
    fn recorded_shares_are_looked_up() {
        let rules = "groups:\n- name: a\n  rules:\n  - {record: 'job:errors:ratio', \
            expr: 'sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m]))'}\n  \
            - {alert: Errors, expr: 'job:errors:ratio > 0.02', labels: {severity: critical}}\n";
        let answer = ask("alert/errors", &[("alerts.yaml", rules)]);
        assert_eq!(answer, "shown\nalerts.yaml:5: alert `Errors` fires at 2 %");
    }

    #[test]
    fn other_limits_are_weighed() {
        let quantile = |of: &str, limit: &str| {
            format!("histogram_quantile({of}, rate(x_seconds_bucket[5m])) > {limit}")
        };
        let cost = "sum(rate(llm_cost_usd_total[1h]))";
        let before = "sum(rate(llm_cost_usd_total[1h] offset 1w))";
        let guards = "sum(rate(guardrail_triggers_total[5m])) * 60";
        for (signal, warning, critical) in [
            ("alert/p95", quantile("0.95", "3"), quantile("0.99", "5")),
            ("alert/p99", quantile("0.99", "5"), quantile("0.99", "10")),
            ("alert/cost", format!("{cost} > 1.5 * {before}"), format!("{cost} / {before} > 2")),
            (
                "alert/guardrails",
                format!("{guards} > 10"),
                "sum(increase(guardrail_triggers_total[5m])) > 250".to_owned(),
            ),
        ] {
            let answer = of(signal, &[(&warning, "warning"), (&critical, "critical")]);
            assert!(answer.starts_with("shown"), "{signal}: {answer}");
            let alone = of(signal, &[(&critical, "critical")]);
            assert!(alone.starts_with("lacking: nobody is warned"), "{signal}: {alone}");
        }
        let p95 = of("alert/p99", &[(&quantile("0.95", "1"), "critical")]);
        assert!(p95.starts_with("lacking: no alert has a limit for the P99"), "{p95}");
        let policy = "alerts:\n- {name: a, metric: task_success_rate, condition: '< 0.9', channels: [slack], severity: warning}\n\
            - {name: b, metric: task_success_rate, condition: '< 0.8', channels: [pagerduty], severity: critical}\n";
        let tasks = |text: &str| ask("alert/task-success", &[("policy.yaml", text)]);
        assert!(tasks(policy).starts_with("shown\npolicy.yaml:2"), "{}", tasks(policy));
        let failures = of(
            "alert/task-success",
            &[(
                "sum(rate(http_requests_total{status=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m])) > 0.05",
                "critical",
            )],
        );
        assert!(failures.starts_with("lacking: no alert watches the share of tasks"), "{failures}");
        let unheard = tasks(&policy.replace("pagerduty", "mail"));
        assert!(unheard.starts_with("lacking: no critical alert"), "{unheard}");
    }

    #[test]
    fn resources_run_out() {
        let memory = "container_memory_working_set_bytes / container_spec_memory_limit_bytes";
        let cpu = "1 - avg(rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))";
        let all = [
            (format!("{memory} > 0.7"), "warning"),
            (format!("100 * {memory} > 90"), "critical"),
            (format!("{cpu} > 0.7"), "warning"),
            (format!("{cpu} > 0.9"), "critical"),
        ];
        let all: Vec<_> = all.iter().map(|(expr, severity)| (expr.as_str(), *severity)).collect();
        let answer = of("alert/resources", &all);
        assert!(answer.starts_with("shown\n"), "{answer}");
        let three = of("alert/resources", &all[..3]);
        assert!(three.starts_with("lacking: 90 % of CPU pages nobody"), "{three}");
        let bytes =
            of("alert/resources", &[("container_memory_working_set_bytes > 450e6", "critical")]);
        assert!(bytes.starts_with("lacking: 70 % of memory warns nobody"), "{bytes}");
    }

    #[test]
    fn classes_are_watched() {
        let all = [
            ("up == 0", "critical"),
            ("rate(llm_rate_limit_hits_total[5m]) > 1", "warning"),
            ("sum(rate(sales_total[1h])) < 10", "warning"),
            ("rate(http_errors_total[5m]) > 1", "warning"),
            ("node_memory_MemAvailable_bytes < 1e9", "warning"),
        ];
        assert!(of("alert/service-down", &all).starts_with("shown\nalerts.yaml:4"));
        let quiet = of("alert/service-down", &[("up == 0", "warning")]);
        assert!(quiet.starts_with("lacking: alert `A1` pages nobody"), "{quiet}");
        let watcher =
            of("alert/service-down", &[("up{job=\"alertmanager-main\"} == 0", "critical")]);
        assert!(watcher.starts_with("lacking: no alert watches"), "{watcher}");
        let of_agent = of("alert/service-down", &[("up{job=\"agent\"} == 0", "critical")]);
        assert!(of_agent.starts_with("shown"), "{of_agent}");
        let answer = of("alert/production-classes", &all);
        assert!(answer.starts_with("shown"), "{answer}");
        let fewer = of("alert/production-classes", &all[3..]);
        assert!(
            fewer.contains("errors and rate limits of the models, nor business figures"),
            "{fewer}"
        );
        let critical = of("alert/critical-classes", &all);
        assert!(critical.starts_with("lacking: no alert watches latency"), "{critical}");
    }

    #[test]
    fn alerts_reach_people() {
        let down = rules(&[("up == 0", "critical")]);
        let manager = "route: {receiver: chat, routes: [{receiver: pager}]}\nreceivers:\n\
            - {name: chat, slack_configs: [{channel: a}]}\n- {name: pager, pagerduty_configs: [{routing_key_file: a}]}\n";
        let both = [("alerts.yaml", down.as_str()), ("alertmanager.yaml", manager)];
        for signal in ["alert/fields", "alert/routing", "alert/severity", "alert/runbooks"] {
            let answer = ask(signal, &both);
            assert!(answer.starts_with("shown\nal"), "{signal}: {answer}");
        }
        for signal in ["alert/fields", "alert/routing"] {
            let alone = ask(signal, &both[..1]);
            assert!(
                alone.contains("nothing here says who hears of the alerts"),
                "{signal}: {alone}"
            );
        }
        let silent = manager.replace(", slack_configs: [{channel: a}]", "");
        let silent = ask("alert/routing", &[both[0], ("alertmanager.yaml", &silent)]);
        assert!(silent.starts_with("lacking: receiver `chat` tells nobody"), "{silent}");
        let bare = down.replace(", runbook_url: r", "").replace("for: 5m, ", "");
        let fields = ask("alert/fields", &[("alerts.yaml", &bare), both[1]]);
        assert!(
            fields.starts_with("lacking: alert `A1` has no duration and no runbook"),
            "{fields}"
        );
    }

    #[test]
    fn triggers_do_something() {
        let trigger = |name: &str, metric: &str, threshold: &str| {
            format!(
                "- {{name: {name}, condition: {{metric: {metric}, threshold: '{threshold}'}}, actions: [{{type: alert}}]}}\n"
            )
        };
        let mut all = [
            trigger("performance_degradation", "task_success_rate", "< 0.80"),
            trigger("drift_detection", "input_distribution_psi", "> 0.25"),
            trigger("new_failure_cluster", "clustered_failures", "> 20"),
            trigger("model_update", "model_version_released", "> 0"),
            trigger("negative_feedback", "negative_signals", "> 100"),
        ];
        let of = |all: &[String]| {
            let policy = format!("automated_triggers:\n{}", all.concat());
            ask("alert/triggers", &[("policy.yaml", &policy)])
        };
        assert!(of(&all).starts_with("shown\npolicy.yaml:2"), "{}", of(&all));
        let three = of(&all[..3]);
        let why =
            "lacking: nothing is triggered by new versions of the model, nor by negative feedback";
        assert!(three.starts_with(why), "{three}");
        let loose = of(&all.clone().map(|it| it.replace("0.25", "0.5")));
        assert!(loose.starts_with("lacking: nothing is triggered by drift"), "{loose}");
        let turned = of(&all.clone().map(|it| it.replace("> 0.25", "< 0.25")));
        assert!(turned.starts_with("lacking: nothing is triggered by drift"), "{turned}");
        let late = of(&all.clone().map(|it| it.replace("> 100", "> 5000")));
        assert!(late.starts_with("lacking: nothing is triggered by negative"), "{late}");
        let nodes = of(&all.clone().map(|it| {
            it.replace("new_failure_cluster", "nodes").replace("clustered_failures", "cluster_cpu")
        }));
        assert!(nodes.starts_with("lacking: nothing is triggered by clusters"), "{nodes}");
        let event = |condition: &str| {
            format!(
                "- {{name: model_update, condition: {{{condition}}}, actions: [{{type: evaluate}}]}}\n"
            )
        };
        all[3] = event("event: model_released");
        assert!(of(&all).starts_with("shown"), "{}", of(&all));
        for nothing in ["event: ''", "metric: model_version"] {
            all[3] = event(nothing);
            let none = of(&all);
            assert!(none.starts_with("lacking: nothing is triggered by new versions"), "{none}");
        }
    }
}
