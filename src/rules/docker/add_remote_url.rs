use crate::docker::{Action, Dockerfile, Instruction, State, Word};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let instructions = stage.instructions().iter().chain(stage.triggers());
        for instruction in instructions.filter(|it| it.flag("checksum").is_none()) {
            let state = dockerfile.at(instruction);
            downloads(instruction, state).for_each(|(word, url)| report(word, &url, cx));
        }
    }
}

/// The files that an ADD gets over HTTP, each with its address as far as the file says it.
fn downloads<'d>(
    instruction: &'d Instruction,
    state: State<'d>,
) -> impl Iterator<Item = (&'d Word, String)> {
    let added = match &instruction.action {
        Action::Add(transfer) => Some(transfer.paths()),
        _ => None,
    };
    let addressed = added.into_iter().flatten().map(move |word| {
        let is_open = word.text.starts_with('$');
        let known = if is_open { state.expand(&word.text) } else { None };
        (word, known.unwrap_or_else(|| word.text.clone()))
    });
    addressed.filter(|(_, url)| {
        let text = url.to_ascii_lowercase();
        let is_http = text.starts_with("http://") || text.starts_with("https://");
        let path = text.split(['#', '?']).next().unwrap_or_default();
        let ending = path.trim_end_matches('/').rsplit('.').next();
        // A repository is cloned at a commit, a branch or a tag.
        is_http && ending != Some("git")
    })
}

fn report(word: &Word, url: &str, cx: &mut Cx<'_>) {
    // The rest of a URL may hold a token.
    let path = url.split(['#', '?']).next().unwrap_or_default();
    let file = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    cx.report(word.place, format!("ADD downloads `{file}` and takes whatever it gets"))
        .help("say what it must be with `--checksum=sha256:...`: the build then stops where the file has changed");
}
