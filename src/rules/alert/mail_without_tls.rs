use crate::agent::Notifier;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    for switch in &notifier.plain_mail {
        cx.report(*switch, "mail goes out without TLS".to_owned())
            .help("whoever sits on the way reads the password of the mail account, and what fails where")
            .unsafe_fix("ask for TLS; the mail server must offer it", || {
                edit::replace(*switch, &true.into())
            });
    }
}
