use crate::agent::Collector;
use crate::agent::collector::Section;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let receivers = collector.components.iter().filter(|component| {
        let is_push = ["otlp", "zipkin", "jaeger", "opencensus"].contains(&component.kind());
        component.section == Section::Receivers && is_push && collector.uses(component)
    });
    for receiver in receivers {
        let open = receiver.endpoints().into_iter().find(|(place, endpoint)| {
            let host = endpoint.value.text();
            // Without a host it is every address.
            let is_everywhere = ["0.0.0.0:", "[::]:", ":"].iter().any(|it| host.starts_with(it));
            let is_guarded = place.at(&["tls"]).is_some() || place.at(&["auth"]).is_some();
            is_everywhere && !is_guarded
        });
        if let Some((_, endpoint)) = open {
            let (name, host) = (receiver.id.text(), endpoint.value.text());
            cx.report(endpoint.value, format!("receiver `{name}` takes data from anybody at {host}"))
                .help("whoever reaches the port can fill the backend or forge traces: ask for a certificate (`tls.client_ca_file`) or a token (`auth`)");
        }
    }
}
