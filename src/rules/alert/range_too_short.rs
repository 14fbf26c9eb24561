use crate::alert::AlertSet;
use crate::alert::query::{arguments, calls, is_rate, selectors};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    let least = u64::try_from(cx.number("min-seconds")).unwrap_or_default();
    for (at, query) in set.queries() {
        let Some(expr) = query.expr() else { continue };
        let short = calls(expr).filter(|call| is_rate(call)).find_map(|call| {
            let ranges = arguments(call).flat_map(selectors).filter_map(|(_, range)| range);
            let range = ranges.min()?;
            (range.as_secs() < least).then_some((call.func.name, range.as_secs_f64()))
        });
        let Some((function, seconds)) = short else { continue };
        cx.report(at, format!("`{function}` over {seconds} seconds")).help(
            "it needs two samples in that time, and one that is late leaves the result empty",
        );
    }
}
