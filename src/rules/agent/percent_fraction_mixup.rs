use crate::agent::{AgentConfig, ShareUnit};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(safeguards) = &agent.safeguards else { return };
    let Some(mistaken) = safeguards.mistaken_limit() else { return };
    let (because, unit) = (mistaken.because, mistaken.taken_for);
    // Rounding leaves `14.999999999999998` of 0.15 otherwise.
    let [meant, percent] =
        [mistaken.meant, mistaken.percent].map(|number| (number * 1e6).round() / 1e6);
    let help = match unit {
        ShareUnit::Fraction => "the documents count in fractions: 0.15 stands for 15 %",
        ShareUnit::Percent => "the loader counts in percent: 15 stands for 15 %",
    };
    cx.report(
        because.at,
        format!(
            "{}, which is read as {unit} and allows prices to move by {percent} % a day",
            because.text
        ),
    )
    .help(help)
    .unsafe_fix(
        "write the limit in the unit that is read; check that it is the one you meant",
        || safeguards.price_change.set(meant),
    );
}
