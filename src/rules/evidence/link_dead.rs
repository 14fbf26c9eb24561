use super::records;
use crate::evidence::link;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file) {
        let Some(link) = written.record.link.as_deref().filter(|link| !link.trim().is_empty())
        else {
            continue;
        };
        if let Some(fault) = link::fault(link, file, cx.project()) {
            cx.report(written.at("link"), format!("{} links to nothing: {fault}", written.describe()))
                .help("a link without a scheme is a path from the folder of this file; with `/` in front, from the root of the repository");
        }
    }
}
