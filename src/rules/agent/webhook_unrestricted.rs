use crate::agent::AgentConfig;
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(webhooks) = &agent.server.webhooks else { return };
    let severity = if webhooks.headers.is_some() { Severity::Warning } else { Severity::Note };
    if let Some(open) = webhooks.limited.off() {
        let found = cx
            .report(open.at, format!("webhooks may go to any host: {}", open.text))
            .severity(severity)
            .help("whoever starts a run names the address: list the hosts that results may go to");
        if let Some(headers) = webhooks.headers {
            found.related(headers, "sent along to each of them");
        }
    }
    if let Some(plain) = webhooks.tls.off() {
        cx.report(plain.at, format!("webhooks may go out without TLS: {}", plain.text))
            .severity(severity)
            .help("whoever sits on the way reads the results, and the headers that are sent along")
            .unsafe_fix("require HTTPS; webhooks to other addresses are then refused", || {
                webhooks.tls.set(true)
            });
    }
}
