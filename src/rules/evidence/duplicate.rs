use super::records;
use crate::evidence::duplicates;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let all = records(file);
    for (written, newest) in duplicates(&all, cx.today()) {
        cx.report(written.at("item"), format!("{} is written down twice", written.describe()))
            .help("the newest counts: keep that one")
            .related(newest.at("item"), "the newest");
    }
}
