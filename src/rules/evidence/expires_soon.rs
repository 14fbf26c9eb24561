use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let today = cx.today();
    let days = i32::try_from(cx.number("days")).unwrap_or(i32::MAX);
    for written in records(file) {
        let Some(last) = written.record.expires.filter(|last| *last >= today) else { continue };
        let left = today.until(last).map_or(i32::MAX, |span| span.get_days());
        if left > days || written.record.evidence(today).is_err() {
            continue;
        }
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            more => format!("in {more} days, on {last}"),
        };
        cx.report(written.at("expires"), format!("{} expires {when}", written.describe()))
            .help("from then on the item is not met: look again before");
    }
}
