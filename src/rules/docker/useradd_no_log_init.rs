use crate::docker::shell::{Arguments, Valued};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

/// From here on the records of logins, one for each number, get large.
///
/// Source: docs.docker.com/build/building/best-practices, "USER": a file of zeros as large as the
/// highest number asks for.
const LARGE: u64 = 100_000;

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for (_, command) in step.commands().filter(|_| step.is_in_image()) {
        let Some(invocation) = command.invocation().filter(|it| it.name() == "useradd") else {
            continue;
        };
        let arguments = Arguments::plain(invocation.arguments, &VALUED);
        if arguments.may_have(&["-l", "--no-log-init"]) {
            continue;
        }
        let Some(written) = arguments.values(&["-u", "--uid"]).next() else { continue };
        let number = step.state().expand(written).and_then(|it| it.parse().ok());
        let Some(number) = number.filter(|number: &u64| *number >= LARGE) else { continue };
        let word = invocation.arguments.iter().find(|word| word.text == written);
        let at = word.or_else(|| arguments.option(&["-u", "--uid"])).unwrap_or(invocation.program);
        let message = format!(
            "useradd in {} makes records of logins as large as the number {number}",
            step.stage.describe()
        );
        cx.report(at.place, message)
            .help("the layer gets a file of zeros that many times the size of the image: add --no-log-init")
            .safe_fix("make no records of logins", || {
                let program = invocation.program.place;
                let new = ["--no-log-init"];
                edit::add_words(step.dockerfile, &step.run.command, program, &new)
            });
    }
}

/// useradd's options that take a value.
static VALUED: Valued = Valued::of(
    "-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive \
    -g --gid -G --groups -k --skel -K --key -p --password -R --root -P --prefix -s --shell -u --uid \
    -Z --selinux-user",
);
