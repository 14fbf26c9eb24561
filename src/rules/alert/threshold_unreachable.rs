use crate::alert::Alert;
use crate::alert::query::{comparisons, is_absence, range, share};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Alert(check);

fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let Some((at, query)) = alert.query() else { return };
    let Some(expr) = query.expr() else { return };
    for comparison in comparisons(expr) {
        let Some((least, most)) = range(comparison.what) else { continue };
        if comparison.op.can_be_met(comparison.limit, least, most) {
            continue;
        }
        let (op, limit) = (comparison.op.as_str(), comparison.limit);
        let (value, help) = if is_absence(comparison.what) {
            (
                "`absent`",
                "where nothing is found the result is 1, and otherwise it is empty and no zero: leave the comparison out",
            )
        } else if share(comparison.what).is_some() {
            ("a share", "a share goes from 0 to 1, and to 100 only where it is multiplied by 100")
        } else if least >= 1.0 && (comparison.op.is_lower() || limit < 1.0) {
            (
                "a count",
                "where there is nothing to count the result is empty and no zero: use `absent`, or `or vector(0)`",
            )
        } else {
            ("a value", "the value never gets there")
        };
        cx.report(
            at,
            format!(
                "alert `{}` asks whether {value} is {op} {limit}, which it never is",
                alert.title()
            ),
        )
        .help(help);
    }
}
