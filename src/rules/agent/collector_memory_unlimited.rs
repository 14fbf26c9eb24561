use crate::agent::Collector;
use crate::agent::collector::Section;
use crate::diagnostic::Severity;
use crate::duration;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    find_unlimited(collector, cx);
    let processors = collector.components.iter().filter(|it| it.section == Section::Processors);
    let limiters = processors.filter(|it| it.kind() == "memory_limiter" && collector.uses(it));
    for limiter in limiters.filter(|it| !it.settings.text().contains('$')) {
        // What is empty or 0 is as good as left out.
        let has = |key: &str| {
            let value = limiter.settings.at(&[key]);
            value.is_some_and(|it| {
                !it.is_null()
                    && !it.text().is_empty()
                    && duration::seconds(it.text()) != Some(0.0)
                    && it.as_number() != Some(0.0)
            })
        };
        let lacking = if !has("check_interval") {
            "`check_interval`"
        } else if !has("limit_mib") && !has("limit_percentage") {
            "limit"
        } else {
            continue;
        };
        cx.report(limiter.id, format!("processor `{}` has no {lacking}", limiter.id.text()))
            .severity(Severity::Error)
            .help("the collector does not start: it needs `check_interval`, best `1s`, and `limit_mib` or `limit_percentage`");
    }
}

fn find_unlimited(collector: &Collector<'_>, cx: &mut Cx<'_>) {
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
