use crate::agent::{AgentConfig, BoundKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let none: Vec<_> = agent
        .bounds_of(BoundKind::AnswerTokens)
        .filter_map(|bound| Some((&bound.what, bound.none()?)))
        .collect();
    // What is missing in many places is said once.
    let Some(((what, why), others)) = none.split_first() else { return };
    let more = match others.len() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let others = others.iter().map(|(what, why)| (why.at.place(), format!("nor {what}")));
    cx.report(why.at, format!("answers of {what}{more} may be of any length: {}", why.text))
        .help("an answer that runs on is paid for by the token, and makes its reader wait")
        .related_to(others);
}
