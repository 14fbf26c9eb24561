use crate::agent::AgentConfig;
use crate::credential::{self, Value};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for login in &agent.logins {
        let is_known = |password| credential::value(password) == Value::WellKnown;
        let known = login.password.when(is_known).filter(|because| !because.stated);
        let Some(because) = known else { continue };
        cx.report(
            because.at,
            format!(
                "{} is entered with the password that it ships with: {}",
                login.what, because.text
            ),
        )
        .help("state a variable that holds the one you chose, such as `${MINIO_SECRET_KEY}`");
    }
}
