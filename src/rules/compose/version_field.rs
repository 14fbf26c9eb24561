use crate::compose::ComposeFile;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let Some(version) = file.node().get("version") else { return };
    if file.services().iter().any(|service| service.is_for_swarm()) {
        return;
    }
    cx.report(version.key, "`version` is obsolete: Compose ignores it and says so at every call")
        .help("remove it")
        .safe_fix("remove the line", || edit::delete(file.node(), version));
}
