use std::fmt;

use crate::credential::{self, Value};
use crate::diagnostic::Severity;
use crate::k8s::{Container, ContainerClasses, WorkloadKind};
use crate::rules::{Check, Cx};
use crate::secret;
use crate::tree::Node;
use crate::tree::edit::{self, Edits, Refusal, Value as New};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let variables = container.node().at(&["env"]);
    for variable in variables.iter().flat_map(|list| list.items()) {
        let (Some(name), Some(value)) = (variable.at(&["name"]), variable.at(&["value"])) else {
            continue;
        };
        let (kind, what) = credential::in_variable(name.text(), value.text());
        let whose = fmt::from_fn(|f| write!(f, "`{}` of {}", name.text(), container.describe()));
        let found = match kind {
            Value::None | Value::Reference => continue,
            Value::Literal => {
                let (what, then) = secret::told(name.text(), value.text(), what);
                let found = cx.report(value, format!("{whose} holds {what} in clear text"))
                    .help(format!("keep it in a Secret and refer to it by valueFrom.secretKeyRef; {then}"));
                if credential::is_issued(value.text()) { found } else { found.note_in_development() }
            }
            Value::WellKnown => {
                cx.report(value, format!("{whose} holds {what} that everybody knows"))
                    .help("choose another one, keep it in a Secret and refer to it by valueFrom.secretKeyRef")
                    .note_in_development()
            }
            Value::Placeholder => {
                cx.report(value, format!("{whose} still holds a placeholder for {what}"))
                    .severity(Severity::Note)
                    .help("refer to a Secret by valueFrom.secretKeyRef, so that nobody is tempted to fill it in here")
            }
        };
        let workload = container.workload().name().trim_end_matches('-');
        let secret = format!("{workload}-secrets");
        let title = format!("refer to the Secret `{secret}`, which must exist");
        found.unsafe_fix(&title, || refer_to(&secret, variable, name.text()));
    }
}

/// Edits that make a variable refer to a key of a Secret that has the variable's name.
fn refer_to(secret: &str, variable: Node<'_>, name: &str) -> Edits {
    let entry = variable.get("value").ok_or(Refusal::Occupied)?;
    let key = New::map([("name", secret.into()), ("key", name.into())]);
    edit::replace_entry(variable, entry, "valueFrom", &New::map([("secretKeyRef", key)]))
}
