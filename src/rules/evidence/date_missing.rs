use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file).iter().filter(|it| it.record.date.is_none()) {
        cx.report(written.at("date"), format!("{} has no date", written.describe())).help(
            "it does not count until it says since when somebody vouches: `date = 2026-10-01`",
        );
    }
}
