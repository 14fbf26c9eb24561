use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let today = cx.today();
    for written in records(file) {
        let Some(date) = written.record.date.filter(|date| *date > today) else { continue };
        let message = format!("{} is of {date}, which is yet to come", written.describe());
        cx.report(written.at("date"), message)
            .help("it does not count before: nobody vouches today for what will be; `date` is the day on which it was looked at, in UTC");
    }
}
