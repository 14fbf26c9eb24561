use crate::credential;
use crate::file::File;
use crate::rules::{Check, Cx};
use crate::secret::{Secret, What};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Secret(check);

fn check(file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    if secret.what != What::JsonWebToken {
        return;
    }
    let token = file.source().text().get(secret.span.range()).unwrap_or_default();
    let what =
        format!("a JSON Web Token stands here in clear text: `{}`", credential::redacted(token));
    cx.report(Place { file: file.id(), span: secret.span }, what)
        .help("it lets in whoever shows it, until it expires or the key that signed it is replaced: ask for one when it is needed");
}
