use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let access = &agent.access;
    if access.authentication.off().is_some() {
        return;
    }
    let Some(on) = access.tokens_per_replica.on() else { return };
    let project = cx.project();
    let several = project.runners_of(agent).into_iter().find_map(|run| {
        let workload = run.runner.workload()?;
        let replicas = project.replicas_of(workload).filter(|replicas| replicas.count > 1)?;
        Some((workload, replicas))
    });
    let Some((workload, replicas)) = several else { return };
    let whose = workload.object().describe();
    cx.report(on.at, format!("each replica of {whose} knows only its own tokens: {}", on.text))
        .related(replicas.at, format!("there are {} of them", replicas.count))
        .help("a token is refused wherever the load balancer sends the next request; use API keys, or one replica");
}
