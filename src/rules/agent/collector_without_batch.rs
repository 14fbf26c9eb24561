use crate::agent::Collector;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    // Exporters of late batch by themselves, where they are told to.
    let batches = collector.components.iter().any(|component| {
        component.settings.at(&["sending_queue", "batch"]).is_some()
            || component.settings.at(&["batcher"]).is_some()
    });
    let none = collector.pipelines.iter().all(|it| it.position("batch").is_none());
    if none && !batches && !collector.pipelines.is_empty() {
        cx.report(collector.key, "no pipeline sends in batches".to_owned())
            .help("each span is a request of its own to the backend: add the `batch` processor, or `sending_queue.batch`");
    }
}
