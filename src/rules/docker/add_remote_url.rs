use crate::docker::{Action, Dockerfile, Instruction, Word};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let instructions = stage.instructions().iter().chain(stage.triggers());
        for instruction in instructions.filter(|it| it.flag("checksum").is_none()) {
            downloads(instruction).for_each(|url| report(url, cx));
        }
    }
}

/// The files that an ADD gets over HTTP.
fn downloads(instruction: &Instruction) -> impl Iterator<Item = &Word> {
    let added = match &instruction.action {
        Action::Add(transfer) => Some(transfer.paths()),
        _ => None,
    };
    added.into_iter().flatten().filter(|word| {
        let text = word.text.to_ascii_lowercase();
        let is_http = text.starts_with("http://") || text.starts_with("https://");
        let path = text.split(['#', '?']).next().unwrap_or_default();
        let ending = path.trim_end_matches('/').rsplit('.').next();
        // A repository is cloned at a commit, a branch or a tag.
        is_http && ending != Some("git")
    })
}

fn report(url: &Word, cx: &mut Cx<'_>) {
    // The rest of a URL may hold a token.
    let path = url.text.split(['#', '?']).next().unwrap_or_default();
    let file = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    cx.report(url.place, format!("ADD downloads `{file}` and takes whatever it gets"))
        .help("say what it must be with `--checksum=sha256:...`: the build then stops where the file has changed");
}
