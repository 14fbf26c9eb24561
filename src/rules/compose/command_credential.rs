use crate::compose::{Service, Word};
use crate::credential::{self, Value};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx, Environment};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Service(check);

/// Options of Redis that hold a password, though their names are one word.
const REDIS: [&str; 2] = ["requirepass", "masterauth"];

/// A credential in a command.
struct Found<'w, 't> {
    word: &'w Word<'t>,
    /// Where the value begins in the word.
    start: usize,
    /// The name by which it is judged.
    name: &'w str,
    value: Value,
    what: &'static str,
}

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    // A stack for development must start without a word from its host.
    let is_development = cx.environment() == Environment::Development;
    for (field, words) in service.commands() {
        let next = words.iter().skip(1).map(Some).chain([None]);
        for found in words.iter().zip(next).filter_map(|(word, next)| credential(word, next)) {
            let place = found.word.place_from(found.start);
            let Some(owner) = service.owner_of(place) else { continue };
            let what = match found.value {
                Value::None | Value::Reference => continue,
                Value::Literal => format!("{} in clear text", found.what),
                Value::WellKnown => format!("{} that everybody knows", found.what),
                Value::Placeholder => format!("a placeholder for {}", found.what),
            };
            let is_issued = found.text().is_some_and(credential::is_issued);
            let message = format!("`{field}` of {} `{}` holds {what}", owner.kind, owner.name);
            let mut report = cx
                .report(place, message)
                .help("take it from the host with ${NAME:?}, or from a file under `secrets`; what was committed must be replaced")
                .about(owner);
            if found.value == Value::Placeholder {
                report = report.severity(Severity::Note);
            } else if !is_issued {
                report = report.note_in_development();
            }
            if let Some(text) = found.without_default().filter(|_| is_issued || !is_development) {
                report.unsafe_fix("stop where the variable of the host is not set", || {
                    edit::reword(found.word.node(), &text)
                });
            }
        }
    }
}

/// The credential that a word holds, or that the next one does because of it.
fn credential<'w, 't>(word: &'w Word<'t>, next: Option<&'w Word<'t>>) -> Option<Found<'w, 't>> {
    let (name, value, start) = match word.text.strip_prefix("--") {
        Some(option) => match option.split_once('=') {
            Some((name, value)) => (name, word, word.text.len() - value.len()),
            None => (option, next.filter(|next| !next.text.starts_with('-'))?, 0),
        },
        None => ("", word, 0),
    };
    let name = if REDIS.contains(&name) { "password" } else { name };
    let mut found = Found { word: value, start, name, value: Value::None, what: "" };
    (found.value, found.what) = credential::in_variable(name, found.text()?);
    // A URL behind an option is seen again as a word of its own.
    let is_seen_again = start == 0 && !name.is_empty() && found.what.contains("URL");
    (!found.what.is_empty() && !is_seen_again).then_some(found)
}

impl Found<'_, '_> {
    fn text(&self) -> Option<&str> {
        self.word.text.get(self.start..)
    }

    /// The command, with a variable of the host in the place of the default that is the credential.
    fn without_default(&self) -> Option<String> {
        let text = self.text()?;
        let (_, new) = credential::without_default(self.name, text)?;
        Some(self.word.node().text().replacen(text, &new, 1))
    }
}
