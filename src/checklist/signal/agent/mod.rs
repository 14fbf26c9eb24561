//! What configurations of agents say, and what stands in for them: variables, a mesh, code.

mod access;
mod calls;
mod config;
mod guards;
mod lifecycle;
mod logs;
mod state;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::{Answer, Proof, Signal, View, name_of};
use crate::agent::{AgentConfig, Because, Setting};
use crate::repo::Part;

macro_rules! signals {
    ($($name:literal $about:literal $look:expr),* $(,)?) => {
        pub(super) const SIGNALS: &[Signal] = &[$(Signal {
            name: concat!("agent/", $name),
            about: $about,
            look: $look,
        }),*];
    };
}

signals! {
    "access-control" "every agent says what each role may do" access::roles,
    "action-limits" "inputs of agents are validated, and what they may do to the world is bounded" guards::action_limits,
    "audit-log" "agents write down who did what" guards::audit_log,
    "audit-trail" "what is written down of who did what goes to a system that watches security" guards::audit_trail,
    "authentication" "every agent asks callers who they are" access::authentication,
    "batching" "batches of requests are bounded in size and in time" calls::batching,
    "budget" "every agent has a budget, or an alert watches what is spent" config::budget,
    "cache-bounds" "every cache has a time to live, a bound and a rule for what goes first" state::cache_bounds,
    "cache-ttl" "every cache has a time to live and a bound" state::cache_ttl,
    "caching" "an agent caches, and its entries expire" state::caching,
    "circuit-breaker" "calls of models and other services stop for a while when many fail" calls::circuit_breaker,
    "configuration" "every configuration of an agent has only keys and values that its format knows" config::is_valid,
    "connection-pool" "pools of connections are bounded, and waiting for one ends" calls::connection_pool,
    "connection-reuse" "connections are pooled or used again" calls::connection_reuse,
    "correlation" "logs and traces hold an id of each request" logs::correlation,
    "cors" "every agent lists the web sites that may call it from browsers" access::cors,
    "encryption" "what agents keep is encrypted where it lies" guards::encryption,
    "event-bus" "messages between parts go through a service that all replicas share" state::event_bus,
    "injection-detection" "inputs are searched for attempts to give the agent other instructions" guards::injection,
    "input-validation" "every agent validates its inputs" guards::input_validation,
    "jittered-retries" "failed calls are tried again a few times, with pauses that grow and vary" calls::jittered_retries,
    "kill-switch" "a switch or hard limits stop what an agent does to the real world" lifecycle::kill_switch,
    "log-format" "logs are lines of JSON" logs::format,
    "log-level-info" "nothing logs below INFO" logs::level_of_information,
    "log-level-warn" "nothing logs below WARNING" logs::level_of_warnings,
    "log-payloads" "agents keep whole requests and answers out of logs and traces" logs::payloads,
    "log-retention" "it is said how long logs are kept" logs::retention,
    "log-rotation" "every file that logs go to is rotated" logs::rotation,
    "manual-review" "what is dangerous or expensive waits for a person" lifecycle::manual_review,
    "model-calls" "calls of models have a timeout, retries with a pause, kept connections and bounded batches" calls::models,
    "model-deployment" "every model has its address, its deployment and its version" config::models,
    "pii-detection" "personal data in inputs is removed or refused" guards::pii,
    "prompt" "every system prompt is there, and somebody has reviewed it" config::prompts,
    "rate-limit" "every agent limits how often it is called" access::rate_limit,
    "retention" "conversations and sessions are removed after a while" state::retention,
    "retries" "failed calls are tried again a few times, with pauses that grow" calls::retries,
    "rollback" "it is written down that a critical alert undoes nothing by itself, or that a person does" lifecycle::rollback,
    "strong-authentication" "callers prove who they are with tokens" access::strong_authentication,
    "timeouts" "every call of a model or another service is given up after a while" calls::timeouts,
    "tools" "every tool server that is switched on says what it is or where" config::tools,
}

/// What was asked of one thing: where it answers, what it says, and whether that is a yes.
type Told = (Proof, bool);

/// What a configuration says of a setting, for people.
fn proof(agent: &AgentConfig<'_>, because: &Because<'_>) -> Proof {
    let says = format!("{}: {}", name_of(&agent.subject()), because.text);
    Proof::new(because.at.place(), says)
}

/// The same of something that the configuration is about: ``calls of model `fast` ``.
fn proof_of(agent: &AgentConfig<'_>, what: &str, because: &Because<'_>) -> Proof {
    let says = format!("{}, {what}: {}", name_of(&agent.subject()), because.text);
    Proof::new(because.at.place(), says)
}

/// That a configuration says nothing of something.
fn silence(agent: &AgentConfig<'_>, says: &str) -> Told {
    let says = format!("{}: {says}", name_of(&agent.subject()));
    (Proof::new(agent.grip().place(), says), false)
}

/// Asks one setting of every configuration whose format has it.
fn setting<'v, T: Copy + std::fmt::Display + 'v>(
    view: &'v View<'_>,
    of: impl for<'a, 'p> Fn(&'a AgentConfig<'p>) -> &'a Setting<'p, T>,
    wanted: impl Fn(T) -> bool + Copy,
) -> Vec<Told> {
    let told = view.agents().filter_map(|agent| {
        let (because, yes) = of(agent).shows(wanted)?;
        Some((proof(agent, &because), yes))
    });
    told.collect()
}

/// What several things say together, all of which have to say yes. `lack` is what those have in common
/// that do not, as one and as many: "call without a timeout", "calls without a timeout"; `absent` what
/// is missing where nothing was there to be asked.
fn all(view: &View<'_>, told: Vec<Told>, [one, many]: [&str; 2], absent: &str) -> Answer {
    // One key may stand for several things.
    let mut seen = HashSet::new();
    let mut told = told;
    told.retain(|(proof, _)| seen.insert((proof.place, proof.says.clone())));
    if told.is_empty() {
        return nothing(view, absent);
    }
    let (shown, lacking): (Vec<_>, Vec<_>) = told.into_iter().partition(|(_, yes)| *yes);
    let places = |told: Vec<Told>| told.into_iter().map(|(proof, _)| proof).collect::<Vec<_>>();
    match lacking.len() {
        0 => Answer::Shown(places(shown)),
        1 => Answer::Lacking(format!("1 {one}"), places(lacking)),
        count => Answer::Lacking(format!("{count} {many}"), places(lacking)),
    }
}

/// The answer where nothing was there to be asked: what is missing, if anything runs at all.
fn nothing(view: &View<'_>, absent: &str) -> Answer {
    if runs(view) {
        Answer::Lacking(absent.to_owned(), Vec::new())
    } else {
        Answer::Moot("nothing here runs".to_owned())
    }
}

/// Whether there is anything that runs: a workload, a service, an image, an agent, a program.
pub(super) fn runs(view: &View<'_>) -> bool {
    let is_program = |part: &Part| matches!(part, Part::Dependencies(_) | Part::Calls(_));
    view.workloads().next().is_some()
        || view.services().next().is_some()
        || view.dockerfiles().next().is_some()
        || view.agents().any(AgentConfig::is_of_agent)
        || view.files().any(|file| file.parts().iter().any(is_program))
}

/// What answers say together, any of which is enough.
fn any_of<const N: usize>(answers: [Answer; N]) -> Answer {
    Answer::any_of(answers).unwrap_or_else(|| Answer::Moot(String::new()))
}
