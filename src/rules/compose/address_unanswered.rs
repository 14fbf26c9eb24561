use crate::compose::{ComposeFile, Heard, Hosts, Service};
use crate::diagnostic::Confidence;
use crate::project::{Call, ListensElsewhere, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let hosts = Hosts::of(file);
    for service in file.services() {
        for call in Call::all_by_variables(service) {
            let Some(owner) = service.owner_of(call.at) else { continue };
            let (name, address) = (&call.name, call.address.describe());
            match hosts.answer(service, &call.address) {
                Heard::Nobody(like) => {
                    let host = &call.address.host;
                    let help = match like {
                        Some(like) => format!("did you mean `{}`?", like.name()),
                        None => "every call fails with an unknown host".to_owned(),
                    };
                    cx.report(
                        call.at,
                        format!("`{name}` names `{address}`, but no service of the file is called `{host}`"),
                    )
                    .help(help)
                    .about(owner);
                }
                Heard::HostPort(other, port) => {
                    let (other, (own, _)) = (other.name(), port.target);
                    cx.report(
                        call.at,
                        format!("`{name}` names `{address}`, which is the port of the host for service `{other}`"),
                    )
                    .help(format!("services reach each other by their own ports: `{other}:{own}`"))
                    .related(port.grip(), "the port that the host has for it")
                    .about(owner);
                }
                Heard::Somebody => {
                    let Some((other, unheard)) = listens_elsewhere(&hosts, service, &call, cx)
                    else {
                        continue;
                    };
                    let (why, other) = (&unheard.why, other.name());
                    cx.report(call.at, format!("`{name}` names `{address}`, but {why}"))
                        .help(format!(
                            "services reach each other by their own ports: `{other}:{}`",
                            unheard.port
                        ))
                        .confidence(unheard.confidence.min(Confidence::Medium))
                        .related(unheard.place, "what says where it listens")
                        .about(owner);
                }
                Heard::Apart(_) | Heard::Unknown => {}
            }
        }
    }
}

/// Why the service that is called does not hear it on that port.
fn listens_elsewhere<'t>(
    hosts: &Hosts<'t>,
    caller: Service<'t>,
    call: &Call,
    cx: &Cx<'t>,
) -> Option<(Service<'t>, ListensElsewhere)> {
    let other = hosts.listener(caller, &call.address)?;
    let unheard = cx.project().listens_elsewhere(Runner::Service(other), call.address.port?)?;
    Some((other, unheard))
}
