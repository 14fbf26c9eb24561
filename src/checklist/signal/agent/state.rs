//! What agents keep, where, and for how long.

use super::{Told, all, nothing, proof_of, silence};
use crate::agent::{AgentConfig, Backend, Because, State, StateKind};
use crate::checklist::signal::{Answer, View};

/// Asks everything of a kind that is kept.
fn of_kind<'p>(
    view: &View<'p>,
    kind: StateKind,
    ask: impl for<'a> Fn(&'a AgentConfig<'p>, &'a State<'p>) -> Vec<Told>,
) -> Vec<Told> {
    let told = view.agents().flat_map(|agent| {
        let states = agent.states.iter().filter(|it| it.kind == kind && it.is_used());
        states.flat_map(|state| ask(agent, state)).collect::<Vec<_>>()
    });
    told.collect()
}

/// Messages and jobs wait in a service that all replicas share.
pub(super) fn event_bus(view: &View<'_>) -> Answer {
    let told = of_kind(view, StateKind::Queue, |agent, state| {
        let said = state.backend.shows(|kept| kept == Backend::Shared);
        let said = said.map(|(because, yes)| {
            let because = state.backend.said(|_| true).unwrap_or(because);
            (proof_of(agent, &state.what, &because), yes)
        });
        said.into_iter().collect()
    });
    let lack = [
        "queue that is not shown to be in a shared service",
        "queues that are not shown to be in a shared service",
    ];
    all(view, told, lack, "no agent here says through what its parts talk to each other")
}

/// What a cache says of when its entries end, and of how many there are.
fn bounds(agent: &AgentConfig<'_>, cache: &State<'_>, is_bounded: bool) -> Vec<Told> {
    let ttl = cache.ttl.shows(|seconds| seconds > 0.0);
    let bound = cache.bound.shows(|most| most > 0.0);
    let mut asked = vec![("how long its entries live", ttl)];
    if is_bounded {
        asked.push(("how many there are", bound));
    }
    let told = asked.into_iter().map(|(what, said)| match said {
        Some((because, yes)) => (proof_of(agent, &cache.what, &because), yes),
        None => silence(agent, &format!("{} does not say {what}", cache.what)),
    });
    told.collect()
}

const UNBOUNDED: [&str; 2] = ["bound of a cache is not known", "bounds of caches are not known"];

const NO_CACHE: &str = "no agent here says that it caches";

/// An agent caches, and its entries expire.
pub(super) fn caching(view: &View<'_>) -> Answer {
    let told = of_kind(view, StateKind::Cache, |agent, cache| bounds(agent, cache, false));
    all(
        view,
        told,
        [
            "cache whose entries are not shown to expire",
            "caches whose entries are not shown to expire",
        ],
        NO_CACHE,
    )
}

/// Every cache has a time to live and a bound.
pub(super) fn cache_ttl(view: &View<'_>) -> Answer {
    let told = of_kind(view, StateKind::Cache, |agent, cache| bounds(agent, cache, true));
    all(view, told, UNBOUNDED, NO_CACHE)
}

/// The same, and a rule for what goes first.
pub(super) fn cache_bounds(view: &View<'_>) -> Answer {
    let told = of_kind(view, StateKind::Cache, |agent, cache| {
        let mut told = bounds(agent, cache, true);
        let never = |policy: &str| matches!(policy, "none" | "noeviction" | "no_eviction");
        told.push(match cache.eviction.shows(|policy| !never(policy)) {
            Some((because, yes)) => (proof_of(agent, &cache.what, &because), yes),
            None => silence(agent, &format!("{} does not say what goes first", cache.what)),
        });
        told
    });
    all(view, told, UNBOUNDED, NO_CACHE)
}

/// That something is kept for good, for all that is known, and what keeps it.
fn unended(agent: &AgentConfig<'_>, memory: &State<'_>) -> Told {
    match memory.backend.when(|kept| kept != Backend::Process) {
        Some(because) => {
            let text = format!("{}, and nothing says when it is removed", because.text);
            (proof_of(agent, &memory.what, &Because { text, ..because }), false)
        }
        None => silence(agent, &format!("{} does not say when it is removed", memory.what)),
    }
}

/// Conversations, sessions and runs are removed after a while.
pub(super) fn retention(view: &View<'_>) -> Answer {
    let told = of_kind(view, StateKind::Memory, |agent, memory| {
        vec![match memory.ttl.shows(|seconds| seconds > 0.0) {
            Some((because, yes)) => (proof_of(agent, &memory.what, &because), yes),
            None => unended(agent, memory),
        }]
    });
    if told.is_empty() {
        return nothing(view, "no agent here says how long it keeps conversations");
    }
    let lack = ["thing kept without a known end", "things kept without a known end"];
    all(view, told, lack, "")
}
