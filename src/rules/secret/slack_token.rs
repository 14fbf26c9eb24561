use crate::file::File;
use crate::rules::{Check, Cx};
use crate::secret::Secret;

pub(crate) const CHECK: Check = Check::Secret(check);

fn check(file: &File, secret: &Secret, cx: &mut Cx<'_>) {
    super::issued("secret/slack-token", file, secret, cx);
}
