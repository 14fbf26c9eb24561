use crate::agent::AgentConfig;
use crate::diagnostic::Confidence;
use crate::k8s::Object;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for reference in agent.references.iter().filter(|it| it.is_dangling()) {
        let (kind, name) = (reference.kind, reference.name());
        let help = match reference.nearest() {
            Some(near) => format!("did you mean `{near}`?"),
            None => "define it, or name one that is there".to_owned(),
        };
        cx.report(reference.at, format!("no {kind} `{name}` is defined here")).help(help);
    }
    let Some(object) = agent.object() else { return };
    let project = cx.project();
    for link in &agent.links {
        let own = project.namespaces_of(object);
        let namespaces = link.namespace.map_or(own, |namespace| vec![namespace]);
        let Some(confidence) = cx.dangles_in(object, &namespaces, link.of, link.name) else {
            continue;
        };
        // Where the project has none of the kind, all of them live elsewhere.
        if confidence < Confidence::Medium {
            continue;
        }
        let (group, kind) = link.of;
        let names: Vec<_> = namespaces
            .iter()
            .flat_map(|namespace| project.objects(group, kind, namespace))
            .map(Object::name)
            .collect();
        let help = match crate::schema::nearest(link.name, names.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the agent does not start without it".to_owned(),
        };
        cx.report(link.at, format!("{kind} `{}` is not in this project", link.name))
            .confidence(confidence)
            .help(help);
    }
}
