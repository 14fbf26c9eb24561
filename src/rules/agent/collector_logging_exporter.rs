use crate::agent::Collector;
use crate::agent::collector::Section;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let exporters = collector.components.iter().filter(|it| it.section == Section::Exporters);
    for exporter in exporters.filter(|it| it.kind() == "logging") {
        cx.report(
            exporter.id,
            format!("exporter `{}` was removed from the collector", exporter.id.text()),
        )
        .help("collectors from 0.111 on do not start with it: `debug` does the same");
    }
}
