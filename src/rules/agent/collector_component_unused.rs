use crate::agent::Collector;
use crate::agent::collector::Section;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    let unused = collector.components.iter().filter(|it| !collector.uses(it));
    for component in unused.filter(|it| !collector.may_use(it)) {
        let (name, what) = (component.id.text(), component.section.one());
        let place = match component.section {
            Section::Extensions => "`service.extensions`",
            _ => "a pipeline",
        };
        cx.report(component.id, format!("{what} `{name}` does not stand in {place}"))
            .help("what is defined but not named there does not run");
    }
}
