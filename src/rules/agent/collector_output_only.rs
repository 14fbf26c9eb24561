use crate::agent::Collector;
use crate::agent::collector::is_output;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    for pipeline in collector.pipelines.iter().filter(|it| !it.exporters.is_empty()) {
        if pipeline.exporters.iter().all(|id| is_output(id.text())) {
            let name = pipeline.name.text();
            cx.report(
                pipeline.sink,
                format!("pipeline `{name}` ends in the collector's own output"),
            )
            .help("nothing keeps what goes there, and nothing alerts on it: send it to a backend");
        }
    }
}
