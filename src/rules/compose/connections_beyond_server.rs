use crate::compose::ComposeFile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    for found in cx.project().crowded_in(file) {
        cx.about(Some(found.server.subject()));
        cx.report(found.at, found.describe())
            .help("whoever comes next is refused, at the peak when all pools are full: make the pools smaller, put a pooler between, or raise max_connections")
            .related_to(found.places());
    }
}
