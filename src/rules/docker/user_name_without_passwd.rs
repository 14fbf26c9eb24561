use crate::docker::{Action, Dockerfile, Instruction, Word};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// Nobody writes more stages by hand.
const MOST_STAGES: usize = 256;

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages().iter().take(MOST_STAGES) {
        let Some(few) = dockerfile.few_users(stage) else { continue };
        let origin = dockerfile.origin(stage);
        cx.about(Some(stage.subject()));
        for instruction in stage.instructions() {
            let Some((word, name)) = named(dockerfile, instruction) else { continue };
            if !few.lack(&name, word.place) {
                continue;
            }
            let base = if origin.is_scratch() { "`scratch`" } else { "distroless" };
            cx.report(word.place, format!("{} names the user `{name}`, whom {base} does not know", stage.describe()))
                .help("without an entry in /etc/passwd the build or the container stops here: give the number, or copy an /etc/passwd that has the name");
        }
    }
}

/// The user that an instruction names, and where.
fn named<'d>(dockerfile: &Dockerfile, instruction: &'d Instruction) -> Option<(&'d Word, String)> {
    let word = match &instruction.action {
        Action::User(word) => word,
        Action::Copy(_) | Action::Add(_) => instruction.flag("chown")?.value.as_ref()?,
        _ => return None,
    };
    let text = dockerfile.at(instruction).expand(&word.text)?;
    let name = text.split(':').next().unwrap_or_default();
    let is_number = name.is_empty() || name.chars().all(|c| c.is_ascii_digit());
    // The builder itself knows that root is 0; whoever starts the container looks it up.
    let is_known = name == "root" && !matches!(instruction.action, Action::User(_));
    (!is_number && !is_known).then(|| (word, name.to_owned()))
}
