use crate::compose::Service;
use crate::project::Misplaced;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(found) = cx.project().misplaced(service) else { return };
    let Misplaced { at, mounted, read, told } = found;
    let why = if told.is_some() { "is told to read" } else { "reads" };
    let message = format!(
        "the configuration is mounted at {mounted}, but service `{}` {why} {read}",
        service.name()
    );
    let told = told.map(|place| (place, "what tells it so".to_owned()));
    cx.report(at, message)
        .help("the program runs with the configuration of its image, or not at all: mount yours where it looks")
        .related_to(told.into_iter());
}
