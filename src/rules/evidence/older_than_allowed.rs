use super::records;
use crate::evidence::{Standing, lapsed};
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let all = records(file);
    for (written, standing) in lapsed(&all, cx.today()) {
        let Standing::TooOld { days, most } = standing else { continue };
        let message = format!("{} is {days} days old, and counts for {most}", written.describe());
        cx.report(written.at("date"), message).help(
            "the item is not met any more: do again what it asks for, and write down the new date",
        );
    }
}
