use crate::compose::{GivenBy, Service, Variable};
use crate::credential::{self, Value};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx, Environment};
use crate::secret;

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    for variable in service.environment().into_iter().chain(service.build_arguments()) {
        let (value, what) = credential::in_variable(variable.name, variable.value);
        let Some(owner) = service.owner_of(variable.place) else { continue };
        let whose = format!("`{}` of {} `{}`", variable.name, owner.kind, owner.name);
        let instead = match variable.given_by {
            GivenBy::EnvFile => {
                "keep the file out of the repository, or the value in a secret store"
            }
            GivenBy::Environment => {
                "take it from the host with ${NAME:?}, or from a file under `secrets`"
            }
            GivenBy::Build => {
                "hand it to the build under `build.secrets`, as arguments stay in the image"
            }
        };
        // `${NAME:-value}`: the file holds the value, and the host may hold another.
        let holds = if variable.value.starts_with("${") { "defaults to" } else { "holds" };
        let (place, issued) = (variable.place, credential::is_issued(variable.value));
        // A stack for development must start without a word from its host.
        let spare = !issued && cx.environment() == Environment::Development;
        let found = match value {
            Value::None | Value::Reference => continue,
            Value::Literal => {
                let (what, then) = secret::told(variable.name, variable.value, what);
                let found = cx
                    .report(place, format!("{whose} {holds} {what} in clear text"))
                    .help(format!("{instead}; {then}"));
                if issued { found } else { found.note_in_development() }
            }
            Value::WellKnown => cx
                .report(place, format!("{whose} {holds} {what} that everybody knows"))
                .help(format!("choose another one and {instead}"))
                .note_in_development(),
            Value::Placeholder => cx
                .report(place, format!("{whose} {holds} a placeholder for {what}"))
                .severity(Severity::Note)
                .help("take it from the host with ${NAME:?}, so that nothing starts without it"),
        };
        let found = found.about(owner);
        if !spare
            && variable.given_by == GivenBy::Environment
            && let Some((name, value)) = from_host(variable)
        {
            let title = format!("take it from `{name}` of the host, which must then be set there");
            found.unsafe_fix(&title, || variable.set(&value));
        }
    }
}

/// The variable of the host that is to hold the credential, and the value that says so: in the
/// place of the default that holds it now, or of the whole value.
fn from_host(variable: Variable<'_>) -> Option<(&str, String)> {
    let Variable { name, value, .. } = variable;
    if !value.contains('$') {
        let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        return fits.then(|| (name, format!("${{{name}:?}}")));
    }
    credential::without_default(name, value)
}
