use crate::diagnostic::Confidence;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::{Runner, Sender, Unheard};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check =
    Check::Container(WorkloadKind::ALL, ContainerClasses::LONG_RUNNING, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    let (project, runner) = (cx.project(), Runner::Container(container));
    let process = cx.process_of(runner);
    for sender in process.variables_of_container().into_iter().flat_map(Sender::of_container) {
        let Some(unheard) = project.unheard(runner, &sender) else { continue };
        let mut confidence = unheard.confidence();
        if let Unheard::NotIn(namespaces, name) = &unheard {
            let asker = container.workload().object();
            let found = cx.dangles_in(asker, namespaces, ("", "Service"), name);
            let Some(found) = found.filter(|it| *it >= Confidence::Medium) else { continue };
            confidence = found;
        }
        let (Some(message), Some(home)) = (sender.complain(&unheard), sender.home) else {
            continue;
        };
        let how = sender.protocol.map(|(_, at)| (at, "how it is sent".to_owned()));
        let how = how.filter(|(at, _)| unheard.is_about_protocol() && *at != sender.at);
        let found = cx
            .report(sender.at, message)
            .help("traces, metrics and logs are dropped without a word to the user; send them to where they are taken in")
            .confidence(confidence)
            .related_to(unheard.places().chain(how));
        // One ConfigMap says so for every container that takes it.
        if home != container.workload().object() {
            found.about(home.subject());
        }
    }
}
