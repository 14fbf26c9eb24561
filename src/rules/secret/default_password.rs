use super::{name, text};
use crate::credential::redacted;
use crate::file::File;
use crate::rules::{Check, Cx};
use crate::secret::{Secret, What};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Secret(check);

fn check(file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    if secret.what != What::WellKnown {
        return;
    }
    let shown = redacted(text(file, secret));
    let message = match name(file, secret) {
        Some(name) => format!("{name} is a password that everybody knows: `{shown}`"),
        None => format!("a password that everybody knows lets in here: `{shown}`"),
    };
    cx.report(Place { file: file.id(), span: secret.span }, message)
        .help("whoever reaches the service tries it first: choose another one, and keep it in a secret manager")
        .note_in_development();
}
