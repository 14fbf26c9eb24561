use crate::file::File;
use crate::repo::{Part, is_for_show};
use crate::rules::{Check, Cx};
use crate::source::Span;

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let source = file.source();
    let is_store = file.parts().iter().any(|part| matches!(part, Part::KeyStore));
    if !is_store || is_for_show(source.path_in_run()) {
        return;
    }
    let message = format!("`{}` is a key store among the files of the repository", source.name());
    cx.report(file.place(Span::new(0, 0)), message)
        .help("only its password stands between its private keys and everybody who can read here: keep it in a secret manager");
}
