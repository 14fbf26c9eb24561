use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

/// As many tell the story.
const MOST: usize = 3;

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(collector) = &agent.collector else { return };
    for listener in collector.listeners() {
        let shut_out = cx.project().shut_out(agent, &listener);
        let Some((_, who)) = shut_out.first() else { continue };
        let (name, protocol) = (listener.receiver, listener.protocol);
        let why = if listener.host.is_some() { "" } else { ", as it does by default" };
        let message = format!(
            "receiver `{name}` takes in {protocol} from its own container only{why}, which shuts out {who}"
        );
        let others = shut_out.iter().take(MOST);
        cx.report(listener.at, message)
            .help("let it listen at the address that others reach: `${env:MY_POD_IP}` of a pod, the name of the service in Compose")
            .related_to(others.map(|(place, who)| (*place, format!("{who} gets no connection"))));
    }
}
