use crate::credential::{self, Value};
use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let variables = container.node().at(&["env"]);
    for variable in variables.iter().flat_map(|list| list.items()) {
        let (Some(name), Some(value)) = (variable.at(&["name"]), variable.at(&["value"])) else {
            continue;
        };
        let (secret, what) = secret(name.text(), value.text());
        let whose = format!("`{}` of {}", name.text(), container.describe());
        match secret {
            Value::None | Value::Reference => {}
            Value::Literal => {
                cx.report(value, format!("{whose} holds {what} in clear text"))
                    .help("keep it in a Secret and refer to it by valueFrom.secretKeyRef; what was committed must be replaced");
            }
            Value::WellKnown => {
                cx.report(value, format!("{whose} holds {what} that everybody knows"))
                    .help("choose another one, keep it in a Secret and refer to it by valueFrom.secretKeyRef");
            }
            Value::Placeholder => {
                cx.report(value, format!("{whose} still holds a placeholder for {what}"))
                    .severity(Severity::Note)
                    .help("refer to a Secret by valueFrom.secretKeyRef, so that nobody is tempted to fill it in here");
            }
        }
    }
}

/// What a variable holds, and what to call it.
fn secret(name: &str, value: &str) -> (Value, &'static str) {
    if let Some(password) = credential::url_password(value) {
        return (credential::value(password), "a URL with a password");
    }
    // The address of a token service is no token, and neither is the path of a file.
    let is_path = value.starts_with('/') && !value.contains(['+', '=']); // which base64 has
    let is_address = value.contains("://") || is_path;
    if is_address || !credential::names_credential(name) {
        return (Value::None, "");
    }
    (credential::value(value), "a credential")
}
