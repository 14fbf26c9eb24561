use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file) {
        let is_named = written.record.item.as_deref().is_some_and(|item| !item.trim().is_empty());
        if is_named {
            continue;
        }
        cx.report(written.at("item"), "evidence that names no checklist item")
            .help("nothing is decided by it: say for which item it is, `item = \"paladin/recovery/drill\"`; `agentcheck checklist --verbose` lists them");
    }
}
