use crate::agent::{AgentConfig, BoundKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let most = cx.decimal("max-steps");
    let is_many = |steps: f64| steps > most;
    for bound in agent.bounds_of(BoundKind::Steps) {
        let what = &bound.what;
        if let Some(why) = bound.none() {
            cx.report(why.at, format!("{what} may go on without end: {}", why.text))
                .help("an agent that goes round in circles stops only when the money does");
        } else if let Some(why) = bound.limit.when(is_many) {
            let steps = bound.limit.value().unwrap_or_default();
            cx.report(why.at, format!("{what} may take {steps} steps: {}", why.text))
                .help("an agent that goes round in circles pays for each of them");
        }
    }
}
