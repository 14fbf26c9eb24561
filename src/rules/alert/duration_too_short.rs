use crate::alert::{Alert, Format};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Alert(check);

#[allow(clippy::cast_precision_loss)] // seconds
fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let least = cx.number("min-seconds");
    let Some((duration, seconds)) = alert.duration.zip(alert.seconds()) else { return };
    if alert.format == Format::Triggers || seconds <= 0.0 || seconds >= least as f64 {
        return;
    }
    let (name, text) = (alert.title(), duration.text());
    cx.report(duration, format!("alert `{name}` waits {text} only")).help(
        "within so short a time there is one sample or none, so that it does not wait at all",
    );
}
