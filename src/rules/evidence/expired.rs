use super::records;
use crate::evidence::{Standing, lapsed};
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let all = records(file);
    for (written, standing) in lapsed(&all, cx.today()) {
        // What never counted is said by another rule.
        let is_reversed = written.record.expires < written.record.date;
        let (Standing::Expired(last), false) = (standing, is_reversed) else { continue };
        cx.report(written.at("expires"), format!("{} expired on {last}", written.describe()))
            .help("the item is not met any more: look again, and write down the new date and the next end");
    }
}
