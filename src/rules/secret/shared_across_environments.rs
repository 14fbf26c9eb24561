use super::{name, text};
use crate::credential::redacted;
use crate::file::File;
use crate::rules::{Check, Cx};
use crate::secret::Secret;
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Secret(check);

fn check(file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    let Some(other) = cx.project().same_in_another_environment(file, secret) else { return };
    let whose = name(file, secret).unwrap_or_else(|| "the credential".to_owned());
    let shown = redacted(text(file, secret));
    let message = format!(
        "{whose} is the same in {} and in {}: `{shown}`",
        other.own.as_str(),
        other.environment.as_str()
    );
    cx.report(Place { file: file.id(), span: secret.span }, message)
        .help(
            "whoever has it of one environment enters the other: give each a credential of its own",
        )
        .related(other.at, format!("the same in {}", other.environment.as_str()));
}
