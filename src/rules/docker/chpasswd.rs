use crate::credential;
use crate::diagnostic::Severity;
use crate::docker::Step;
use crate::docker::password::{Secret, SetPassword};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

const ADVICE: &str = "everybody who can pull the image or read the repository has it: log in by key, or read it from RUN --mount=type=secret";

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for (script, command) in step.commands() {
        let Some(found) = SetPassword::of(step, script, command) else { continue };
        let stage = step.stage.describe();
        let whose = match &found.user {
            Some(user) => format!("the password of `{user}`"),
            None => "a password".to_owned(),
        };
        match &found.secret {
            Secret::Literal => {
                cx.report(found.place, format!("{whose} stands in a command of {stage}"))
                    .help(ADVICE);
            }
            Secret::Hash => {
                let what = whose.replacen("password", "hash of the password", 1);
                cx.report(found.place, format!("{what} stands in a command of {stage}"))
                    .severity(Severity::Warning)
                    .help("whoever has the image can try passwords against it: log in by key, or read it from RUN --mount=type=secret");
            }
            Secret::Absent => {
                let user = found.user.as_deref().unwrap_or("a user");
                let message = format!("`{user}` can log in without a password in {stage}");
                cx.report(found.place, message)
                    .severity(Severity::Warning)
                    .help("lock the account instead: `passwd -l`");
            }
            Secret::Variable(name) => from_variable(step, &found, name, &whose, cx),
        }
    }
}

/// A password that comes from an `ARG` or `ENV`. Where the variable's own name tells that it is
/// one, `secret-in-arg-or-env` reports it where it is declared.
fn from_variable(step: Step<'_>, found: &SetPassword, name: &str, whose: &str, cx: &mut Cx<'_>) {
    let declared = step.state().declared(name);
    let Some(pair) = declared.filter(|_| !credential::names_credential(name)) else { return };
    let message = format!("{whose} in {} comes from the variable `{name}`", step.stage.describe());
    cx.report(found.place, message)
        .severity(Severity::Warning)
        .help("its value stays in the history or the environment of the image: read it from RUN --mount=type=secret")
        .related(pair.name.place, "it is declared here");
}
