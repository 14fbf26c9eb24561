use crate::compose::Service;
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Refusal};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let Some(parent) = service.node().at(&["cgroup_parent"]) else { return };
    let Some(owner) = service.owner_of(parent.place()) else { return };
    if parent.text().is_empty() {
        return;
    }
    cx.report(
        parent,
        format!("{} `{}` runs below the control group `{}`", owner.kind, owner.name, parent.text()),
    )
    .help("the limits of that group hold then, which may be none")
    .about(owner)
    .unsafe_fix("leave it to Docker; limits of that group no longer hold", || {
        let entry = service.node().get("cgroup_parent").ok_or(Refusal::Occupied)?;
        edit::delete(service.node(), entry)
    });
}
