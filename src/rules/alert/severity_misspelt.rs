use crate::alert::Alert;
use crate::rules::{Check, Cx};
use crate::schema::nearest;
use crate::tree::edit;
use crate::words;

pub(crate) const CHECK: Check = Check::Alert(check);

/// Words that teams use for severities.
const KNOWN: [&str; 27] = [
    "critical",
    "crit",
    "disaster",
    "emergency",
    "error",
    "fatal",
    "high",
    "info",
    "information",
    "informational",
    "low",
    "major",
    "medium",
    "minor",
    "moderate",
    "none",
    "notice",
    "notify",
    "ok",
    "page",
    "sev1",
    "sev2",
    "sev3",
    "ticket",
    "warn",
    "warning",
    "debug",
];

fn check(alert: &Alert<'_>, cx: &mut Cx<'_>) {
    let Some(severity) = alert.severity else { return };
    let (text, lower) = (severity.text(), severity.text().to_ascii_lowercase());
    let is_word = !lower.is_empty() && lower.chars().all(|c| c.is_ascii_alphabetic());
    if !is_word || lower.len() < 5 || KNOWN.contains(&lower.as_str()) {
        return;
    }
    let Some(near) = nearest(&lower, KNOWN.into_iter().filter(|known| known.len() > 4)) else {
        return;
    };
    // `infos` is `info`, and no information.
    let near = words::nearest(&lower, KNOWN, 1).unwrap_or(near);
    cx.report(severity, format!("alert `{}` has the severity `{text}`", alert.title()))
        .help(format!("no route matches what nobody else writes; did you mean `{near}`?"))
        .unsafe_fix("write the word that was meant", || edit::replace(severity, &near.into()));
}
