use crate::agent::collector::Section;
use crate::agent::{Collector, is_local};
use crate::rules::{Check, Cx};
use crate::tree::edit;
use crate::words::Words;

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let exporters = collector.components.iter().filter(|it| it.section == Section::Exporters);
    for exporter in exporters.filter(|it| collector.uses(it)) {
        let switch = exporter.settings.at(&["tls", "insecure"]);
        let Some(switch) = switch.filter(|it| it.as_bool() == Some(true)) else { continue };
        let endpoint = exporter.settings.at(&["endpoint"]).map_or("", |it| it.text());
        // A URL says by its scheme whether it is TLS, and then the switch says nothing.
        let is_unknown = endpoint.is_empty() || endpoint.contains(['$', '{', '/']);
        if is_unknown || is_local(endpoint) || is_of_cluster(endpoint) {
            continue;
        }
        let name = exporter.id.text();
        cx.report(switch, format!("exporter `{name}` sends to {endpoint} without TLS"))
            .help("whoever sits on the way reads what agents and their users said")
            .unsafe_fix("use TLS; the backend must offer it", || {
                edit::replace(switch, &false.into())
            });
    }
}

/// Endings of more than four letters under which there are hosts elsewhere: of the internet, and of
/// companies.
static ENDINGS: Words = Words::of(
    "academy agency build business capital center cloud codes community company computer \
     consulting corp digital domain education email energy engineering events exchange expert \
     finance foundation games global group guide health hosting house institute internal \
     intra intranet local localdomain management marketing media money network online photos \
     press private report school science services shop site social software solutions space \
     store stream studio support systems technology today tools trade training ventures watch \
     website works world",
);

/// Whether a host is named as pods name a Service of another namespace: `collector.observability`. That is
/// no name of the internet, which has few endings of more than four letters, nor one of a company's.
fn is_of_cluster(endpoint: &str) -> bool {
    const NAMESPACES: [&str; 2] = ["apm", "otel"];
    let host = endpoint.split(':').next().unwrap_or(endpoint).to_ascii_lowercase();
    let Some((name, ending)) = host.split_once('.') else { return false };
    let is_label = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_namespace = NAMESPACES.contains(&ending) || ending.len() > 4 && !ENDINGS.has(ending);
    !name.is_empty()
        && is_label(name)
        && is_label(ending)
        && is_namespace
        && ending.contains(|c: char| c.is_ascii_alphabetic())
}
