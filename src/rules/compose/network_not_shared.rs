use std::collections::HashSet;

use crate::compose::{ComposeFile, Heard, Hosts};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let (project, hosts) = (cx.project(), Hosts::of(file));
    for service in file.services() {
        let mut seen = HashSet::new();
        for call in project.calls_of_service(service) {
            let (other, is_alias) = match hosts.answer(service, &call.address) {
                Heard::Apart(other) => (other, false),
                Heard::Alias(other) => (other, true),
                _ => continue,
            };
            let at = service.grip(&["networks"]);
            let Some(owner) = service.owner_of(at.place()) else { continue };
            if !seen.insert(other.name()) {
                continue;
            }
            let (host, name) = (&call.address.host, other.name());
            let (why, help) = if is_alias {
                (
                    format!("as `{host}`, which is no name of it on a network that they share"),
                    format!("an alias counts on the network that it is given on: call `{name}`"),
                )
            } else {
                (
                    "and shares no network with it".to_owned(),
                    "the name is unknown on its own networks: put both on one".to_owned(),
                )
            };
            let message = format!("{} `{}` calls service `{name}` {why}", owner.kind, owner.name);
            cx.report(at, message)
                .help(help)
                .about(owner)
                .related(call.at, format!("`{}` names `{}`", call.name, call.address.describe()))
                .related(other.grip(&["networks"]), "the networks of the other one");
        }
    }
}
