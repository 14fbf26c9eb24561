use crate::agent::Notifier;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    for pattern in &notifier.patterns {
        let (key, label, text) = (pattern.key, pattern.label, pattern.text);
        cx.report(pattern.at, format!("`{key}` compares `{label}` with the very text `{text}`")).help(
            "no label is that: a regular expression stands in matchers with `=~`, or below a key that ends in `_re`",
        );
    }
}
