use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let (most, longest) = (cx.decimal("max-size"), cx.decimal("max-wait-seconds"));
    for batch in agent.batches.iter().filter(|batch| batch.enabled.off().is_none()) {
        let size = batch.size.when(|size| size <= 0.0 || size > most);
        if let Some(why) = size.or_else(|| batch.size.unsaid()) {
            cx.report(why.at, format!("a batch of requests may grow too large: {}", why.text))
                .help(
                    "a large batch fails as a whole, and its answers come when the last one does",
                );
        }
        let wait = batch.wait.when(|wait| wait > longest);
        if let Some(why) = wait.or_else(|| batch.wait.unsaid()) {
            cx.report(why.at, format!("the first request waits long for a batch: {}", why.text))
                .help(
                    "while traffic is low, a batch that is never full keeps its requests waiting",
                );
        }
    }
}
