//! How agents bear that a call fails, hangs, or that there are many.

use super::{Told, all, nothing, proof, proof_of, silence};
use crate::agent::{AgentConfig, Because, Call};
use crate::checklist::signal::{Answer, View};

/// Asks every call of every configuration.
fn of_calls<'p>(
    view: &View<'p>,
    ask: impl for<'a> Fn(&'a AgentConfig<'p>, &'a Call<'p>) -> Option<Told>,
) -> Vec<Told> {
    let told = view.agents().flat_map(|agent| {
        agent.calls.iter().filter_map(|call| ask(agent, call)).collect::<Vec<_>>()
    });
    told.collect()
}

/// What a call says, with what is called.
fn told(agent: &AgentConfig<'_>, call: &Call<'_>, (because, yes): (Because<'_>, bool)) -> Told {
    (proof_of(agent, &format!("calls of {}", call.what), &because), yes)
}

/// Every call is given up after a while.
pub(super) fn timeouts(view: &View<'_>) -> Answer {
    let calls = of_calls(view, |agent, call| {
        Some(told(agent, call, call.timeout.shows(|seconds| seconds > 0.0)?))
    });
    let lack = ["call without a known timeout", "calls without a known timeout"];
    all(view, calls, lack, "no agent here says when a call is given up")
}

/// Failed calls are tried again, a few times, after pauses that grow. How many are too many is a rule's
/// to say.
fn retry<'p>(agent: &AgentConfig<'p>, call: &Call<'p>) -> Option<Told> {
    let Some((tries, yes)) = call.retries.shows(|tries| tries >= 1.0) else {
        return Some(told(agent, call, call.backoff.shows(|on| on)?));
    };
    // A pause that there is at most once cannot grow.
    if !yes || call.retries.value() == Some(1.0) {
        return Some(told(agent, call, (tries, yes)));
    }
    match call.backoff.shows(|on| on) {
        Some((because, true)) => {
            let text = format!("{}, {}", tries.text, because.text);
            Some(told(agent, call, (Because { text, ..tries }, true)))
        }
        Some(other) => Some(told(agent, call, other)),
        // The format cannot say it, of whatever is called: once is enough.
        None => Some(silence(agent, "nothing says whether the pauses between tries grow")),
    }
}

const NOT_RETRIED: [&str; 2] = [
    "call that is not shown to be tried again with pauses that grow",
    "calls that are not shown to be tried again with pauses that grow",
];

const NO_RETRIES: &str = "no agent here says what becomes of a call that fails";

/// See [`retry`].
pub(super) fn retries(view: &View<'_>) -> Answer {
    all(view, of_calls(view, retry), NOT_RETRIED, NO_RETRIES)
}

/// The same, with pauses that vary besides, so that not all clients come back at once.
pub(super) fn jittered_retries(view: &View<'_>) -> Answer {
    let calls = of_calls(view, |agent, call| {
        let (proof, yes) = retry(agent, call)?;
        let vary = call.jitter.shows(|on| on);
        Some(match vary {
            Some(vary) if yes => told(agent, call, vary),
            None if yes => silence(agent, "nothing says whether the pauses between tries vary"),
            _ => (proof, yes),
        })
    });
    let lack = [
        "call that is not shown to be tried again with pauses that grow and vary",
        "calls that are not shown to be tried again with pauses that grow and vary",
    ];
    all(view, calls, lack, NO_RETRIES)
}

/// Calls stop for a while when many fail: of models in any case, and of whatever else can say so.
pub(super) fn circuit_breaker(view: &View<'_>) -> Answer {
    let has_breakers =
        |agent: &AgentConfig<'_>| agent.calls.iter().any(|it| it.breaker.shows(|_| true).is_some());
    let calls = of_calls(view, |agent, call| match call.breaker.shows(|on| on) {
        Some(said) => Some(told(agent, call, said)),
        None if call.is_of_models && has_breakers(agent) && !shares_breaker(agent) => {
            Some(silence(agent, &format!("nothing stops calls of {} that fail", call.what)))
        }
        None => None,
    });
    let lack = ["call without a known circuit breaker", "calls without a known circuit breaker"];
    all(view, calls, lack, "no agent here says when it stops calling what fails")
}

/// Whether what is said of all models together has a breaker, which each of them then has.
fn shares_breaker(agent: &AgentConfig<'_>) -> bool {
    agent.calls.iter().any(|call| call.is_of_models && call.breaker.on().is_some())
}

/// Pools are bounded, and waiting ends where the format can say so.
pub(super) fn connection_pool(view: &View<'_>) -> Answer {
    let calls = of_calls(view, |agent, call| {
        let (pool, is_bounded) = call.pool.shows(|size| size >= 1.0)?;
        if let Some((wait, false)) = call.timeout.shows(|seconds| seconds > 0.0) {
            return Some(told(agent, call, (wait, false)));
        }
        Some(told(agent, call, (pool, is_bounded)))
    });
    let lack =
        ["pool of connections without a known bound", "pools of connections without a known bound"];
    all(view, calls, lack, "no agent here says how many connections it keeps")
}

/// Connections serve more than one call.
pub(super) fn connection_reuse(view: &View<'_>) -> Answer {
    let calls = of_calls(view, |agent, call| {
        let pool = call.pool.shows(|size| size >= 1.0);
        Some(told(agent, call, call.reuse.shows(|on| on).or(pool)?))
    });
    let lack = [
        "call that is not shown to keep its connections",
        "calls that are not shown to keep their connections",
    ];
    all(view, calls, lack, "no agent here says that it keeps connections")
}

/// What each batch says of its bounds; one that is switched off is none.
fn batches(view: &View<'_>) -> Vec<Told> {
    let mut all = Vec::new();
    for agent in view.agents() {
        for batch in agent.batches.iter().filter(|batch| batch.enabled.off().is_none()) {
            let settings = [
                batch.enabled.shows(|on| on),
                batch.size.shows(|size| size >= 1.0),
                batch.wait.shows(|seconds| seconds > 0.0),
            ];
            let settings = settings.into_iter().flatten();
            all.extend(settings.map(|(because, yes)| (proof(agent, &because), yes)));
        }
    }
    all
}

/// Batches of requests are bounded in size and in time.
pub(super) fn batching(view: &View<'_>) -> Answer {
    let lack = ["bound of a batch is not known", "bounds of batches are not known"];
    all(view, batches(view), lack, "no agent here gathers requests into batches")
}

/// All that is asked of calls of models: a timeout, retries with a pause, kept connections, and bounds
/// of batches.
pub(super) fn models(view: &View<'_>) -> Answer {
    let mut asked = Vec::new();
    for agent in view.agents() {
        for call in agent.calls.iter().filter(|call| call.is_of_models) {
            let settings = [
                ("a timeout", call.timeout.shows(|seconds| seconds > 0.0)),
                ("retries", call.retries.shows(|tries| tries >= 1.0)),
                ("a pause between tries", call.pause.shows(|seconds| seconds > 0.0)),
                ("kept connections", call.reuse.shows(|on| on)),
            ];
            asked.extend(settings.into_iter().map(|(what, said)| match said {
                Some(said) => told(agent, call, said),
                // The format cannot say it, of no model.
                None => silence(agent, &format!("nothing shows {what} of calls of models")),
            }));
        }
    }
    if asked.is_empty() {
        return nothing(view, "no agent here says how it calls models");
    }
    asked.extend(batches(view));
    let lack = ["thing that calls of models lack", "things that calls of models lack"];
    all(view, asked, lack, "")
}
