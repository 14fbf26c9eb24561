//! What stands between an agent and the real world.

use super::{Told, all, any_of, nothing, proof, proof_of};
use crate::agent::{AgentConfig, Role, Safeguards};
use crate::checklist::signal::{Answer, Proof, View};
use crate::gate::flag;

/// The integrations that are not switched off.
fn integrations<'v, 'p>(view: &'v View<'p>) -> Vec<(&'v AgentConfig<'p>, &'v Safeguards<'p>)> {
    let all = view.agents().filter_map(|agent| Some((agent, agent.safeguards.as_ref()?)));
    all.filter(|(_, safeguards)| !safeguards.is_off()).collect()
}

/// The answer where no integration acts.
fn no_integration(view: &View<'_>, absent: &str) -> Answer {
    if view.agents().any(|agent| agent.safeguards.is_some()) {
        return Answer::Moot("the integration with the real world is switched off".to_owned());
    }
    nothing(view, absent)
}

/// What stops an integration: it only pretends, or it halts where a limit is passed; or a flag of the
/// release policy has a kill switch.
pub(super) fn kill_switch(view: &View<'_>) -> Answer {
    let mut told: Vec<Told> = Vec::new();
    for (agent, safeguards) in integrations(view) {
        if let Some((because, true)) = safeguards.dry_run.shows(|on| on) {
            told.push((proof(agent, &because), true));
            continue;
        }
        let asked = [
            safeguards.fail_on_violation.shows(|on| on),
            safeguards.approval_threshold.shows(|most| most > 0.0),
            safeguards.price_change.shows(|most| most > 0.0),
        ];
        told.extend(
            asked.into_iter().flatten().map(|(because, yes)| (proof(agent, &because), yes)),
        );
    }
    let absent = "no integration here has limits at which it halts, and no flag a kill switch";
    let lack =
        ["limit of an integration that is not known", "limits of integrations that are not known"];
    let limits =
        if told.is_empty() { no_integration(view, absent) } else { all(view, told, lack, absent) };
    let flags = view.policies().flat_map(|policy| &policy.flags);
    let flags = flags.filter(|flag| !flag.is_for_trial()).filter_map(|flag| {
        let (is_there, at) = flag.kill_switch.stated()?;
        let is_switch = is_there || flag.kind == flag::Kind::KillSwitch;
        is_switch.then(|| Proof::new(at.place(), format!("flag `{}` has a kill switch", flag.name)))
    });
    let flags: Vec<_> = flags.collect();
    if flags.is_empty() { limits } else { any_of([limits, Answer::Shown(flags)]) }
}

/// What is expensive waits for a person at an address that is one, and what is dangerous is asked about
/// first.
pub(super) fn manual_review(view: &View<'_>) -> Answer {
    let mut told: Vec<Told> = Vec::new();
    for (agent, safeguards) in integrations(view) {
        let Some((because, is_set)) = safeguards.review_endpoint.shows(|_| true) else { continue };
        let endpoint = agent.endpoints.iter().find(|it| it.role == Role::Review);
        let is_sound = endpoint.is_some_and(|it| !it.is_plain() && !it.is_placeholder());
        told.push((proof(agent, &because), is_set && is_sound));
    }
    for agent in view.agents() {
        let grants = agent.grants.iter().filter_map(|it| Some((it, it.checked.shows(|on| on)?)));
        told.extend(grants.map(|(grant, (because, yes))| {
            let what = format!("{} {}", grant.who, grant.power.describe());
            (proof_of(agent, &what, &because), yes)
        }));
    }
    let absent = "no agent here says where actions wait for a person";
    if told.is_empty() {
        return no_integration(view, absent);
    }
    let lack = [
        "action that is not shown to wait for a person",
        "actions that are not shown to wait for a person",
    ];
    all(view, told, lack, absent)
}

/// Somebody decided that a critical alert undoes nothing by itself. That the other decision was tried
/// out, no file shows.
pub(super) fn rollback(view: &View<'_>) -> Answer {
    let asked = integrations(view).into_iter().filter_map(|(agent, safeguards)| {
        let (because, is_off) = safeguards.auto_rollback.shows(|on| !on)?;
        Some((proof(agent, &because), is_off && because.stated))
    });
    let asked: Vec<_> = asked.collect();
    let absent = "no integration here says whether a critical alert undoes what the agent did";
    if asked.is_empty() {
        return no_integration(view, absent);
    }
    let lack = [
        "integration that leaves it open, or rolls back by itself, which somebody has to have tried",
        "integrations that leave it open, or roll back by themselves, which somebody has to have tried",
    ];
    all(view, asked, lack, absent)
}
