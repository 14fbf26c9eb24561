use crate::repo::Repository;
use crate::repo::backup::Retention;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    for backup in repository.backups(cx.project()) {
        if let Retention::Missing(at) = backup.retention {
            cx.report(at, format!("the copies of {} are kept for ever", backup.name))
                .help("they fill the storage until the next one fails, and keep personal data for longer than is allowed: say how long they are kept");
        }
    }
}
