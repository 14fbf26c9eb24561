use crate::docker::{Action, Dockerfile, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        for instruction in stage.instructions() {
            let Action::User(word) = &instruction.action else { continue };
            let Some((user, own)) = word.text.split_once(':') else { continue };
            let lost = dockerfile.memberships(stage).find(|it| {
                it.user == user
                    && it.group != own
                    && it.word.place.span.start < word.place.span.start
            });
            let Some(lost) = lost else { continue };
            let end = word.place.span.end;
            let rest = own.len() + ":".len();
            let behind = Span { start: end.saturating_sub(u32::try_from(rest).unwrap_or(0)), end };
            cx.report(word.place, format!("`{user}` is not in group `{}` where the group is named here", lost.group))
                .help("`USER name:group` gives the process that one group; `USER name` gives all groups of the user")
                .related(lost.word.place, format!("`{user}` joins `{}` here", lost.group))
                .about(stage.subject())
                .unsafe_fix("name the user alone; its first group may be another", || {
                    edit::replace(dockerfile, Place { span: behind, ..word.place }, String::new())
                });
        }
    }
}
