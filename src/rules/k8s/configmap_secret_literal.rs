use std::fmt;

use crate::credential::{self, Value, redacted};
use crate::diagnostic::Severity;
use crate::k8s::Object;
use crate::k8s::embedded::{self, Secret};
use crate::rules::{Check, Cx};
use crate::secret;

pub(crate) const CHECK: Check = Check::Object(&["ConfigMap"], check);

fn check(config: Object<'_>, cx: &mut Cx<'_>) {
    if !config.is("", "ConfigMap") {
        return;
    }
    for entry in embedded::texts(config) {
        // The rules about agents judge what is in their configurations.
        if cx.project().holds_agent(entry.value) {
            continue;
        }
        let whose = fmt::from_fn(|f| write!(f, "`{}` of {}", entry.key.text(), config.describe()));
        if let Some((value, what)) = embedded::single(entry) {
            let place = entry.value;
            match value {
                Value::None | Value::Reference => {}
                Value::Literal => {
                    let (what, then) = secret::told(entry.key.text(), entry.value.text(), what);
                    let found = cx
                        .report(place, format!("{whose} holds {what} in clear text"))
                        .help(format!("{HELP}; {then}"));
                    if !credential::is_issued(entry.value.text()) {
                        found.note_in_development();
                    }
                }
                Value::WellKnown => {
                    cx.report(place, format!("{whose} holds {what} that everybody knows"))
                        .help("choose another one, and keep it in a Secret")
                        .note_in_development();
                }
                Value::Placeholder => {
                    cx.report(place, format!("{whose} still holds a placeholder for {what}"))
                        .severity(Severity::Note)
                        .help("keep it in a Secret, so that nobody is tempted to fill it in here");
                }
            }
            continue;
        }
        for (held, place) in embedded::secrets(entry) {
            match held {
                Secret::Key(text) => {
                    let shown = redacted(text);
                    let (what, then) = secret::told("", text, "a credential");
                    cx.report(place, format!("{whose} holds {what}: {shown}"))
                        .help(format!("{HELP}; {then}"))
                        .note_in_development();
                }
                Secret::PrivateKey => {
                    cx.report(place, format!("{whose} holds a private key"))
                        .help(format!("{HELP}, and replace it"));
                }
            }
        }
    }
}

const HELP: &str = "whoever may read the repository or the ConfigMap has it; move it to a Secret";
