use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::project::{Content, Runner};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check<'p>(container: Container<'p>, cx: &mut Cx<'p>) {
    if container.node().at(&["volumeMounts"]).is_none() {
        return;
    }
    let process = cx.process_of(Runner::Container(container));
    let Some((mount, program, copied)) = process.hidden_program() else { return };
    // A ConfigMap may bring the program that another command starts.
    if mount.content == Content::Keys && !process.is_started_by_image() {
        return;
    }
    let (what, help) = match mount.content {
        Content::Keys => (
            "the files of a ConfigMap or a Secret",
            "mount single files by subPath, or at a folder of their own",
        ),
        Content::Claim => (
            "a claim",
            "a claim is empty at first and then keeps what somebody puts there: mount it at a folder of its own",
        ),
        _ => (
            "an empty folder",
            "the program is not found; mount the folder elsewhere, below or beside the code",
        ),
    };
    let is_claim = mount.content == Content::Claim;
    let message = format!(
        "{} mounts {what} over `{}`, where the image has the program that it starts",
        container.describe(),
        mount.path
    );
    let found = cx
        .report(mount.at, message)
        .help(help)
        .related(program.place, "this starts the program")
        .related(copied, "this copies it into the image");
    if is_claim {
        found.severity(Severity::Warning).confidence(Confidence::Medium);
    }
}
