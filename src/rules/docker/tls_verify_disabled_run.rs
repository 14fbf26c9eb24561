use crate::docker::tls::{GivenOption, Unverified};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for (script, command) in step.commands() {
        let Some(found) = Unverified::of(script, command) else { continue };
        let whose = step.stage.describe();
        let message = format!("{} in {whose} turns the check of certificates off", found.shown);
        let pending = cx.report(found.place, message).help(
            "whoever is on the way can hand out something else: add the authority that signed the certificate to the image",
        );
        if found.options.is_empty() {
            continue;
        }
        let take = |option: &GivenOption<'_>| match option {
            GivenOption::Words(first, last) => {
                edit::remove_words(step.dockerfile, command, first, last)
            }
            GivenOption::Letter(word, letter) => {
                let rest = word.text.replacen(*letter, "", 1);
                edit::reword(step.dockerfile, word, &word.text, &rest)
            }
        };
        pending.unsafe_fix(
            "check certificates again; the image must know the authority that signed them",
            || edit::all(found.options.iter().map(take)),
        );
    }
}
