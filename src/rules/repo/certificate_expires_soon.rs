use crate::file::File;
use crate::repo::certificate;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    let (today, days) = (cx.today(), cx.number("days"));
    for certificate in certificate::in_use(file) {
        let left = i64::from((certificate.ends - today).get_days());
        if certificate.ends < today || left > days {
            continue;
        }
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            _ => format!("in {left} days, on {}", certificate.ends),
        };
        let what = certificate.describe();
        cx.report(file.place(certificate.span), format!("{what} expires {when}"))
            .help("it stands in a file, so nobody renews it but you: put in the next one before");
    }
}
