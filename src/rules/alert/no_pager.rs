use crate::agent::{Notifier, Receiver};
use crate::alert::{Alert, Format};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let told = || notifier.receivers.iter().filter(|it| !it.integrations.is_empty());
    let rules = project.alert_sets().filter(|set| set.format() == Format::Prometheus);
    let has_critical = rules.flat_map(|set| &set.alerts).any(Alert::pages);
    if !notifier.is_part
        && has_critical
        && told().next().is_some()
        && !told().any(Receiver::may_page)
    {
        cx.report(notifier.key, "critical alerts reach no pager, only chat and mail".to_owned())
            .help("chat and mail wait until somebody looks: add a receiver that wakes whoever is on call");
    }
}
