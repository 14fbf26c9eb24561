use crate::file::File;
use crate::repo::login::{self, How};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for login in login::of(file) {
        let How::StoredKey(action) = login.how else { continue };
        let message = format!("`{}` logs in at {} with a stored key", action.name, action.cloud);
        cx.report(file.place(login.span), message).help(format!(
            "the key works from anywhere until somebody renews it: with `id-token: write`, give it {}",
            action.better
        ));
    }
}
