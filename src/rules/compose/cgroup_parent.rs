use crate::compose::{Service, interpolated};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(parent) = service.node().at(&["cgroup_parent"]) else { return };
    let Some(owner) = service.owner_of(parent.place()) else { return };
    let Some(group) = interpolated(parent).filter(|group| !group.is_empty()) else { return };
    cx.report(
        parent,
        format!("{} `{}` runs below the control group `{group}`", owner.kind, owner.name),
    )
    .help("the limits of that group hold then, which may be none")
    .about(owner)
    .unsafe_fix("leave it to Docker; limits of that group no longer hold", || {
        let entry = service.node().get("cgroup_parent").ok_or(Refusal::Occupied)?;
        edit::delete(service.node(), entry)
    });
}
