use crate::alert::{AlertSet, query};
use crate::rules::{Check, Cx};
use crate::schema::nearest;

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    let Some(known) = cx.project().jobs_for(set) else { return };
    for alert in &set.alerts {
        let Some((at, expr)) = alert.query().and_then(|(at, query)| Some((at, query.expr()?)))
        else {
            continue;
        };
        let asked =
            query::selectors(expr).filter_map(|(selector, _)| query::label(selector, "job"));
        let Some(job) = asked.into_iter().find(|job| !known.contains_key(job)) else { continue };
        let near = nearest(job, known.keys().copied());
        let help = match near {
            Some(near) => format!("the expression finds no series; did you mean `{near}`?"),
            None => "the expression finds no series, so that the alert never fires: ask for a job that is scraped".to_owned(),
        };
        let found = cx.report(
            at,
            format!("alert `{}` looks at job `{job}`, which nothing is scraped as", alert.title()),
        );
        let place = near.and_then(|near| known.get(near));
        found.help(help).related_to(
            place.map(|it| (it.place(), format!("job `{}` is scraped", it.text()))).into_iter(),
        );
    }
}
