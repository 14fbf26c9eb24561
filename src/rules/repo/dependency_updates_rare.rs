use crate::repo::Repository;
use crate::repo::updates::{Interval, Updates};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let most = cx.number("days");
    for (_, updates) in repository.updates() {
        match updates {
            Updates::Dependabot(dependabot) => {
                for entry in dependabot.entries.iter().filter(|entry| entry.off.is_none()) {
                    let what = format!("Dependabot looks for updates of `{}`", entry.named);
                    judge(entry.interval.as_ref(), &what, most, cx);
                }
            }
            Updates::Renovate(renovate) if renovate.off.is_none() => {
                judge(renovate.interval.as_ref(), "Renovate makes updates", most, cx);
            }
            _ => {}
        }
    }
}

fn judge(interval: Option<&Interval>, what: &str, most: i64, cx: &mut Cx<'_>) {
    let Some(Interval { days, said, place }) = interval.filter(|it| it.days > most) else { return };
    cx.report(*place, format!("{what} once in about {days} days (`{said}`), and not in {most}"))
        .help("a known hole stays open that long, and the updates that come at once are hard to review");
}
