use crate::repo::Repository;
use crate::repo::documents::Topic;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let stores = repository.stores(project);
    let Some((first, others)) = stores.split_first().filter(|_| repository.is_whole()) else {
        return;
    };
    let is_told =
        repository.mentions_backups() || !repository.documents(Topic::Recovery).is_empty();
    if is_told || !repository.backups(project).is_empty() {
        return;
    }
    cx.report(first.place, format!("nothing here backs up the data of {}", first.name))
        .help("a volume is lost with its disk, its cluster or one wrong command: copy it on a schedule, elsewhere, and try to restore it")
        .related_to(others.iter().take(8).map(|it| (it.place, format!("nor that of {}", it.name))));
}
