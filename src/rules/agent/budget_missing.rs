use crate::agent::{AgentConfig, BoundKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let budgets = [BoundKind::Cost, BoundKind::Tokens];
    // One of the two is enough.
    let budgets: Vec<_> = budgets.into_iter().flat_map(|kind| agent.bounds_of(kind)).collect();
    if !budgets.iter().all(|bound| bound.none().is_some()) {
        return;
    }
    let Some((what, why)) = budgets.first().and_then(|it| Some((&it.what, it.none()?))) else {
        return;
    };
    cx.report(why.at, format!("nothing bounds what {what} spends: {}", why.text))
        .help("a loop or a leaked key spends as fast as the provider answers");
}
