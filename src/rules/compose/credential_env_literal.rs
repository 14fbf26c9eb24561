use crate::compose::Service;
use crate::credential::{self, Value};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for variable in service.environment() {
        let (secret, what) = credential::in_variable(variable.name, variable.value);
        let Some(owner) = service.owner_of(variable.place) else { continue };
        let whose = format!("`{}` of {} `{}`", variable.name, owner.kind, owner.name);
        // `${NAME:-value}`: the file holds the value, and the host may hold another.
        let holds = if variable.value.starts_with("${") { "defaults to" } else { "holds" };
        match secret {
            Value::None | Value::Reference => {}
            Value::Literal => {
                let found = cx
                    .report(variable.place, format!("{whose} {holds} {what} in clear text"))
                    .help("take it from the host with ${NAME:?}, or from a file under `secrets`; what was committed must be replaced")
                    .about(owner);
                if !credential::is_issued(variable.value) {
                    found.note_in_development();
                }
            }
            Value::WellKnown => {
                cx.report(variable.place, format!("{whose} {holds} {what} that everybody knows"))
                    .help("choose another one and take it from the host with ${NAME:?}, or from a file under `secrets`")
                    .about(owner)
                    .note_in_development();
            }
            Value::Placeholder => {
                cx.report(variable.place, format!("{whose} {holds} a placeholder for {what}"))
                    .severity(Severity::Note)
                    .help("take it from the host with ${NAME:?}, so that nothing starts without it")
                    .about(owner);
            }
        }
    }
}
