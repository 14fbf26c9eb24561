use crate::agent::Notifier;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    for pattern in &notifier.patterns {
        let message = format!("no label is `{}` to the letter", pattern.text());
        cx.report(*pattern, message).help(
            "`match` compares texts: a regular expression stands in `matchers` with `=~`, or in `match_re`",
        );
    }
}
