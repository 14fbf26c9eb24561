use crate::agent::AgentConfig;
use crate::credential::{Value, redacted};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};
use crate::secret;
use crate::source::Source;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    // What a Secret holds is the matter of `secret/kubernetes-secret`.
    let at = agent.root().place();
    if agent.root().tree().is_embedded() && cx.project().is_within(at, ("", "Secret")) {
        return;
    }
    for credential in &agent.credentials {
        let (name, place) = (credential.name, credential.at.place());
        match credential.value {
            Value::None | Value::Reference => {}
            Value::Literal => {
                let shown = redacted(credential.text);
                let (what, then) = secret::told(name, credential.text, "a literal credential");
                cx.report(place, format!("`{name}` holds {what}: {shown}"))
                    .help(format!("read it from the environment or a secret store; {then}"));
            }
            Value::WellKnown => {
                cx.report(place, format!("`{name}` holds a password that everybody knows"))
                    .help("set one of your own, from the environment or a secret store")
                    .note_in_development();
            }
            Value::Placeholder => {
                // A file that people copy is where placeholders belong.
                if !cx.project().source(place.file).is_some_and(Source::is_example) {
                    cx.report(place, format!("`{name}` still holds a placeholder"))
                        .severity(Severity::Note)
                        .help("read the credential from the environment or a secret store");
                }
            }
        }
    }
}
