use crate::compose::{ComposeFile, schema};
use crate::rules::{Check, Cx};
use crate::schema::{Fault, FaultKind};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    // Nothing, laid over something, leaves that as it is.
    let is_part = file.is_part();
    let is_empty = |fault: &Fault<'_>| fault.kind == FaultKind::Empty;
    for fault in schema::faults_of_file(file).into_iter().filter(|it| !(is_empty(it) && is_part)) {
        cx.report(fault.at, format!("`{}` {}", fault.field, fault.problem)).help(fault.help);
    }
    for service in file.services() {
        for fault in schema::faults_of_service(service) {
            if is_empty(&fault) && is_part {
                continue;
            }
            let Some(owner) = service.owner_of(fault.at.place()) else { continue };
            let message =
                format!("`{}` of {} `{}` {}", fault.field, owner.kind, owner.name, fault.problem);
            cx.report(fault.at, message).help(fault.help).about(owner);
        }
    }
}
