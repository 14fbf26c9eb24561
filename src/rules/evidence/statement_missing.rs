use super::records;
use crate::file::File;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file) {
        let Some(item) = written.record.known_item() else { continue };
        let missing: Vec<_> = written.record.unstated(item).map(|key| format!("`{key}`")).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("{} does not state {}", written.describe(), missing.join(" and "));
        cx.report(written.at("item"), message)
            .help("it does not count until it does: write down what was measured, `rto = \"2h\"`, `rpo = \"15m\"`");
    }
}
