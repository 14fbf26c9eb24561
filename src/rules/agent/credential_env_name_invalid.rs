use crate::agent::AgentConfig;
use crate::credential::{is_issued, redacted};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for &(name, node) in &agent.credential_env_names {
        let value = node.text();
        if is_name(value) && !is_key(value) {
            continue;
        }
        let shown = redacted(value);
        cx.report(node, format!("`{name}` must name an environment variable, not hold: {shown}"))
            .help("if this is the credential itself, rotate it; write the variable's name here");
    }
}

fn is_name(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !value.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a value that could be a name is more likely a key: issued by a known service, or a long
/// jumble of letters of both cases and digits.
fn is_key(value: &str) -> bool {
    let has = |of: fn(&char) -> bool| value.chars().any(|c| of(&c));
    is_issued(value)
        || value.len() >= 20
            && !value.contains('_')
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_uppercase)
            && has(char::is_ascii_digit)
}
