use super::{name, text};
use crate::credential::{Shape, redacted};
use crate::file::File;
use crate::rules::{Check, Cx};
use crate::secret::{Secret, What};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Secret(check);

fn check(file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    let value = text(file, secret);
    let shown = redacted(value);
    let message = match (secret.what, name(file, secret)) {
        (What::UrlPassword, _) => format!("the URL holds a password in clear text: `{shown}`"),
        (What::UrlQuery, Some(name)) => {
            format!("{name} in the query of the URL is a credential in clear text: `{shown}`")
        }
        _ => return,
    };
    let found = cx.report(Place { file: file.id(), span: secret.span }, message).help(
        "URLs end up in logs and histories: state it apart, take it from a secret manager, and replace this one",
    );
    if Shape::of(value) != Shape::Generated {
        found.note_in_development();
    }
}
