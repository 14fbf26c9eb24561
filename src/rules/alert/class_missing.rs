use crate::agent::AgentConfig;
use crate::alert::{Alert, Class, Format};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::AlertSet(|set, cx| {
    let project = cx.project();
    let all = || {
        project
            .alert_sets()
            .filter(|set| set.format() != Format::Triggers && !set.alerts.is_empty())
    };
    // Once for all files, at the first of them; what is not at hand may have the others.
    let is_first = all().next().is_some_and(|first| first.key.place() == set.key.place());
    if !is_first || project.has_rest() || project.may_hide("PrometheusRule") {
        return;
    }
    let watched: Vec<Class> = all().flat_map(|set| &set.alerts).flat_map(Alert::classes).collect();
    let has_agents = project.agents().any(AgentConfig::is_of_agent);
    let has_pods = project.workloads().next().is_some();
    let missing: Vec<_> = Class::ALL
        .into_iter()
        .filter(|class| !watched.contains(class))
        .filter(|class| has_agents || !class.is_of_agents())
        .filter(|class| has_pods || *class != Class::CrashLoop)
        .filter(|class| cx.words("classes").iter().any(|name| name == class.name()))
        .map(Class::describe)
        .collect();
    if missing.is_empty() {
        return;
    }
    report(set.key.place(), &missing, cx);
});

fn report(at: crate::source::Place, missing: &[&str], cx: &mut Cx<'_>) {
    cx.report(at, format!("no alert of this project watches {}", missing.join(", nor "))).help(
        "what no alert watches is found by users; the parameter `classes` says what to ask for",
    );
}
