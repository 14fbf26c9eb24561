//! The configurations themselves: keys, prompts, models, tools, budgets.

use super::{Told, all, nothing, proof_of, runs};
use crate::agent::{AgentConfig, BoundKind, Endpoint, Prompt, PromptText};
use crate::alert::Class;
use crate::checklist::signal::{Answer, Proof, View, name_of};
use crate::project::Presence;

/// Every configuration has only keys and values that its format knows.
pub(super) fn is_valid(view: &View<'_>) -> Answer {
    let agents = view.agents().filter(|agent| agent.has_documented_keys());
    let told = agents.map(|agent| {
        let subject = name_of(&agent.subject());
        let fault = agent.faults().into_iter().next().map(|fault| {
            (
                Proof::new(fault.at.place(), format!("{subject}: `{}` does not fit", fault.field)),
                false,
            )
        });
        let slip = agent.slips().into_iter().map(|slip| {
            let says =
                format!("{subject}: `{}` may be meant to be `{}`", slip.key.text(), slip.meant);
            (Proof::new(slip.key.place(), says), false)
        });
        let found: Vec<_> = fault.into_iter().chain(slip).collect();
        if !found.is_empty() {
            return found;
        }
        let says = format!("{subject}: nothing that {} would not know", agent.format());
        vec![(Proof::new(agent.grip().place(), says), true)]
    });
    let told: Vec<_> = told.flatten().collect();
    let lack = [
        "key or value in a configuration that its format does not know",
        "keys or values in configurations that their formats do not know",
    ];
    let absent = "no configuration of an agent here is of a format whose keys are known";
    all(view, told, lack, absent)
}

/// The system prompts are there. That somebody has read one, no file shows.
pub(super) fn prompts(view: &View<'_>) -> Answer {
    let found: Vec<_> = view
        .agents()
        .flat_map(|agent| {
            agent
                .prompts
                .iter()
                .filter(|it| is_there(view, agent, it))
                .map(move |it| {
                    Proof::new(it.at.place(), format!("{}: its prompt", name_of(&agent.subject())))
                })
                .collect::<Vec<_>>()
        })
        .collect();
    match found.len() {
        0 => nothing(view, "no system prompt here, and nobody vouches for one"),
        1 => {
            Answer::Lacking("1 prompt is here, but no file shows who reviewed it".to_owned(), found)
        }
        count => Answer::Lacking(
            format!("{count} prompts are here, but no file shows who reviewed them"),
            found,
        ),
    }
}

/// Whether instructions are written, and their file is there.
fn is_there(view: &View<'_>, agent: &AgentConfig<'_>, prompt: &Prompt<'_>) -> bool {
    let PromptText::File(path) = prompt.text else { return prompt.fault().is_none() };
    let source = view.project().source(prompt.at.place().file);
    let presence = source.and_then(|source| view.project().presence(source.folder(), path));
    agent.object().is_none() && presence == Some(Presence::There)
}

/// Every model has what a call of it needs, and no address that only documents have.
pub(super) fn models(view: &View<'_>) -> Answer {
    let told = view.agents().flat_map(|agent| {
        let models = agent.models.iter().map(|model| {
            if let Some(because) = model.lack() {
                (proof_of(agent, &model.what, &because), false)
            } else {
                let says = format!("{}: {}", name_of(&agent.subject()), model.what);
                let is_placeholder = model.needs.iter().any(|need| {
                    let at = need.shows(|_| true).map(|(because, _)| because.at);
                    at.is_some_and(|at| {
                        agent.endpoints.iter().any(|it| it.at == at && it.is_placeholder())
                    })
                });
                (Proof::new(model.at.place(), says), !is_placeholder)
            }
        });
        models.collect::<Vec<_>>()
    });
    let lack = [
        "model whose address, deployment or version is not known here",
        "models whose addresses, deployments or versions are not known here",
    ];
    all(view, told.collect(), lack, "no agent here names the models that it calls")
}

/// Every tool server that is switched on says what is started, or where it is.
pub(super) fn tools(view: &View<'_>) -> Answer {
    let told: Vec<Told> = view
        .agents()
        .flat_map(|agent| {
            let used = agent.tool_servers.iter().filter(|server| !server.is_off());
            let told = used.map(|server| {
                let is_placeholder = |endpoint: &Endpoint<'_>| {
                    Some(endpoint.at) == server.url && endpoint.is_placeholder()
                };
                let is_known =
                    server.is_configured() && !agent.endpoints.iter().any(is_placeholder);
                let says = format!("{}: tool server `{}`", name_of(&agent.subject()), server.name);
                (Proof::new(server.at.place(), says), is_known)
            });
            told.collect::<Vec<_>>()
        })
        .collect();
    if told.is_empty() && view.agents().any(AgentConfig::is_of_agent) {
        return Answer::Moot("no agent here uses a tool server".to_owned());
    }
    let lack = [
        "tool server without a command or an address that is known here",
        "tool servers without a command or an address that is known here",
    ];
    all(view, told, lack, "no agent here says which tools it uses")
}

/// Every agent that can say so has a budget; elsewhere an alert watches what is spent.
pub(super) fn budget(view: &View<'_>) -> Answer {
    let told = view.agents().filter_map(|agent| {
        let bounds = agent.bounds_of(BoundKind::Cost);
        let said: Vec<_> =
            bounds.filter_map(|it| Some((it, it.limit.shows(|most| most > 0.0)?))).collect();
        let best = said.iter().find(|(_, (_, yes))| *yes).or(said.first());
        best.map(|(bound, (because, yes))| (proof_of(agent, &bound.what, because), *yes))
    });
    let lack = ["agent without a known budget", "agents without a known budget"];
    let told: Vec<_> = told.collect();
    if !told.is_empty() {
        return all(view, told, lack, "");
    }
    let alerts = view.alerts().filter(|alert| alert.classes().contains(&Class::Cost));
    let alerts = alerts.map(|it| {
        Proof::new(it.name.place(), format!("alert `{}` watches what is spent", it.title()))
    });
    let absent = "no budget of an agent here, and no alert on what is spent";
    let found = Answer::any(alerts, absent);
    if matches!(found, Answer::Shown(_)) || runs(view) { found } else { nothing(view, absent) }
}
