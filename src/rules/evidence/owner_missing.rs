use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file).iter().filter(|it| it.record.named_owner().is_none()) {
        let what = written.describe();
        let message = match written.record.owner.as_deref().map(str::trim) {
            Some(owner) if !owner.is_empty() => {
                format!("`{owner}` is nobody who vouches: {what} has no owner")
            }
            _ => format!("nobody vouches: {what} has no owner"),
        };
        cx.report(written.at("owner"), message)
            .help("it does not count until it names the person or the team to ask: `owner = \"platform-team\"`");
    }
}
