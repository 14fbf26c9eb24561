use crate::agent::Collector;
use crate::agent::collector::Section;
use crate::rules::{Check, Cx};
use crate::schema::nearest;

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let sections = [Section::Receivers, Section::Processors, Section::Exporters];
    let in_pipelines = collector.pipelines.iter().flat_map(|pipeline| {
        let all = sections.into_iter();
        all.flat_map(move |section| pipeline.of(section).iter().map(move |id| (section, *id)))
    });
    let extensions = collector.extensions.iter().map(|id| (Section::Extensions, *id));
    for (section, id) in in_pipelines.chain(extensions) {
        let name = id.text();
        if name.is_empty() || name.contains('$') || collector.component(section, name).is_some() {
            continue;
        }
        let of_section = collector.components.iter().filter(|it| it.section == section);
        let help = match nearest(name, of_section.map(|it| it.id.text())) {
            Some(near) => format!("the collector does not start; did you mean `{near}`?"),
            None => format!("the collector does not start: define it under `{}`", section.as_str()),
        };
        cx.report(id, format!("{} `{name}` is not defined", section.one())).help(help);
    }
}
