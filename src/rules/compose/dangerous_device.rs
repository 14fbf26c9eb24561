use crate::compose::{Danger, Service};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for (node, what, danger) in service.dangerous_devices() {
        let Some(owner) = service.owner_of(node.place()) else { continue };
        let help = match danger {
            Danger::Disk => "it reads and writes every file on that disk, past all permissions",
            Danger::Memory => "it reaches what the host has in memory",
            Danger::Log => "it reads what the kernel says, and root may write there",
            Danger::All => "it reaches the disks and the memory of the host",
        };
        let found = cx
            .report(node, format!("{} `{}` is given `{what}` of its host", owner.kind, owner.name))
            .help(help)
            .about(owner);
        if danger == Danger::Log {
            found.severity(Severity::Note);
        }
    }
}
