use crate::address::Address;
use crate::agent::{AgentConfig, is_loopback};
use crate::credential::words;
use crate::diagnostic::Confidence;
use crate::rules::{Check, Cx};
use crate::source::Source;
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Agent(check);

/// Words of keys that say where the program itself is found, or what others may ask for.
const OWN: [&str; 11] = [
    "bind", "callback", "cors", "external", "issuer", "listen", "origin", "origins", "public",
    "redirect", "self",
];

/// Words of keys for telemetry, which an agent beside the program often takes.
const TELEMETRY: [&str; 10] = [
    "collector",
    "jaeger",
    "metrics",
    "otel",
    "otlp",
    "prometheus",
    "statsd",
    "telemetry",
    "tracing",
    "zipkin",
];

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let calls = agent.endpoints.iter().filter(|it| it.is_loopback());
    let calls = calls.map(|endpoint| {
        let subject = format!("`{}`", endpoint.name);
        (endpoint.name, subject, endpoint.host, endpoint.at)
    });
    let stores = agent.stores.iter().filter(|it| it.enabled.off().is_none()).filter_map(|store| {
        let stated = store.host.when(is_loopback).filter(|because| because.stated)?;
        // A name needs no article, and some bring theirs.
        let is_name = store.what.starts_with(char::is_uppercase) || store.what.starts_with("the ");
        let subject = if is_name { store.what.to_owned() } else { format!("the {}", store.what) };
        Some((store.what, subject, store.host.value()?, stated.at))
    });
    let found: Vec<_> = calls.chain(stores).collect();
    for (name, subject, host, at) in found {
        let words = words(name);
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        if has(&OWN) || is_of_a_developer(cx, at) {
            continue;
        }
        let address = Address::of_url(at.text()).or_else(|| Address::of_host(host));
        if cx.project().has_company_on_loopback(agent, address.and_then(|it| it.port)) {
            continue;
        }
        // Beside a program there may be another one in the same pod.
        let may_be_beside = agent.object().is_some() || at.tree().is_embedded() || has(&TELEMETRY);
        let confidence = if may_be_beside { Confidence::Low } else { Confidence::Medium };
        cx.report(at, format!("{subject} is expected on `{host}`, the container's own loopback"))
            .confidence(confidence)
            .help("in a container nothing else listens there; name the service, from a variable");
    }
}

/// Whether the file configures the tools of a developer, or is there to be copied.
fn is_of_a_developer(cx: &Cx<'_>, at: Node<'_>) -> bool {
    cx.project().source(at.place().file).is_some_and(|source: &Source| {
        let is_tool = source.name().ends_with("mcp.json")
            || source.folder().rsplit('/').next().is_some_and(|folder| folder.starts_with('.'));
        is_tool || source.is_example()
    })
}
