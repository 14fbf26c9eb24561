use crate::file::File;
use crate::repo::certificate;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let today = cx.today();
    for certificate in certificate::in_use(file).filter(|it| it.ends < today) {
        let what = certificate.describe();
        cx.report(file.place(certificate.span), format!("{what} expired on {}", certificate.ends))
            .help("whoever checks it refuses the connection: put in one that holds, and have it renewed by a program");
    }
}
