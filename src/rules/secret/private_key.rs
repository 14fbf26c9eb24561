use crate::file::File;
use crate::rules::{Check, Cx};
use crate::secret::{Secret, What};
use crate::source::Place;

pub(crate) const CHECK: Check = Check::Secret(check);

fn check(file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    if secret.what != What::PrivateKey {
        return;
    }
    let header = file.source().text().get(secret.span.range()).unwrap_or_default();
    let kind = header.strip_prefix("-----BEGIN ").and_then(|it| it.strip_suffix("-----"));
    let what = match kind.map(|kind| kind.trim_end_matches("PRIVATE KEY").trim_end()) {
        Some("PGP PRIVATE KEY BLOCK") => "a private key of PGP".to_owned(),
        Some("" | "PRIVATE") => "a private key".to_owned(),
        Some(kind) => format!("a private key ({kind})"),
        None if header.starts_with("PuTTY") => "a private key of PuTTY".to_owned(),
        None => "a private key in Base64".to_owned(),
    };
    cx.report(Place { file: file.id(), span: secret.span }, format!("{what} stands here in clear text"))
        .help("make a new pair and distrust this one, as it stays in the history; mount the next one from a secret");
}
