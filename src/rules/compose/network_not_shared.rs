use std::collections::HashSet;

use crate::compose::{ComposeFile, Heard, Hosts};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let (project, hosts) = (cx.project(), Hosts::of(file));
    for service in file.services() {
        let mut seen = HashSet::new();
        for call in project.calls_of_service(service) {
            let Heard::Apart(other) = hosts.answer(service, &call.address) else { continue };
            let at = service.grip(&["networks"]);
            let Some(owner) = service.owner_of(at.place()) else { continue };
            if !seen.insert(other.name()) {
                continue;
            }
            let message = format!(
                "{} `{}` calls service `{}` and shares no network with it",
                owner.kind,
                owner.name,
                other.name()
            );
            cx.report(at, message)
                .help("the name is unknown on its own networks: put both on one")
                .about(owner)
                .related(call.at, format!("`{}` names `{}`", call.name, call.address.describe()))
                .related(other.grip(&["networks"]), "the networks of the other one");
        }
    }
}
