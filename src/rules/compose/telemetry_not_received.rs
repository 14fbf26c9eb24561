use crate::compose::Service;
use crate::project::{Runner, Sender};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    for sender in Sender::of_service(service) {
        let runner = Runner::Service(service);
        let Some(unheard) = project.unheard(runner, &sender) else { continue };
        let Some(message) = sender.complain(&unheard) else { continue };
        let how = sender.protocol.map(|(_, at)| (at, "how it is sent".to_owned()));
        let how = how.filter(|(at, _)| unheard.is_about_protocol() && *at != sender.at);
        cx.report(sender.at, message)
            .help("traces, metrics and logs are dropped without a word to the user; send them to where they are taken in")
            .confidence(unheard.confidence())
            .related_to(unheard.places().chain(how));
    }
}
