use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file) {
        let (Some(date), Some(last)) = (written.record.date, written.record.expires) else {
            continue;
        };
        if last >= date {
            continue;
        }
        let message = format!("{} expires on {last}, before its date", written.describe());
        cx.report(written.at("expires"), message)
            .help("it never counts: `expires` is the last day on which it does")
            .related(written.at("date"), format!("its date, {date}"));
    }
}
