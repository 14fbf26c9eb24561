use crate::agent::collector::Section;
use crate::agent::{Collector, is_local};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let exporters = collector.components.iter().filter(|it| it.section == Section::Exporters);
    for exporter in exporters.filter(|it| collector.uses(it)) {
        let switch = exporter.settings.at(&["tls", "insecure"]);
        let Some(switch) = switch.filter(|it| it.as_bool() == Some(true)) else { continue };
        let endpoint = exporter.settings.at(&["endpoint"]).map_or("", |it| it.text());
        // A URL says by its scheme whether it is TLS, and then the switch says nothing.
        let is_unknown = endpoint.is_empty() || endpoint.contains(['$', '{', '/']);
        if is_unknown || is_local(endpoint) {
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
