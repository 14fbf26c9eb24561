use super::{name, text};
use crate::credential::{Shape, redacted};
use crate::diagnostic::Severity;
use crate::file::File;
use crate::rules::{Check, Cx};
use crate::secret::{Secret, What};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Secret(check);

fn check(file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    if secret.what != What::Named {
        return;
    }
    let value = text(file, secret);
    let shown = redacted(value);
    let message = match name(file, secret) {
        Some(name) => format!("{name} is given a credential in clear text: `{shown}`"),
        None => format!("a credential stands here in clear text: `{shown}`"),
    };
    let is_generated = Shape::of(value) == Shape::Generated;
    let found = cx.report(Place { file: file.id(), span: secret.span }, message).help(
        "take it from the environment or from a secret manager, and replace it, as it stays in the history",
    );
    if !is_generated {
        found.severity(Severity::Warning).note_in_development();
    }
}
