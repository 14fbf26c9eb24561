//! What agents look for in what goes in and comes out, and what they keep of it.

use super::{Told, all, proof, setting};
use crate::agent::{AgentConfig, Safeguards, collector};
use crate::checklist::signal::{Answer, Proof, View, name_of};

/// Inputs are validated, and have a bound where the format can say so.
fn validation(agent: &AgentConfig<'_>) -> Option<Told> {
    let guards = &agent.guards;
    let (because, yes) = guards.input_validation.shows(|on| on)?;
    match guards.input_limit.shows(|most| most > 0.0) {
        Some((limit, false)) if yes => Some((proof(agent, &limit), false)),
        _ => Some((proof(agent, &because), yes)),
    }
}

const NOT_VALIDATED: [&str; 2] = [
    "agent that does not show that it validates inputs",
    "agents that do not show that they validate inputs",
];

/// Every agent validates its inputs.
pub(super) fn input_validation(view: &View<'_>) -> Answer {
    let told = view.agents().filter_map(validation).collect();
    all(view, told, NOT_VALIDATED, "no agent here says that it validates inputs")
}

/// The same, and integrations bound what an agent may do to the world.
pub(super) fn action_limits(view: &View<'_>) -> Answer {
    let told = view.agents().filter_map(|agent| {
        validation(agent).or_else(|| {
            let safeguards = agent.safeguards.as_ref()?;
            limits(agent, safeguards)
        })
    });
    let absent = "no agent here says that it validates inputs, and none bounds its actions";
    all(view, told.collect(), NOT_VALIDATED, absent)
}

/// The limits of what an integration that acts may do: how much without a person, and how far a price
/// may move.
fn limits(agent: &AgentConfig<'_>, safeguards: &Safeguards<'_>) -> Option<Told> {
    if safeguards.is_off() {
        return None;
    }
    let asked = [
        safeguards.approval_threshold.shows(|most| most > 0.0),
        safeguards.price_change.shows(|most| most > 0.0),
    ];
    let mut asked: Vec<_> = asked.into_iter().flatten().collect();
    asked.sort_by_key(|(_, yes)| *yes);
    asked.into_iter().next().map(|(because, yes)| (proof(agent, &because), yes))
}

/// Inputs are searched for attempts to give the agent other instructions, by the agent or by a gateway.
pub(super) fn injection(view: &View<'_>) -> Answer {
    let told = view.agents().filter_map(|agent| {
        let own = agent.guards.injection_detection.shows(|on| on);
        let (because, yes) = own.or_else(|| agent.prompt_guard.shows(|on| on))?;
        // What is part of the validation ends with it.
        match agent.guards.input_validation.shows(|on| on) {
            Some((validation, false)) if yes => Some((proof(agent, &validation), false)),
            _ => Some((proof(agent, &because), yes)),
        }
    });
    let lack = [
        "agent that does not show that it looks for injected instructions",
        "agents that do not show that they look for injected instructions",
    ];
    all(view, told.collect(), lack, "no agent here looks for injected instructions")
}

/// Personal data in inputs is removed or refused, not only noticed.
pub(super) fn pii(view: &View<'_>) -> Answer {
    let told = view.agents().filter_map(|agent| {
        let (because, yes) = agent.guards.pii_detection.shows(|on| on)?;
        let acts = |action: &str| !action.eq_ignore_ascii_case("warn");
        match agent.guards.pii_action.shows(acts) {
            Some((action, acts)) if yes => Some((proof(agent, &action), acts)),
            _ => Some((proof(agent, &because), yes)),
        }
    });
    let lack = [
        "agent that does not show that it takes personal data out",
        "agents that do not show that they take personal data out",
    ];
    all(view, told.collect(), lack, "no agent here looks for personal data")
}

/// What agents keep is encrypted where it lies.
pub(super) fn encryption(view: &View<'_>) -> Answer {
    let told = setting(view, |agent| &agent.platform.encryption, |on| on);
    let lack = [
        "agent that does not show that what it keeps is encrypted",
        "agents that do not show that what they keep is encrypted",
    ];
    all(view, told, lack, "nothing here says that what agents keep is encrypted")
}

/// Agents write down who did what.
pub(super) fn audit_log(view: &View<'_>) -> Answer {
    let told = setting(view, |agent| &agent.platform.audit_log, |on| on);
    let lack = ["agent without a known audit log", "agents without a known audit log"];
    all(view, told, lack, "no agent here says that it writes down who did what")
}

/// Exporters of a collector that send to a system which watches security.
///
/// Source: github.com/open-telemetry/opentelemetry-collector-contrib, "exporter".
const WATCHING: [&str; 8] = [
    "splunk_hec",
    "googlecloud_chronicle",
    "chronicle",
    "azuremonitor",
    "elasticsearch",
    "sumologic",
    "syslog",
    "datadog",
];

/// Logs go to a system that watches security.
pub(super) fn audit_trail(view: &View<'_>) -> Answer {
    let mut found = Vec::new();
    for agent in view.agents() {
        let Some(collector) = &agent.collector else { continue };
        for pipeline in
            collector.pipelines.iter().filter(|it| collector::kind(it.name.text()) == "logs")
        {
            let exporters = pipeline.exporters.iter();
            let watching = exporters.filter(|it| WATCHING.contains(&collector::kind(it.text())));
            found.extend(watching.map(|it| {
                let says = format!("{}: logs go to `{}`", name_of(&agent.subject()), it.text());
                Proof::new(it.place(), says)
            }));
        }
    }
    let absent = "nothing here sends what is written down to a system that watches security";
    Answer::any(found, absent)
}
