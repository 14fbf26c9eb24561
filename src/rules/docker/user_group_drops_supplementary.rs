use std::collections::HashMap;

use crate::docker::{Action, Dockerfile, Membership, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(built) = dockerfile.final_stage() else { return };
    // The first group of each user that is not its own; a second one would be lost as well.
    let mut joined: HashMap<&str, Membership<'_>> = HashMap::new();
    for membership in dockerfile.memberships(built) {
        joined.entry(membership.user).or_insert(membership);
    }
    for stage in dockerfile.lineage(built) {
        for instruction in stage.instructions() {
            let Action::User(word) = &instruction.action else { continue };
            let Some((user, own)) = word.text.split_once(':') else { continue };
            let lost = joined
                .get(user)
                .filter(|it| it.group != own && it.word.place.span.start < word.place.span.start);
            let Some(lost) = lost else { continue };
            let end = word.place.span.end;
            let rest = u32::try_from(own.len() + ":".len()).unwrap_or(0);
            let behind = Span { start: end.saturating_sub(rest), end };
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
