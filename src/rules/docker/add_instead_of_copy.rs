use crate::diagnostic::Confidence;
use crate::docker::{Action, Dockerfile, Instruction, Transfer, Word, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// What only ADD has.
const OWN_FLAGS: [&str; 3] = ["checksum", "keep-git-dir", "unpack"];

/// Endings of what ADD may unpack. It looks at the contents, so that a name is a guess.
///
/// Source: docs.docker.com/reference/dockerfile, "Adding local tar archives".
const ARCHIVES: [&str; 14] = [
    ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".tb2", ".xz", ".txz", ".zst", ".tzst", ".lz",
    ".lzma", ".z",
];

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions().iter().chain(stage.triggers()) {
            let Action::Add(transfer) = &instruction.action else { continue };
            let needs_add = OWN_FLAGS.iter().any(|flag| instruction.flag(flag).is_some());
            if !needs_add && transfer.paths().all(is_plain) {
                report(dockerfile, instruction, transfer, cx);
            }
        }
    }
}

fn report(
    dockerfile: &Dockerfile,
    instruction: &Instruction,
    transfer: &Transfer,
    cx: &mut Cx<'_>,
) {
    let what = match transfer.sources.as_slice() {
        [source] if source.heredoc.is_some() => "a heredoc".to_owned(),
        [source] => format!("`{}`", source.word.text),
        sources => format!("{} files", sources.len()),
    };
    let place = instruction.keyword.place;
    let found = cx
        .report(place, format!("ADD of {what} does what COPY does"))
        .help("use COPY, which never downloads and never unpacks, so that nobody has to wonder");
    let keyword = if instruction.keyword.text == "add" { "copy" } else { "COPY" };
    let change = || edit::replace(dockerfile, place, keyword.to_owned());
    match transfer.paths().find(|path| may_match_archives(path)) {
        None => found.safe_fix("use COPY", change),
        Some(path) => found.confidence(Confidence::Medium).unsafe_fix(
            &format!("use COPY; make sure that `{}` matches no archive to unpack", path.text),
            change,
        ),
    };
}

/// Whether a source is neither downloaded nor unpacked, as far as its name tells.
fn is_plain(source: &Word) -> bool {
    let path = source.text.to_ascii_lowercase();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_archive = ARCHIVES.iter().any(|ending| last.ends_with(ending));
    !source.is_remote() && !last.contains('$') && !is_archive
}

/// Whether the path ends in a wildcard, so that it leaves the ending open.
fn may_match_archives(path: &Word) -> bool {
    path.text.ends_with(['*', '?', ']'])
}
