use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(config: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    for switch in &config.unverified {
        cx.report(
            *switch,
            format!("{} does not check the certificate of whom it talks to", config.format()),
        )
        .help("whoever sits on the way can answer in its place, and read the key that is sent")
        .unsafe_fix("check it; name the certificate of your own authority in `ca_file`", || {
            edit::replace(*switch, &false.into())
        });
    }
}
