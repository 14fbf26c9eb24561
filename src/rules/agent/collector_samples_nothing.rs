use crate::agent::Collector;
use crate::agent::collector::Section;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let samplers = collector.components.iter().filter(|component| {
        component.section == Section::Processors && component.kind() == "probabilistic_sampler"
    });
    for sampler in samplers.filter(|it| collector.uses(it)) {
        let share = sampler.settings.at(&["sampling_percentage"]);
        let Some(share) = share.filter(|it| it.as_number().is_some_and(|it| it <= 0.0)) else {
            continue;
        };
        cx.report(share, format!("processor `{}` drops everything", sampler.id.text()))
            .help("the percentage is what is kept: 10 keeps every tenth trace");
    }
}
