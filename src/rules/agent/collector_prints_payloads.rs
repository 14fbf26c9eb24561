use crate::agent::Collector;
use crate::agent::collector::{Section, is_output};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let outputs = collector.components.iter().filter(|component| {
        component.section == Section::Exporters
            && is_output(component.id.text())
            && collector.uses(component)
    });
    for exporter in outputs {
        let verbosity = exporter.settings.at(&["verbosity"]);
        let level = exporter.settings.at(&["loglevel"]);
        let detailed = verbosity.filter(|it| it.text().eq_ignore_ascii_case("detailed"));
        let debug = || level.filter(|it| it.text().eq_ignore_ascii_case("debug"));
        let Some(switch) = detailed.or_else(debug) else { continue };
        let name = exporter.id.text();
        let found = cx
            .report(switch, format!("exporter `{name}` prints every attribute of all that passes"))
            .help("prompts, answers and what else agents put into spans end up in the logs");
        if detailed.is_some() {
            found.unsafe_fix("print a line for each batch instead", || {
                edit::replace(switch, &"basic".into())
            });
        }
    }
}
