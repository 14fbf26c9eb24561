use crate::compose::Service;
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for mount in service.mounts() {
        let Some((propagation, at)) = mount.propagation() else { continue };
        let Some(owner) = service.owner_of(at.place()) else { continue };
        let whose = format!("{} `{}`", owner.kind, owner.name);
        let is_one_way = propagation.ends_with("slave");
        let what = if is_one_way {
            "what its host mounts shows in it"
        } else {
            "what it mounts shows on its host"
        };
        let found = cx
            .report(at, format!("{whose} has a mount that is `{propagation}`: {what}"))
            .help("leave it private unless the service mounts for others")
            .about(owner);
        let found = if is_one_way { found.severity(Severity::Note) } else { found };
        found.unsafe_fix(
            "leave the mount private; see that the service finds what it looks for",
            || mount.make_private(),
        );
    }
}
