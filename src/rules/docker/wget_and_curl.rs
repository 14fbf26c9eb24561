use crate::docker::shell::{Arguments, Invocation, Valued};
use crate::docker::{Dockerfile, Form, Step, edit};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let Some(last) = dockerfile.final_stage() else { return };
    let mut lineage: Vec<_> = dockerfile.lineage(last).collect();
    lineage.reverse();
    let steps: Vec<_> = lineage.into_iter().flat_map(|stage| dockerfile.steps_of(stage)).collect();
    let first = |name: &'static str| {
        steps.iter().find_map(|step| Some((*step, calls(*step, name).next()?.program.place)))
    };
    let (Some((step, wget)), Some((_, curl))) = (first("wget"), first("curl")) else { return };
    cx.report(wget, format!("{} uses wget as well as curl", step.stage.describe()))
        .about(step.stage.subject())
        .related(curl, "curl is used here")
        .help("one of them does it all: leave the other out of the image")
        .unsafe_fix("use curl alone, and leave wget out of what is installed by hand", || {
            let wgets =
                steps.iter().flat_map(|step| calls(*step, "wget").map(move |it| (*step, it)));
            edit::all(wgets.map(|(step, it)| write_curl(step, it)))
        });
}

/// The commands of a step that start the program.
fn calls<'d>(step: Step<'d>, name: &'static str) -> impl Iterator<Item = Invocation<'d>> {
    let invocations = step.commands().filter_map(|(_, command)| command.invocation());
    invocations.filter(move |it| it.name() == name)
}

/// The same as a call of curl, where the options are those that everybody knows.
fn write_curl(step: Step<'_>, wget: Invocation<'_>) -> Edits {
    static VALUED: Valued = Valued::of("-O --output-document");
    let arguments = Arguments::read(wget.arguments, &VALUED);
    let known =
        ["-q", "--quiet", "-O", "--output-document", "-n", "-v", "--no-verbose", "--show-progress"];
    let known = arguments.count(&known) == arguments.count_all();
    let [url] = arguments.operands() else { return Err(Refusal::Occupied) };
    // The words of a JSON array are no shell text, and have quotes of their own.
    let is_shell = matches!(step.run.command.form, Form::Shell(_));
    let (Some(last), true) = (wget.arguments.last(), known && is_shell) else {
        return Err(Refusal::Occupied);
    };
    let written = |place: Place| step.dockerfile.written(place.span).to_owned();
    let url = written(url.place);
    let output = ["-O", "--output-document"];
    let new = match arguments.values(&output).last() {
        Some("-") => format!("curl -fsSL {url}"),
        Some(file) => {
            let own = wget.arguments.iter().find(|word| word.text == file);
            let is_plain = arguments.option(&output).is_some_and(|word| !word.is_quoted);
            let file = match own {
                Some(own) => written(own.place),
                None if is_plain => file.to_owned(),
                None => return Err(Refusal::Occupied),
            };
            format!("curl -fsSL -o {file} {url}")
        }
        None => format!("curl -fsSLO {url}"),
    };
    let span = Span { start: wget.program.place.span.start, end: last.place.span.end };
    edit::replace(step.dockerfile, Place { span, ..last.place }, new)
}
