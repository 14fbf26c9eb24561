use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let least_cpu = cx.decimal("min-millicores") / 1_000.0;
    let least_memory = cx.decimal("min-megabytes") * 1e6;
    for machine in &agent.machines {
        let small = [
            ("of a processor", machine.cpu.when(|cores| cores < least_cpu)),
            ("memory", machine.memory.when(|bytes| bytes < least_memory)),
        ];
        for (of, why) in small.into_iter().filter_map(|(of, why)| Some((of, why?))) {
            let (what, text) = (&machine.what, why.at.text());
            cx.report(why.at, format!("{what} gets little {of}: {text}"))
                .help("measure it under load; a starved agent answers late or is killed");
        }
    }
}
