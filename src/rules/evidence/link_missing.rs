use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file) {
        let is_there = written.record.link.as_deref().is_some_and(|link| !link.trim().is_empty());
        if is_there || written.record.named_owner().is_none() {
            continue;
        }
        cx.report(written.at("link"), format!("{} links to nothing", written.describe())).help(
            "whoever reads it has to ask the owner: link to the report, the ticket or the page",
        );
    }
}
