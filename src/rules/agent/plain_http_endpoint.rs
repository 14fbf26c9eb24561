use crate::agent::{AgentConfig, Role};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for endpoint in agent.endpoints.iter().filter(|endpoint| endpoint.is_plain()) {
        let (scheme, host) = (endpoint.scheme, endpoint.host);
        // As a URL has the addresses of IPv6.
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let message = format!("`{}` is reached without TLS: {scheme}://{host}", endpoint.name);
        let found = cx.report(endpoint.at, message);
        let found = match endpoint.role {
            Role::Review => found
                .severity(Severity::Error)
                .help("whoever sits on the way can approve what the agent wants to do"),
            Role::Rollback => found
                .severity(Severity::Error)
                .help("whoever sits on the way can drop the rollback, or cause one"),
            Role::Other => found.help(
                "whoever sits on the way can read the key that is sent and change the answer",
            ),
        };
        if let Some(url) = endpoint.with_tls() {
            found.unsafe_fix("use TLS; the server must offer it at that port", || {
                edit::reword(endpoint.at, &url)
            });
        }
    }
}
