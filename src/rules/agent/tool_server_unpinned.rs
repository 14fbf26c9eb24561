use crate::agent::{AgentConfig, FetchedKind, Pin};
use crate::diagnostic::Confidence;
use crate::image::ImageRef;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for server in agent.tool_servers.iter().filter(|server| !server.is_off()) {
        let Some(fetched) = server.fetched().filter(|fetched| fetched.pin != Pin::Fixed) else {
            continue;
        };
        let why = match (fetched.kind, fetched.pin) {
            (FetchedKind::Image, _) => ImageRef::parse(fetched.what).drift(),
            (FetchedKind::Package, Pin::Nothing) => "without a version, which means the newest one",
            (FetchedKind::Package, _) => "which means another version after every release",
            (FetchedKind::Repository, Pin::Nothing) => {
                "without a revision, which means the newest one"
            }
            (FetchedKind::Repository, _) => "which means another revision after every change",
        };
        let message = format!("tool server `{}` runs `{}`, {why}", server.name, fetched.what);
        cx.report(fetched.at, message)
            .confidence(if fetched.is_certain { Confidence::High } else { Confidence::Medium })
            .help("a release that somebody else has taken over runs here with the server's credentials");
    }
}
