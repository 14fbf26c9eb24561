use crate::agent::{AgentConfig, Scraper};
use crate::diagnostic::Confidence;
use crate::project::{Address, Runner, Unheard};
use crate::rules::{Check, Cx};
use crate::tree::Node;

pub(crate) const CHECK: Check = Check::Scraper(check);

fn check(agent: &AgentConfig<'_>, scraper: &Scraper<'_>, cx: &mut Cx<'_>) {
    let runs = cx.project().runners_of(agent);
    let sure = runs.iter().filter(|run| run.reads.confidence() == Confidence::High);
    let runners: Vec<_> = sure.map(|run| run.runner).collect();
    for target in scraper.addresses() {
        let Some(address) = Address::of(target.text()) else { continue };
        let is_own = || runners.iter().any(|it| it.is_prometheus_at(address.port));
        if address.is_loopback() && is_own() {
            continue;
        }
        judge(target, address, &runners, cx);
    }
}

/// Reports an address that nobody who reads it reaches.
fn judge(target: Node<'_>, address: Address<'_>, runners: &[Runner<'_>], cx: &mut Cx<'_>) {
    let unheard = |runner: &Runner<'_>| {
        let unheard = cx.project().unreached(*runner, address)?;
        let Unheard::NotIn(namespaces, name) = &unheard else {
            return Some(unheard.reason(address));
        };
        let asker = runner.workload()?.object();
        let found = cx.dangles_in(asker, namespaces, ("", "Service"), name)?;
        (found >= Confidence::Medium).then(|| unheard.reason(address))
    };
    let found: Option<Vec<_>> = runners.iter().map(unheard).collect();
    let (Some(reasons), Some(runner)) = (found, runners.first()) else { return };
    let Some(reason) = reasons.first() else { return };
    let who = runner.describe();
    let place = runner.node().grip(&["image"]).map(Node::place);
    cx.report(target, format!("{who} asks {} in vain: {reason}", target.text()))
        .help("what is not scraped has no graph and fires no alert, and alerts that find nobody wake nobody")
        .related_to(place.map(|place| (place, format!("{who} reads this configuration"))).into_iter());
}
