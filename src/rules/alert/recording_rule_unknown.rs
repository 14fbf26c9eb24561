use crate::alert::{AlertSet, query};
use crate::rules::{Check, Cx};
use crate::schema::nearest;

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
            (!own.contains_key(name)).then_some((name, own))
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
