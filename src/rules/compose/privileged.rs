use crate::compose::{Service, flag};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(value) = service.node().at(&["privileged"]) else { return };
    if flag(value) != Some(true) {
        return;
    }
    let Some(owner) = service.owner_of(value.place()) else { return };
    cx.report(value, format!("{} `{}` runs privileged", owner.kind, owner.name))
        .help("whoever gets into the container owns the host: add the capabilities and devices that it needs, one by one")
        .about(owner)
        .unsafe_fix("take the privileges away; give the capabilities and devices that it needs", || {
            edit::replace(value, &false.into())
        });
}
