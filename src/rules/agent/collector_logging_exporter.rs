use crate::agent::AgentConfig;
use crate::agent::collector::Section;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(config: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(collector) = &config.collector else { return };
    let exporters = collector.components.iter().filter(|it| it.section == Section::Exporters);
    for exporter in exporters.filter(|it| it.kind() == "logging") {
        cx.report(exporter.id, format!("exporter `{}` is not there any more", exporter.id.text()))
            .help("collectors from 0.111 on do not start with it: `debug` does the same");
    }
}
