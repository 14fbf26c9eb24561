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
        let (secret, what) = credential::in_variable(name.text(), value.text());
        let whose = format!("`{}` of {}", name.text(), container.describe());
        match secret {
            Value::None | Value::Reference => {}
            Value::Literal => {
                let found = cx.report(value, format!("{whose} holds {what} in clear text"))
                    .help("keep it in a Secret and refer to it by valueFrom.secretKeyRef; what was committed must be replaced");
                if !credential::is_issued(value.text()) {
                    found.note_in_development();
                }
            }
            Value::WellKnown => {
                cx.report(value, format!("{whose} holds {what} that everybody knows"))
                    .help("choose another one, keep it in a Secret and refer to it by valueFrom.secretKeyRef")
                    .note_in_development();
            }
            Value::Placeholder => {
                cx.report(value, format!("{whose} still holds a placeholder for {what}"))
                    .severity(Severity::Note)
                    .help("refer to a Secret by valueFrom.secretKeyRef, so that nobody is tempted to fill it in here");
            }
        }
    }
}
