use crate::compose::{ComposeFile, Heard, Hosts};
use crate::diagnostic::{Confidence, Severity};
use crate::project::Call;
use crate::rules::{Check, Cx};

use super::completed;

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let (project, hosts) = (cx.project(), Hosts::of(file));
    for service in file.services() {
        for call in Call::all_by_variables(service).into_iter().filter(|it| !it.is_telemetry()) {
            let Some(owner) = service.owner_of(call.at) else { continue };
            let (name, address) = (&call.name, call.address.describe());
            match hosts.answer(service, &call.address) {
                Heard::Nobody(like) => {
                    let host = &call.address.host;
                    let overriding = file.overriding("services", host);
                    let help = match like {
                        _ if overriding.is_some() => {
                            "only the override file has such a service: every call fails wherever that file is not read"
                                .to_owned()
                        }
                        Some(like) => format!("did you mean `{}`?", like.name()),
                        None => "every call fails with an unknown host".to_owned(),
                    };
                    let found = cx
                        .report(
                            call.at,
                            format!("`{name}` names `{address}`, but no service of the file is called `{host}`"),
                        )
                        .help(help)
                        .about(owner);
                    let found = completed(found, overriding.map(|it| it.key));
                    // `gpu01`: the host may well know such a machine of its network.
                    let is_machine = host.ends_with(|c: char| c.is_ascii_digit());
                    if is_machine && like.is_none() && overriding.is_none() {
                        found.severity(Severity::Note).confidence(Confidence::Low);
                    }
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
                Heard::Somebody(other) => {
                    let Some(missed) = project.missed_by_call(other, &call.address) else {
                        continue;
                    };
                    cx.report(call.at, format!("`{name}` names `{address}`, but {}", missed.why))
                        .help("every call is refused: nothing takes it in at that port")
                        .confidence(missed.confidence)
                        .related(missed.place, "what says where it listens")
                        .related_to(missed.others.into_iter())
                        .about(owner);
                }
                Heard::Apart(_) | Heard::Alias(_) | Heard::Unknown => {}
            }
        }
    }
}
