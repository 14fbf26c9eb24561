use crate::alert::{AlertSet, query};
use crate::rules::{Check, Cx};
use crate::schema::{MOST_WORDS, nearest};

/// Levels that rules of all teams record at, so that the first part says nothing of whose they are.
///
/// Source: prometheus.io/docs/practices/rules, and the rules of kube-prometheus.
const COMMON: [&str; 9] =
    ["cluster", "code", "instance", "job", "namespace", "node", "pod", "service", "workload"];

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    for (at, query) in set.queries() {
        let Some(expr) = query.expr() else { continue };
        let metrics = query::selectors(expr).filter_map(|(selector, _)| query::metric(selector));
        let records = cx.project().records();
        // Those of other teams begin otherwise.
        let missing = metrics.into_iter().find_map(|name| {
            let (level, _) = name.split_once(':')?;
            let own = records.get(level)?;
            let has_near =
                || own.len() <= MOST_WORDS && own.keys().any(|known| is_slip(name, known));
            let is_ours = || !COMMON.contains(&level) || has_near();
            (!own.contains_key(name) && is_ours()).then_some((name, own))
        });
        let Some((name, own)) = missing else { continue };
        let near = nearest(name, own.keys().copied());
        let help = match near {
            Some(near) => format!(
                "the expression is empty, and what compares it never fires; did you mean `{near}`?"
            ),
            None => "the expression is empty, and what compares it never fires".to_owned(),
        };
        let place = near.and_then(|near| own.get(near));
        cx.report(at, format!("no rule records `{name}`")).help(help).related_to(
            place.map(|it| (it.place(), format!("`{}` is recorded", it.text()))).into_iter(),
        );
    }
}

/// Whether two names differ by a letter or two.
fn is_slip(name: &str, known: &str) -> bool {
    const MOST: usize = 2;
    name.len().abs_diff(known.len()) <= MOST && strsim::osa_distance(name, known) <= MOST
}
