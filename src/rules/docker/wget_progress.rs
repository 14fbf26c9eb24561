use std::cell::LazyCell;

use crate::docker::download::{Download, Downloader};
use crate::docker::{Dockerfile, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let is_installed = LazyCell::new(|| dockerfile.installs("wget"));
    for step in dockerfile.steps() {
        for (_, command) in step.commands() {
            let Some(download) = Download::of(command) else { continue };
            let is_wget = download.by == Downloader::Wget;
            if !is_wget || !download.fetches() || download.is_quiet(command) {
                continue;
            }
            let wget = download.invocation.program.place;
            let stage = step.stage;
            let is_busybox = dockerfile.has_busybox(stage) && !*is_installed;
            let option = if is_busybox { "-q" } else { "--progress=dot:giga" };
            let add = || edit::add_words(dockerfile, &step.run.command, wget, &[option]);
            let message = format!("wget in {} fills the log with its progress", stage.describe());
            let found = cx
                .report(wget, message)
                .help(format!("what matters is hard to find among the dots: add {option}"))
                .about(stage.subject());
            if is_busybox || *is_installed {
                found.safe_fix(&format!("add {option}"), add);
            } else {
                let title = format!("add {option}, which the wget of BusyBox does not know");
                found.unsafe_fix(&title, add);
            }
        }
    }
}
