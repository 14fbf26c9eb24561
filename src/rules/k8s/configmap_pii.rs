use std::collections::BTreeMap;

use crate::diagnostic::{Confidence, Severity};
use crate::k8s::{Object, embedded};
use crate::personal::PersonalKind;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["ConfigMap"], check);

/// So many addresses in one text are a list of people.
const LIST: usize = 3;

fn check(config: Object<'_>, cx: &mut Cx<'_>) {
    if !config.is("", "ConfigMap") {
        return;
    }
    for entry in embedded::texts(config) {
        let found = embedded::personal(entry);
        let Some((_, place)) = found.first() else { continue };
        let mut counts: BTreeMap<PersonalKind, usize> = BTreeMap::new();
        for (kind, _) in &found {
            *counts.entry(*kind).or_default() += 1;
        }
        let has_checksum = counts.contains_key(&PersonalKind::Iban);
        let (severity, confidence) = match found.len() {
            _ if has_checksum => (Severity::Warning, Confidence::High),
            count if count >= LIST => (Severity::Warning, Confidence::Medium),
            _ => (Severity::Note, Confidence::Low),
        };
        let message =
            format!("`{}` of {} holds {}", entry.key.text(), config.describe(), said(&counts));
        cx.report(*place, message)
            .severity(severity)
            .confidence(confidence)
            .help("a ConfigMap is neither encrypted nor deleted on request; keep data about people in the database");
    }
}

/// `2 e-mail addresses, 1 telephone number`
fn said(counts: &BTreeMap<PersonalKind, usize>) -> String {
    let said = counts.iter().map(|(kind, count)| match (kind.words(), count) {
        ((one, _), 1) => format!("1 {one}"),
        ((_, many), count) => format!("{count} {many}"),
    });
    said.collect::<Vec<_>>().join(", ")
}
