use crate::agent::Collector;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let unlimited: Vec<_> = collector
        .pipelines
        .iter()
        .filter(|it| it.position("memory_limiter").is_none())
        .map(|it| it.name)
        .collect();
    let (Some(first), all) = (unlimited.first(), collector.pipelines.len()) else { return };
    let (at, message) = match unlimited.len() {
        many if many == all => (collector.key, "no pipeline has a `memory_limiter`".to_owned()),
        1 => (*first, format!("pipeline `{}` has no `memory_limiter`", first.text())),
        many => (*first, format!("{many} of {all} pipelines have no `memory_limiter`")),
    };
    cx.report(at, message).help(
        "when the backend is slow the collector keeps data until it is killed, and loses all of it at once",
    );
}
